"""Hashing of passwords that leaves the processors to pages: one after the other, in a thread of low priority.

It takes a third of a second of processor time, so that guessing takes long. A crowd of strangers who sign in would have
all processors hash for them otherwise."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import get_native_id

from django.contrib.auth.hashers import PBKDF2PasswordHasher

# How far other threads go before it, where the processors don't suffice.
NICENESS = 10


class PasswordHasher(PBKDF2PasswordHasher):
    """Django's default, with the same hashes."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return _thread.submit(partial(super().encode, password, salt, iterations)).result()


def _yield_to_others() -> None:
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


def _start() -> None:
    global _thread
    _thread = ThreadPoolExecutor(1, "passwords", _yield_to_others)


_start()
# A fork has no threads.
os.register_at_fork(after_in_child=_start)
