"""What comes of visits over time: strikes, doubts and their end."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.links.judging import Finding
from catalog.links.recording import ANSWERS_AGAIN, KEPT, record
from catalog.models import Doubt, LinkCheck, NextCheck
from readlist_site.visiting.fetch import Found, Visit

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def source(listed):
    made = listed("Scaling laws", "/laws")
    NextCheck.objects.create(source=made, host=made.host)
    return made


@pytest.fixture
def found(source):
    """A function: a visit at this time had that outcome."""

    def find(outcome: str, at: datetime, note: str = "So.", better: str = "", visit: Visit | None = None):
        visit = visit or Visit(source.url, Found.ANSWERED, 200)
        return record(source, visit, "Title", Finding(outcome, note, better), at)

    return find


def open_doubts(source):
    return [(doubt.kind, doubt.note, doubt.better_url) for doubt in source.doubts.open()]


def due_in(source, at):
    return NextCheck.objects.get(source=source).due_at - at


def test_one_strike_is_written_down_and_the_next_day_decides(source, found):
    assert found("dead", MONDAY).outcome == "dead"
    found("dead", MONDAY + 11 * HOUR)
    assert not open_doubts(source)
    assert due_in(source, MONDAY + 11 * HOUR) == DAY
    found("dead", MONDAY + 13 * HOUR)
    assert open_doubts(source) == [("dead", "So.", "")]
    assert due_in(source, MONDAY + 13 * HOUR) >= 6 * DAY


def test_an_answer_between_two_strikes_takes_the_first_back_and_a_timeout_does_not(source, found):
    found("dead", MONDAY)
    found("fine", MONDAY + DAY)
    found("dead", MONDAY + 2 * DAY)
    assert not open_doubts(source)
    found("unsure", MONDAY + 3 * DAY)
    found("dead", MONDAY + 4 * DAY)
    assert open_doubts(source)


def test_a_strike_against_another_link_does_not_count(source, found):
    found("dead", MONDAY)
    source.url = source.url + "-corrected"
    source.save()
    found("dead", MONDAY + DAY)
    assert not open_doubts(source)


def test_what_was_corrected_or_deleted_while_it_was_visited_is_not_judged(source, found):
    old = Visit("http://127.0.0.1/old", Found.GONE, 404)
    assert found("dead", MONDAY, visit=old) is None
    source.entries.all().delete()
    source.delete()
    assert found("dead", MONDAY, visit=Visit(source.url, Found.GONE, 404)) is None
    assert not LinkCheck.objects.exists()


def test_a_move_and_another_title_are_doubted_at_once(source, found):
    found("moved", MONDAY, "There.", "https://example.com/laws")
    assert open_doubts(source) == [("moved", "There.", "https://example.com/laws")]
    found("title_differs", MONDAY + DAY, "Else.")
    assert open_doubts(source) == [("title_differs", "Else.", "")]


def test_a_link_that_answers_again_ends_what_visits_had_doubted(source, found):
    found("dead", MONDAY)
    found("dead", MONDAY + DAY)
    found("unsure", MONDAY + 2 * DAY)
    assert open_doubts(source)
    found("fine", MONDAY + 3 * DAY)
    doubt = source.doubts.get()
    assert (doubt.how, doubt.reason, doubt.settled_by) == ("dismissed", ANSWERS_AGAIN, None)
    found("dead", MONDAY + 4 * DAY)
    found("dead", MONDAY + 5 * DAY)
    assert open_doubts(source) == [("dead", "So.", "")]


@pytest.mark.parametrize("kind", ["elsewhere", "unconfirmed", "reported"])
def test_what_people_doubt_is_theirs_to_settle(source, found, kind):
    Doubt.objects.raise_about(source, kind=kind, note="Somebody looked.")
    found("fine", MONDAY)
    assert open_doubts(source) == [(kind, "Somebody looked.", "")]


def test_what_a_curator_dismissed_is_not_raised_week_after_week(source, found, ada):
    found("title_differs", MONDAY, "Else.")
    Doubt.objects.open().settle("dismissed", ada, "It is the same.")
    found("title_differs", MONDAY + 7 * DAY, "Else.")
    assert not open_doubts(source)
    found("title_differs", MONDAY + 14 * DAY, "Another again.")
    assert open_doubts(source) == [("title_differs", "Another again.", "")]


def test_who_reaches_nobody_strikes_nobody(source, found):
    away = Visit(source.url, Found.UNREACHED, note="There is no such host.")
    for day in range(3):
        assert found("dead", MONDAY + day * DAY, visit=away).outcome == "unsure"
    found("fine", MONDAY + 3 * DAY)
    assert found("dead", MONDAY + 3 * DAY + HOUR, visit=away).outcome == "dead"


def test_a_host_that_asks_to_come_later_is_spared_with_all_its_links(source, found, listed):
    other, elsewhere = listed("More laws", "/more"), listed("Else", "/else", "other.example")
    for each in (other, elsewhere):
        NextCheck.objects.create(source=each, host=each.host, due_at=MONDAY)
    asked = Visit(source.url, Found.UNCLEAR, 429, retry_after=2 * 3600)
    assert found("unsure", MONDAY, visit=asked).outcome == "unsure"
    assert due_in(source, MONDAY) == due_in(other, MONDAY) == 2 * HOUR
    assert due_in(elsewhere, MONDAY) == timedelta()
    found("unsure", MONDAY, visit=Visit(source.url, Found.UNCLEAR, 503, retry_after=1e9))
    assert due_in(source, MONDAY) == 7 * DAY
    found("unsure", MONDAY, visit=Visit(source.url, Found.UNCLEAR, 429, retry_after=0))
    assert due_in(source, MONDAY) == HOUR
    assert not open_doubts(source)


def test_the_last_visits_are_kept(source, found):
    for day in range(KEPT + 5):
        found("fine", MONDAY + day * DAY)
    assert source.checks.count() == KEPT
    assert source.checks.first().at == MONDAY + (KEPT + 4) * DAY
