"""A heading's page at the desk: its entries are saved with it, and nothing that was written of one is lost."""

import gc
import weakref

import pytest
from django.urls import reverse

from catalog.admin.section import MAX_INLINE_ENTRIES
from catalog.outline import tree_edits
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from tests import factories
from tests.catalog.admin.test_admin import change, fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(reading_list):
    """It holds “DPO paper” and “GRPO paper”."""
    return Section.objects.get(title="Primary sources")


def page_of(section: Section) -> str:
    return reverse("admin:catalog_section_change", args=[section.pk])


def test_what_was_written_of_an_entry_that_moved_meanwhile_is_refused_and_kept(desk, curator, shelf):
    page, moved = page_of(shelf), shelf.entries.get(title="DPO paper")
    typed = fields_of(desk.get(page)) | {"entries-0-why": "Typed of DPO.", "entries-1-why": "Typed of GRPO."}
    tree_edits.move(moved, to=Section.objects.get(title="2. Efficiency"), by=curator)
    response = desk.post(page, typed)
    assert response.status_code == 200
    assert "“DPO paper” was moved elsewhere." in response.text
    assert "Typed of DPO." in response.text
    assert "Typed of GRPO." in response.text
    assert reverse("admin:catalog_entry_change", args=[moved.pk]) in response.text
    assert not Entry.objects.filter(why__startswith="Typed").exists()
    assert Change.objects.count() == 1


def test_what_was_written_of_an_entry_that_was_deleted_meanwhile_is_refused_and_kept(desk, shelf):
    page = page_of(shelf)
    typed = fields_of(desk.get(page)) | {"entries-1-why": "Typed of GRPO."}
    shelf.entries.get(title="GRPO paper").delete()
    response = desk.post(page, typed)
    assert "“GRPO paper” was deleted." in response.text
    assert "Typed of GRPO." in response.text
    assert not Change.objects.exists()


def test_rows_keep_their_names_when_the_order_was_changed_meanwhile(desk, curator, shelf):
    page = page_of(shelf)
    typed = fields_of(desk.get(page)) | {"entries-1-title": ""}
    tree_edits.move_by(shelf.entries.get(title="DPO paper"), 1, by=curator)
    rows = list(desk.post(page, typed).context["inline_admin_formsets"][0])
    assert [row.original.pk for row in rows[:2]] == [typed["entries-0-id"], typed["entries-1-id"]]


def test_a_changed_reason_or_link_relates_the_entry_anew(desk, shelf):
    link = "[beside](https://beside.example.org/)"
    new = {"entries-TOTAL_FORMS": "3", "entries-2-title": "New", "entries-2-url": "https://new.example.org/"}
    assert change(desk, shelf, **new, **{"entries-0-why": f"See {link}.", "entries-2-why": link}).status_code == 302
    assert [[each.url for each in entry.related_links.all()] for entry in shelf.entries.order_by("position")] == [
        ["https://beside.example.org/"],
        [],
        ["https://beside.example.org/"],
    ]
    assert change(desk, shelf, **{"entries-0-url": "https://beside.example.org/"}).status_code == 302
    assert not shelf.entries.order_by("position").first().related_links.exists()


def test_nothing_of_a_page_stays_in_memory(desk, shelf):
    """The admin makes new classes of forms for each request, which hold the request."""
    made = weakref.WeakSet(type(each.formset) for each in desk.get(page_of(shelf)).context["inline_admin_formsets"])
    assert made
    desk.get(page_of(shelf))
    gc.collect()
    assert not made


def test_very_many_entries_are_links_to_their_own_pages(desk, shelf):
    for number in range(MAX_INLINE_ENTRIES - 1):
        factories.make_entry(shelf, f"More {number}")
    page = desk.get(page_of(shelf))
    assert "There are too many entries to edit them here" in page.text
    for entry in shelf.entries.all():
        assert f'<a href="{reverse("admin:catalog_entry_change", args=[entry.pk])}">{entry}</a>' in page.text
    assert not any(name.startswith("entries-") for name in fields_of(page))
    assert change(desk, shelf, title="Many sources").status_code == 302
    shelf.refresh_from_db()
    assert (shelf.title, shelf.entries.count()) == ("Many sources", MAX_INLINE_ENTRIES + 1)


def test_rows_that_were_opened_before_there_were_too_many_are_saved(desk, shelf):
    page = page_of(shelf)
    typed = fields_of(desk.get(page)) | {"entries-0-why": "Typed in time."}
    for number in range(MAX_INLINE_ENTRIES - 1):
        factories.make_entry(shelf, f"More {number}")
    assert desk.post(page, typed).status_code == 302
    assert shelf.entries.get(title="DPO paper").why == "Typed in time."
