"""Who is in a group, and what each may do about it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.leaving.leave import leave_group
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.members.membership import Membership
from groups.members.views.membership import HideReadingForm, RoleForm
from groups.reviews.review_round import ReviewRound
from tests import factories
from tests.groups.reviewing import say, show, take


@pytest.fixture
def mei_ling(group):
    person = factories.make_user("Mei-Ling Chen")
    group.memberships.create(person=person)
    return person


def test_members_see_who_is_here(signed_in, group, jonas):
    page = signed_in(jonas).get(f"/groups/{group.pk}/members/").content.decode()
    assert "Ada Okafor" in page
    assert "Jonas Lind" in page
    assert "<b>Owner</b>" in page


@pytest.mark.soak_only
def test_the_members_page_costs_the_same_however_many_are_in(signed_in, group, ada, django_assert_num_queries):
    client = signed_in(ada)
    for many in (0, 30):
        for _ in range(many):
            group.memberships.create(person=factories.make_user())
            group.invitations.create(invited_by=ada)
        with django_assert_num_queries(6):
            client.get(f"/groups/{group.pk}/members/")


@pytest.mark.parametrize(("value", "hides"), [("True", True), ("False", False)])
def test_a_member_hides_and_shows_their_reading(signed_in, group, jonas, value, hides):
    Membership.objects.filter(person=jonas).update(hides_reading=not hides)
    signed_in(jonas).post(f"/groups/{group.pk}/membership/", {"hides_reading": value})
    assert group.membership_of(jonas).hides_reading is hides


def test_the_switch_of_who_was_taken_out_meanwhile_brings_nobody_back(signed_in, group, jonas, monkeypatch):
    taken_out = HideReadingForm.is_valid

    def while_somebody_takes_them_out(form):
        group.memberships.filter(person=jonas).delete()
        return taken_out(form)

    monkeypatch.setattr(HideReadingForm, "is_valid", while_somebody_takes_them_out)
    signed_in(jonas).post(f"/groups/{group.pk}/membership/", {"hides_reading": "True"})
    assert not group.membership_of(jonas)


def test_the_switch_turns_only_my_own(signed_in, group, ada, jonas):
    signed_in(jonas).post(f"/groups/{group.pk}/membership/", {"hides_reading": "True"})
    assert not group.membership_of(ada).hides_reading


def test_a_member_leaves(signed_in, group, jonas):
    client = signed_in(jonas)
    assert "What the group keeps" in client.get(f"/groups/{group.pk}/membership/cancel/").content.decode()
    response = client.post(f"/groups/{group.pk}/membership/cancel/", follow=True)
    assert "You have left Thursday post-training." in response.content.decode()
    assert group.membership_of(jonas) is None
    assert client.get(f"/groups/{group.pk}/").status_code == 404


def test_the_only_owner_stays_while_others_are_in(signed_in, group, ada):
    client = signed_in(ada)
    response = client.post(f"/groups/{group.pk}/membership/cancel/", follow=True)
    assert "Transfer the ownership to another member first" in response.content.decode()
    assert group.role_of(ada) == "owner"


def test_who_has_handed_the_group_over_may_leave(group, ada, jonas):
    group.transfer_ownership(jonas, by=ada)
    leave_group(group.membership_of(ada))
    assert [each.person for each in group.memberships.all()] == [jonas]
    assert group.role_of(jonas) == "owner"


def test_the_group_goes_to_nobody_whose_account_is_closed_or_who_is_not_in_it(group, ada, jonas, stranger):
    jonas.is_active = False
    jonas.save()
    for person in (jonas, stranger):
        with pytest.raises(RuleViolation, match="has left"):
            group.transfer_ownership(person, by=ada)
    assert group.role_of(ada) == "owner"


def test_only_the_owner_hands_the_group_over(group, ada, jonas, mei_ling):
    group.transfer_ownership(jonas, by=ada)
    with pytest.raises(RuleViolation, match="any more"):
        group.transfer_ownership(mei_ling, by=ada)
    assert [group.role_of(person) for person in (ada, jonas, mei_ling)] == ["moderator", "owner", "member"]


def test_a_group_without_an_owner_is_refused_by_the_database(group):
    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.update(owner=None)
    Group.objects.update(owner=None, archived_at=timezone.now())


def test_whoever_is_left_with_closed_accounts_may_go(group, ada, jonas):
    link = group.invitations.create(invited_by=ada)
    jonas.is_active = False
    jonas.save()
    leave_group(group.membership_of(ada))
    link.refresh_from_db()
    assert not link.is_open


def test_whoever_goes_last_closes_the_links(signed_in, group, ada, jonas):
    link = group.invitations.create(invited_by=ada)
    leave_group(group.membership_of(jonas))
    link.refresh_from_db()
    assert link.is_open
    client = signed_in(ada)
    assert "You are the last member" in client.get(f"/groups/{group.pk}/membership/cancel/").content.decode()
    client.post(f"/groups/{group.pk}/membership/cancel/")
    link.refresh_from_db()
    assert not link.is_open
    assert not group.memberships.exists()
    group.refresh_from_db()
    assert group.archived_at
    assert group.owner is None


def test_who_leaves_gives_back_what_they_took_and_the_others_decide_without_them(group, ada, jonas, mei_ling):
    round = show(ada, group)
    take(round, jonas)
    say(round, mei_ling, "approve")
    assert (round.required_reviews, round.accepted_at) == (2, None)
    leave_group(group.membership_of(jonas))
    round = ReviewRound.objects.get()
    assert not round.claims.live().exists()
    assert round.required_reviews == 1
    assert round.accepted_at


def test_leaving_twice_is_leaving_once(group, jonas):
    first, second = group.membership_of(jonas), group.membership_of(jonas)
    leave_group(first)
    leave_group(second)
    second.set_role("moderator")
    assert group.memberships.count() == 1


@pytest.mark.parametrize("role", ["moderator", "member"])
def test_an_owner_gives_ranks(signed_in, group, ada, jonas, role):
    place = group.membership_of(jonas)
    response = signed_in(ada).post(f"/memberships/{place.pk}/role/", {"role": role}, follow=True)
    assert group.role_of(jonas) == role
    assert f"is now a {role}" in response.content.decode()


@pytest.mark.parametrize("role", ["moderator", "member", None])
def test_nobody_else_gives_ranks(signed_in, group, jonas, mei_ling, role):
    person = factories.make_user()
    if role:
        group.memberships.create(person=person, role=role)
    place = group.membership_of(jonas)
    assert signed_in(person).post(f"/memberships/{place.pk}/role/", {"role": "moderator"}).status_code == 404
    assert group.role_of(jonas) == "member"


def test_an_owner_of_another_group_gives_no_ranks_here(signed_in, group, jonas, stranger):
    factories.make_group(stranger, jonas, name="Elsewhere")
    place = group.membership_of(jonas)
    assert signed_in(stranger).post(f"/memberships/{place.pk}/role/", {"role": "moderator"}).status_code == 404


def test_an_owner_does_not_step_down_but_hands_over(signed_in, group, ada):
    place = group.membership_of(ada)
    assert signed_in(ada).post(f"/memberships/{place.pk}/role/", {"role": "member"}).status_code == 404
    assert group.role_of(ada) == "owner"


def test_the_word_of_who_was_an_owner_counts_no_more(group, ada, jonas, mei_ling):
    group.transfer_ownership(jonas, by=ada)
    with pytest.raises(RuleViolation, match="any more"):
        group.membership_of(mei_ling).set_role("moderator", by=ada)
    assert group.role_of(mei_ling) == "member"


def test_who_handed_over_while_giving_a_rank_is_told(signed_in, group, ada, jonas, mei_ling, monkeypatch):
    sent = RoleForm.is_valid

    def while_another_tab_is_quicker(form):
        group.transfer_ownership(jonas, by=ada)
        return sent(form)

    monkeypatch.setattr(RoleForm, "is_valid", while_another_tab_is_quicker)
    url = f"/memberships/{group.membership_of(mei_ling).pk}/role/"
    page = signed_in(ada).post(url, {"role": "moderator"}, follow=True).content.decode()
    assert "You don’t own this group any more." in page
    assert group.role_of(mei_ling) == "member"


@pytest.mark.parametrize("host", ["testserver", "localhost"])
def test_links_lead_to_the_address_that_the_site_is_known_by(signed_in, group, ada, settings, host):
    link = group.invitations.create(invited_by=ada).get_absolute_url()
    client, url = signed_in(ada), f"/groups/{group.pk}/members/"
    assert f"http://{host}{link}" in client.get(url, headers={"host": host}).content.decode()
    settings.SITE_URL = "https://read.example.org"
    shown = client.get(url, headers={"host": host}).content.decode()
    assert f"https://read.example.org{link}" in shown
    assert f"//{host}" not in shown


@pytest.mark.parametrize("role", ["king", "", "owner", "member\x00"])
def test_an_unknown_rank_changes_nothing(signed_in, group, ada, jonas, role):
    place = group.membership_of(jonas)
    signed_in(ada).post(f"/memberships/{place.pk}/role/", {"role": role})
    assert group.role_of(jonas) == "member"


def test_who_moderates(group, ada, jonas, stranger):
    assert group.is_moderated_by(ada)
    assert not group.is_moderated_by(jonas)
    assert not group.is_moderated_by(stranger)
    group.membership_of(jonas).set_role("moderator")
    assert group.is_moderated_by(jonas)
    assert group.role_of(stranger) == ""
