"""What a member does while they leave, or while their group is archived, each with a connection of their own."""

from collections.abc import Callable
from functools import partial

import pytest

from groups.leaving.archive import archive_group
from groups.leaving.leave import leave_group
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.threads.post import Post
from groups.threads.thread import Thread
from tests import factories
from tests.groups.at_once import while_uncommitted
from tests.groups.reviewing import revise, show, take, topic_of

pytestmark = pytest.mark.django_db(transaction=True)

ACTS = ("claim", "review", "edit a review", "skip", "submit", "revise", "reply", "edit a post", "start a thread")


@pytest.fixture
def prepared(reading_list, ada, jonas) -> Callable[[str], tuple[Group, Callable[[], object]]]:
    """A function: a new group, and what Jonas is about to do in it."""

    def prepare(what: str) -> tuple[Group, Callable[[], object]]:
        group = factories.make_group(ada, jonas, factories.make_user(), reading_list=reading_list, name=what)
        round = show(ada, group)
        match what:
            case "claim":
                return group, lambda: round.claim(jonas)
            case "review":
                claim = take(round, jonas)
                return group, lambda: Review.objects.submit(claim, "approve")
            case "edit a review":
                review = Review.objects.submit(take(round, jonas), "approve")
                return group, lambda: review.edit("approve", "In other words.")
            case "skip":
                return group, lambda: round.skips.model.objects.skip(round, jonas, "time")
            case "submit" | "revise":
                if what == "revise":
                    take(show(jonas, group), ada)
                revision = revise(jonas, topic_of(group))
                return group, lambda: Submission.objects.submit(revision, group)
            case "start a thread":
                return group, lambda: Thread.objects.start(group=group, author=jonas, title="T", body="Words")
        thread = Thread.objects.start(group=group, author=jonas, title="T", body="Words")
        if what == "reply":
            return group, lambda: Post.objects.reply(thread=thread, author=jonas, body="More words")
        return group, lambda: thread.posts.get().edit("Other words")

    return prepare


def ending(how: str, group: Group, ada, jonas) -> Callable[[], None]:
    """Jonas leaves the group, or Ada archives it."""
    if how == "leaves":
        return partial(leave_group, group.membership_of(jonas))
    return partial(archive_group, Group.objects.get(pk=group.pk), by=ada)


def rows(group: Group) -> list:
    """All that a member could have written there, but for claims without a review."""
    return [
        *Review.objects.filter(round__submission__group=group).values_list("decision", "overall"),
        *ReviewRound.objects.filter(submission__group=group).values_list("revision"),
        *Post.objects.filter(thread__group=group).values_list("body"),
        *group.threads.values_list("pk"),
        *ReviewRound.objects.filter(submission__group=group, skips__isnull=False).values_list("pk"),
    ]


@pytest.mark.parametrize("how", ["leaves", "is archived"])
def test_what_is_done_while_one_leaves_or_the_group_is_archived_is_refused_and_writes_nothing(
    how, prepared, ada, jonas
):
    for what in ACTS:
        group, act = prepared(what)
        before = rows(group)
        said = while_uncommitted(ending(how, group, ada, jonas), act)
        assert said[0] is None, f"{what}: {said}"
        assert isinstance(said[1], RuleViolation), f"{what}: {said}"
        assert rows(group) == before, what
        assert not Claim.objects.live().filter(round__submission__group=group).exists(), what


@pytest.mark.parametrize("how", ["leaves", "is archived"])
def test_who_claims_while_they_leave_or_the_group_is_archived_holds_nothing_afterwards(how, prepared, ada, jonas):
    group, claim = prepared("claim")
    said = while_uncommitted(claim, ending(how, group, ada, jonas))
    assert isinstance(said[0], Claim), said
    assert said[1] is None
    assert not Claim.objects.live().filter(round__submission__group=group).exists()


def test_what_is_submitted_while_its_author_leaves_awaits_nobodys_review(prepared, ada, jonas):
    group, submit = prepared("submit")
    said = while_uncommitted(submit, ending("leaves", group, ada, jonas))
    assert isinstance(said[0], ReviewRound), said
    assert not ReviewRound.objects.awaiting_review().filter(submission__summary__author=jonas).exists()
