"""Going round: a few hosts at once, one visit at a time on each, with a pause between two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from threading import Event

from django.conf import settings
from django.utils import timezone

from catalog.models import LinkCheck, NextCheck, Source
from readlist_site.visiting import title
from readlist_site.visiting.fetch import Visit, Visitor

from .judging import judge
from .recording import record

HOSTS_AT_ONCE = 4
PAUSE = 2.0
PORTION = 32  # as many as are surely visited while they are taken


@dataclass(frozen=True, slots=True)
class Manner:
    """How visits are made."""

    visitor: Visitor
    pause: float = PAUSE


def our_manner() -> Manner:
    """Under the instance's own name, so that a host knows whom to ask or to refuse."""
    return Manner(
        Visitor(agent=f"Readlist-link-check (+{settings.SITE_URL})" if settings.SITE_URL else "Readlist-link-check")
    )


def check_due(most: int, *, manner: Manner | None = None, now: datetime | None = None) -> list[LinkCheck]:
    """Visit a few links that are due, each of another host."""
    NextCheck.objects.lay()
    return list(check(NextCheck.objects.due(now or timezone.now()).one_per_host(most), manner=manner, now=now))


def check(
    checks: Iterable[NextCheck], *, manner: Manner | None = None, now: datetime | None = None
) -> Iterator[LinkCheck]:
    """Visit these links, save those that somebody else visits just now, and write down each as soon as it is known.

    The network is waited for in threads that know no database and outside of any transaction."""
    manner = manner or our_manner()
    for portion in _portions(checks):
        taken = NextCheck.objects.taken(portion, now or timezone.now())
        for source, visit, found in _visits([check.source for check in taken], manner):
            finding = judge(source.url, visit, found, _expected(source))
            if written := record(source, visit, found, finding, now or timezone.now()):
                yield written


def _visits(sources: list[Source], manner: Manner) -> Iterator[tuple[Source, Visit, str]]:
    """What was found at each of these, with its title, in the order in which they answer."""
    hosts: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        hosts[source.host].append(source)
    seen, ended = SimpleQueue(), Event()

    def go_round(host: list[Source]) -> None:
        try:
            for number, source in enumerate(host):
                if number and ended.wait(manner.pause):
                    break
                visit = manner.visitor.visit(source.url)
                seen.put((source, visit, title.read(visit)))
                if visit.retry_after is not None:
                    break
        finally:
            seen.put(None)

    pool = ThreadPoolExecutor(HOSTS_AT_ONCE)
    try:
        rounds = [pool.submit(go_round, host) for host in hosts.values()]
        open_rounds = len(rounds)
        while open_rounds:
            if found := seen.get():
                yield found
            else:
                open_rounds -= 1
        for done in rounds:
            done.result()
    finally:
        ended.set()
        pool.shutdown(cancel_futures=True)


def _expected(source: Source) -> list[str]:
    """All that the source may be called: by itself, and wherever it is listed."""
    return [source.title, source.listed_title, *source.entries.values_list("title", flat=True)]


def _portions(checks: Iterable[NextCheck]) -> Iterator[list[NextCheck]]:
    rest = list(checks)
    while rest:
        yield rest[:PORTION]
        del rest[:PORTION]
