"""Groups: making one, seeing mine."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from groups.members.group import Group
from tests import factories
from tests.groups.reviewing import show


def test_a_new_group_belongs_to_who_made_it(signed_in, ada, reading_list):
    response = signed_in(ada).post("/groups/new/", {"name": "  Thursday   post-training "})
    group = Group.objects.get()
    assert (group.name, group.list) == ("Thursday post-training", reading_list)
    assert group.role_of(ada) == "owner"
    assert response.headers["Location"] == f"/groups/{group.pk}/members/"


def test_one_list_is_no_choice(signed_in, ada, reading_list):
    assert 'name="list"' not in signed_in(ada).get("/groups/new/").content.decode()


def test_of_several_lists_the_default_one_is_chosen(signed_in, ada, reading_list):
    other = factories.make_list("Another", is_default=False)
    client = signed_in(ada)
    form = client.get("/groups/new/").context["form"]
    assert form["list"].value() == reading_list.pk
    client.post("/groups/new/", {"name": "Ours", "list": other.pk})
    assert Group.objects.get().list == other


@pytest.mark.parametrize(
    "data", [{}, {"name": " "}, {"name": "x" * 81}, {"name": "a\x00b"}, {"name": "Ours", "list": "nothing"}]
)
def test_a_form_that_is_wrong_says_so_at_the_field(signed_in, ada, reading_list, data):
    factories.make_list("Another", is_default=False)
    response = signed_in(ada).post("/groups/new/", data)
    assert 'aria-describedby="id_' in response.content.decode()
    assert not Group.objects.exists()


def test_a_stranger_finds_no_group(signed_in, group, stranger, ada):
    client = signed_in(stranger)
    for path in ("", "members/", "membership/cancel/"):
        assert client.get(f"/groups/{group.pk}/{path}").status_code == 404
        assert signed_in(ada).get(f"/groups/{group.pk}/{path}").status_code == 200
    for path in ("membership/", "membership/cancel/", "invitations/"):
        assert client.post(f"/groups/{group.pk}/{path}").status_code == 404


def test_a_group_is_nobodys_who_is_not_signed_in(group, client):
    assert not Group.objects.visible_to(AnonymousUser()).exists()
    assert not Group.objects.moderated_by(AnonymousUser()).exists()
    assert client.get(f"/groups/{group.pk}/").headers["Location"].startswith("/accounts/login/")


def test_the_owner_sets_the_rules_for_what_is_submitted_from_then_on(signed_in, group, ada, jonas):
    before, url = show(ada, group), reverse("group_settings", args=[group.pk])
    rules = {"required_reviews": 3, "claim_days": 5, "single_approval_days": 10}
    page = signed_in(ada).post(url, {"name": "Fridays", **rules}, follow=True)
    assert "Group settings saved." in page.content.decode()
    after = show(jonas, group)
    before.refresh_from_db()
    assert (before.claim_days, before.single_approval_days) == (3, 7)
    assert (after.claim_days, after.single_approval_days) == (5, 10)
    group.refresh_from_db()
    assert group.required_reviews == 3


@pytest.mark.parametrize("wrong", [{"required_reviews": 4}, {"claim_days": 0}, {"single_approval_days": "soon"}])
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(signed_in, group, ada, wrong):
    url = reverse("group_settings", args=[group.pk])
    answer = signed_in(ada).post(url, {"name": "Fridays", **wrong})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert signed_in(ada).post(url, {"name": "Fridays"}).status_code == 302, "left out, a rule stays"


def test_a_new_group_says_what_to_do_next_until_it_is_done(signed_in, ada, jonas, reading_list):
    group = factories.make_group(ada, reading_list=reading_list)
    page = signed_in(ada).get(group.get_absolute_url()).content.decode()
    assert "Create an invitation link and send it to others" in page
    assert "Choose the first topic" in page
    group.memberships.create(person=jonas)
    page = signed_in(ada).get(group.get_absolute_url()).content.decode()
    assert "You have invited people" in page
    assert "Choose the first topic" in page
    assert "Next steps" not in signed_in(jonas).get(group.get_absolute_url()).content.decode()
    show(jonas, group)
    assert "Next steps" not in signed_in(ada).get(group.get_absolute_url()).content.decode()
