"""Passwords are hashed as Django does, where they keep nobody waiting."""

import os
import sys
from threading import get_native_id

from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, get_hasher, make_password

from readlist_site import settings as readlist
from readlist_site.base.accounts import password_hasher
from readlist_site.base.accounts.password_hasher import NICENESS, PasswordHasher
from tests.factories import PASSWORD


def test_a_hash_is_one_of_djangos(settings, monkeypatch):
    settings.PASSWORD_HASHERS = readlist.PASSWORD_HASHERS
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
    assert isinstance(get_hasher(), PasswordHasher)
    hashed = make_password(PASSWORD)
    assert hashed == PBKDF2PasswordHasher().encode(PASSWORD, hashed.split("$")[2])
    assert check_password(PASSWORD, hashed)
    assert not check_password("guessed", hashed)


def test_pages_go_before_it():
    def priority() -> tuple[int, int]:
        return get_native_id(), os.getpriority(os.PRIO_PROCESS, get_native_id())

    thread, nice = password_hasher._thread.submit(priority).result()
    assert thread != get_native_id()
    # Elsewhere a thread has no priority of its own.
    assert nice == min(19, os.getpriority(os.PRIO_PROCESS, 0) + (NICENESS if sys.platform == "linux" else 0))


def test_a_fork_hashes_in_a_thread_of_its_own():
    PasswordHasher().encode(PASSWORD, "salt", 1)
    if not (pid := os.fork()):
        os._exit(PasswordHasher().encode(PASSWORD, "salt", 1) != PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
