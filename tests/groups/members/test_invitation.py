"""The link into a group."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailConfirmation
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.leaving.leave import leave_group, remove_from_group
from groups.members import pending_invitation
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.members.invitation import Guest, Invitation, InvitationClosed
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
    assert f'value="http://testserver/invitations/{link.token}/"' in response.content.decode()


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
    assert "Create link" not in page


def test_taking_a_link_back_twice_keeps_the_first_time(invitation):
    invitation.revoke()
    first = Invitation.objects.get().revoked_at
    invitation.revoke()
    assert Invitation.objects.get().revoked_at == first


def test_the_link_says_who_invites_into_what_before_it_asks_for_an_account(client, invitation, group):
    response = client.get(invitation.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 200
    assert "Ada invites you to join <bdi>Thursday post-training</bdi>" in page
    assert "Members: Ada and Jonas" in page
    assert "Okafor" not in page
    assert "Sign up to join" in page


def test_many_members_are_counted_not_listed(client, invitation, group):
    for _ in range(7):
        group.memberships.create(person=factories.make_user())
    assert "Reader and 4 more" in client.get(invitation.get_absolute_url()).content.decode()


def test_a_link_can_be_read_at_the_same_cost_however_many_are_in(client, invitation, group, django_assert_num_queries):
    for _ in range(20):
        group.memberships.create(person=factories.make_user())
    with django_assert_num_queries(3):
        client.get(invitation.get_absolute_url())


def test_joining_is_one_click_for_who_is_signed_in(signed_in, invitation, stranger, group):
    client = signed_in(stranger)
    assert "Join group" in client.get(invitation.get_absolute_url()).content.decode()
    assert client.post(invitation.get_absolute_url()).headers["Location"] == f"/groups/{group.pk}/"
    membership = group.membership_of(stranger)
    assert (membership.role, membership.hides_reading) == ("member", False)


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


@pytest.mark.parametrize("role", ["owner", "moderator", "member", None])
@pytest.mark.parametrize("inviters", ["members", "moderators"])
def test_the_owner_sets_who_can_invite(signed_in, group, ada, invitation, inviters, role):
    settings = reverse("group_settings", args=[group.pk])
    assert signed_in(ada).post(settings, {"name": group.name, "inviters": inviters}).status_code == 302
    person = factories.make_user("Mei-Ling Chen")
    if role:
        factories.join(group, person, role)
    client, may = signed_in(person), role in {"owner", "moderator"} or (role == "member" and inviters == "members")
    if role:
        assert ("#invite" in client.get(group.get_absolute_url()).content.decode()) == may
        assert ("Invitation links" in client.get(f"/groups/{group.pk}/members/").content.decode()) == may
    assert client.post(f"/groups/{group.pk}/invitations/").status_code == (302 if may else 404)
    if may:
        own = group.invitations.exclude(pk=invitation.pk).get()
        assert client.post(f"/invitations/{own.pk}/revocation/").status_code == 302
        assert not own.is_open
    others = client.post(f"/invitations/{invitation.pk}/revocation/").status_code
    assert others == (302 if role in {"owner", "moderator"} else 404), "a member sees their own links only"


def test_a_link_is_not_made_by_a_member_who_may_not_any_more(group, jonas):
    Group.objects.filter(pk=group.pk).update(inviters="members")
    Invitation.objects.make(group, jonas)
    Group.objects.filter(pk=group.pk).update(inviters="moderators")
    with pytest.raises(RuleViolation, match="Only owner and moderators"):
        Invitation.objects.make(group, jonas)
    assert not Invitation.objects.visible_to(jonas).exists()


def test_a_member_who_opens_a_link_is_in_already(signed_in, invitation, jonas, group):
    end(invitation, "expired")
    assert signed_in(jonas).get(invitation.get_absolute_url()).headers["Location"] == f"/groups/{group.pk}/"


@pytest.mark.parametrize("how", ["expired", "revoked"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_closed_link_lets_nobody_in(signed_in, invitation, stranger, group, how, method):
    end(invitation, how)
    response = getattr(signed_in(stranger), method)(invitation.get_absolute_url())
    assert response.status_code == 410
    assert "This invitation link no longer works" in response.content.decode()
    assert group.name not in response.content.decode()
    assert group.membership_of(stranger) is None


def test_a_link_closed_at_the_last_moment_lets_nobody_in(invitation, stranger, group):
    end(invitation, "revoked")
    with pytest.raises(InvitationClosed):
        invitation.accept(stranger, hides_reading=False)
    assert group.membership_of(stranger) is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_link_names_no_group(client, group, method):
    response = getattr(client, method)("/invitations/no-such-link/")
    assert response.status_code == 404
    assert group.name not in response.content.decode()


def test_reading_a_link_leaves_no_trace(client, invitation):
    client.get(invitation.get_absolute_url())
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(("button", "door"), [("", "signup"), ("sign_in", "login")])
def test_a_visitor_is_sent_to_the_door_and_back(client, invitation, button, door):
    response = client.post(invitation.get_absolute_url(), {button: ""} if button else {})
    assert response.headers["Location"] == f"/accounts/{door}/?next=/invitations/{invitation.token}/"
    assert client.session["invitation"] == invitation.token


def asking(session):
    return SimpleNamespace(session=session, user=AnonymousUser())


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_sign_up_opens_for_who_is_invited_and_for_nobody_else(invitation, how):
    assert pending_invitation.allows_signup(asking({"invitation": invitation.token}))
    assert not pending_invitation.allows_signup(asking({}))
    assert not pending_invitation.allows_signup(asking({"invitation": "no-such-link"}))
    end(invitation, how)
    assert not pending_invitation.allows_signup(asking({"invitation": invitation.token}))


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
    response = client.post(f"/accounts/signup/?next=/invitations/{invitation.token}/", SIGN_UP, follow=True)
    assert response.redirect_chain[-1][0] == invitation.get_absolute_url()
    assert "Join group" in response.content.decode()
    client.post(invitation.get_absolute_url())
    assert group.memberships.get(person__email="priya@example.org").role == "member"


# On another device


@pytest.fixture
def real_mail(settings):
    settings.EMAIL_IS_REAL = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.SIGNUP = "invitation"


def link_in(mail) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", mail.body)[1]


def sign_in(client, query=""):
    data = {"login": SIGN_UP["email"], "password": SIGN_UP["password1"]}
    return client.post(f"/accounts/login/{query}", data)


def test_the_mail_opened_on_another_device_leads_into_the_group(real_mail, client, invitation, group, mailoutbox):
    door = invitation.get_absolute_url()
    client.post(door)
    client.post(f"/accounts/signup/?next={door}", SIGN_UP)
    phone = Client()
    assert phone.post(link_in(mailoutbox[-1])).headers["Location"] == door
    assert "Sign in" in phone.get(door).content.decode()
    assert sign_in(phone, f"?next={door}").headers["Location"] == door
    assert phone.post(door).headers["Location"] == group.get_absolute_url()
    assert group.memberships.filter(person__email=SIGN_UP["email"]).exists()


def test_where_nothing_in_the_address_says_so_any_more_it_leads_there_still(real_mail, client, invitation, mailoutbox):
    """The mail is lost; signing in on a phone sends another, which knows nothing of where it began."""
    door = invitation.get_absolute_url()
    client.post(door)
    client.post(f"/accounts/signup/?next={door}", SIGN_UP)
    EmailConfirmation.objects.all().delete()
    cache.clear()
    phone, tablet = Client(), Client()
    assert sign_in(phone).headers["Location"] == "/accounts/confirm-email/"
    assert door not in mailoutbox[-1].body
    assert tablet.post(link_in(mailoutbox[-1])).headers["Location"] == door
    assert sign_in(tablet).headers["Location"] == door
    assert "You are invited to" in tablet.get("/groups/").content.decode()


def test_who_has_joined_is_led_there_no_more(signed_in, client, invitation, group):
    door = invitation.get_absolute_url()
    client.post(door)
    client.post("/accounts/signup/", SIGN_UP)
    assert Guest.objects.exists()
    client.post(door)
    assert not Guest.objects.exists()
    client.post("/accounts/logout/")
    assert sign_in(client).headers["Location"] == "/"


def test_a_link_that_was_taken_back_meanwhile_leads_nowhere(client, invitation):
    client.post(invitation.get_absolute_url())
    client.post("/accounts/signup/", SIGN_UP)
    invitation.revoke()
    client.post("/accounts/logout/")
    assert sign_in(client).headers["Location"] == "/"


# How long, for how many, for whom not


@pytest.mark.parametrize(("days", "lasts"), [("1", 1), ("7", 7), ("14", 14), ("30", 30), ("", 14)])
def test_a_link_lasts_as_long_as_was_chosen(signed_in, group, ada, days, lasts):
    signed_in(ada).post(f"/groups/{group.pk}/invitations/", {"days": days})
    left = group.invitations.get().expires_at - timezone.now()
    assert timedelta(days=lasts, minutes=-1) < left <= timedelta(days=lasts)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"days": "15"}, "Choose one of the options."),
        ({"max_uses": "0"}, "Enter a number from 1 to 100."),
        ({"max_uses": "101"}, "Enter a number from 1 to 100."),
        ({"max_uses": "many"}, "Enter a number."),
    ],
)
def test_what_a_link_can_not_be_is_said_at_the_field(signed_in, group, ada, sent, words):
    response = signed_in(ada).post(f"/groups/{group.pk}/invitations/", sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not group.invitations.exists()


def test_a_link_lets_in_as_many_as_it_may_and_says_how_many(signed_in, group, ada, stranger):
    client = signed_in(ada)
    client.post(f"/groups/{group.pk}/invitations/", {"max_uses": "2"})
    link = group.invitations.get()
    for person in (factories.make_user(), factories.make_user()):
        assert link.is_open
        link.accept(person, hides_reading=False)
    assert not link.is_open
    assert signed_in(stranger).get(link.get_absolute_url()).status_code == 410
    with pytest.raises(InvitationClosed):
        link.accept(stranger, hides_reading=False)


def test_the_list_of_links_counts_their_uses(signed_in, group, ada, stranger):
    link = Invitation.objects.make(group, ada, max_uses=2)
    page = signed_in(ada).get(f"/groups/{group.pk}/members/").content.decode()
    assert "used 0 of 2 times" in page
    link.accept(stranger, hides_reading=False)
    assert "used 1 of 2 times" in signed_in(ada).get(f"/groups/{group.pk}/members/").content.decode()


def test_coming_back_by_the_same_link_is_no_second_use(group, ada, stranger):
    link = Invitation.objects.make(group, ada, max_uses=2)
    for _ in range(2):
        leave_group(link.accept(stranger, hides_reading=False))
    assert link.uses.count() == 1
    assert link.is_open


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_banned_finds_a_closed_door_that_does_not_say_why(signed_in, group, ada, jonas, invitation, method):
    remove_from_group(group.membership_of(jonas), by=ada, why="Quarrels.", ban=True)
    response = getattr(signed_in(jonas), method)(invitation.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 410
    assert "You can’t join with this invitation link" in page
    assert "new one" not in page
    assert not [word for word in ("ban", "Quarrels", group.name, "removed") if word in page]
    with pytest.raises(InvitationClosed):
        invitation.accept(jonas, hides_reading=False)
    assert not group.membership_of(jonas)


def test_a_ban_is_lifted(signed_in, group, ada, jonas, invitation):
    remove_from_group(group.membership_of(jonas), by=ada, ban=True)
    ban = group.bans.get()
    page = signed_in(ada).get(f"/groups/{group.pk}/members/").content.decode()
    assert "Unban" in page
    assert "can join with a link again" in signed_in(ada).post(f"/bans/{ban.pk}/cancel/", follow=True).content.decode()
    ban.refresh_from_db()
    assert (ban.unbanned_by, bool(ban.unbanned_at)) == (ada, True)
    assert invitation.accept(jonas, hides_reading=False)
