"""Fixtures that every test may use."""

import gc
import math
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client

from readlist_site.base.announcements import announcement
from tests import database, factories, migrated
from tests.length import FULL

pytest_plugins = ["tests.network"]


@pytest.fixture
def reading_list(db):
    """A small default list."""
    return factories.make_list()


@pytest.fixture
def ada(db):
    return factories.make_user("Ada Okafor")


@pytest.fixture
def jonas(db):
    return factories.make_user("Jonas Lind")


@pytest.fixture
def curator(db):
    return factories.make_curator()


@pytest.fixture
def stranger(db):
    """Signed in, and in no group."""
    return factories.make_user("Sam Stranger")


@pytest.fixture
def group(reading_list, ada, jonas):
    """Ada owns it, Jonas is a member."""
    return factories.make_group(ada, jonas, reading_list=reading_list)


@pytest.fixture
def tomas(group):
    """Tomás, who comes third."""
    person = factories.make_user("Tomás Herrera")
    group.memberships.create(person=person)
    return person


@pytest.fixture
def mei(group, tomas):
    """Mei-Ling, who comes fourth."""
    person = factories.make_user("Mei-Ling Chen")
    group.memberships.create(person=person)
    return person


@pytest.fixture
def signed_in():
    """A function: a test client in which this person is signed in."""

    def sign_in(person) -> Client:
        return factories.begin_session(Client(), person)

    return sign_in


@pytest.fixture
def real_mail(settings):
    """As where READLIST_EMAIL_HOST names a server."""
    settings.EMAIL_IS_REAL = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True


@pytest.fixture
def limit_clock(monkeypatch) -> Callable[..., datetime]:
    """A function: moves the time that rate limits count by, which stands still half a minute after noon."""
    clock = SimpleNamespace(time=datetime(2026, 3, 9, 12, 0, 30, tzinfo=UTC))

    def move(**delta: float) -> datetime:
        clock.time += timedelta(**delta)
        return clock.time

    monkeypatch.setattr("readlist_site.base.rate_limits.limit.timezone", SimpleNamespace(now=lambda: clock.time))
    return move


@pytest.fixture(autouse=True, scope="session")
def no_announcements() -> None:
    """There are none, and no page asks for any; who announces something calls `forget`."""
    announcement._loaded = (math.inf, [])


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Databases are copied, and go with the folder that holds them."""
    return True


@pytest.fixture(scope="session")
def templates_folder(request) -> Path:
    """Where databases lie that are made once and copied."""
    cache = getattr(request.config, "cache", None)
    return Path(cache.mkdir("database") if cache else os.environ["READLIST_DATA"])


@pytest.fixture(scope="session")
def copy_template(templates_folder, django_db_modify_db_settings, django_db_blocker) -> Callable[[str], None]:
    """A function: make a new database of this name, with all migrations and no more."""

    def copy(name: str) -> None:
        with django_db_blocker.unblock():
            migrated.copy_template(templates_folder, name)

    return copy


@pytest.fixture(scope="session")
def copied_database(copy_template) -> None:
    copy_template(connection.creation._get_test_db_name())


@pytest.fixture(scope="session")
def django_db_setup(copied_database, django_db_setup, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        database.remember_migrated_rows()


def pytest_sessionstart(session: pytest.Session) -> None:
    """One of several processes sends the first no more than that shows: of a test that passed one report of three. The
    others cost both of them as much again."""
    if session.config.option.durations is None:
        for plugin in session.config.pluginmanager.get_plugins():
            if type(plugin).__name__ == "WorkerInteractor":
                plugin.sendevent = partial(_send_what_is_shown, plugin.sendevent)


def _send_what_is_shown(send: Callable[..., None], name: str, **event) -> None:
    data = event.get("data") if name == "testreport" else None
    if name != "logstart" and not (data and data["outcome"] == "passed" and data["when"] != "call"):
        send(name, **event)


def pytest_collection_finish() -> None:
    """What is there by now stays: to look through all of it for garbage again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves to `make soak` what is marked so. What is long begins, so that no process is left alone with it."""
    if not FULL:
        spared = [item for item in items if item.get_closest_marker("soak_only")]
        items[:] = [item for item in items if not item.get_closest_marker("soak_only")]
        config.hook.pytest_deselected(items=spared)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
