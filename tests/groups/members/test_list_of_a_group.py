"""Which list a group reads: chosen when it begins, and again while nothing was submitted."""

import pytest
from django.urls import reverse

from catalog.lists.reading_list import ReadingList
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.reviews.submission import Submission
from tests import factories
from tests.groups.reviewing import revise, show, topic_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(group):
    return factories.make_list("Beside", is_default=False)


def settings_of(group) -> str:
    return reverse("group_settings", args=[group.pk])


def test_where_there_is_one_list_nobody_is_asked(group, ada, signed_in):
    assert "list" not in signed_in(ada).get(settings_of(group)).context["form"].fields


def test_the_owner_lets_the_group_read_another_list(group, other, ada, signed_in):
    page = signed_in(ada).get(settings_of(group))
    assert page.context["form"]["list"].value() == group.list_id
    response = signed_in(ada).post(settings_of(group), {"name": group.name, "list": other.pk}, follow=True)
    assert "Group settings saved." in response.content.decode()
    group.refresh_from_db()
    assert group.list == other


def test_once_something_was_submitted_it_stays(group, other, ada, signed_in):
    show(ada, group).submission.withdraw()
    page = signed_in(ada).get(settings_of(group))
    assert "You can’t change the list any more" in page.content.decode()
    assert "list" not in page.context["form"].fields
    signed_in(ada).post(settings_of(group), {"name": "Fridays", "list": other.pk})
    group.refresh_from_db()
    assert (group.name, group.list_id == other.pk) == ("Fridays", False)
    with pytest.raises(RuleViolation, match="can’t change the group’s list"):
        group.update_settings(name="Fridays", list=other, by=ada)


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_it_can_not_come_to_read_what_is_not_published(group, other, ada, signed_in, status):
    factories.make_list("Third", is_default=False)
    ReadingList.objects.filter(pk=other.pk).update(status=status)
    response = signed_in(ada).post(settings_of(group), {"name": group.name, "list": other.pk})
    assert response.status_code == 422
    assert response.context["form"].errors["list"]
    for act in (
        lambda: group.update_settings(name=group.name, list=other, by=ada),
        lambda: Group.objects.create_with_owner(ada, name="Ours", list=other),
    ):
        with pytest.raises(RuleViolation, match="is no longer published"):
            act()


def test_a_group_that_reads_an_archived_list_may_keep_it(group, other, ada, signed_in):
    ReadingList.objects.filter(pk=other.pk).update(status="archived")
    Group.objects.filter(pk=group.pk).update(list=other)
    response = signed_in(ada).post(settings_of(group), {"name": "Fridays", "list": other.pk})
    assert response.status_code == 302
    group.refresh_from_db()
    assert (group.name, group.list) == ("Fridays", other)


def test_what_was_written_for_the_list_before_is_not_submitted(group, other, ada):
    revision = revise(ada, topic_of(group))
    seen = Group.objects.get(pk=group.pk)
    group.update_settings(name=group.name, list=other, by=ada)
    with pytest.raises(RuleViolation, match="is not on the list"):
        Submission.objects.submit(revision, seen)
