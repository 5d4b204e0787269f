"""A file lock that shows whether an embedded instance is running: server and worker hold it shared until they exit, and
a restore takes it exclusively. A database server lists its connections itself."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

_NAME = "running.lock"
_held: list[int] = []


def hold_running_lock() -> None:
    """Holds the lock until this process ends, however it ends. Waits for a restore that is under way."""
    if connection.vendor == "sqlite" and settings.DATA_DIR.is_dir():
        descriptor = _open()
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held.append(descriptor)


@contextmanager
def running_lock_exclusively() -> Iterator[bool]:
    """Yields whether no process holds the lock. If so, none gets it meanwhile."""
    descriptor, is_alone = _open(), True
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_alone = False
        yield is_alone
    finally:
        os.close(descriptor)


def _open() -> int:
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(settings.DATA_DIR / _NAME, os.O_RDWR | os.O_CREAT, 0o600)
