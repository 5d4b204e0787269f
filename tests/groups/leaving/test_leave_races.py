"""What happens when people come and go in the same moment, each with a connection of their own."""

import pytest
from django.utils import timezone

from groups.leaving.leave import leave_group, remove_from_group
from groups.leaving.pause import pause_reviews
from groups.members.absence import Absence
from groups.members.group import Group
from groups.members.invitation import Invitation
from tests import factories
from tests.groups.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tomas(group):
    return factories.make_user("Tomás Herrera")


def test_two_tabs_that_join_make_one_membership(group, ada, tomas, signed_in):
    link = group.invitations.create(invited_by=ada).get_absolute_url()
    tabs = [signed_in(tomas), signed_in(tomas)]
    answers = at_once(*(lambda tab=tab: tab.post(link, {"hides_reading": "on"}).headers["Location"] for tab in tabs))
    assert answers == [group.get_absolute_url()] * 2
    assert group.memberships.filter(person=tomas).count() == 1


def test_who_hands_over_and_the_heir_who_leaves_never_leave_the_group_without_its_owner(group, ada, jonas, tomas):
    group.memberships.create(person=tomas)
    heir = group.membership_of(jonas)
    at_once(lambda: group.transfer_ownership(jonas, by=ada), lambda: leave_group(heir))
    owner = Group.objects.get().owner
    assert group.memberships.filter(person=owner).exists()


def test_of_two_who_hand_over_in_one_moment_one_is_told_that_it_is_too_late(group, ada, jonas, tomas):
    group.memberships.create(person=tomas)
    said = at_once(*(lambda heir=heir: Group.objects.get().transfer_ownership(heir, by=ada) for heir in (jonas, tomas)))
    assert sorted(type(each).__name__ for each in said) == ["NoneType", "RuleViolation"]
    assert Group.objects.get().role_of(ada) == "moderator"


def test_leaving_twice_at_once_is_leaving_once(group, jonas, signed_in):
    tabs = [signed_in(jonas), signed_in(jonas)]
    answers = at_once(*(lambda tab=tab: tab.post(f"/groups/{group.pk}/membership/cancel/").status_code for tab in tabs))
    assert 302 in answers
    assert set(answers) <= {302, 404}
    assert group.membership_of(jonas) is None


def test_whoever_joins_as_the_last_one_leaves_is_in_before_or_not_at_all(group, ada, jonas, tomas):
    leave_group(group.membership_of(jonas))
    link = group.invitations.create(invited_by=ada)
    at_once(lambda: leave_group(group.membership_of(ada)), lambda: link.accept(tomas, hides_reading=False))
    people, left = set(group.people.all()), Group.objects.get()
    assert (people, left.owner) in [(set(), None), ({ada, tomas}, ada)]
    assert bool(left.archived_at) == (not people)


def test_taking_a_link_back_twice_at_once_is_no_error(group, ada, signed_in):
    link = group.invitations.create(invited_by=ada)
    tabs = [signed_in(ada), signed_in(ada)]
    answers = at_once(*(lambda tab=tab: tab.post(f"/invitations/{link.pk}/revocation/").status_code for tab in tabs))
    assert answers == [302, 302]
    link.refresh_from_db()
    assert link.revoked_at <= timezone.now()


def test_two_who_follow_the_last_use_of_a_link_at_once_are_one_and_none(group, ada, tomas):
    link = Invitation.objects.make(group, ada, max_uses=1)
    others = [tomas, factories.make_user("Priya Raman"), factories.make_user("Mei-Ling Chen")]
    said = at_once(*(lambda person=person: link.accept(person, hides_reading=False) for person in others))
    assert sorted(type(each).__name__ for each in said) == ["InvitationClosed", "InvitationClosed", "Membership"]
    assert link.uses.count() == 1
    assert group.people.filter(pk__in=[person.pk for person in others]).count() == 1


def test_who_is_banned_while_joining_is_not_in_afterwards(group, ada, jonas):
    link = Invitation.objects.make(group, ada)
    place = group.membership_of(jonas)
    at_once(lambda: remove_from_group(place, by=ada, ban=True), lambda: link.accept(jonas, hides_reading=False))
    assert not group.membership_of(jonas)
    assert group.bans.in_force().count() == 1


def test_removed_by_two_at_once_is_removed_once(group, ada, jonas, tomas, signed_in):
    factories.join(group, tomas, "moderator")
    url = f"/memberships/{group.membership_of(jonas).pk}/removal/"
    tabs = [signed_in(ada), signed_in(tomas)]
    answers = at_once(*(lambda tab=tab: tab.post(url, {"ban": "on"}).status_code for tab in tabs))
    assert set(answers) <= {302, 404}
    assert group.membership_log.count() == 1
    assert group.bans.count() == 1


def test_two_of_two_groups_go_away_at_once(group, ada, jonas):
    factories.make_group(jonas, ada, name="Elsewhere")
    assert not [each for each in at_once(*(lambda who=who: pause_reviews(who) for who in (ada, jonas)))
                if isinstance(each, Exception)]  # fmt: skip
    assert Absence.objects.current().count() == 2
