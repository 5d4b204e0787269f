"""Lets one process at a time migrate and prepare an instance, however many hosts start at once."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

# The advisory lock in PostgreSQL: any number that only Readlist takes.
LOCK_ID = 7_235_441_908
POLL_SECONDS = 0.5
REMIND_SECONDS = 30

_is_held = False


@contextmanager
def direct_connection() -> Iterator[None]:
    """Lets the default connection lead to READLIST_DATABASE_DIRECT_URL: a pooler that lends a connection for one
    transaction can neither hold a session's lock nor set what a session needs."""
    usual = connection.settings_dict
    if settings.DIRECT_DATABASE is None:
        yield
        return
    connection.close()
    connection.settings_dict = usual | settings.DIRECT_DATABASE
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = usual


@contextmanager
def migration_lock(report: Callable[[str], object]) -> Iterator[None]:
    """Holds the lock for changing the schema, on a direct connection. Waits while another process holds it, and says so
    at once and every 30 seconds. A process that ends, however it ends, leaves it. May be nested."""
    global _is_held
    if _is_held:
        yield
        return
    with direct_connection(), _file_lock(report) if connection.vendor == "sqlite" else _advisory_lock(report):
        _is_held = True
        try:
            yield
        finally:
            _is_held = False


@contextmanager
def _file_lock(report: Callable[[str], object]) -> Iterator[None]:
    """Locks the folder of the database file."""
    folder = Path(connection.settings_dict["NAME"]).parent
    if not Path(connection.settings_dict["NAME"]).is_absolute() or not folder.is_dir():
        yield  # in memory, or Django will say what is wrong with it
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _wait(lambda: _flock(descriptor), report)
        yield
    finally:
        os.close(descriptor)


def _flock(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


@contextmanager
def _advisory_lock(report: Callable[[str], object]) -> Iterator[None]:
    """Takes a lock of the session. Polls, since a statement that waits would keep an old snapshot alive."""
    _wait(lambda: _ask("SELECT pg_try_advisory_lock(%s)"), report)
    try:
        yield
    finally:
        # A connection that is closed, or can't go on, has lost the lock or loses it when it is closed.
        with suppress(DatabaseError):
            _ask("SELECT pg_advisory_unlock(%s)")


def _ask(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK_ID])
        return cursor.fetchone()[0]


def _wait(try_lock: Callable[[], bool], report: Callable[[str], object]) -> None:
    remind_at = 0.0
    while not try_lock():
        if time.monotonic() >= remind_at:
            report("Another process is preparing this database; waiting until it is done …")
            remind_at = time.monotonic() + REMIND_SECONDS
        time.sleep(POLL_SECONDS)
