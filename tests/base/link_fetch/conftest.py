"""A bad host on this machine, and a fetcher that may go there: a patient one, and one that is in a hurry."""

from dataclasses import replace

import pytest

from readlist_site.base.link_fetch.fetch import Limits, LinkFetcher
from readlist_site.base.link_fetch.ssrf_guard import SsrfGuard
from tests.base.link_fetch.bad_server import BadServer

SMALL = Limits(seconds=20, silence=10, redirects=5, html=100_000, pdf=200_000)
HURRY = replace(SMALL, seconds=0.4, silence=0.25)


@pytest.fixture
def server():
    bad = BadServer()
    yield bad
    bad.close()


@pytest.fixture
def fetcher(server) -> LinkFetcher:
    """Takes every name for this machine, and lets itself go there alone."""
    here = SsrfGuard(allows=lambda address: str(address) == "127.0.0.1", look_up=names_here, ports=None)
    return LinkFetcher("Readlist-link-check (+https://readlist.example.org)", here, SMALL)


@pytest.fixture
def hasty(fetcher) -> LinkFetcher:
    return replace(fetcher, limits=HURRY)


def names_here(host: str, port: int) -> list[str]:
    return [host] if host[0].isdigit() or ":" in host else ["127.0.0.1"]
