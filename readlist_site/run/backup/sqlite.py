"""Copies and restores the SQLite database."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from readlist_site.run.running_lock import running_lock_exclusively

from .manifest import BackupError, sync

DATABASE = "database.sqlite3"
Error = sqlite3.Error

Facts = tuple[dict[str, str | int], list[list[str]], dict[str, int]]


def dump(folder: Path) -> Facts:
    """Copies the database while it is in use, by SQLite's online backup in one step, which waits for no writer and lets
    none wait. Returns what was copied: SQLite's version, the migrations, and the number of rows of each table."""
    path = _path()
    if not path.exists():
        raise BackupError(f"There is no database at {path} yet.")
    # mode=rw: what is missing is an error instead of being created.
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(folder / DATABASE)) as copy,
    ):
        source.backup(copy)
        # One file, that can be opened without leaving others beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        migrations = [list(row) for row in copy.execute("SELECT app, name FROM django_migrations ORDER BY app, name")]
        facts = {"sqlite": sqlite3.sqlite_version}, migrations, _count_rows(copy)
    _make_durable(folder / DATABASE)
    return facts


def verify(folder: Path, rows: dict[str, int]) -> str:
    """Restores into a scratch database and looks at all of it. Raises BackupError if it isn't sound and whole."""
    scratch = folder / ".scratch.sqlite3"
    try:
        shutil.copyfile(folder / DATABASE, scratch)
        with closing(sqlite3.connect(scratch)) as database:
            if (found := database.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise BackupError(f"The database is damaged: {found}.")
            if database.execute("PRAGMA foreign_key_check").fetchone():
                raise BackupError("The database is damaged: a row refers to one that isn't there.")
            if _count_rows(database) != rows:
                raise BackupError("The scratch database has other rows than the backup.")
    except sqlite3.Error as error:
        raise BackupError(f"The database is damaged: {error}.") from error
    finally:
        for left in folder.glob(f"{scratch.name}*"):
            left.unlink()
    return "restored"


@contextmanager
def while_nobody_uses_it() -> Iterator[None]:
    """Keeps server and worker from starting. Raises BackupError while they run."""
    with running_lock_exclusively() as is_alone:
        if not is_alone:
            raise BackupError(f"Readlist is running in {settings.DATA_DIR}. Stop server and worker first.")
        yield


def check_target(facts: dict[str, str | int]) -> None:
    """Raises BackupError if the database isn't empty."""
    connection.close()
    path = _path()
    if any(file.exists() and file.stat().st_size for file in _companions(path)) or not _is_empty(path):
        raise BackupError(
            f"{path} isn't empty, and a restore overwrites nothing. Move it away first, with its companions: "
            f"mkdir {path.parent}/old && mv {path}* {path.parent}/old/"
        )


def restore(folder: Path, facts: dict[str, str | int]) -> None:
    """Puts the whole database in place, or nothing."""
    path = _path()
    connection.close()
    unfinished = path.with_name(f"{path.name}.restoring")
    shutil.copyfile(folder / DATABASE, unfinished)
    unfinished.chmod(0o600)
    _make_durable(unfinished)
    for companion in _companions(path):
        companion.unlink(missing_ok=True)
    unfinished.replace(path)


def _path() -> Path:
    return Path(connection.settings_dict["NAME"]).absolute()


def _companions(path: Path) -> list[Path]:
    """The files that would be taken for the new database's own: its log and the log's index."""
    return [path.with_name(f"{path.name}-{name}") for name in ("wal", "shm", "journal")]


def _is_empty(path: Path) -> bool:
    if not path.exists() or not path.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            return not database.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False


def _count_rows(database: sqlite3.Connection) -> dict[str, int]:
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}  # noqa: S608


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)
