"""Who is told of what happens to a summary, in which words, and when there is nothing to do about it any more."""

import pytest
from django.db import transaction

from groups.leaving.leave import leave_group
from groups.members.absence import Absence
from groups.members.exceptions import RuleViolation
from groups.members.membership import Membership
from groups.reviews import notifications
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.reviews.verdict import Verdict
from readlist_site.base.notifications.kinds import get_kind
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.templatetags.notification_text import sentence
from readlist_site.run.tick import tick
from tests import factories
from tests.groups.reviewing import NOW, days, revise, say, show, take, topic_of

# What of it a database decides, test_rules.py, test_stateful.py and the races ask of every engine.
pytestmark = pytest.mark.one_engine


def told(person, kind: str = "") -> list[str]:
    """What is new for a person, the oldest first."""
    found = Notification.objects.filter(person=person).unread().order_by("pk")
    return [sentence(notification) for notification in (found.filter(kind=kind) if kind else found)]


def test_every_kind_that_is_told_of_can_be_chosen_how():
    for kind in (
        notifications.REVIEW_NEEDED,
        notifications.REVIEWED,
        notifications.REVISED,
        notifications.ACCEPTED,
        notifications.REMINDER,
    ):
        assert get_kind(kind)


def test_a_review_is_wanted_of_everybody_who_is_there_but_the_author(group, ada, jonas, tomas, mei):
    Absence.objects.create(person=mei, since=days(-1))
    round = show(ada, group)
    for person in (jonas, tomas):
        assert told(person) == ["Ada’s summary of Post-training needs a review"]
    assert told(ada) == told(mei) == []
    assert Notification.objects.first().url == round.submission.get_absolute_url()


def test_a_text_that_replaces_another_is_told_once_and_to_who_has_come_since(group, ada, jonas):
    show(ada, group, at=days(-2))
    Notification.objects.all().mark_read()
    newcomer = factories.make_user("Nina New")
    group.memberships.create(person=newcomer)
    show(ada, group, at=days(-1))
    assert told(jonas) == []
    assert len(told(newcomer)) == 1


def test_what_replaces_a_revision_without_a_trace_is_named_in_what_was_told_of_it(group, ada, jonas, tomas):
    say(show(ada, group, at=days(-3)), jonas, "request_changes", at=days(-2))
    show(ada, group, at=days(-1))
    Notification.objects.filter(person=jonas).mark_read(days(-0.5))
    Notification.objects.filter(person=jonas).update(mailed_at=days(-0.5))
    show(ada, group)
    notification = Notification.objects.get(person=jonas, kind="revised")
    assert sentence(notification) == "Ada submitted revision 3 of the summary of Post-training"
    assert (notification.read_at, notification.mailed_at) == (days(-0.5), days(-0.5)), "nobody hears of it twice"
    assert told(tomas) == ["Ada’s summary of Post-training needs a review"]


def test_what_is_taken_back_untouched_leaves_no_trace_where_it_leads_nowhere(group, ada, jonas, tomas, signed_in):
    round = show(ada, group)
    Notification.objects.filter(person=tomas).mark_read()
    round.submission.withdraw(NOW)
    assert not Notification.objects.exists()
    assert "needs a review" not in signed_in(tomas).get("/notifications/").content.decode()


def test_who_took_up_what_is_taken_back_finds_it_among_what_they_were_told(group, ada, jonas, tomas):
    round = show(ada, group)
    take(round, jonas)
    round.submission.withdraw(NOW)
    assert [notification.person for notification in Notification.objects.all()] == [jonas]
    assert round.submission in Submission.objects.visible_to(jonas)


def test_what_stands_in_the_playbook_is_still_told_of_when_a_revision_is_taken_back(group, ada, jonas, tomas):
    round = show(ada, group)
    for person in (jonas, tomas):
        say(round, person, "approve")
    show(ada, group, at=days(1)).submission.withdraw(days(2))
    assert Notification.objects.filter(person=tomas, kind="wanted").exists()


def test_who_takes_it_has_heard_and_the_last_whom_it_takes_ends_it_for_all(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    take(round, jonas)
    assert (told(jonas), len(told(tomas)), len(told(mei))) == ([], 1, 1)
    take(round, tomas)
    assert told(tomas) == told(mei) == []


def test_the_author_hears_what_each_reviewer_decided_and_the_reviewer_nothing(group, ada, jonas, tomas):
    round = show(ada, group)
    say(round, jonas, "request_changes")
    say(round, tomas, "approve")
    assert told(ada, "reviewed") == [
        "Jonas requested changes to your summary of Post-training",
        "Tomás approved your summary of Post-training",
    ]
    assert told(jonas) == told(tomas) == []


def test_the_author_hears_of_a_correction(group, ada, jonas, tomas):
    review = say(show(ada, group, at=days(-1)), jonas, "request_changes", "Why?", at=days(-1))
    verdicts = [Verdict(answer=answer, value="holds") for answer in review.round.revision.answers.all()]
    review.edit("approve", "Now I see.", verdicts, now=NOW)
    review.edit("approve", "Now I see.", verdicts, now=days(0.1))
    assert told(ada)[1:] == ["Jonas edited the review of your summary of Post-training and now approves it"]


def test_who_reviewed_it_hears_that_it_is_revised_and_others_only_where_more_are_wanted(group, ada, jonas, tomas, mei):
    say(show(ada, group, at=days(-3)), jonas, "request_changes", at=days(-2))
    show(ada, group, at=days(-1))
    assert told(jonas) == ["Ada submitted revision 2 of the summary of Post-training"]
    assert told(tomas) == told(mei) == ["Ada’s summary of Post-training needs a review"]
    say(Submission.objects.get().current, tomas, "request_changes")
    show(ada, group, at=days(1))
    assert told(jonas, "revised") == told(tomas) == ["Ada submitted revision 3 of the summary of Post-training"]
    assert told(mei) == []


def test_who_is_just_reading_it_hears_that_it_is_revised(group, ada, jonas):
    take(show(ada, group, at=days(-1)), jonas, days(-1))
    show(ada, group)
    assert told(jonas) == ["Ada submitted revision 2 of the summary of Post-training"]


def test_the_author_hears_that_it_is_accepted_and_the_others_need_do_nothing(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    say(round, jonas, "approve")
    assert told(ada, "accepted") == []
    say(round, tomas, "approve")
    assert told(ada, "accepted") == [f"{group} accepted your summary of Post-training"]
    assert told(mei) == []
    ReviewRound.objects.accept_due(days(1))
    assert len(told(ada, "accepted")) == 1


def test_what_time_accepts_is_told_too(group, ada, jonas, tomas):
    say(show(ada, group, at=days(-8)), jonas, "approve", at=days(-7))
    assert tick(NOW).accepted == 1
    assert len(told(ada, "accepted")) == 1
    assert told(tomas) == []


@pytest.mark.parametrize("end", ["withdraw", "leave"])
def test_what_is_taken_back_waits_for_nobody(end, group, ada, jonas, tomas):
    submission = show(ada, group).submission
    if end == "withdraw":
        submission.withdraw(NOW)
    else:
        leave_group(group.memberships.get(person=tomas))
    assert told(tomas) == []
    assert (told(jonas) == []) == (end == "withdraw")


def test_who_leaves_hears_nothing_of_that_group_and_still_of_the_other(reading_list, group, ada, jonas):
    other = factories.make_group(ada, jonas, reading_list=reading_list, name="The other")
    show(ada, group)
    show(ada, other, topic_of(group, 1))
    leave_group(group.memberships.get(person=jonas))
    assert told(jonas) == ["Ada’s summary of Efficiency needs a review"]


def test_who_has_left_hears_of_no_review(group, ada, jonas, tomas):
    group.transfer_ownership(jonas, by=ada)
    claim = take(show(ada, group), tomas)
    Membership.objects.filter(person=ada).delete()
    with pytest.raises(RuleViolation):
        Review.objects.submit(claim, "approve", now=NOW)
    assert told(ada) == []


def test_the_event_and_what_is_told_of_it_are_kept_together(group, ada, jonas):
    revision = revise(ada, topic_of(group))
    with transaction.atomic():
        Submission.objects.submit(revision, group, now=NOW)
        transaction.set_rollback(True)
    assert told(jonas) == []


def test_a_long_topic_is_told_whole(group, ada, jonas):
    topic = topic_of(group)
    topic.title = "T" * 200
    topic.save()
    show(ada, group, topic)
    assert "T" * 200 in sentence(Notification.objects.get())


def test_who_looks_at_the_summary_has_seen_what_they_were_told_of_it(group, ada, jonas, signed_in):
    round = show(ada, group)
    other = show(ada, group, topic_of(group, 1))
    signed_in(jonas).get(round.submission.get_absolute_url())
    assert Notification.objects.filter(person=jonas).unread().get().url == other.submission.get_absolute_url()
