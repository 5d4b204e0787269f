"""Moving entries and headings, and labelling them: the tree keeps its rules; the file changes where it was moved."""

import difflib

import pytest
from django.core.exceptions import ValidationError

from catalog.curation.change_text import change_text
from catalog.imports import import_list
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.list_parser import read
from catalog.markdown.write import tree_of
from catalog.outline import tree_edits
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.export import as_markdown, document_of
from catalog.outline.section import Section
from tests import factories
from tests.catalog.shipped import import_shipped, import_text, shipped_text

pytestmark = pytest.mark.django_db

LEVELS = """# One

### Deep

- [A](https://a.org/1)

## Less deep

- [B](https://a.org/2)

#### Shelf

- [C](https://a.org/3)

# Two

## Other

- [D](https://a.org/4)
"""


@pytest.fixture
def cora(db):
    return factories.make_user("Cora Curator", is_staff=True)


def entry(title: str) -> Entry:
    return Entry.objects.get(title=title)


def heading(start: str) -> Section:
    return Section.objects.get(title__startswith=start)


def titles(section: Section) -> list[str]:
    return list(section.entries.order_by("position").values_list("title", flat=True))


def changed_lines(text: str) -> tuple[list[str], list[str]]:
    """The lines that the shipped list lost and got, blank ones and rules aside."""
    lines = list(difflib.ndiff(shipped_text().splitlines(), text.splitlines()))
    return tuple([line[2:].strip() for line in lines if line[0] == mark and line[2:].strip("- ")] for mark in "-+")


def numbered(reading_list: ReadingList) -> bool:
    """Whether headings and entries are numbered over the whole list, in the order in which a reader meets them."""
    sections = list(reading_list.sections.order_by("position"))
    entries = list(Entry.objects.filter(section__list=reading_list).order_by("position"))
    places = {section.pk: section.position for section in sections}
    return (
        [row.position for row in sections] == list(range(1, len(sections) + 1))
        and [row.position for row in entries] == list(range(1, len(entries) + 1))
        and [places[row.section_id] for row in entries] == sorted(places[row.section_id] for row in entries)
        and all(row.parent_id is None or places[row.parent_id] < row.position for row in sections)
    )


def test_an_entry_moves_to_another_shelf_and_nothing_else_does(cora):
    found = import_shipped()
    moved, there = entry("ZeRO paper"), heading("Practical summaries").entries.get()
    before = list(Entry.objects.exclude(pk=moved.pk).order_by("position").values_list("pk", flat=True))
    said = tree_edits.move(moved, to=there.section, before=there, seen=found.version, by=cora)
    moved = entry("ZeRO paper")
    assert (moved.section, moved.topic, moved.role) == (there.section, there.section.parent, there.section.role)
    assert titles(there.section) == ["ZeRO paper", there.title]
    assert list(Entry.objects.exclude(pk=moved.pk).order_by("position").values_list("pk", flat=True)) == before
    assert numbered(found)
    line = Change.objects.first()
    assert (line.by, line.list, line) == (cora, found, said)
    words = change_text(said)
    assert "from “Core understanding” of “5. Distributed Training (Conceptual, not infra-heavy)” (place 2)" in words
    assert f"to “Practical summaries” of “{there.section.parent}” (place 1)" in words
    text = as_markdown(found)
    lost, got = changed_lines(text)
    assert sorted(lost) == sorted(got)
    assert 0 < len(got) < 6


def test_an_export_after_moves_arrives_as_the_same_tree(cora):
    found = import_shipped()
    tree_edits.move(entry("ZeRO paper"), to=heading("Practical summaries"), by=cora)
    tree_edits.move(heading("Tier 3"), to=None, before=heading("Tier 2"), by=cora)
    tree_edits.move(heading("6."), to=heading("Tier 2"), by=cora)
    assert numbered(found)
    text = as_markdown(found)
    assert tree_of(read(text)) == tree_of(document_of(found))
    other = import_list(read(text), slug="other", title="Other").reading_list
    parents = lambda each: [  # noqa: E731
        (row.title, row.parent.title if row.parent else None, row.level)
        for row in each.sections.select_related("parent").order_by("position")
    ]
    assert parents(other) == parents(found)


def test_levels_follow_the_parent_such_that_the_file_reads_as_the_same_tree(cora):
    found = import_text(LEVELS)
    tree_edits.move(heading("Less deep"), to=heading("One"), before=heading("Deep"), by=cora)
    assert heading("Less deep").level == 3
    assert heading("Shelf").level == 5
    tree_edits.move(heading("Other"), to=heading("One"), by=cora)
    tree_edits.move(heading("Two"), to=heading("One"), by=cora)
    assert heading("Two").level == 2
    text = as_markdown(found)
    other = import_text(text, slug="other")
    assert [(row.title, row.parent and row.parent.title) for row in other.sections.order_by("position")] == [
        ("One", None), ("Less deep", "One"), ("Shelf", "Less deep"), ("Deep", "One"), ("Other", "One"), ("Two", "One"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "to", "words"),
    [
        ("Core understanding", None, "A shelf must be under a topic"),
        ("Tier 2", "6.", "be under itself"),
        ("Tier 1", "6.", "Only shelves and pages can be under a topic"),
    ],
)
def test_a_heading_does_not_go_where_the_tree_would_break(cora, title, to, words):
    found = import_shipped()
    section = Section.objects.filter(title__contains=title).first()
    before = list(found.sections.order_by("pk").values_list("parent", "position", "level"))
    told = Change.objects.count()
    with pytest.raises(ValidationError, match=words):
        tree_edits.move(section, to=to and heading(to), by=cora)
    assert (ReadingList.objects.get().version, Change.objects.count()) == (found.version, told)
    assert list(found.sections.order_by("pk").values_list("parent", "position", "level")) == before


def test_what_stands_below_must_bear_the_new_place_too(cora, reading_list):
    page, topic = heading("How to use"), heading("2.")
    factories.make_section(reading_list, "topic", "Hidden", page)
    with pytest.raises(ValidationError, match="“Hidden” below it doesn’t fit there"):
        tree_edits.move(page, to=topic, by=cora)


def test_there_are_six_levels(cora, reading_list):
    above = heading("How to use")
    for number in range(4):
        above = factories.make_section(reading_list, "page", f"Page {number}", above)
    part = factories.make_section(reading_list, "page", "Upper", None)
    factories.make_section(reading_list, "page", "Lower", part)
    with pytest.raises(ValidationError, match="six levels"):
        tree_edits.move(part, to=above, by=cora)


def test_sources_stand_in_topics_and_of_one_list(cora, reading_list):
    moved = entry("DPO paper")
    with pytest.raises(ValidationError, match="Entries must be in a topic"):
        tree_edits.move(moved, to=heading("Tier 2"), by=cora)
    other = import_text(LEVELS)
    with pytest.raises(ValidationError, match="another list"):
        tree_edits.move(entry("DPO paper"), to=other.sections.get(title="Deep"), by=cora)


def test_up_and_down_go_one_place_and_no_further(cora, reading_list):
    shelf = heading("Primary")
    assert "from place 2 to place 1" in change_text(tree_edits.move_by(entry("GRPO paper"), -1, by=cora))
    assert titles(shelf) == ["GRPO paper", "DPO paper"]
    assert tree_edits.move_by(entry("GRPO paper"), -1, by=cora) is None
    tree_edits.move_by(entry("GRPO paper"), 1, by=cora)
    assert titles(shelf) == ["DPO paper", "GRPO paper"]
    assert tree_edits.move_by(heading("Tier 2"), -1, by=cora)
    assert reading_list.sections.filter(kind="tier").order_by("position").first().title == "Tier 2 — Judgment"
    assert numbered(reading_list)


def test_who_looked_at_an_older_list_is_told_and_changes_nothing(cora, reading_list):
    tree_edits.move_by(entry("GRPO paper"), -1, seen=0, by=cora)
    for act in (
        lambda: tree_edits.move_by(entry("DPO paper"), -1, seen=0, by=cora),
        lambda: tree_edits.set_labels(entry("DPO paper"), role="optional", seen=0, by=cora),
        lambda: tree_edits.retire(entry("DPO paper"), seen=0, by=cora),
    ):
        with pytest.raises(StaleVersion):
            act()
    assert titles(heading("Primary")) == ["GRPO paper", "DPO paper"]
    assert Change.objects.count() == 1


def test_what_changes_nothing_is_no_change(cora, reading_list):
    moved = entry("DPO paper")
    assert tree_edits.move(moved, to=moved.section, before=entry("GRPO paper"), by=cora) is None
    assert tree_edits.set_labels(moved, role="", by=cora) is None
    assert tree_edits.restore(moved, by=cora) is None
    reading_list.refresh_from_db()
    assert (reading_list.version, Change.objects.count()) == (0, 0)


def test_a_role_goes_down_to_the_entries_and_is_noted_with_what_it_was(cora, reading_list):
    said = tree_edits.set_labels(heading("Primary"), role="optional", kind="shelf", by=cora)
    assert change_text(said) == "Changed “Primary sources”. Role: core → optional"
    assert entry("DPO paper").role == "optional"
    with pytest.raises(ValidationError, match="Only shelves and pages can be under a topic"):
        tree_edits.set_labels(heading("Primary"), role="", kind="topic", by=cora)
    with pytest.raises(ValidationError, match="It can’t be a topic, because"):
        tree_edits.set_labels(heading("Tier 1"), role="", kind="topic", by=cora)


def test_retiring_and_bringing_back_are_noted(cora, reading_list):
    tree_edits.retire(heading("Primary"), by=cora)
    assert entry("DPO paper").retired_at
    tree_edits.restore(heading("Primary"), by=cora)
    assert entry("DPO paper").retired_at is None
    assert [change_text(line) for line in Change.objects.all()] == [
        "Restored “Primary sources”",
        "Retired “Primary sources”",
    ]
    reading_list.refresh_from_db()
    assert reading_list.version == 2
