"""The rows of the test database: put back after a test with real transactions, filled from snapshots.

Each process has a database of its own (tests/migrated.py).
"""

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests.migrated import locked

Rows = dict[str, list[tuple]]

_migrated: Rows = {}
_snapshots: dict[str, bytes] = {}


def remember_migrated_rows() -> None:
    """From now on a test with real transactions ends by putting back what the migrations wrote."""
    _migrated.clear()
    _migrated.update(_read())
    # Django's own way would truncate each table, and write the rows of the migrations one by one.
    TransactionTestCase._fixture_teardown = lambda self: _put_back()


def make_once(name: str, build: Callable[[], object]) -> object:
    """Call `build` in a database that is as migrated; the next time, in any process of this run, write the rows that it
    wrote. Returns what it returned, pickled and read again.

    What it made is the same each time, times of day included."""
    if name not in _snapshots:
        file = _file(name)
        with locked(file.with_suffix(".lock")):
            if not file.exists():
                file.write_bytes(pickle.dumps(_build(build)))
                return pickle.loads(file.read_bytes())[1]  # noqa: S301
        _snapshots[name] = file.read_bytes()
    rows, made = pickle.loads(_snapshots[name])  # noqa: S301
    with transaction.atomic():
        _write(rows)
        _number_after(rows)
    return made


def can_make_once(name: str) -> bool:
    """Whether this was made before in this run, or the database is as migrated, so that it can be made now."""
    return name in _snapshots or _file(name).exists() or _read() == _migrated


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside changes nothing."""
    block = transaction.atomic()
    block._from_testcase = True  # what counts for itself, in a transaction of its own, may do so inside
    with block:
        yield
        transaction.set_rollback(True)


def _file(name: str) -> Path:
    return Path(os.environ["READLIST_DATA"]) / f"{name}.pickle"


def _build(build: Callable[[], object]) -> tuple[Rows, object]:
    """The rows that this writes, and what it returns."""
    assert _read() == _migrated, "there are rows in this database already"
    made = build()
    rows = {
        table: new
        for table, rows in _read().items()
        if (new := [row for row in rows if row not in _migrated.get(table, ())])
    }
    return rows, made


def _number_after(rows: Rows) -> None:
    """Rows that were written with their numbers have left PostgreSQL's sequences where they were."""
    models = [each for each in apps.get_models(include_auto_created=True) if each._meta.db_table in rows]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _read() -> Rows:
    """All rows of each table that has some."""
    return {table: rows for table in _tables() if (rows := _rows_of(table))}


def _rows_of(table: str) -> list[tuple]:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        names = [quote(name) for name in _columns(table)]
        # The plus keeps SQLite's module from making Python dates of text.
        values = ", ".join(f"+{name}" if connection.vendor == "sqlite" else name for name in names)
        cursor.execute(f"SELECT {values} FROM {quote(table)} ORDER BY {names[0]}")  # noqa: S608
        return cursor.fetchall()


_known_columns: dict[str, list[str]] = {}


def _columns(table: str) -> list[str]:
    if table not in _known_columns:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")  # noqa: S608
            _known_columns[table] = [column[0] for column in cursor.description]
    return _known_columns[table]


def _write(rows: Rows) -> None:
    quote = connection.ops.quote_name
    # Threads after posts, whose triggers would count them once more.
    tables = sorted(rows.items(), key=lambda each: each[0] == "groups_thread")
    with connection.cursor() as cursor:
        for table, values in tables:
            columns = _columns(table)
            into = f"{quote(table)} ({', '.join(map(quote, columns))})"
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})", values)  # noqa: S608


def _put_back() -> None:
    """Delete all rows, but for what the migrations wrote. Waits for transactions that are still open elsewhere."""
    names = [connection.ops.quote_name(table) for table in connection.introspection.django_table_names()]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers, so no order of tables
            cursor.execute(f"LOCK TABLE {', '.join(names)}")
            cursor.execute("; ".join(f"DELETE FROM {name}" for name in names))  # noqa: S608
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608
        _write(_migrated)
