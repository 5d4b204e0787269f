"""What comes of visits over time: strikes, issues and their end."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.links.evaluate import Finding
from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.links.record import ANSWERS_AGAIN, CHECKS_KEPT, record
from readlist_site.base.link_fetch.fetch import FetchOutcome, FetchResult

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def source(listed):
    made = listed("Scaling laws", "/laws")
    LinkSchedule.objects.create(source=made, host=made.host)
    return made


@pytest.fixture
def found(source):
    """A function: a visit at this time had that outcome."""

    def find(outcome: str, at: datetime, note: str = "So.", better: str = "", visit: FetchResult | None = None):
        visit = visit or FetchResult(source.url, FetchOutcome.ANSWERED, 200)
        return record(source, visit, "Title", Finding(outcome, note, better), at)

    return find


def open_issues(source):
    return [(issue.kind, issue.note, issue.better_url) for issue in source.link_issues.open()]


def due_in(source, at):
    return LinkSchedule.objects.get(source=source).due_at - at


def test_one_strike_is_written_down_and_the_next_day_decides(source, found):
    assert found("dead", MONDAY).outcome == "dead"
    found("dead", MONDAY + 11 * HOUR)
    assert not open_issues(source)
    assert due_in(source, MONDAY + 11 * HOUR) == DAY
    found("dead", MONDAY + 13 * HOUR)
    assert open_issues(source) == [("dead", "So.", "")]
    assert due_in(source, MONDAY + 13 * HOUR) >= 6 * DAY


def test_an_answer_between_two_strikes_takes_the_first_back_and_a_timeout_does_not(source, found):
    found("dead", MONDAY)
    found("fine", MONDAY + DAY)
    found("dead", MONDAY + 2 * DAY)
    assert not open_issues(source)
    found("unsure", MONDAY + 3 * DAY)
    found("dead", MONDAY + 4 * DAY)
    assert open_issues(source)


def test_a_strike_against_another_link_does_not_count(source, found):
    found("dead", MONDAY)
    source.url = source.url + "-corrected"
    source.save()
    found("dead", MONDAY + DAY)
    assert not open_issues(source)


def test_what_was_corrected_or_deleted_while_it_was_visited_is_not_judged(source, found):
    old = FetchResult("http://127.0.0.1/old", FetchOutcome.GONE, 404)
    assert found("dead", MONDAY, visit=old) is None
    source.entries.all().delete()
    source.delete()
    assert found("dead", MONDAY, visit=FetchResult(source.url, FetchOutcome.GONE, 404)) is None
    assert not LinkCheck.objects.exists()


def test_a_move_and_another_title_are_doubted_at_once(source, found):
    found("moved", MONDAY, "There.", "https://example.com/laws")
    assert open_issues(source) == [("moved", "There.", "https://example.com/laws")]
    found("title_differs", MONDAY + DAY, "Else.")
    assert open_issues(source) == [("title_differs", "Else.", "")]


def test_a_link_that_answers_again_ends_what_visits_had_doubted(source, found):
    found("dead", MONDAY)
    found("dead", MONDAY + DAY)
    found("unsure", MONDAY + 2 * DAY)
    assert open_issues(source)
    found("fine", MONDAY + 3 * DAY)
    issue = source.link_issues.get()
    assert (issue.resolution, issue.reason, issue.resolved_by) == ("dismissed", ANSWERS_AGAIN, None)
    found("dead", MONDAY + 4 * DAY)
    found("dead", MONDAY + 5 * DAY)
    assert open_issues(source) == [("dead", "So.", "")]


@pytest.mark.parametrize("kind", ["elsewhere", "unconfirmed", "reported"])
def test_a_report_is_theirs_to_settle(source, found, kind):
    LinkIssue.objects.raise_issue(source, kind=kind, note="Somebody looked.")
    found("fine", MONDAY)
    assert open_issues(source) == [(kind, "Somebody looked.", "")]


def test_what_a_curator_dismissed_is_not_raised_week_after_week(source, found, ada):
    found("title_differs", MONDAY, "Else.")
    LinkIssue.objects.open().resolve("dismissed", ada, "It is the same.")
    found("title_differs", MONDAY + 7 * DAY, "Else.")
    assert not open_issues(source)
    found("title_differs", MONDAY + 14 * DAY, "Another again.")
    assert open_issues(source) == [("title_differs", "Another again.", "")]


def test_who_reaches_nobody_strikes_nobody(source, found):
    away = FetchResult(source.url, FetchOutcome.UNREACHED, problem="no_such_host")
    for day in range(3):
        assert found("dead", MONDAY + day * DAY, visit=away).outcome == "unsure"
    found("fine", MONDAY + 3 * DAY)
    assert found("dead", MONDAY + 3 * DAY + HOUR, visit=away).outcome == "dead"


def test_a_host_that_asks_to_come_later_is_spared_with_all_its_links(source, found, listed):
    other, elsewhere = listed("More laws", "/more"), listed("Else", "/else", "other.example")
    for each in (other, elsewhere):
        LinkSchedule.objects.create(source=each, host=each.host, due_at=MONDAY)
    asked = FetchResult(source.url, FetchOutcome.UNCLEAR, 429, retry_after=2 * 3600)
    assert found("unsure", MONDAY, visit=asked).outcome == "unsure"
    assert due_in(source, MONDAY) == due_in(other, MONDAY) == 2 * HOUR
    assert due_in(elsewhere, MONDAY) == timedelta()
    found("unsure", MONDAY, visit=FetchResult(source.url, FetchOutcome.UNCLEAR, 503, retry_after=1e9))
    assert due_in(source, MONDAY) == 7 * DAY
    found("unsure", MONDAY, visit=FetchResult(source.url, FetchOutcome.UNCLEAR, 429, retry_after=0))
    assert due_in(source, MONDAY) == HOUR
    assert not open_issues(source)


def test_the_last_visits_are_kept(source, found):
    for day in range(CHECKS_KEPT + 5):
        found("fine", MONDAY + day * DAY)
    assert source.checks.count() == CHECKS_KEPT
    assert source.checks.first().at == MONDAY + (CHECKS_KEPT + 4) * DAY
