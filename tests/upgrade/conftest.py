"""A database that people wrote in with earlier versions, for each test anew."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import migrated
from tests.engines import engine
from tests.upgrade import old_rows


@pytest.fixture
def upgraded(templates_folder, django_db_modify_db_settings, django_db_blocker) -> Iterator[None]:
    """The default connection leads to a copy of it, as it is after all migrations."""
    name = f"upgraded_{os.getpid()}"
    if engine() == "sqlite":
        name = str(Path(os.environ["READLIST_DATA"]) / f"{name}.sqlite3")
    with django_db_blocker.unblock():
        migrated.copy_of(templates_folder, "upgraded", old_rows.build, name, Path(old_rows.__file__))
        with migrated.connected_to(name):
            yield
