"""Visits links: up to PARALLEL_HOSTS hosts at once, one visit at a time per host, with PAUSE seconds in between."""

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
BATCH_SIZE = 32  # few enough to be visited before their lease expires


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """The fetcher to use, and the pause in seconds between two visits to one host."""

    fetcher: LinkFetcher
    pause: float = PAUSE


def default_crawl_settings() -> CrawlSettings:
    """The default settings. The user agent contains SITE_URL, so that a host's operator can contact or block this
    site."""
    return CrawlSettings(
        LinkFetcher(agent=f"Readlist-link-check (+{settings.SITE_URL})" if settings.SITE_URL else "Readlist-link-check")
    )


def crawl_due(
    most: int, *, crawl_settings: CrawlSettings | None = None, now: datetime | None = None
) -> list[LinkCheck]:
    """Schedule new links, then visit at most `most` of those that are due, each on another host."""
    LinkSchedule.objects.schedule_missing()
    return list(
        crawl(
            LinkSchedule.objects.due(now or timezone.now()).one_per_host(most), crawl_settings=crawl_settings, now=now
        )
    )


def crawl(
    checks: Iterable[LinkSchedule], *, crawl_settings: CrawlSettings | None = None, now: datetime | None = None
) -> Iterator[LinkCheck]:
    """Visit these links, except on hosts that another process has leased, and yield each LinkCheck once it is recorded.

    Requests run in threads that don't use the database, and outside of any transaction."""
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
    """Each source with the result of its visit and the page's title, in the order in which the hosts answer.

    The threads are daemons, so that a slow host doesn't delay the end of the process."""
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[source.host].append(source)
    hosts, seen, ended = iter(list(by_host.values())), SimpleQueue(), Event()

    def crawl_hosts() -> None:
        try:
            for host in hosts:  # the iterator is shared, so each host is taken by one thread
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
    """Visit one host's sources one after another, until the host sends Retry-After or `ended` is set."""
    for number, source in enumerate(sources):
        if number and ended.wait(crawl_settings.pause):
            return
        visit = crawl_settings.fetcher.fetch(source.url)
        yield source, visit, read_title(visit.body, visit.kind, visit.charset)
        if visit.retry_after is not None:
            return


def _expected(source: Source) -> list[str]:
    """The titles that the page may have: the source's own, its listed title and those of its entries."""
    return [source.title, source.listed_title, *source.entries.values_list("title", flat=True)]


def _batches(checks: Iterable[LinkSchedule]) -> Iterator[list[LinkSchedule]]:
    rest = list(checks)
    while rest:
        yield rest[:BATCH_SIZE]
        del rest[:BATCH_SIZE]
