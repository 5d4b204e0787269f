"""Taking somebody out of a group: who may, and what becomes of what they did there."""

import pytest

from groups.leaving.leave import leave_group, remove_from_group
from groups.members.exceptions import RuleViolation
from groups.members.membership_log import MembershipLogEntry
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.threads.post import Post
from groups.threads.thread import Thread
from tests import factories
from tests.groups.reviewing import available_to, days, say, show, take, topic_of


@pytest.fixture
def moderator(group):
    return factories.join(group, factories.make_user("Mira Moderator"), "moderator")


def url(group, person):
    return f"/memberships/{group.membership_of(person).pk}/removal/"


def test_the_page_says_what_happens_before_it_does(signed_in, group, ada, jonas):
    page = signed_in(ada).get(url(group, jonas)).content.decode()
    assert "What the group keeps" in page
    assert "Other members can take over the reviews that Jonas Lind started" in " ".join(page.split())
    assert group.membership_of(jonas)


def test_who_is_removed_is_out_and_it_is_on_record(signed_in, group, ada, jonas):
    client = signed_in(ada)
    page = client.post(url(group, jonas), {"why": "Nothing read."}, follow=True).content.decode()
    assert "You removed Jonas." in page
    assert "You removed Jonas Lind on" in page
    assert "Nothing read." in page
    gone = MembershipLogEntry.objects.get()
    assert (gone.person, gone.event, gone.removed_by, gone.why) == (jonas, "removed", ada, "Nothing read.")
    assert signed_in(jonas).get(f"/groups/{group.pk}/").status_code == 404
    assert not group.bans.exists()


def test_without_a_ban_one_comes_back_by_a_link(signed_in, group, ada, jonas):
    link = group.invitations.create(invited_by=ada)
    signed_in(ada).post(url(group, jonas), {})
    signed_in(jonas).post(link.get_absolute_url())
    assert group.role_of(jonas) == "member"


def test_the_links_of_who_was_removed_no_longer_work(signed_in, group, ada, jonas, stranger):
    link, other = (group.invitations.create(invited_by=person) for person in (jonas, ada))
    signed_in(ada).post(url(group, jonas), {})
    signed_in(stranger).post(link.get_absolute_url())
    assert not group.role_of(stranger)
    signed_in(stranger).post(other.get_absolute_url())
    assert group.role_of(stranger) == "member"


def test_the_record_is_for_who_moderates(signed_in, group, ada, jonas, tomas, moderator):
    remove_from_group(group.membership_of(tomas), by=ada, why="Quarrels.", ban=True)
    place = f"/groups/{group.pk}/members/"
    assert "Quarrels." in signed_in(moderator).get(place).content.decode()
    page = signed_in(jonas).get(place).content.decode()
    assert not [word for word in ("Quarrels.", "Banned", "Who has gone") if word in page]


def test_leaving_is_on_record_without_a_reason(group, jonas):
    leave_group(group.membership_of(jonas))
    gone = MembershipLogEntry.objects.get()
    assert (gone.event, gone.removed_by, gone.why) == ("left", None, "")


@pytest.mark.parametrize(
    ("by", "whom", "may"),
    [
        ("ada", "jonas", True),
        ("ada", "moderator", True),
        ("ada", "ada", False),
        ("moderator", "jonas", True),
        ("moderator", "ada", False),
        ("moderator", "moderator", False),
        ("moderator", "second", False),
        ("jonas", "tomas", False),
        ("stranger", "jonas", False),
    ],
)
def test_who_may_remove_whom(signed_in, group, ada, jonas, tomas, moderator, stranger, by, whom, may):
    second = factories.join(group, factories.make_user("SuggestionVote"), "moderator")
    factories.make_group(stranger, name="Elsewhere")
    people = {"ada": ada, "jonas": jonas, "tomas": tomas, "moderator": moderator, "stranger": stranger}
    people["second"] = second
    place, client = url(group, people[whom]), signed_in(people[by])
    assert client.get(place).status_code == (200 if may else 404)
    assert client.post(place).status_code == (302 if may else 404)
    assert bool(group.membership_of(people[whom])) != may
    mine, theirs = group.membership_of(people[by]), group.membership_of(people[whom])
    if mine and theirs:
        assert not mine.can_remove(theirs)


def test_the_page_offers_what_it_does(signed_in, group, jonas, ada, moderator):
    page = signed_in(moderator).get(f"/groups/{group.pk}/members/").content.decode()
    assert url(group, jonas) in page
    assert url(group, ada) not in page
    assert "/removal/" not in signed_in(jonas).get(f"/groups/{group.pk}/members/").content.decode()


def test_the_word_of_who_moderates_no_more_counts_no_more(group, ada, jonas, tomas, moderator):
    group.membership_of(moderator).set_role("member", by=ada)
    with pytest.raises(RuleViolation, match="can’t remove Jonas"):
        remove_from_group(group.membership_of(jonas), by=moderator)
    leave_group(group.membership_of(moderator))
    with pytest.raises(RuleViolation, match="can’t remove Tomás"):
        remove_from_group(group.membership_of(tomas), by=moderator)
    assert group.membership_of(jonas)


def test_what_they_held_returns_at_once_and_what_they_wrote_stays(signed_in, group, ada, jonas, tomas, mei):
    held, theirs, asked = show(ada, group), show(jonas, group), show(mei, group, topic_of(group, 1))
    take(held, jonas)
    thread = Thread.objects.start(group=group, author=jonas, title="Which knob?", body="The **batch**.")
    say(asked, jonas, "request_changes", "The slice?")
    say(asked, ada, "approve")
    say(asked, tomas, "approve") if asked.claims.live().count() else None
    remove_from_group(group.membership_of(jonas), by=ada)
    assert not Claim.objects.live().filter(reviewer=jonas).exists()
    assert held in available_to(tomas)
    assert not Review.objects.blocking().filter(reviewer=jonas).exists()
    assert Review.objects.filter(reviewer=jonas).exists()
    page = signed_in(ada).get(f"/threads/{thread.pk}/").content.decode()
    assert "The <strong>batch</strong>." in page
    assert signed_in(ada).get(f"/submissions/{theirs.submission_id}/").status_code == 200
    assert Post.objects.filter(author=jonas).exists()


def test_a_request_does_not_stand_again_when_its_reviewer_comes_back(group, ada, jonas, tomas, mei):
    asked = show(mei, group)
    say(asked, jonas, "request_changes", "The slice?")
    link = group.invitations.create(invited_by=ada)
    leave_group(group.membership_of(jonas))
    link.accept(jonas, hides_reading=False)
    assert not Review.objects.blocking(days(1)).exists()


def test_handing_over_asks_first_and_says_what_it_means(signed_in, group, ada, jonas):
    place, client = f"/memberships/{group.membership_of(jonas).pk}/ownership-transfer/", signed_in(ada)
    assert "You’ll become a moderator" in client.get(place).content.decode()
    assert group.role_of(jonas) == "member"
    assert "Jonas now owns the group." in client.post(place, follow=True).content.decode()
    group.refresh_from_db()
    assert [group.role_of(person) for person in (ada, jonas)] == ["moderator", "owner"]
    assert client.get(place).status_code == 404


def test_the_group_is_not_offered_to_who_can_not_sign_in(signed_in, group, ada, jonas):
    jonas.is_active = False
    jonas.save()
    place = f"/memberships/{group.membership_of(jonas).pk}/ownership-transfer/"
    assert signed_in(ada).post(place).status_code == 404


def test_renaming_is_the_owners(signed_in, group, ada, moderator):
    place = f"/groups/{group.pk}/settings/"
    assert signed_in(moderator).post(place, {"name": "Ours"}).status_code == 404
    client = signed_in(ada)
    assert "Fill in this field." in client.post(place, {"name": " "}).content.decode()
    page = client.post(place, {"name": "  Quiet   Fridays "}, follow=True).content.decode()
    assert "Group settings saved." in page
