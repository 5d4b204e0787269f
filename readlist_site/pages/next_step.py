"""The next step on the home page: first what others wait for, then what is nearest to completion.

Its sentences are in `templates/pages/next_step.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from groups.reviews.annotated_revision import AnnotatedRevision, ReplyTally, annotate_revision
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from notes.topic_steps import next_step
from readlist_site.base.accounts.models import User

from .dashboard import Dashboard, TopicInProgress


class Kind(StrEnum):
    """The kinds of next step, in order of priority; a review that its author asks them for is before all others."""

    REVIEW_CHANGES = "review_changes"
    REVISE = "revise"
    FINISH_REVIEW = "finish_review"
    REVIEW = "review"
    CONTINUE = "continue"
    BEGIN = "begin"


@dataclass(frozen=True)
class DashboardStep:
    """`url` is where to do it; if `claims`, that URL claims a review and needs a POST.

    The other fields are set for the kinds that need them: the `submission` to review or revise; the `changes` since the
    revision that was reviewed, and how its author `answered` the comments; the `reviewers` who requested changes (None
    for a former member); the `item` of the topic; the `entry` to begin with; the number of days that a claim lasts;
    whether the author asks them for the review."""

    kind: Kind
    topic: Section
    url: str
    claims: bool = False
    submission: Submission | None = None
    changes: AnnotatedRevision | None = None
    answered: ReplyTally | None = None
    reviewers: Sequence[User | None] = ()
    item: TopicInProgress | None = None
    entry: Entry | None = None
    claim_days: int | None = None
    is_asked: bool = False

    @property
    def submission_to_review(self) -> int | None:
        """The key of the submission to review, if that is the next step, else None."""
        return self.submission.pk if self.submission and self.kind != Kind.REVISE else None


def dashboard_step(dashboard: Dashboard) -> DashboardStep | None:
    """Returns the person's next step, or None if there is nothing to do."""
    return (
        _requested(dashboard)
        or _review_changes(dashboard)
        or _revise(dashboard)
        or _review(dashboard)
        or _continue(dashboard)
        or _begin(dashboard)
    )


def _requested(dashboard: Dashboard) -> DashboardStep | None:
    """Returns the review that an author asks them for and that they may claim and have not skipped; none while they
    hold another, which has an end."""
    for round in () if dashboard.claimed else dashboard.open:
        if round.asked_me and not round.skipped_by_me:
            return _changes_in(dashboard, [round]) or _claim(round)
    return None


def _review_changes(dashboard: Dashboard) -> DashboardStep | None:
    """Returns the review of a new revision of a submission that they have reviewed before."""
    return _changes_in(dashboard, [*dashboard.claimed, *dashboard.open])


def _changes_in(dashboard: Dashboard, rounds: Sequence[ReviewRound]) -> DashboardStep | None:
    """Returns the review of the first of these rounds of which they have reviewed an earlier one."""
    claimed = dashboard.claimed
    for round in rounds:
        earlier = {each.pk: each for each in round.earlier_rounds}
        reviews = (review for each in earlier.values() for review in each.reviews.all())
        reviewed = [review.round_id for review in reviews if review.reviewer_id == dashboard.person.pk]
        if reviewed:
            since = earlier[max(reviewed)]
            break
    else:
        return None
    changes = annotate_revision(round, since, talk=[since])
    is_claimed = round in claimed
    return DashboardStep(
        Kind.REVIEW_CHANGES,
        round.submission.summary.topic,
        reverse("review" if is_claimed else "claim", args=[round.submission_id]),
        claims=not is_claimed,
        submission=round.submission,
        changes=changes,
        answered=changes.tally_for(dashboard.person),
        is_asked=not is_claimed and round.asked_me,
    )


def _revise(dashboard: Dashboard) -> DashboardStep | None:
    """Returns the revision of their own summary for which changes were requested."""
    round = next((each for each in dashboard.own if each.status.waits_for_author), None)
    if round is None:
        return None
    return DashboardStep(
        Kind.REVISE,
        round.submission.summary.topic,
        round.submission.get_absolute_url(),
        submission=round.submission,
        reviewers=round.status.requesters,
    )


def _review(dashboard: Dashboard) -> DashboardStep | None:
    """Returns a review that they have claimed or may claim."""
    if dashboard.claims:
        submission = dashboard.claims[0].round.submission
        url = reverse("review", args=[submission.pk])
        return DashboardStep(Kind.FINISH_REVIEW, submission.summary.topic, url, submission=submission)
    return _claim(dashboard.open[0]) if dashboard.open else None


def _claim(round: ReviewRound) -> DashboardStep:
    """Returns the review of a round that they may claim."""
    submission = round.submission
    return DashboardStep(
        Kind.REVIEW,
        submission.summary.topic,
        reverse("claim", args=[submission.pk]),
        claims=True,
        submission=submission,
        claim_days=round.claim_days,
        is_asked=round.asked_me,
    )


def _continue(dashboard: Dashboard) -> DashboardStep | None:
    """Returns the topic that they have begun: one with a draft first, then the one nearest to completion."""
    topics_in_progress = [item for item in dashboard.topics_in_progress if not item.waits_for_others]
    item = next(
        (item for item in topics_in_progress if item.notebook.draft),
        topics_in_progress[0] if topics_in_progress else None,
    )
    return item and DashboardStep(Kind.CONTINUE, item.topic, item.step.url, item=item)


def _begin(dashboard: Dashboard) -> DashboardStep | None:
    """Returns the first topic that they have not begun."""
    if dashboard.untouched is None:
        return None
    topic = dashboard.untouched.topic
    return DashboardStep(Kind.BEGIN, topic, topic.get_absolute_url(), entry=next_step(dashboard.untouched).entry)
