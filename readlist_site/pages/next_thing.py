"""The one thing to do next, said as a sentence: what others wait for comes first, then what is nearest to done."""

from dataclasses import dataclass

from django.urls import reverse

from groups.models import Round, Submission
from groups.passages import Text, text_of
from notes.path import Todo, next_step

from .desk import Desk

# What to do with what was begun, up to the topic's name.
GO_ON = {
    Todo.READ: "Go on reading about",
    Todo.CHECK: "Cross-check what you read on",
    Todo.WRITE: "Write down what you know about",
    Todo.DRAFT: "Go on with your summary of",
    Todo.REVISE: "Revise your summary of",
}


@dataclass(frozen=True)
class NextThing:
    """`headline` and `lead` say it; `action` is the button's words. A `posts` button takes something, so it is a form;
    any other is a link. `topic` is set in the headline, whole. `changes` is a text to show beside it, compared.
    `reviews` is the submission that it is about reviewing, if it is."""

    headline: str
    topic: str
    lead: str
    action: str
    url: str
    posts: bool = False
    changes: Text | None = None
    reviews: int | None = None


def next_thing(desk: Desk) -> NextThing | None:
    """What this person might do now; None where nothing is left to do."""
    return _to_review_again(desk) or _to_revise(desk) or _to_review(desk) or _to_write_or_read(desk) or _to_begin(desk)


def _author(submission: Submission) -> str:
    author = submission.summary.author
    return author.first_name if author else "A former member"


def _to_review_again(desk: Desk) -> NextThing | None:
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
            submission, changes = each.submission, text_of(each, since, talk=[since])
            return NextThing(
                headline=f"{_author(submission)} has answered your review of",
                topic=submission.summary.topic.short_name,
                lead=f"{_answered(changes, desk.person)}{_changed(changes)} You only need to read what changed.",
                action="Review the changes",
                url=reverse("review" if each.pk in held else "claim", args=[submission.pk]),
                posts=each.pk not in held,
                changes=changes,
                reviews=submission.pk,
            )
    return None


def _answered(text: Text, reviewer) -> str:
    """How the author answered what this reviewer said: "2 addressed, 1 disagreed. "; nothing where they didn't."""
    tally = text.tally_for(reviewer)
    return f"{tally.words}. " if tally.is_answered else ""


def _changed(text: Text) -> str:
    """How much of a text is new: "Two of the three answers are rewritten."."""
    changed = sum(not passage.unchanged for passage in text.passages)
    if changed == 0:
        return "The answers read as they did."
    return f"{changed} of {len(text.passages)} answer{'s' if len(text.passages) != 1 else ''} changed since."


def _to_revise(desk: Desk) -> NextThing | None:
    """Somebody asked for changes in what they wrote."""
    asked = next((each for each in desk.own if each.status.waits_for_author), None)
    if asked is None:
        return None
    said = [review for each in asked.submission.rounds.all() if each.pk == asked.pk for review in each.reviews.all()]
    names = [review.reviewer.first_name for review in said if review.stands and review.reviewer]
    verb = "ask" if len(names) > 1 else "asks"
    summary = asked.submission.summary
    return NextThing(
        headline=f"{' and '.join(names) or 'A former member'} {verb} for changes in your summary of",
        topic=summary.topic.short_name,
        lead="Read what was said beside each answer, then revise.",
        action="Read the review",
        url=asked.submission.get_absolute_url(),
    )


def _to_review(desk: Desk) -> NextThing | None:
    """Something they hold, or that nobody reads yet."""
    if desk.held:
        submission = desk.held[0].round.submission
        return NextThing(
            headline=f"{_author(submission)} counts on your review of",
            topic=submission.summary.topic.short_name,
            lead="You have taken it. Say of each answer whether it holds.",
            action="Go on with your review",
            url=reverse("review", args=[submission.pk]),
            reviews=submission.pk,
        )
    if desk.open:
        submission, days = desk.open[0].submission, desk.open[0].claim_days
        return NextThing(
            headline=f"{_author(submission)} waits for a reader of",
            topic=submission.summary.topic.short_name,
            lead=(
                "Read five to ten lines and say of each answer whether it holds. "
                f"It is yours for {days} day{'s' if days != 1 else ''}."
            ),
            action="Review it",
            url=reverse("claim", args=[submission.pk]),
            posts=True,
            reviews=submission.pk,
        )
    return None


def _to_write_or_read(desk: Desk) -> NextThing | None:
    """What they have begun themselves: the draft first, then what is nearest to being written."""
    piles = [pile for pile in desk.piles if not pile.waits_for_others]
    pile = next((pile for pile in piles if pile.notebook.draft), piles[0] if piles else None)
    if pile is None:
        return None
    return NextThing(
        headline=GO_ON[pile.step.kind],
        topic=pile.topic.short_name,
        lead=pile.words,
        action=pile.step.words,
        url=pile.step.url,
    )


def _to_begin(desk: Desk) -> NextThing | None:
    """The first topic that they have not touched."""
    if desk.untouched is None:
        return None
    topic, first = desk.untouched.topic, next_step(desk.untouched).entry
    return NextThing(
        headline="Begin with",
        topic=topic.short_name,
        lead=f"Or with any topic that you need. Here {first.title} is the first to read.",
        action="Open the topic",
        url=topic.get_absolute_url(),
    )
