"""The link into a group."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from groups import invitations
from groups.models import Closed, Invitation
from tests import factories

SIGN_UP = {"email": "priya@example.org", "password1": "quiet rooms 2026", "display_name": "Priya Raman"}


@pytest.fixture
def invitation(group, ada):
    return group.invitations.create(invited_by=ada)


def end(invitation, how):
    now = timezone.now()
    Invitation.objects.filter(pk=invitation.pk).update(
        **{
            "expired": {"expires_at": now - timedelta(seconds=1)},
            "revoked": {"revoked_at": now},
        }[how]
    )


def test_an_owner_makes_a_link_and_sees_all_of_it(signed_in, group, ada):
    client = signed_in(ada)
    response = client.post(f"/groups/{group.pk}/invitations/", follow=True)
    link = group.invitations.get()
    assert link.invited_by == ada
    assert f'value="http://testserver/join/{link.token}/"' in response.content.decode()


def test_a_link_works_for_two_weeks(invitation):
    assert timedelta(days=13) < invitation.expires_at - timezone.now() <= timedelta(days=14)


@pytest.mark.parametrize(("role", "status"), [("owner", 302), ("moderator", 302), ("member", 404), (None, 404)])
def test_who_moderates_makes_and_takes_back_links(signed_in, group, invitation, role, status):
    person = factories.make_user("Mei-Ling Chen")
    if role:
        factories.join(group, person, role)
    client = signed_in(person)
    assert client.post(f"/groups/{group.pk}/invitations/").status_code == status
    assert client.post(f"/invitations/{invitation.pk}/revocation/").status_code == status
    invitation.refresh_from_db()
    assert invitation.is_open == (status == 404)


def test_members_who_do_not_moderate_see_no_link(signed_in, group, jonas, invitation):
    page = signed_in(jonas).get(f"/groups/{group.pk}/members/").content.decode()
    assert invitation.token not in page
    assert "Make a link" not in page


def test_taking_a_link_back_twice_keeps_the_first_time(invitation):
    invitation.revoke()
    first = Invitation.objects.get().revoked_at
    invitation.revoke()
    assert Invitation.objects.get().revoked_at == first


def test_the_link_says_who_invites_into_what_before_it_asks_for_an_account(client, invitation, group):
    response = client.get(invitation.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 200
    assert "Ada invites you to read with “Thursday post-training”" in page
    assert "Ada and Jonas read the list “Two tiers” together" in page
    assert "Okafor" not in page
    assert "Sign up to join" in page


def test_many_members_are_counted_not_listed(client, invitation, group):
    for _ in range(7):
        group.memberships.create(person=factories.make_user())
    assert "Reader and 4 others read" in client.get(invitation.get_absolute_url()).content.decode()


def test_a_link_can_be_read_at_the_same_cost_however_many_are_in(client, invitation, group, django_assert_num_queries):
    for _ in range(20):
        group.memberships.create(person=factories.make_user())
    with django_assert_num_queries(3):
        client.get(invitation.get_absolute_url())


def test_joining_is_one_click_for_who_is_signed_in(signed_in, invitation, stranger, group):
    client = signed_in(stranger)
    assert "Join the group" in client.get(invitation.get_absolute_url()).content.decode()
    assert client.post(invitation.get_absolute_url()).headers["Location"] == f"/groups/{group.pk}/"
    membership = group.membership_of(stranger)
    assert (membership.rank, membership.hides_reading) == ("member", False)


def test_one_can_hide_ones_reading_while_joining(signed_in, invitation, stranger, group):
    signed_in(stranger).post(invitation.get_absolute_url(), {"hides_reading": "on"})
    assert group.membership_of(stranger).hides_reading


def test_joining_twice_is_joining_once(signed_in, invitation, stranger, group):
    client = signed_in(stranger)
    for _ in range(2):
        assert client.post(invitation.get_absolute_url()).headers["Location"] == f"/groups/{group.pk}/"
    assert group.memberships.filter(person=stranger).count() == 1


def test_accepting_again_changes_nothing(invitation, ada, group):
    assert invitation.accept(ada, hides_reading=True) == group.membership_of(ada)
    assert group.role_of(ada) == "owner"
    assert not group.membership_of(ada).hides_reading


def test_a_member_who_opens_a_link_is_in_already(signed_in, invitation, jonas, group):
    end(invitation, "expired")
    assert signed_in(jonas).get(invitation.get_absolute_url()).headers["Location"] == f"/groups/{group.pk}/"


@pytest.mark.parametrize("how", ["expired", "revoked"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_closed_link_lets_nobody_in(signed_in, invitation, stranger, group, how, method):
    end(invitation, how)
    response = getattr(signed_in(stranger), method)(invitation.get_absolute_url())
    assert response.status_code == 410
    assert "This link no longer works" in response.content.decode()
    assert group.name not in response.content.decode()
    assert group.membership_of(stranger) is None


def test_a_link_closed_at_the_last_moment_lets_nobody_in(invitation, stranger, group):
    end(invitation, "revoked")
    with pytest.raises(Closed):
        invitation.accept(stranger, hides_reading=False)
    assert group.membership_of(stranger) is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_link_names_no_group(client, group, method):
    response = getattr(client, method)("/join/no-such-link/")
    assert response.status_code == 404
    assert group.name not in response.content.decode()


def test_reading_a_link_leaves_no_trace(client, invitation):
    client.get(invitation.get_absolute_url())
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(("button", "door"), [("", "signup"), ("sign_in", "login")])
def test_a_visitor_is_sent_to_the_door_and_back(client, invitation, button, door):
    response = client.post(invitation.get_absolute_url(), {button: ""} if button else {})
    assert response.headers["Location"] == f"/accounts/{door}/?next=/join/{invitation.token}/"
    assert client.session["invitation"] == invitation.token


def asking(session):
    return SimpleNamespace(session=session)


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_sign_up_opens_for_who_is_invited_and_for_nobody_else(invitation, how):
    assert invitations.lets_in(asking({"invitation": invitation.token}))
    assert not invitations.lets_in(asking({}))
    assert not invitations.lets_in(asking({"invitation": "no-such-link"}))
    end(invitation, how)
    assert not invitations.lets_in(asking({"invitation": invitation.token}))


def test_joining_uses_the_invitation_up(signed_in, invitation, stranger):
    client = signed_in(stranger)
    session = client.session
    session["invitation"] = invitation.token
    session.save()
    client.post(invitation.get_absolute_url())
    assert "invitation" not in client.session


def test_a_person_who_signs_up_by_a_link_has_one_click_left(client, settings, invitation, group):
    settings.SIGNUP = "invitation"
    client.post(invitation.get_absolute_url())
    response = client.post(f"/accounts/signup/?next=/join/{invitation.token}/", SIGN_UP, follow=True)
    assert response.redirect_chain[-1][0] == invitation.get_absolute_url()
    assert "Join the group" in response.content.decode()
    client.post(invitation.get_absolute_url())
    assert group.memberships.get(person__email="priya@example.org").rank == "member"
