"""What happens when people come and go in the same moment, each with a connection of their own."""

import pytest
from django.utils import timezone

from groups.models import Group, Membership
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


def test_two_owners_can_not_both_leave_the_others_behind(group, ada, jonas, tomas, signed_in):
    group.membership_of(jonas).appoint("owner")
    group.memberships.create(person=tomas)
    tabs = [signed_in(ada), signed_in(jonas)]
    at_once(*(lambda tab=tab: tab.post(f"/groups/{group.pk}/membership/end/").status_code for tab in tabs))
    assert group.memberships.filter(rank="owner").count() == 1


def test_two_owners_can_not_both_step_down(group, ada, jonas):
    group.membership_of(jonas).appoint("owner")
    places = list(group.memberships.all())
    at_once(*(lambda each=each: each.appoint("member") for each in places))
    assert group.memberships.filter(rank="owner").count() == 1


def test_of_two_owners_who_demote_each_other_one_is_told_that_it_is_too_late(group, ada, jonas, signed_in):
    group.membership_of(jonas).appoint("owner")
    places = {person: group.membership_of(person).pk for person in (ada, jonas)}
    tabs = [(signed_in(ada), places[jonas]), (signed_in(jonas), places[ada])]
    answers = at_once(
        *(
            lambda tab=tab, pk=pk: tab.post(f"/memberships/{pk}/rank/", {"rank": "member"}).status_code
            for tab, pk in tabs
        )
    )
    assert 302 in answers
    assert set(answers) <= {302, 404}
    assert group.memberships.filter(rank="owner").count() == 1


def test_leaving_twice_at_once_is_leaving_once(group, jonas, signed_in):
    tabs = [signed_in(jonas), signed_in(jonas)]
    answers = at_once(*(lambda tab=tab: tab.post(f"/groups/{group.pk}/membership/end/").status_code for tab in tabs))
    assert 302 in answers
    assert set(answers) <= {302, 404}
    assert group.membership_of(jonas) is None


def test_whoever_joins_as_the_last_one_leaves_is_in_before_or_not_at_all(group, ada, jonas, tomas):
    group.membership_of(jonas).end()
    link = group.invitations.create(invited_by=ada)
    at_once(lambda: group.membership_of(ada).end(), lambda: link.accept(tomas, hides_reading=False))
    ranks = set(Group.objects.get().memberships.values_list("rank", flat=True))
    assert ranks in (set(), {Membership.Rank.OWNER, Membership.Rank.MEMBER})


def test_taking_a_link_back_twice_at_once_is_no_error(group, ada, signed_in):
    link = group.invitations.create(invited_by=ada)
    tabs = [signed_in(ada), signed_in(ada)]
    answers = at_once(*(lambda tab=tab: tab.post(f"/invitations/{link.pk}/revocation/").status_code for tab in tabs))
    assert answers == [302, 302]
    link.refresh_from_db()
    assert link.revoked_at <= timezone.now()
