"""A curator lets a list be a draft, published or archived, and shows one where none is named."""

import pytest

from catalog.curation.change_text import change_text
from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from notes.draft import Draft
from tests import factories
from tests.catalog.admin.test_admin import change
from tests.groups.at_once import at_once

pytestmark = pytest.mark.django_db

DESK = "/admin/catalog/readinglist/"


@pytest.fixture
def other(reading_list):
    return factories.make_list("Beside", is_default=False)


def status_of(reading_list: ReadingList) -> str:
    return ReadingList.objects.get(pk=reading_list.pk).status


@pytest.mark.parametrize("status", ["draft", "archived", "published"])
def test_nobody_has_begun_with_it_so_it_may_be_anything(desk, other, status):
    ReadingList.objects.filter(pk=other.pk).update(status="archived" if status == "published" else "published")
    assert change(desk, other, status=status).status_code == 302
    assert status_of(other) == status
    assert "Status: " in change_text(Change.objects.filter(list=other).first())


def test_what_people_work_with_is_archived_and_never_a_draft_again(desk, other, ada):
    factories.make_group(ada, reading_list=other)
    response = change(desk, other, status="draft")
    assert "Archive it instead" in str(response.context["adminform"].form.errors["status"])
    assert change(desk, other, status="archived").status_code == 302
    assert change(desk, other, status="draft").status_code == 200
    assert status_of(other) == "archived"


def test_a_summary_begun_on_a_topic_is_enough(desk, other, ada):
    Draft.objects.create(author=ada, topic=other.sections.topics().first())
    assert change(desk, other, status="draft").status_code == 200


def test_the_list_that_is_shown_where_none_is_named_stays_published(desk, reading_list):
    for status in ("draft", "archived"):
        response = change(desk, reading_list, status=status)
        assert "Make another list the default list first" in str(response.context["adminform"].form.errors["status"])


def test_a_new_list_begins_as_a_draft(desk):
    assert desk.get(f"{DESK}add/").context["adminform"].form["status"].value() == "draft"


def test_ticked_at_one_list_it_is_taken_from_the_other(desk, other, reading_list):
    assert change(desk, other, is_default="on").status_code == 302
    assert ReadingList.objects.default() == other
    assert Change.objects.filter(list=reading_list, code="replaced_as_default").exists()


def test_it_is_not_taken_from_the_last_one(desk, reading_list):
    response = change(desk, reading_list, is_default=None)
    assert "Make another list the default list" in str(response.context["adminform"].form.errors["is_default"])
    assert ReadingList.objects.default() == reading_list


def make_default(desk, *lists):
    return desk.post(DESK, {"action": "make_default", "_selected_action": [each.pk for each in lists]}, follow=True)


def test_one_list_takes_the_place_of_another(desk, other, reading_list):
    assert "is now the default list" in make_default(desk, other).content.decode()
    assert ReadingList.objects.default() == other
    assert change_text(Change.objects.get(list=other)) == "Made “Beside” the default list"
    assert change_text(Change.objects.get(list=reading_list)) == "“Beside” replaced this list as the default list"


def test_only_one_and_only_a_published_one_does(desk, other, reading_list):
    assert "Choose one published list" in make_default(desk, other, reading_list).content.decode()
    ReadingList.objects.filter(pk=other.pk).update(status="draft")
    assert "one published list" in make_default(desk, other).content.decode()
    assert not ReadingList.objects.make_default(other.pk)
    assert ReadingList.objects.default() == reading_list


def test_the_desk_can_be_filtered(desk, other):
    ReadingList.objects.filter(pk=other.pk).update(status="archived")
    assert list(desk.get(f"{DESK}?status__exact=archived").context["cl"].queryset) == [other]


@pytest.mark.django_db(transaction=True)
def test_two_curators_choose_at_once_and_there_is_one_default(db):
    lists = [factories.make_list(title, is_default=False) for title in ("One", "Two")]
    assert at_once(*(lambda pk=each.pk: ReadingList.objects.make_default(pk) for each in lists)) == [True, True]
    assert ReadingList.objects.filter(is_default=True).count() == 1


def test_a_list_without_prompts_gets_the_standard_ones_when_it_is_published(desk, other):
    ReadingList.objects.filter(pk=other.pk).update(status="draft")
    other.prompts.all().delete()
    assert change(desk, other, title="Still a draft").status_code == 302
    assert not other.prompts.exists()
    change(desk, other, status="published")
    assert [(each.text, each.is_standard) for each in other.prompts.all()] == [
        (each, True) for each in factories.PROMPTS
    ]
    page = desk.get(f"{DESK}{other.pk}/change/").content.decode()
    assert "This list had no prompts" in page
    assert change_text(Change.objects.filter(list=other).first()).startswith("Added the three standard prompts")
    change(desk, other, **{"prompts-0-text": "What is it for?"})
    assert [each.is_standard for each in other.prompts.order_by("position")] == [False, True, True]
