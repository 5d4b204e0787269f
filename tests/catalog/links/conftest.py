"""A bad host, and sources that are listed at it."""

import pytest

from catalog.links.crawl import CrawlSettings
from catalog.sources.canonical_url import url_key
from catalog.sources.source import Source
from tests import factories
from tests.base.link_fetch.conftest import fetcher, server

__all__ = ["fetcher", "server"]


@pytest.fixture
def crawl_settings(fetcher) -> CrawlSettings:
    """Quick about it."""
    return CrawlSettings(fetcher, pause=0.05)


@pytest.fixture
def listed(reading_list, server):
    """A function: a source of this title at a path of the server."""
    topic = reading_list.sections.filter(kind="topic").first()

    def make(title: str, path: str, host: str = "127.0.0.1") -> Source:
        url = server.at(path, host)
        source = Source.objects.create(canonical_url=url_key(url), url=url, listed_title=title)
        factories.make_entry(topic, title, source=source)
        return source

    return make
