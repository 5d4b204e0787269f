"""The history: every save at the desk leaves one line, with what was there before, and nobody overwrites another."""

import pytest
from django.urls import reverse

from catalog.curation.change_text import change_text
from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from tests import factories
from tests.catalog.admin.test_admin import act, change, errors, fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_desk(db, signed_in):
    return signed_in(factories.make_curator("Omar Other"))


def lines() -> list[str]:
    """Every line, the first one first."""
    return [change_text(change) for change in Change.objects.order_by("pk")]


def entry(title: str) -> Entry:
    return Entry.objects.get(title=title)


def test_a_save_says_what_it_changed_from_what_to_what(desk, curator, reading_list):
    found = entry("DPO paper")
    values = {"title": "The DPO paper", "why": "Short.", "own_role": "optional", "reread": "on"}
    assert change(desk, found, section=Section.objects.get(title="2. Efficiency").pk, **values).status_code == 302
    assert lines() == [
        "Changed entry “DPO paper”. Heading: “Primary sources” → “2. Efficiency”; "
        "Role: nothing → “optional”; Read again: no → yes; "
        "Title: “DPO paper” → “The DPO paper”; Reason: “Why: **DPO paper**.” → “Short.”"
    ]
    line = Change.objects.get()
    assert (line.by, line.list, line.source) == (curator, reading_list, None)
    assert ReadingList.objects.get().version == 1


def test_a_heading_with_its_sources_is_one_line(desk, reading_list):
    shelf = Section.objects.get(title="Primary sources")
    new = {"entries-TOTAL_FORMS": "3", "entries-2-section": shelf.pk, "entries-2-title": "New"}
    new |= {"entries-2-url": "https://new.example.org/", "entries-0-title": "DPO"}
    response = change(desk, shelf, role="optional", **new)
    assert response.status_code == 302, errors(response)
    assert lines() == [
        "Changed heading “Primary sources”. Role: “core” → “optional”; "
        "changed entry “DPO paper” (Title: “DPO paper” → “DPO”); added entry “New”"
    ]


def test_what_changes_nothing_leaves_no_line(desk, reading_list):
    for row in (reading_list, Section.objects.get(title="Primary sources"), entry("DPO paper"), Source.objects.first()):
        assert change(desk, row).status_code == 302
    assert lines() == []
    assert ReadingList.objects.get().version == 0


def test_a_source_has_lines_of_its_own_which_its_lists_show(desk, reading_list):
    source = entry("DPO paper").source
    response = change(desk, source, authors="Ada Okafor\nJonas Lind", year="2024", url="https://example.org/dpo-1")
    assert response.status_code == 302, errors(response)
    line = Change.objects.get()
    assert (line.list, line.source) == (None, source)
    assert "Authors: nothing → “Ada Okafor, Jonas Lind”; Year: nothing → 2024" in change_text(line)
    page = desk.get(reverse("admin:catalog_readinglist_changes", args=[reading_list.pk])).content.decode()
    assert "Ada Okafor, Jonas Lind" in page


def test_steps_swap_their_places(desk, reading_list):
    response = change(desk, reading_list, **{"steps-0-position": "2", "steps-1-position": "1"})
    assert response.status_code == 302, errors(response)
    assert [step.words for step in reading_list.steps.all()] == [
        "Cross-check it", "Read one core source", "Write 5–10 lines",
    ]  # fmt: skip
    assert "changed step “Cross-check it” (Position: 2 → 1)" in lines()[0]


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ({"prompts-2-position": "1"}, [2, 0, 1]),
        ({"prompts-0-position": "3"}, [1, 2, 0]),
        ({"prompts-0-position": "2"}, [1, 0, 2]),
        ({"prompts-0-position": ""}, [1, 2, 0]),
    ],
)
def test_a_prompt_comes_to_stand_where_its_number_says(desk, reading_list, values, order):
    assert change(desk, reading_list, **values).status_code == 302
    found = list(reading_list.prompts.not_retired().values_list("text", "position"))
    assert found == [(factories.PROMPTS[at], place) for place, at in enumerate(order, start=1)]


def test_a_step_is_added_without_a_number_and_another_removed(desk, reading_list):
    new = {"steps-TOTAL_FORMS": "4", "steps-3-text": "Rest", "steps-3-list": reading_list.pk, "steps-3-position": ""}
    response = change(desk, reading_list, **new, **{"steps-0-DELETE": "on"})
    assert response.status_code == 302, errors(response)
    found = list(reading_list.steps.values_list("text", "position"))
    assert found == [("Cross-check it", 1), ("Write 5–10 lines", 2), ("Rest", 3)]
    assert "Removed step “Read one core source”; added step “Rest”" in lines()[0]


def test_retiring_at_the_tables_and_deleting_leave_lines(desk, reading_list):
    act(desk, "entry", "retire", entry("DPO paper"), entry("GRPO paper"))
    act(desk, "entry", "restore", entry("DPO paper"))
    desk.post(reverse("admin:catalog_entry_delete", args=[entry("A guide").pk]), {"post": "yes"})
    assert lines() == [
        "Retired “DPO paper”", "Retired “GRPO paper”", "Restored “DPO paper”", "Deleted entry “A guide”",
    ]  # fmt: skip
    assert ReadingList.objects.get().version == 4


def test_the_second_of_two_who_have_one_form_open_is_told_and_may_still_decide(desk, other_desk, reading_list):
    found = entry("DPO paper")
    url = reverse("admin:catalog_entry_change", args=[found.pk])
    typed = fields_of(desk.get(url)) | {"title": "Mine", "own_role": "optional"}
    assert change(other_desk, found, title="Theirs").status_code == 302
    response = desk.post(url, typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Omar Other changed this after you opened it" in page
    assert "Present value: “Theirs”" in page
    assert 'value="Mine"' in page
    assert entry("Theirs").own_role == ""
    assert desk.post(url, fields_of(response)).status_code == 302
    assert entry("Mine").own_role == "optional"


def test_a_row_that_another_one_moved_is_no_reason_to_stop(desk, other_desk, reading_list):
    found = entry("DPO paper")
    url = reverse("admin:catalog_entry_change", args=[found.pk])
    typed = fields_of(desk.get(url)) | {"title": "Mine"}
    change(other_desk, entry("GRPO paper"), title="Theirs")
    assert desk.post(url, typed).status_code == 302
    assert set(lines()) == {
        "Changed entry “GRPO paper”. Title: “GRPO paper” → “Theirs”",
        "Changed entry “DPO paper”. Title: “DPO paper” → “Mine”",
    }


def note_deleted(row: str, **who) -> None:
    Change.objects.record("deleted", {"model": "entry", "row": row}, **who)


def test_what_an_earlier_version_wrote_keeps_its_words(desk, reading_list):
    Change.objects.create(list=reading_list, what="Moved “Style” somewhere else")
    page = desk.get(reverse("admin:catalog_readinglist_changes", args=[reading_list.pk])).content.decode()
    assert "Moved “Style” somewhere else" in page


def test_the_latest_fifty_stand_first_and_one_curator_can_be_read_alone(desk, curator, reading_list):
    omar = factories.make_curator("Omar Other")
    other = factories.make_list("Other", is_default=False)
    for number in range(60):
        note_deleted(f"No. {number}", by=curator if number % 2 else omar, list=reading_list)
    note_deleted("Of another list", by=omar, list=other)
    url = reverse("admin:catalog_readinglist_changes", args=[reading_list.pk])

    def shown(query: str = "") -> list[str]:
        response = desk.get(url + query)
        return [change_text(row) for row in reversed(response.context["found"].rows)], response.context["found"].earlier

    first, key = shown()
    assert first == [f"Deleted entry “No. {number}”" for number in range(59, 9, -1)]
    assert shown(f"?before={key}") == ([f"Deleted entry “No. {number}”" for number in range(9, -1, -1)], None)
    assert shown(f"?by={omar.pk}")[0] == [f"Deleted entry “No. {number}”" for number in range(58, -1, -2)]
    for rubbish in ("?by=x", "?before=x", "?by=&before="):
        assert shown(rubbish)[0] == first
