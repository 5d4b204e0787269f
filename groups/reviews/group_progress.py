"""How far a group is: each member's steps in each topic, with what the group itself knows laid over.

*Summarised* is done once a summary was submitted to this group; a draft, or a revision shown elsewhere, has begun it.
*Reviewed* is done once the group has accepted it. What a member submits is seen even if they hide their reading.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.utils import timezone

from catalog.outline.section import Section
from groups.members.group import Group
from groups.members.membership import Membership
from notes.progress import Steps, StepState, steps_for
from readlist_site.base.accounts.confusable_names import address_hints, skeleton
from readlist_site.base.accounts.models import User

from . import rules
from .review import Review
from .review_round import ReviewRound

WIDTHS = {"pair": 2, "few": 5, "some": 8, "many": 12}


class ReviewOutcome(StrEnum):
    """What has become of a summary that was shown to the group."""

    ACCEPTED = "accepted"
    IN_REVIEW = "in review"
    CHANGES_REQUESTED = "asked to change"
    SUBMITTED = "submitted"  # to a group that is archived by now


# What one should hear first of one's own summary, where groups differ.
MOST_TELLING = [ReviewOutcome.ACCEPTED, ReviewOutcome.CHANGES_REQUESTED, ReviewOutcome.IN_REVIEW]


@dataclass(frozen=True)
class Outcome:
    """What has become of one summary in one group, and since when it is so."""

    review_outcome: ReviewOutcome
    on: datetime

    @property
    def is_accepted(self) -> bool:
        return self.review_outcome == ReviewOutcome.ACCEPTED

    @property
    def is_changes_requested(self) -> bool:
        return self.review_outcome == ReviewOutcome.CHANGES_REQUESTED


@dataclass(frozen=True)
class MemberColumn:
    """A member, by the shortest name that tells them from the others."""

    membership: Membership
    name: str
    mine: bool

    @property
    def person_id(self) -> int:
        return self.membership.person_id

    @property
    def hides_reading(self) -> bool:
        """Whether this viewer is kept from their reading: nobody is from their own."""
        return self.membership.hides_reading and not self.mine


@dataclass(frozen=True)
class MemberProgress:
    """Where one member stands in one topic."""

    column: MemberColumn
    steps: Steps
    review_outcome: ReviewOutcome | None

    @property
    def word(self) -> str:
        """Where they stand, to go after a name: "Ada accepted", "Jonas reading"."""
        if self.review_outcome:
            return self.review_outcome.value
        if self.steps.hidden:
            return "keeps their reading private"
        said = [
            (self.steps.summarised, "summarised", "writing"),
            (self.steps.cross_checked, "cross-checked", "cross-checking"),
            (self.steps.core, "core read", "reading"),
        ]
        return next(
            (done if step == StepState.DONE else now for step, done, now in said if step != StepState.TODO), "not begun"
        )


@dataclass(frozen=True)
class TopicRow:
    """A topic, with every member's place in it."""

    topic: Section
    cells: list[MemberProgress]

    @property
    def begun(self) -> bool:
        """Whether anybody has done anything here."""
        return any(cell.steps.begun for cell in self.cells)

    @property
    def in_review(self) -> int:
        """How many summaries of it wait for the group's word."""
        return sum(cell.review_outcome == ReviewOutcome.IN_REVIEW for cell in self.cells)


@dataclass(frozen=True)
class Tier:
    """The topics under one tier; without a heading those that stand beside the tiers."""

    heading: Section | None
    rows: list[TopicRow]

    @property
    def name(self) -> str:
        """ "Tier 1 — Non-Negotiable Core"; a topic that stands alone beside the tiers is its own heading."""
        if not self.heading and len(self.rows) == 1:
            return self.rows[0].topic.short_name
        return tier_name(self.heading)

    @property
    def begun(self) -> bool:
        return any(row.begun for row in self.rows)


@dataclass(frozen=True)
class GroupProgress:
    """Members across, topics down, in the list's order."""

    columns: list[MemberColumn]
    tiers: list[Tier]

    @property
    def begun(self) -> bool:
        return any(tier.begun for tier in self.tiers)

    @property
    def width(self) -> str:
        """How much room the columns want beside each other, from "pair" to "crowd": more than there is."""
        return next((word for word, most in WIDTHS.items() if len(self.columns) <= most), "crowd")

    @property
    def hidden(self) -> list[MemberColumn]:
        """Whose reading this viewer doesn't see."""
        return [column for column in self.columns if column.hides_reading]


def progress_of(group: Group, viewer) -> GroupProgress:
    """The whole group on its whole list, as the viewer may see it. The same few queries however large both are."""
    columns = member_columns(group.memberships.select_related("person"), viewer)
    headings = list(Section.objects.not_retired().filter(list=group.list_id).order_by("position", "pk"))
    topics = [heading for heading in headings if heading.kind == Section.Kind.TOPIC]
    cells, above = progress_by_topic(group, columns, topics), tiers_of(headings)
    tiers: list[Tier] = []
    for topic in topics:
        if not tiers or tiers[-1].heading != above[topic.pk]:
            tiers.append(Tier(above[topic.pk], []))
        tiers[-1].rows.append(TopicRow(topic, cells[topic.pk]))
    return GroupProgress(columns, tiers)


def member_columns(memberships: Iterable[Membership], viewer) -> list[MemberColumn]:
    """By first names, by whole ones where two share the first, with a part of the address where the whole ones look
    alike. All `memberships` are of one group, or of people who are never named side by side."""
    memberships = list(memberships)
    people = [each.person for each in memberships]
    firsts = Counter(skeleton(person.first_name) for person in people)
    hints = address_hints((person.pk, person.display_name, person.email) for person in people)
    return [
        MemberColumn(each, _column_name(each.person, firsts, hints.get(each.person_id)), each.person == viewer)
        for each in memberships
    ]


def _column_name(person: User, firsts: Counter[str], hint: str | None) -> str:
    if hint:
        return f"{person.display_name} ({hint})"
    return person.first_name if firsts[skeleton(person.first_name)] == 1 else person.display_name


def progress_by_topic(
    group: Group, columns: list[MemberColumn], topics: list[Section]
) -> dict[int, list[MemberProgress]]:
    """Every member's place, by topic."""
    steps, found = steps_for(columns, topics), outcomes_in([group], topics)
    return {
        topic.pk: [
            MemberProgress(
                column, with_group_steps(steps[column.person_id, topic.pk], outcome), outcome and outcome.review_outcome
            )
            for column in columns
            for outcome in [found.get((group.pk, column.person_id, topic.pk))]
        ]
        for topic in topics
    }


def outcomes(rounds: QuerySet[ReviewRound], now: datetime | None = None) -> dict[tuple[int, int, int], Outcome]:
    """What has become of these summaries, by group, author and topic. One query.

    What was withdrawn or removed from the playbook has no outcome, nor has what nobody reviews because its author has
    left the group. An accepted revision outweighs a later one that is in review; one that was accepted before the one
    that was removed does not come back."""
    now = now or timezone.now()
    of_it = ReviewRound.objects.filter(pk=OuterRef("pk"))
    facts = rounds.annotate(
        open_requests=Exists(Review.objects.filter(round=OuterRef("pk")).blocking(now)),
        is_latest=Exists(of_it.current()),
        is_reviewable=Exists(of_it.open()),
        acceptance_date=Case(When(rules.accepted(now), then=rules.accepted_at())),
    ).values_list(
        "submission__group",
        "submission__summary__author",
        "submission__summary__topic",
        "submission__group__archived_at",
        "submitted_at",
        "acceptance_date",
        "acceptance__removed_from_playbook_at",
        "is_latest",
        "is_reviewable",
        "open_requests",
    )
    found: dict[tuple[int, int, int], Outcome] = {}
    for group, author, topic, *row in facts.order_by("pk"):
        at = (group, author, topic)
        archived_at, submitted_at, accepted_at, removed_from_playbook_at, is_latest, is_reviewable, asked = row
        if removed_from_playbook_at:
            found.pop(at, None)
        elif accepted_at:
            found[at] = Outcome(ReviewOutcome.ACCEPTED, accepted_at)
        elif at in found and found[at].is_accepted:
            continue
        elif is_reviewable:
            found[at] = Outcome(ReviewOutcome.CHANGES_REQUESTED if asked else ReviewOutcome.IN_REVIEW, submitted_at)
        elif is_latest and archived_at:
            found[at] = Outcome(ReviewOutcome.SUBMITTED, submitted_at)
    return found


def outcomes_in(groups: Iterable[Group], topics: Iterable[Section]) -> dict[tuple[int, int, int], Outcome]:
    """What has become of the summaries of these topics in these groups."""
    return outcomes(ReviewRound.objects.filter(submission__group__in=groups, submission__summary__topic__in=topics))


def outcomes_of(author, topics: Iterable[Section]) -> dict[int, Outcome]:
    """What has become of a person's own summaries, by topic: where groups differ, what they should hear first. What was
    submitted to a group that is archived by now waits for nobody, and has no outcome."""
    if not author.is_authenticated:
        return {}
    mine = ReviewRound.objects.filter(submission__summary__author=author, submission__summary__topic__in=list(topics))
    found: dict[int, Outcome] = {}
    for (_, _, topic), outcome in outcomes(mine).items():
        if outcome.review_outcome in MOST_TELLING:
            found[topic] = min(
                found.get(topic, outcome), outcome, key=lambda each: MOST_TELLING.index(each.review_outcome)
            )
    return found


def with_group_steps(steps: Steps, outcome: Outcome | None) -> Steps:
    """A notebook's steps with the group's word on the last two."""
    if outcome is None:
        return steps.with_review(summarised=StepState.TODO if steps.summarised == StepState.TODO else StepState.NOW)
    if outcome.is_accepted:
        return steps.with_review(summarised=StepState.DONE, reviewed=StepState.DONE, accepted=True)
    reviewed = StepState.NOW if outcome.review_outcome == ReviewOutcome.IN_REVIEW else StepState.TODO
    return steps.with_review(summarised=StepState.DONE, reviewed=reviewed)


def tier_name(heading: Section | None) -> str:
    """ "Tier 1 — Non-Negotiable Core", and what to call the place of topics that stand under none."""
    if heading is None:
        return "Beside the tiers"
    return f"Tier {heading.number} — {heading.short_name}" if heading.number else heading.short_name


def tiers_of(headings: list[Section]) -> dict[int, Section | None]:
    """The tier that each heading stands under, by heading; None for what stands beside the tiers."""
    by_id = {heading.pk: heading for heading in headings}
    tiers: dict[int, Section | None] = {}
    for heading in headings:
        above = by_id.get(heading.parent_id)
        tiers[heading.pk] = heading if heading.kind == Section.Kind.TIER else tiers.get(above.pk) if above else None
    return tiers
