"""What administrators see of groups."""

import pytest
from django.apps import apps
from django.contrib import admin

from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.reports.report import ContentReport
from tests import factories


@pytest.fixture
def administrator(db):
    return factories.make_user("Root", is_staff=True, is_superuser=True)


@pytest.fixture
def client(signed_in, administrator):
    return signed_in(administrator)


def inline(group, *changes, **new):
    """What the form of a group sends: its members with changes by person, and new ones."""
    rows = [
        {"id": each.pk, "group": group.pk, "person": each.person_id, "role": each.role}
        | dict(changes).get(each.person, {})
        for each in group.memberships.all()
    ]
    rows += [{"group": group.pk, "person": person.pk, "role": role} for person, role in new.get("new", [])]
    sent = {f"memberships-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}
    total = {"memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": group.memberships.count()}
    return {"name": group.name, "owner": group.owner_id or ""} | total | sent


def test_only_groups_invitations_and_reports_are_registered():
    registered = {model for model in apps.get_app_config("groups").get_models() if admin.site.is_registered(model)}
    assert registered == {ContentReport, Group, Invitation}


def test_administrators_see_who_is_in_a_group(client, group):
    assert "Thursday post-training" in client.get("/admin/groups/group/?q=Jonas").content.decode()
    assert client.get(f"/admin/groups/group/{group.pk}/change/").status_code == 200


def test_an_administrator_promotes_people(client, group, ada, jonas):
    data = inline(group, (jonas, {"role": "moderator"}))
    response = client.post(f"/admin/groups/group/{group.pk}/change/", data)
    assert response.status_code == 302
    assert group.role_of(jonas) == "moderator"


def test_an_administrator_names_another_owner_where_the_owners_account_is_closed(client, group, ada, jonas):
    ada.is_active = False
    ada.save()
    group.refresh_from_db()
    assert group.role_of(ada) == "owner"
    data = inline(group) | {"owner": jonas.pk}
    assert client.post(f"/admin/groups/group/{group.pk}/change/", data).status_code == 302
    group.refresh_from_db()
    assert [group.role_of(person) for person in (ada, jonas)] == ["moderator", "owner"]


def test_nobody_owns_a_group_who_is_not_in_it(client, group, ada, stranger):
    for owner in (stranger.pk, ""):
        client.post(f"/admin/groups/group/{group.pk}/change/", inline(group) | {"owner": owner})
    group.refresh_from_db()
    assert group.owner == ada


def test_nobody_is_put_into_a_group_unasked(client, group, jonas, stranger):
    client.post(f"/admin/groups/group/{group.pk}/change/", inline(group, new=[(stranger, "member")]))
    client.post(f"/admin/groups/group/{group.pk}/change/", inline(group, (jonas, {"person": stranger.pk})))
    assert not group.membership_of(stranger)
    assert group.membership_of(jonas)
    assert client.get("/admin/groups/group/add/").status_code == 403


@pytest.mark.parametrize("role", ["king", "", "owner", "member\x00"])
def test_a_rank_that_is_none_is_refused_at_its_field(client, group, jonas, role):
    response = client.post(f"/admin/groups/group/{group.pk}/change/", inline(group, (jonas, {"role": role})))
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert group.role_of(jonas) == "member"


def test_a_group_keeps_an_owner(client, group, ada):
    data = inline(group, (ada, {"DELETE": "on"}))
    response = client.post(f"/admin/groups/group/{group.pk}/change/", data)
    assert "A group needs an owner." in response.content.decode()
    assert group.role_of(ada) == "owner"


def test_all_may_be_taken_out_at_once(client, group, ada, jonas):
    link = group.invitations.create(invited_by=ada)
    data = inline(group, (ada, {"DELETE": "on"}), (jonas, {"DELETE": "on"}))
    assert client.post(f"/admin/groups/group/{group.pk}/change/", data).status_code == 302
    assert not Membership.objects.exists()
    link.refresh_from_db()
    assert not link.is_open


def test_the_admin_never_shows_a_whole_link_and_can_take_it_back(client, group, ada):
    link = group.invitations.create(invited_by=ada)
    for path in ("", f"{link.pk}/change/"):
        page = client.get(f"/admin/groups/invitation/{path}").content.decode()
        assert link.token[:6] in page
        assert link.token not in page
    client.post("/admin/groups/invitation/", {"action": "revoke", "_selected_action": [link.pk]})
    link.refresh_from_db()
    assert not link.is_open


def test_nobody_deletes_a_group_here(client, group):
    assert client.post(f"/admin/groups/group/{group.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Group.objects.exists()


def test_curators_see_no_groups(signed_in, group):
    curator = factories.make_user("Curator", is_staff=True)
    assert signed_in(curator).get("/admin/groups/group/").status_code == 403


def test_who_is_taken_out_here_is_on_record_as_removed(client, administrator, group, jonas):
    client.post(f"/admin/groups/group/{group.pk}/change/", inline(group, (jonas, {"DELETE": "on"})))
    gone = group.membership_log.get()
    assert (gone.person, gone.event, gone.removed_by) == (jonas, "removed", administrator)


def test_closing_an_account_hands_nothing_over_and_says_what_to_do(client, group, ada, jonas):
    page = client.get(f"/admin/accounts/user/{ada.pk}/change/").content.decode()
    assert "Choose another owner on the page of each group" in page
    ada.is_active = False
    ada.save()
    group.refresh_from_db()
    assert group.owner == ada
    assert [group.role_of(person) for person in (ada, jonas)] == ["owner", "member"]
