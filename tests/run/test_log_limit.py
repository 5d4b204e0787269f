"""The log stays readable, and its disk has room, while each request fails: the database is away."""

import io
import logging

import pytest
from django.conf import settings
from django.db import OperationalError

from readlist_site.run import log_limit
from readlist_site.run.log_limit import LogLimit


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(log_limit, "time", clock)
    return clock


@pytest.fixture
def log():
    """A logger and what its handler, which has the limit, wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(LogLimit())
    logger = logging.Logger("of.a.test")
    logger.addHandler(handler)
    return logger, stream


def fail(logger, path="/list/", error=OperationalError):
    try:
        raise error("the connection is closed")
    except error:
        logger.error("Internal Server Error: %s", path, exc_info=True)


def test_a_storm_of_one_fault_is_a_line_a_second_with_their_number(log, clock):
    logger, stream = log
    for number in range(10_000):
        clock.now = 100 + number / 1000
        fail(logger, f"/topics/{number}/")
    said = stream.getvalue().splitlines()
    assert len([line for line in said if line.startswith("Internal Server Error")]) == 10
    assert said[0] == "Internal Server Error: /topics/0/"
    more = "(and 999 more like this in 1 s before): OperationalError: the connection is closed"
    assert f"Internal Server Error: /topics/1000/ {more}" in said
    # The traceback of the first, and a line for each second.
    assert len(said) < 20


def test_another_fault_meanwhile_is_told_at_once(log, clock):
    logger, stream = log
    for error in (OperationalError, OperationalError, ValueError):
        fail(logger, error=error)
    logger.warning("Not found: %s", "/x/")
    said = stream.getvalue()
    assert said.count("OperationalError: ") == 1
    assert said.count("ValueError: ") == 1
    assert "Not found: /x/" in said


def test_the_same_fault_at_another_place_has_its_own_traceback(log, clock):
    logger, stream = log
    fail(logger)
    try:
        raise OperationalError("the connection is closed")
    except OperationalError:
        logger.error("Internal Server Error: %s", "/x/", exc_info=True)
    assert stream.getvalue().count("Traceback") == 2


def test_a_fault_that_goes_on_has_its_traceback_once_a_minute(log, clock):
    logger, stream = log
    for second in range(120):
        clock.now = 100 + 1.5 * second
        fail(logger)
    assert stream.getvalue().count("Internal Server Error") == 120
    assert stream.getvalue().count("Traceback") == 3


def test_what_happens_rarely_is_told_as_it_is(log, clock):
    logger, stream = log
    for second in range(3):
        clock.now = 100 + 2 * second
        logger.warning("100%% of %s", "x")
    assert stream.getvalue() == "100% of x\n" * 3


def test_texts_from_outside_fill_no_memory(log, clock):
    logger, _ = log
    for number in range(3000):
        logger.warning(f"Said {number}")
    (limit,) = logger.handlers[0].filters
    assert len(limit._kinds) <= log_limit.MAX_KINDS


def test_all_that_the_product_logs_is_limited():
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["request", "limit"]
