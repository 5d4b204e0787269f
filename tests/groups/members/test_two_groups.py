"""One person in two groups, the same summary in both: nothing of one is seen in the other."""

import pytest
from django.urls import reverse

from groups.leaving.leave import leave_group, remove_from_group
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.notifications.notification import Notification
from tests import factories
from tests.groups.reviewing import available_to, revise, say, take, topic_of
from tests.groups.seen_of_others import sidebars

SECRET = "Only Fridays know of the slice"
PAGES = ("group", "members", "reviews", "playbook", "export_playbook", "threads")


@pytest.fixture
def fridays(ada, jonas, group):
    """Ada's other group. Nobody else is in both."""
    return factories.make_group(ada, factories.make_user("Elke Voss"), reading_list=group.list, name="Quiet Fridays")


@pytest.fixture
def shown(ada, group, fridays):
    """The same revision, in each of them."""
    revision = revise(ada, topic_of(group))
    return [Submission.objects.submit(revision, each) for each in (group, fridays)]


@pytest.fixture
def elke(fridays):
    return fridays.people.get(display_name="Elke Voss")


@pytest.fixture
def talk(shown, fridays, elke):
    """What was said of it on Fridays."""
    say(shown[1], elke, "request_changes", SECRET)
    thread = Thread.objects.start(
        group=fridays, author=elke, title=SECRET, body=SECRET, about=shown[1].submission.summary.topic
    )
    Post.objects.reply(thread=thread, author=elke, body=SECRET)
    return thread


def pages_of(client, group, round):
    places = [reverse(name, args=[group.pk]) for name in PAGES]
    places += [reverse("submission", args=[round.submission_id]), reverse("topic", args=[topic_of(group).pk])]
    places += [reverse(name) for name in ("home", "groups", "notifications")]
    return {place: client.get(place).content.decode() for place in places}


def test_the_one_group_reads_nothing_of_the_other(signed_in, shown, talk, group, jonas):
    for place, text in pages_of(signed_in(jonas), group, shown[0]).items():
        assert not [word for word in (SECRET, "Elke", "Quiet Fridays") if word in text], place


def test_in_the_one_nothing_is_seen_of_the_other_by_who_is_in_both(signed_in, shown, talk, group, ada):
    client = signed_in(ada)
    for name in PAGES:
        text = client.get(reverse(name, args=[group.pk])).content.decode()
        assert not [word for word in (SECRET, "Elke") if word in text], name
    text = client.get(reverse("submission", args=[shown[0].submission_id])).content.decode()
    assert not [word for word in (SECRET, "Elke") if word in text]


def test_what_is_the_others_does_not_exist(signed_in, shown, talk, fridays, jonas):
    client = signed_in(jonas)
    places = [reverse(name, args=[fridays.pk]) for name in PAGES]
    places += [reverse(name, args=[shown[1].submission_id]) for name in ("submission", "review")]
    places += [reverse(name, args=[talk.pk]) for name in ("thread", "posts")]
    for place in places:
        assert client.get(place).status_code == 404, place


def test_each_decides_for_itself(shown, group, elke, jonas):
    say(shown[1], elke, "approve")
    here, there = ReviewRound.objects.order_by("pk")
    assert (here.accepted_at, bool(there.accepted_at)) == (None, True)
    assert Review.objects.balance_of(jonas, group) == {"given": 0, "received": 0, "all": 0}
    assert available_to(jonas) == [here]
    take(here, jonas)
    assert not ReviewRound.objects.get(pk=there.pk).claims.live().exists()


def test_counts_are_of_the_one_group(shown, talk, group, fridays, ada):
    assert Review.objects.balance_of(ada, group) == {"given": 0, "received": 0, "all": 0}
    assert Review.objects.balance_of(ada, fridays) == {"given": 0, "received": 1, "all": 1}


def test_nobody_hears_of_the_other(shown, talk, group, ada, jonas, elke):
    told = Notification.objects.visible_to(jonas)
    assert {each.about for each in told} == {f"groups/{group.pk}/submissions/{shown[0].submission_id}"}
    assert not told.filter(text__contains="Elke").exists()


def test_the_margin_of_a_topic_shows_each_only_their_own(shown, talk, group, jonas, elke):
    topic = topic_of(group)
    margins = sidebars(jonas, topic, [group])
    assert [sidebar.group for sidebar in margins] == [group]
    assert SECRET not in str(margins)
    assert Thread.objects.visible_to(elke).get() == talk
    assert not Thread.objects.visible_to(jonas).exists()


def test_leaving_the_one_changes_nothing_in_the_other(shown, group, fridays, ada, jonas, elke):
    group.transfer_ownership(jonas, by=ada)
    take(shown[1], elke)
    leave_group(group.membership_of(ada))
    assert Submission.objects.visible_to(ada).get() == shown[1].submission
    assert ReviewRound.objects.get(pk=shown[1].pk).claims.live().exists()
    assert Group.objects.visible_to(ada).get() == fridays


def test_banned_in_the_one_is_welcome_in_the_other(group, fridays, ada, jonas):
    remove_from_group(group.membership_of(jonas), by=ada, ban=True)
    assert Invitation.objects.make(fridays, ada).accept(jonas, hides_reading=False)


def test_a_link_of_the_one_says_nothing_of_the_other(client, group, fridays, ada):
    page = client.get(Invitation.objects.make(group, ada).get_absolute_url()).content.decode()
    assert not [word for word in ("Elke", "Quiet Fridays") if word in page]


def test_what_a_group_sees_for_the_first_time_does_not_say_how_often_it_was_revised_elsewhere(
    ada, group, fridays, elke, shown, signed_in
):
    Submission.objects.get(pk=shown[1].submission_id).withdraw()
    later = Submission.objects.submit(revise(ada, topic_of(group), "A", "B", "C"), fridays)
    client = signed_in(elke)
    assert " submitted a summary of <a" in client.get("/").content.decode()
    for page in ("/", fridays.get_absolute_url(), later.submission.get_absolute_url()):
        assert "evision 2" not in client.get(page).content.decode()
    assert "Revision 2" in signed_in(ada).get(later.submission.get_absolute_url()).content.decode()
