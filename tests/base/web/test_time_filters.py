"""How pages speak of times."""

from datetime import UTC, datetime
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import timezone
from django.utils.translation import override

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def shown(filter_name: str, when: datetime | None, zone: str = "Europe/Berlin") -> str:
    template = engines["django"].from_string("{{ when|" + filter_name + " }}")
    with mock.patch.object(timezone, "now", return_value=NOW), timezone.override(ZoneInfo(zone)):
        return template.render({"when": when})


@pytest.mark.parametrize(
    ("when", "moment", "lately"),
    [
        (datetime(2026, 11, 24, 11, 20, tzinfo=UTC), "today, 12:20", "12:20"),
        (datetime(2026, 11, 23, 22, 2, tzinfo=UTC), "yesterday, 23:02", "Monday"),
        (datetime(2026, 11, 23, 23, 2, tzinfo=UTC), "today, 00:02", "00:02"),
        (datetime(2026, 11, 20, 18, 12, tzinfo=UTC), "Friday 20 Nov, 19:12", "Friday"),
        (datetime(2026, 11, 17, 18, 12, tzinfo=UTC), "Tuesday 17 Nov, 19:12", "17 Nov"),
        (datetime(2025, 11, 20, 18, 12, tzinfo=UTC), "20 Nov 2025, 19:12", "20 Nov 2025"),
    ],
)
def test_times_are_said_in_the_readers_zone(when, moment, lately):
    assert f">{moment}</time>" in shown("exact_time", when)
    assert f">{lately}</time>" in shown("short_time", when)


def test_a_time_says_all_of_itself_to_machines_and_to_who_points_at_it():
    html = shown("exact_time", datetime(2026, 11, 24, 11, 20, tzinfo=UTC))
    assert 'datetime="2026-11-24T12:20+01:00"' in html
    assert 'title="Tuesday, 24 November 2026, 12:20 CET"' in html


def test_a_text_that_is_kept_is_nobody_elses():
    """Each of these would find what the one before left."""
    when = datetime(2026, 11, 23, 23, 2, tzinfo=UTC)
    assert ">today, 00:02<" in shown("exact_time", when)
    assert ">yesterday, 23:02<" in shown("exact_time", when, "Europe/London")
    with override("de"):
        assert "00:02" in shown("exact_time", when)
        assert "today" not in shown("exact_time", when)
        assert "yesterday" not in shown("exact_time", when, "Europe/London")
    with mock.patch(f"{__name__}.NOW", datetime(2026, 11, 25, 12, 0, tzinfo=UTC)):
        assert ">yesterday, 00:02<" in shown("exact_time", when)


def test_no_time_is_no_words():
    assert shown("exact_time", None) == shown("short_time", None) == ""
