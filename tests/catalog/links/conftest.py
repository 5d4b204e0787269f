"""A bad host, and sources that are listed at it."""

import pytest

from catalog.folding import fold
from catalog.links.rounds import Manner
from catalog.models import Source
from tests import factories
from tests.visiting.conftest import server, visitor

__all__ = ["server", "visitor"]


@pytest.fixture
def manner(visitor) -> Manner:
    """Quick about it."""
    return Manner(visitor, pause=0.05)


@pytest.fixture
def listed(reading_list, server):
    """A function: a source of this title at a path of the server."""
    topic = reading_list.sections.filter(kind="topic").first()

    def make(title: str, path: str, host: str = "127.0.0.1") -> Source:
        url = server.at(path, host)
        source = Source.objects.create(canonical_url=fold(url), url=url, listed_title=title)
        factories.make_entry(topic, title, source=source)
        return source

    return make
