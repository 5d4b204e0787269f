"""Going round: a few hosts at once, one visit at a time on each, with a pause between two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Thread

from django.conf import settings
from django.utils import timezone

from catalog.sources.source import Source
from readlist_site.base.link_fetch.fetch import FetchResult, LinkFetcher
from readlist_site.base.link_fetch.title_worker import read_title

from .evaluate import evaluate
from .link_check import LinkCheck
from .link_schedule import LinkSchedule
from .record import record

PARALLEL_HOSTS = 4
PAUSE = 2.0
BATCH_SIZE = 32  # as many as are surely visited while they are taken


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """How visits are made."""

    fetcher: LinkFetcher
    pause: float = PAUSE


def default_crawl_settings() -> CrawlSettings:
    """Under the instance's own name, so that a host knows whom to ask or to refuse."""
    return CrawlSettings(
        LinkFetcher(agent=f"Readlist-link-check (+{settings.SITE_URL})" if settings.SITE_URL else "Readlist-link-check")
    )


def crawl_due(
    most: int, *, crawl_settings: CrawlSettings | None = None, now: datetime | None = None
) -> list[LinkCheck]:
    """Visit a few links that are due, each of another host."""
    LinkSchedule.objects.schedule_missing()
    return list(
        crawl(
            LinkSchedule.objects.due(now or timezone.now()).one_per_host(most), crawl_settings=crawl_settings, now=now
        )
    )


def crawl(
    checks: Iterable[LinkSchedule], *, crawl_settings: CrawlSettings | None = None, now: datetime | None = None
) -> Iterator[LinkCheck]:
    """Visit these links, save those that somebody else visits just now, and write down each as soon as it is known.

    The network is waited for in threads that know no database and outside of any transaction."""
    crawl_settings = crawl_settings or default_crawl_settings()
    for batch in _batches(checks):
        at = now or timezone.now()
        leased = LinkSchedule.objects.lease(batch, at)
        for source, visit, found in _results([check.source for check in leased], crawl_settings):
            finding = evaluate(source.url, visit, found, _expected(source))
            if written := record(source, visit, found, finding, now or timezone.now()):
                yield written
        LinkSchedule.objects.release(leased, at)


def _results(sources: list[Source], crawl_settings: CrawlSettings) -> Iterator[tuple[Source, FetchResult, str]]:
    """What was found at each of these, with its title, in the order in which they answer.

    The threads are daemons: whoever ends the process doesn't wait for a slow host."""
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[source.host].append(source)
    hosts, seen, ended = iter(list(by_host.values())), SimpleQueue(), Event()

    def crawl_hosts() -> None:
        try:
            for host in hosts:  # each is handed to one of the threads
                for found in _one_host(host, crawl_settings, ended):
                    seen.put(found)
                if ended.is_set():
                    break
            seen.put(None)
        except Exception as error:
            seen.put(error)

    threads = [Thread(target=crawl_hosts, daemon=True) for _ in range(min(PARALLEL_HOSTS, len(by_host)))]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            while found := seen.get():
                if isinstance(found, Exception):
                    raise found
                yield found
    finally:
        ended.set()


def _one_host(
    sources: list[Source], crawl_settings: CrawlSettings, ended: Event
) -> Iterator[tuple[Source, FetchResult, str]]:
    """One visit after the other, until the host asks to come again later."""
    for number, source in enumerate(sources):
        if number and ended.wait(crawl_settings.pause):
            return
        visit = crawl_settings.fetcher.fetch(source.url)
        yield source, visit, read_title(visit.body, visit.kind, visit.charset)
        if visit.retry_after is not None:
            return


def _expected(source: Source) -> list[str]:
    """All that the source may be called: by itself, and wherever it is listed."""
    return [source.title, source.listed_title, *source.entries.values_list("title", flat=True)]


def _batches(checks: Iterable[LinkSchedule]) -> Iterator[list[LinkSchedule]]:
    rest = list(checks)
    while rest:
        yield rest[:BATCH_SIZE]
        del rest[:BATCH_SIZE]
