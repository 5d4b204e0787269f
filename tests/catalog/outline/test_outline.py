"""The list from above: tiers in order, with the frontier among them, and what there is to read in each."""

import pytest

from catalog.lists.reading_list import ReadingList
from catalog.outline.outline import Outline
from catalog.outline.section import Section
from catalog.outline.topic_shelves import topic_shelves
from tests.catalog.shipped import import_both, import_shipped, import_text

# Rows are read and pages shown: the same on every engine.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

LINK = "\n\n- [A](https://a.org)\n\n"


def test_the_shipped_list_is_five_tiers_a_frontier_and_two_pages():
    outline = Outline.of(import_shipped())
    assert [(block.label, len(block.rows), block.source_count) for block in outline.shelves] == [
        ("Tier 1", 4, 24),
        ("Tier 2", 2, 5),
        ("Tier 3", 2, 4),
        ("Frontier", 1, 3),
        ("Tier 4", 7, 16),
        ("Tier 5", 7, 13),
    ]
    assert [block.heading.title for block in outline.blocks if block.is_page] == ["What You Can Safely Skip for Now"]
    assert outline.method_page.title == "How to Use This (Very Important)"


def test_parts_group_their_topics():
    outline = Outline.of(import_shipped())
    fourth = outline.shelves[4]
    assert [(group.part.name, len(group.rows)) for group in fourth.groups] == [
        ("Targeted Readings (Conceptual + Practitioner)", 5),
        ("Case Studies & Post-Mortems (Read Slowly)", 2),
    ]


def counts(outline: Outline) -> tuple[int, int, int]:
    return outline.tier_count, len(outline.rows), outline.source_count


def test_tiers_topics_sources_and_the_method_are_counted():
    outline = Outline.of(import_shipped())
    assert counts(outline) == (5, 23, 63)
    assert outline.method == (
        "read one core source; cross-check intuition with one practitioner source; write a 5–10 line summary"
    )
    assert (len(outline.steps), outline.prompt_count) == (3, 3)


def test_what_is_retired_is_not_counted():
    found = import_shipped()
    Section.objects.get(title__startswith="Tier 2").retire()
    assert counts(Outline.of(found)) == (4, 21, 58)


def test_a_list_without_anything_has_an_outline_too(db):
    empty = ReadingList.objects.create(slug="empty", title="Empty")
    assert counts(Outline.of(empty)) == (0, 0, 0)


def test_topics_after_a_part_that_are_not_below_it_stand_by_themselves():
    text = f"# Tier 1 — T\n## A. Part\n### One{LINK}## Two{LINK}## Notes\nProse.\n# Three{LINK}"
    outline = Outline.of(import_text(text))
    first, last = outline.blocks
    assert [(group.part and group.part.title, [row.topic.title for row in group.rows]) for group in first.groups] == [
        ("A. Part", ["One"]),
        (None, ["Two"]),
    ]
    assert [page.title for page in first.groups[1].pages] == ["Notes"]
    assert [row.topic.title for row in last.rows] == ["Three"]


def test_the_outline_takes_as_many_queries_for_a_long_list_as_for_a_short_one(django_assert_num_queries):
    short, long = import_both()
    for reading_list, topics in ((short, 23), (long, 230)):
        with django_assert_num_queries(1):
            outline = Outline.of(reading_list)
            assert len(outline.rows) == topics
            assert outline.source_count


def words_of(title: str) -> list[tuple[str, str]]:
    topic = Section.objects.get(title__startswith=title)
    return [(shelf.heading.title if shelf.heading else "", shelf.advice) for shelf in topic_shelves(topic)]


def test_each_shelf_says_what_to_do_with_its_sources():
    import_shipped()
    assert words_of("3.") == [
        ("Must-read", "Core sources: read one"),
        ("Practical evaluation intuition", "Practitioner sources: cross-check with one"),
    ]
    assert words_of("1.") == [
        ("Primary sources (read all)", "Core sources"),
        ("Supporting intuition (highly recommended)", "Supporting sources: cross-check with one"),
    ]
    assert words_of("6.") == [("", "Read one, then cross-check with another")]
    assert words_of("Real Failures") == [("", "Case studies: read one, then cross-check with another")]
    assert words_of("Frontier") == [("", "Optional sources: read one, then cross-check with another")]
    assert words_of("Compute Constraints") == [("", "Case study: the only one, so no cross-check is needed")]
