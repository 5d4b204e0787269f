"""Sources as spines."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from notes.progress_text import shelf_text
from notes.source_marks import Shelf
from notes.spine_shapes import source_marks
from notes.steps import Steps, StepState
from tests.notes.drawn import drawn, words


def shelf(*sources: str) -> Shelf:
    """From "tall core read" and the like."""
    return Shelf.of([*source.split(" "), "", ""][:3] for source in sources)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (["tall core read"] * 6 + ["tall core reading", "tall core"], "8 sources: 6 read, 1 being read"),
        (["tall core read", "tall core"], "2 sources: 1 read"),
        (["tall core read"] * 2, "2 sources: 2 read"),
        (["tall core read"] * 3, "3 sources: 3 read"),
        (["tall core", "tall core"], "2 sources: none read"),
        (["tall core want", "tall core skipped"], "2 sources: 1 skipped, 1 to read"),
        (["tall core"], "1 source: not read"),
        (["tall core read"], "1 source: 1 read"),
        (["tall core skipped"], "1 source: 1 skipped"),
        ([], "0 sources: none read"),
    ],
)
def test_a_shelf_says_in_words_what_it_shows(sources, said):
    assert shelf_text(shelf(*sources)) == said


@pytest.mark.parametrize(("sources", "is_dense"), [(100, False), (1500, True)])
def test_the_shelf_of_a_long_list_keeps_its_height_in_a_narrow_column(sources, is_dense):
    html = source_marks(shelf(*["tall core read"] * sources))
    assert ('preserveAspectRatio="none"' in html) == is_dense


def test_a_gap_parts_roles_and_a_wider_one_topics():
    one = shelf("tall core", "tall core", "short practitioner")
    assert [spine.x for spine in one] == [1, 10, 23]
    both = Shelf.joined([one, shelf(), shelf("tall core")])
    assert [spine.x for spine in both] == [1, 10, 23, 38]
    assert both.width == 45
    assert Shelf.joined([]).width == 1


def test_only_what_is_read_counts_as_read():
    assert shelf("tall core read", "tall core reading", "tall core skipped", "tall core want").read == 1


def test_spines_are_drawn_by_kind_and_state():
    svg = fromstring(  # noqa: S314
        source_marks(
            shelf("tall core read", "tall core reading", "tall core want", "short practitioner skipped", "short")
        )
    )
    assert svg.get("aria-label") == "5 sources: 1 read, 1 being read, 1 skipped, 1 to read"
    kinds = [(rect.get("class"), rect.get("y"), rect.get("height")) for rect in svg.iter("rect")]
    assert kinds == [
        ("read", "2", "18"),
        ("reading", "2", "18"),
        ("half", "11", "9"),
        (None, "2", "18"),
        (None, "8", "12"),
        (None, "8", "12"),
    ]
    assert [svg.find("path").get("class"), svg.find("line").get("class")] == ["ribbon", "strike"]


TODO, NOW, DONE = StepState.TODO, StepState.NOW, StepState.DONE


def glyph(steps: Steps, **context) -> Element:
    return drawn("notes/steps_glyph.html", steps=steps, **context)


def test_the_glyph_shows_done_begun_and_to_come():
    svg = glyph(Steps(core=DONE, cross_checked=DONE, summarised=NOW), name="Mei-Ling")
    assert svg.get("aria-label") == "Mei-Ling: core read, cross-checked, summary started"
    assert [circle.get("class") for circle in svg.iter("circle")] == ["done", "done", "now", None]
    assert [line.get("class") for line in svg.iter("line")] == ["done", None, None]
    assert svg.find("path").get("d").startswith("M40 ")


def test_the_glyph_of_what_is_not_begun_is_four_dots():
    svg = glyph(Steps())
    assert (svg.get("data-state"), svg.get("aria-label")) == ("todo", "Not started")
    assert {circle.get("r") for circle in svg.iter("circle")} == {"1.5"}


def test_the_glyph_of_what_is_accepted_closes_with_a_tick():
    svg = glyph(Steps().with_review(summarised=DONE, reviewed=DONE, accepted=True))
    assert (svg.get("data-state"), svg.get("aria-label")) == ("accepted", "Accepted")
    assert svg.find("path").get("class") == "tick"


def test_hidden_reading_is_said_and_what_was_submitted_is_drawn():
    assert words(glyph(Steps(hidden=True), name="Jonas")) == "Jonas: reading hidden"
    svg = glyph(Steps(hidden=True).with_review(summarised=DONE, reviewed=NOW), name="Jonas")
    assert svg.get("aria-label") == "Jonas: reading hidden, summarised, in review"
