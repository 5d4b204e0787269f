"""Hosts that start at once, a pooler in between, and a database that is ahead of the code."""

import os
import subprocess
import sys
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from readlist_site.run import migration_lock as module
from readlist_site.run.migration_lock import direct_connection, migration_lock
from readlist_site.run.migration_state import applied_migrations, unapplied, unknown
from readlist_site.run.periodic_task import PeriodicTask

HOSTS = 4


@pytest.fixture
def begin(settings):
    """A function: start a command of an instance with this database, until the test ends."""
    with ExitStack() as started:

        def begin(url: str, *command: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *command],
                cwd=project.BASE_DIR,
                env=os.environ
                | {
                    "DJANGO_SETTINGS_MODULE": "tests.settings",
                    "DATABASE_URL": url,
                    "READLIST_DATA": str(settings.DATA_DIR),
                    "READLIST_SECRET_KEY": settings.SECRET_KEY,
                    "READLIST_DEBUG": "yes",  # no files are collected
                    "PYTHONUNBUFFERED": "1",
                },
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            started.callback(process.communicate)
            started.callback(process.kill)
            return process

        yield begin


def test_who_comes_second_waits_says_so_and_finds_all_done(new_database, begin):
    with new_database(is_empty=False) as url:
        call_command("migrate", "run", "zero", verbosity=0)
        with migration_lock(print):
            process = begin(url, "migrate", "--verbosity", "0")
            assert "Another process is preparing this database; waiting" in process.stdout.readline()
            call_command("migrate", verbosity=0)
        assert process.wait(timeout=60) == 0
        assert process.stdout.read() == ""


@pytest.mark.long
@pytest.mark.soak_only
def test_hosts_that_start_at_once_are_all_prepared(new_database, begin):
    with new_database() as url:
        # Held until all of them are there: on a busy machine the first might be done before the last has begun.
        with migration_lock(print):
            hosts = [begin(url, "prepare") for _ in range(HOSTS)]
            for host in hosts:
                assert any("waiting until it is done" in line for line in host.stdout)
        said = [host.communicate(timeout=600)[0] for host in hosts]
        assert [host.returncode for host in hosts] == [0] * HOSTS, "\n".join(said)
        assert not unapplied(applied_migrations())
        PeriodicTask.objects.record_done("tick")


def test_a_host_that_died_holds_nobody_up(new_database):
    with new_database(is_empty=False) as url:
        program = (
            "import django, os; django.setup();"
            "from readlist_site.run.migration_lock import migration_lock\n"
            "with migration_lock(print): os._exit(1)"
        )
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url, "READLIST_SECRET_KEY": "k" * 60,
        }  # fmt: skip
        dead = subprocess.run([sys.executable, "-c", program], env=environment, cwd=project.BASE_DIR, check=False)
        assert dead.returncode == 1
        waited = []
        with migration_lock(waited.append):
            pass
        assert len(waited) <= 1  # a server may take a moment to notice


def test_it_waits_no_longer_than_needed_and_says_so_now_and_then(monkeypatch):
    answers, said = iter([False] * 3 + [True]), []
    clock = iter([1, 1, 10, 32, 32])
    # The module's clock alone: other threads of this process ask the real one.
    time = SimpleNamespace(monotonic=lambda: next(clock), sleep=lambda seconds: None)
    monkeypatch.setattr(module, "time", time)
    module._wait(lambda: next(answers), said.append)
    assert len(said) == 2


def test_a_database_that_is_ahead_of_the_code_is_refused_with_a_sentence(db):
    MigrationRecorder(connection).record_applied("groups", "9999_of_tomorrow")
    for command in ("prepare", "migrate"):
        with pytest.raises(CommandError, match=r"A newer version of Readlist has migrated .*groups\.9999_of_tomorrow"):
            call_command(command)


def test_what_a_newer_version_adds_as_an_app_is_unknown_and_what_a_setting_switches_off_is_not():
    assert unknown([("plans", "0001_begin"), ("mfa", "0001_initial"), ("groups", "0001_begin")]) == [
        ("plans", "0001_begin")
    ]


def test_migrations_go_past_the_pooler(new_database, settings):
    """Which is away: only who goes past it gets through."""
    with new_database(is_empty=False):
        usual = connection.settings_dict
        pooler = usual | {"HOST": "127.0.0.1", "PORT": "1", "NAME": "/nowhere/at/all"}
        settings.DIRECT_DATABASE = {name: usual[name] for name in ("NAME", "HOST", "PORT")}
        connection.close()
        connection.settings_dict = pooler
        try:
            with migration_lock(print):
                assert applied_migrations()
            assert connection.settings_dict is pooler
            with direct_connection():
                assert connection.settings_dict["NAME"] == usual["NAME"]
        finally:
            connection.settings_dict = usual
