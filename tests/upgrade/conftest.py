"""A database that people wrote in with earlier versions."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import migrated
from tests.database import undone
from tests.engines import FULL, engine
from tests.upgrade import old_rows

# All migrations are undone one by one, which takes as long as all other tests of the migrations together.
collect_ignore = [] if FULL else ["test_undo.py"]


@pytest.fixture(scope="session")
def copy_upgraded(templates_folder, django_db_modify_db_settings, django_db_blocker) -> Callable[[str], str]:
    """A function: make a copy of the database as it is after all migrations. Returns its name on this engine."""

    def copy(name: str) -> str:
        if engine() == "sqlite":
            name = str(Path(os.environ["READLIST_DATA"]) / f"{name}.sqlite3")
        with django_db_blocker.unblock():
            migrated.copy_of(templates_folder, "upgraded", old_rows.build, name, Path(old_rows.__file__))
        return name

    return copy


@pytest.fixture(scope="session")
def upgraded_database(copy_upgraded) -> str:
    return copy_upgraded(f"upgraded_{os.getpid()}")


@pytest.fixture
def upgraded(upgraded_database, django_db_blocker) -> Iterator[None]:
    """The default connection leads to it, and what a test writes in it is undone."""
    with django_db_blocker.unblock(), migrated.connected_to(upgraded_database), undone():
        yield


@pytest.fixture
def upgraded_anew(copy_upgraded, django_db_blocker) -> Iterator[None]:
    """The default connection leads to a copy of one's own, which may be migrated to and fro."""
    with django_db_blocker.unblock(), migrated.connected_to(copy_upgraded(f"upgraded_anew_{os.getpid()}")):
        yield
