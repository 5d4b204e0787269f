"""The line meter."""

import pytest

from notes.line_meter import LineMeter
from tests.notes.drawn import drawn, words


@pytest.mark.parametrize(
    ("lines", "ticks", "said"),
    [
        (0, 12, "0 of 5–10 lines"),
        (7, 12, "7 of 5–10 lines"),
        (11, 12, "11 of 5–10 lines · 1 too many"),
        (30, 30, "30 of 5–10 lines · 20 too many"),
        (4000, 44, "4000 of 5–10 lines · 3990 too many"),
    ],
)
def test_the_meter_has_room_for_any_length(lines, ticks, said):
    meter = drawn("notes/line_meter.html", meter=LineMeter(lines), oob=True)
    rects = list(meter.iter("rect"))
    assert len(rects) == ticks
    assert float(rects[-1].get("x")) + float(rects[-1].get("width")) <= 132
    assert sum(rect.get("class") == "on" for rect in rects) == min(lines, 10)
    assert words(meter) == said


def test_the_range_stands_under_the_fifth_to_the_tenth_tick():
    assert LineMeter(7).range == ("44.5", "106.5")
