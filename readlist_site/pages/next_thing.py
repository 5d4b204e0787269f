"""The one thing to do next: what others wait for comes first, then what is nearest to done.

The sentences are in `templates/pages/next_step.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from catalog.models import Entry, Section
from groups.models import Round, Submission
from groups.passages import Text, text_of
from groups.tally import Tally
from notes.path import next_step
from readlist_site.accounts.models import User

from .desk import Desk, Pile


class Kind(StrEnum):
    """What the next thing is, in the order in which they come."""

    REVIEW_CHANGES = "review_changes"
    REVISE = "revise"
    FINISH_REVIEW = "finish_review"
    REVIEW = "review"
    CONTINUE = "continue"
    BEGIN = "begin"


@dataclass(frozen=True)
class NextThing:
    """`url` is where to do it; where `claims`, it takes a review, so that it has to be posted to.

    The rest is set where the kind needs it: the `submission` to review or revise; the `changes` since the revision that
    was reviewed, with how its author `answered`; who requested changes (None for a former member); the topic's `pile`;
    the `entry` to begin with; for how many days a claim holds the review."""

    kind: Kind
    topic: Section
    url: str
    claims: bool = False
    submission: Submission | None = None
    changes: Text | None = None
    answered: Tally | None = None
    reviewers: Sequence[User | None] = ()
    pile: Pile | None = None
    entry: Entry | None = None
    claim_days: int | None = None

    @property
    def reviews(self) -> int | None:
        """The submission to review, if that is the next thing."""
        return self.submission.pk if self.submission and self.kind != Kind.REVISE else None


def next_thing(desk: Desk) -> NextThing | None:
    """What this person might do now; None where nothing is left to do."""
    return _review_changes(desk) or _revise(desk) or _review(desk) or _continue(desk) or _begin(desk)


def _review_changes(desk: Desk) -> NextThing | None:
    """A new revision of what they reviewed before."""
    held = {claim.round_id: claim.round for claim in desk.held}
    rounds = Round.objects.filter(pk__in=[*held, *(each.pk for each in desk.open)]).with_facts()
    for each in sorted(rounds, key=lambda each: each.pk not in held):
        read = [
            earlier
            for earlier in each.submission.rounds.all()
            if earlier.pk < each.pk and any(review.reviewer_id == desk.person.pk for review in earlier.reviews.all())
        ]
        if read:
            since = max(read, key=lambda earlier: earlier.pk)
            changes = text_of(each, since, talk=[since])
            return NextThing(
                Kind.REVIEW_CHANGES,
                each.submission.summary.topic,
                reverse("review" if each.pk in held else "claim", args=[each.submission.pk]),
                claims=each.pk not in held,
                submission=each.submission,
                changes=changes,
                answered=changes.tally_for(desk.person),
            )
    return None


def _revise(desk: Desk) -> NextThing | None:
    """Somebody requested changes in what they wrote."""
    asked = next((each for each in desk.own if each.status.waits_for_author), None)
    if asked is None:
        return None
    reviews = [review for each in asked.submission.rounds.all() if each.pk == asked.pk for review in each.reviews.all()]
    return NextThing(
        Kind.REVISE,
        asked.submission.summary.topic,
        asked.submission.get_absolute_url(),
        submission=asked.submission,
        reviewers=[review.reviewer for review in reviews if review.stands],
    )


def _review(desk: Desk) -> NextThing | None:
    """What they hold, or may take."""
    if desk.held:
        submission = desk.held[0].round.submission
        url = reverse("review", args=[submission.pk])
        return NextThing(Kind.FINISH_REVIEW, submission.summary.topic, url, submission=submission)
    if desk.open:
        submission, days = desk.open[0].submission, desk.open[0].claim_days
        url = reverse("claim", args=[submission.pk])
        return NextThing(
            Kind.REVIEW, submission.summary.topic, url, claims=True, submission=submission, claim_days=days
        )
    return None


def _continue(desk: Desk) -> NextThing | None:
    """What they have begun themselves: the draft first, then what is nearest to being written."""
    piles = [pile for pile in desk.piles if not pile.waits_for_others]
    pile = next((pile for pile in piles if pile.notebook.draft), piles[0] if piles else None)
    return pile and NextThing(Kind.CONTINUE, pile.topic, pile.step.url, pile=pile)


def _begin(desk: Desk) -> NextThing | None:
    """The first topic that they have not touched."""
    if desk.untouched is None:
        return None
    topic = desk.untouched.topic
    return NextThing(Kind.BEGIN, topic, topic.get_absolute_url(), entry=next_step(desk.untouched).entry)
