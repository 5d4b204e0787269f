"""Counting: whole, committed at once, and forgotten when its time is over."""

import pytest
from django.db import connection, transaction

from readlist_site.base.rate_limits.counter import Counter
from readlist_site.base.rate_limits.limit import Limit, LimitReached
from tests.groups.at_once import at_once


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.RATE_LIMITS = {"post": (3, 60)}


def taken(times: int, who: str = "ada") -> int:
    """How many of so many attempts are within the limit."""
    within = 0
    for _ in range(times):
        try:
            Limit.of("post", who).take()
            within += 1
        except LimitReached:
            pass
    return within


def test_a_limit_is_reached_and_the_next_window_begins_anew(db, limit_clock):
    assert taken(5) == 3
    limit_clock(seconds=29)
    assert taken(1) == 0
    limit_clock(seconds=1)
    assert taken(5) == 3


def test_a_limit_of_one_is_not_that_of_another(db, limit_clock):
    assert (taken(5, "ada"), taken(5, "jonas")) == (3, 3)


def test_it_says_in_how_many_seconds_to_go_on(db, limit_clock):
    taken(3)
    with pytest.raises(LimitReached) as refused:
        Limit.of("post", "ada").take()
    assert refused.value.retry_after == 30
    limit_clock(hours=1)
    assert refused.value.retry_after == 1


def test_what_did_not_happen_is_given_back_to_its_own_window(db, limit_clock):
    limit = Limit.of("post", "ada")
    limit.take()
    limit_clock(minutes=1)
    limit.give_back()
    assert Counter.objects.amount_of(limit.key, limit.starts_at) == 0
    assert taken(5) == 3


def test_looking_counts_nothing(db, limit_clock):
    for _ in range(5):
        Limit.of("post", "ada").check()
    assert not Counter.objects.exists()
    taken(3)
    with pytest.raises(LimitReached):
        Limit.of("post", "ada").check()


def test_windows_that_are_over_are_deleted_and_the_present_one_stays(db, limit_clock, monkeypatch):
    taken(1)
    limit_clock(minutes=1)
    taken(1)
    taken(1, "jonas")
    assert Counter.objects.purge(limit_clock()) == 1
    assert taken(5) == 2
    monkeypatch.setattr("readlist_site.base.rate_limits.counter.PURGE_SIZE", 1)
    assert Counter.objects.purge(limit_clock(hours=1)) == 1
    assert Counter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_as_many_as_allowed_are_let_in(settings):
    settings.RATE_LIMITS = {"post": (12, 24 * 3600)}
    assert sum(at_once(*[lambda: taken(4)] * 8)) == 12
    assert Counter.objects.get().amount == 32


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_is_refused_since_it_could_be_undone():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        Limit.of("post", "ada").take()
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_counting_does_not_wait_for_the_disk_and_what_is_written_next_does():
    by_vendor = {
        "sqlite": ("PRAGMA synchronous=FULL", "PRAGMA synchronous", 2),
        "postgresql": ("SET synchronous_commit = on", "SHOW synchronous_commit", "on"),
    }
    begin, ask, usual = by_vendor[connection.vendor]
    seen = []
    with connection.cursor() as cursor:
        cursor.execute(begin)
        if connection.vendor == "sqlite":
            connection.connection.set_trace_callback(seen.append)
        taken(1)
        assert cursor.execute(ask).fetchone() == (usual,)
    if connection.vendor == "sqlite":
        connection.connection.set_trace_callback(None)
        seen = [each for each in seen if each.startswith(("PRAGMA synchronous=", "BEGIN", "COMMIT"))]
        assert seen == ["PRAGMA synchronous=1", "BEGIN IMMEDIATE", "COMMIT", "PRAGMA synchronous=2"]
    connection.close()
