"""Groups: making one, seeing mine."""

import pytest
from django.contrib.auth.models import AnonymousUser

from groups.members.group import Group
from tests import factories


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
