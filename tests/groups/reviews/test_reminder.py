"""Reminders: three at most, the first not at once, none of what needs nothing any more, and none twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.leaving.leave import leave_group
from groups.members.absence import Absence
from groups.reviews.claim import Claim
from groups.reviews.reminder import Reminder
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.templatetags.notification_text import sentence
from readlist_site.run.tick import tick
from tests.groups.at_once import at_once
from tests.groups.reviewing import NOW, days, say, show, take

# What the worker asks of a database is asked on every engine by the tests of the tick.
pytestmark = pytest.mark.one_engine


def reminded(person) -> list[str]:
    """All that a person was reminded of, the oldest first, whether it is over by now or not."""
    with timezone.override(person.zone):
        return [
            sentence(notification)
            for notification in Notification.objects.filter(person=person, kind="reminder").order_by("pk")
        ]


def run(until: float, since: float = 0, *, hours: int = 6) -> None:
    """What the worker does about reviews, every so many hours; that it does so is seen below and by tests of the
    tick."""
    for hour in range(int(since * 24), int(until * 24) + 1, hours):
        at = days(hour / 24)
        ReviewRound.objects.accept_due(at)
        Reminder.objects.send_due(at)


@pytest.fixture
def jonas(jonas):
    jonas.time_zone = "Europe/Berlin"
    jonas.save()
    return jonas


def test_whoever_holds_a_review_hears_thrice_until_when(group, ada, jonas, tomas):
    claim = take(show(ada, group), jonas)
    run(0.9)
    assert reminded(jonas) == []
    run(1.2, since=1, hours=3)
    end = f"{claim.expires_at.astimezone(jonas.zone):%A, %H:%M}"
    assert reminded(jonas) == [f"You’re reviewing Ada’s summary of Post-training until {end}"]
    assert Notification.objects.get(kind="reminder").url == f"/submissions/{claim.round.submission_id}/review/"
    run(5, since=1.25, hours=3)
    assert len(reminded(jonas)) == 3
    assert Reminder.objects.get(claim=claim).next_at is None


def test_who_writes_is_left_in_peace_and_hears_before_the_new_end(group, ada, jonas):
    claim = take(show(ada, group), jonas)
    for day in (0.9, 1.8, 2.7):
        run(day, since=day - 0.9)
        Claim.objects.filter(pk=claim.pk).renew(days(day))
    assert reminded(jonas) == []
    run(3.8, since=2.7, hours=3)
    assert len(reminded(jonas)) == 1


def test_who_holds_a_review_for_one_day_hears_once_in_its_last_hours(group, ada, jonas):
    group.claim_days = 1
    group.save()
    take(show(ada, group), jonas)
    run(0.8)
    assert reminded(jonas) == []
    run(3, since=0.85)
    assert len(reminded(jonas)) == 1


def test_what_a_stopped_worker_missed_is_told_once(group, ada, jonas):
    take(show(ada, group), jonas)
    for _ in range(3):
        tick(days(2.5))
    assert len(reminded(jonas)) == 1
    tick(days(2.9))
    assert len(reminded(jonas)) == 2


@pytest.mark.parametrize("end", ["given", "given back", "lapsed", "left", "away", "withdrawn", "archived", "passed"])
def test_there_is_no_reminder_of_a_review_that_nobody_waits_for(end, group, ada, jonas, tomas):
    round = show(ada, group)
    if end == "given":
        say(round, jonas, "approve")
    else:
        claim = take(round, jonas)
    if end == "given back":
        claim.release(NOW)
    elif end == "lapsed":
        tick(days(3.1))
    elif end == "left":
        leave_group(group.memberships.get(person=jonas))
    elif end == "away":
        Absence.objects.create(person=jonas, since=NOW)
    elif end == "withdrawn":
        round.submission.withdraw(NOW)
    elif end == "archived":
        type(group).objects.filter(pk=group.pk).update(archived_at=NOW)
    elif end == "passed":
        Skip.objects.skip(round, jonas, "time", now=NOW)
    run(3)
    assert not [text for text in reminded(jonas) if "reviewing" in text]


def test_a_reminder_is_over_with_its_review(group, ada, jonas):
    round = show(ada, group)
    claim = take(round, jonas)
    run(1)
    assert Notification.objects.filter(person=jonas).unread().count() == 1
    claim.release(days(1.1))
    assert not Notification.objects.filter(person=jonas).unread().exists()


def test_those_who_were_told_that_it_waits_hear_thrice_that_it_still_does(group, ada, jonas, tomas, mei):
    Absence.objects.create(person=mei, since=days(-1), until=days(0.5))
    show(ada, group)
    run(1.9)
    assert reminded(jonas) == []
    run(9, since=2)
    assert reminded(jonas) == reminded(tomas) == ["Ada’s summary of Post-training still needs a review"] * 3
    assert reminded(ada) == reminded(mei) == []


def test_a_revision_left_to_who_knows_the_text_is_the_others_to_take_when_they_let_it_wait(
    group, ada, jonas, tomas, mei
):
    round = show(ada, group, at=days(-1))
    for person in (jonas, tomas):
        say(round, person, "request_changes", at=days(-0.5))
    Notification.objects.all().mark_obsolete(about=round.submission.notification_key)
    show(ada, group)
    run(2)
    assert reminded(jonas) == reminded(tomas) == ["Ada’s summary of Post-training still needs a review"]
    wanted = Notification.objects.filter(person=mei).unread()
    assert not wanted.exists(), "it is the others' to take first"
    run(9, since=2.1)
    assert len(reminded(jonas)) == len(reminded(tomas)) == 3
    assert [sentence(notification) for notification in wanted.order_by("pk")] == [
        "Ada’s summary of Post-training needs a review",
        "Ada’s summary of Post-training still needs a review",
    ]
    assert reminded(ada) == []


def test_nobody_hears_of_what_others_have_taken_until_they_let_it_lapse(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    for person in (jonas, tomas):
        take(round, person, days(1))
    run(3.9)
    assert reminded(mei) == []
    run(4, since=4)
    assert reminded(mei) == ["Ada’s summary of Post-training still needs a review"]


def test_who_has_reviewed_or_passed_it_over_or_is_away_hears_nothing(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    say(round, jonas, "approve")
    Skip.objects.skip(round, tomas, "topic", now=NOW)
    Absence.objects.create(person=mei, since=NOW)
    run(2)
    assert reminded(jonas) == reminded(tomas) == reminded(mei) == []


@pytest.mark.parametrize("end", ["accepted", "withdrawn", "revised", "the author left"])
def test_there_is_no_reminder_of_what_waits_no_more(end, group, ada, jonas, tomas, mei):
    group.transfer_ownership(jonas)
    round = show(ada, group)
    if end == "accepted":
        say(round, jonas, "approve")
        say(round, tomas, "approve")
    elif end == "withdrawn":
        round.submission.withdraw(NOW)
    elif end == "revised":
        say(round, jonas, "request_changes")
        say(round, tomas, "request_changes")
        show(ada, group, at=days(1))
    else:
        leave_group(group.memberships.get(person=ada))
    run(6)
    assert reminded(mei) == []
    assert Reminder.objects.get(round=round).next_at is None


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_of_four_who_tick_at_once_each_reminder_is_told_once(group, ada, jonas, tomas):
    round = show(ada, group)
    take(round, jonas)
    at = NOW + timedelta(days=2, hours=1)
    done = at_once(*[lambda: Reminder.objects.send_due(at)] * 4)
    assert sum(done) == 2, "whoever of them comes first to each"
    assert len(reminded(jonas)) == len(reminded(tomas)) == 1
