"""Going round: a few hosts at once, one visit at a time on each, with a pause between two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Thread

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
        at = now or timezone.now()
        taken = NextCheck.objects.taken(portion, at)
        for source, visit, found in _visits([check.source for check in taken], manner):
            finding = judge(source.url, visit, found, _expected(source))
            if written := record(source, visit, found, finding, now or timezone.now()):
                yield written
        NextCheck.objects.freed(taken, at)


def _visits(sources: list[Source], manner: Manner) -> Iterator[tuple[Source, Visit, str]]:
    """What was found at each of these, with its title, in the order in which they answer.

    The threads are daemons: whoever ends the process doesn't wait for a slow host."""
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[source.host].append(source)
    hosts, seen, ended = iter(list(by_host.values())), SimpleQueue(), Event()

    def go_round() -> None:
        try:
            for host in hosts:  # each is handed to one of the threads
                for found in _one_host(host, manner, ended):
                    seen.put(found)
                if ended.is_set():
                    break
            seen.put(None)
        except Exception as error:
            seen.put(error)

    walkers = [Thread(target=go_round, daemon=True) for _ in range(min(HOSTS_AT_ONCE, len(by_host)))]
    for walker in walkers:
        walker.start()
    try:
        for _ in walkers:
            while found := seen.get():
                if isinstance(found, Exception):
                    raise found
                yield found
    finally:
        ended.set()


def _one_host(sources: list[Source], manner: Manner, ended: Event) -> Iterator[tuple[Source, Visit, str]]:
    """One visit after the other, until the host asks to come again later."""
    for number, source in enumerate(sources):
        if number and ended.wait(manner.pause):
            return
        visit = manner.visitor.visit(source.url)
        yield source, visit, title.read(visit)
        if visit.retry_after is not None:
            return


def _expected(source: Source) -> list[str]:
    """All that the source may be called: by itself, and wherever it is listed."""
    return [source.title, source.listed_title, *source.entries.values_list("title", flat=True)]


def _portions(checks: Iterable[NextCheck]) -> Iterator[list[NextCheck]]:
    rest = list(checks)
    while rest:
        yield rest[:PORTION]
        del rest[:PORTION]
