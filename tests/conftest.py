"""Fixtures that every test may use."""

import pytest
from django.test import Client

from tests import factories

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
def signed_in():
    """A function: a test client in which this person is signed in."""

    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with real transactions empties the tables: what the migrations wrote is put back for the next.

    Those without come first, since nothing is put back for them; of either, what is long begins."""
    for item in items:
        if _has_real_transactions(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    items.sort(key=lambda item: (_has_real_transactions(item), item.get_closest_marker("long") is None))


def _has_real_transactions(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool((marker and marker.kwargs.get("transaction")) or fixtures & {"transactional_db", "live_server"})
