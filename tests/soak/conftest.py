"""An instance of one's own for the trials: its database, and servers started and ended as often as it takes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import engine
from tests.length import FULL
from tests.soak.site import PostgresSite, Site, SqliteSite

# How long people wait is measured where nothing else works on the machine. Hostile requests are few in
# tests/house/test_rubbish.py. Several servers need a database server; pooler and proxy are programs that only the long
# trials ask for. The release before is checked out of the history, which a copy of the code may lack.
collect_ignore = [
    *([] if FULL else ["test_demanding.py", "test_hostile.py"]),
    *([] if FULL and engine() == "postgresql" else ["test_machines.py", "test_previous_release.py"]),
]


@pytest.fixture(scope="session")
def prepared_site(copied_database, copy_template) -> Iterator[Site]:
    # Not in pytest's own folder, which each pytest that begins closes to other users: PostgreSQL runs as one.
    with tempfile.TemporaryDirectory(prefix="readlist-site-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        site = SqliteSite(folder, copy_template) if engine() == "sqlite" else PostgresSite(folder)
        yield site
        site.close()


@pytest.fixture
def site(prepared_site) -> Iterator[Site]:
    """The instance, with nothing of it running. What a test starts is ended after it."""
    yield prepared_site
    prepared_site.end_all()
