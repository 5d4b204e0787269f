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

from catalog.models import Section
from groups import rules
from groups.models import Group, Membership, Review, Round
from notes.progress import Step, Steps, steps_for
from readlist_site.accounts.confusable_names import address_hints, skeleton
from readlist_site.accounts.models import User

WIDTHS = {"pair": 2, "few": 5, "some": 8, "many": 12}


class Shown(StrEnum):
    """What has become of a summary that was shown to the group."""

    ACCEPTED = "accepted"
    IN_REVIEW = "in review"
    ASKED = "asked to change"
    SUBMITTED = "submitted"  # to a group that is archived by now


# What one should hear first of one's own summary, where groups differ.
MOST_TELLING = [Shown.ACCEPTED, Shown.ASKED, Shown.IN_REVIEW]


@dataclass(frozen=True)
class Outcome:
    """What has become of one summary in one group, and since when it is so."""

    shown: Shown
    on: datetime

    @property
    def is_accepted(self) -> bool:
        return self.shown == Shown.ACCEPTED

    @property
    def is_asked_to_change(self) -> bool:
        return self.shown == Shown.ASKED


@dataclass(frozen=True)
class Column:
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
class Place:
    """Where one member stands in one topic."""

    column: Column
    steps: Steps
    shown: Shown | None

    @property
    def word(self) -> str:
        """Where they stand, to go after a name: "Ada accepted", "Jonas reading"."""
        if self.shown:
            return self.shown.value
        if self.steps.hidden:
            return "keeps their reading private"
        said = [
            (self.steps.summarised, "summarised", "writing"),
            (self.steps.cross_checked, "cross-checked", "cross-checking"),
            (self.steps.core, "core read", "reading"),
        ]
        return next((done if step == Step.DONE else now for step, done, now in said if step != Step.TODO), "not begun")


@dataclass(frozen=True)
class Row:
    """A topic, with every member's place in it."""

    topic: Section
    places: list[Place]

    @property
    def begun(self) -> bool:
        """Whether anybody has done anything here."""
        return any(place.steps.begun for place in self.places)

    @property
    def in_review(self) -> int:
        """How many summaries of it wait for the group's word."""
        return sum(place.shown == Shown.IN_REVIEW for place in self.places)


@dataclass(frozen=True)
class Tier:
    """The topics under one tier; without a heading those that stand beside the tiers."""

    heading: Section | None
    rows: list[Row]

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
class Plan:
    """Members across, topics down, in the list's order."""

    columns: list[Column]
    tiers: list[Tier]

    @property
    def begun(self) -> bool:
        return any(tier.begun for tier in self.tiers)

    @property
    def width(self) -> str:
        """How much room the columns want beside each other, from "pair" to "crowd": more than there is."""
        return next((word for word, most in WIDTHS.items() if len(self.columns) <= most), "crowd")

    @property
    def hidden(self) -> list[Column]:
        """Whose reading this viewer doesn't see."""
        return [column for column in self.columns if column.hides_reading]


def plan_for(group: Group, viewer) -> Plan:
    """The whole group on its whole list, as the viewer may see it. The same few queries however large both are."""
    columns = columns_of(group.memberships.select_related("person"), viewer)
    headings = list(Section.objects.standing().filter(list=group.list_id).order_by("position", "pk"))
    topics = [heading for heading in headings if heading.kind == Section.Kind.TOPIC]
    places, above = places_of(group, columns, topics), tiers_of(headings)
    tiers: list[Tier] = []
    for topic in topics:
        if not tiers or tiers[-1].heading != above[topic.pk]:
            tiers.append(Tier(above[topic.pk], []))
        tiers[-1].rows.append(Row(topic, places[topic.pk]))
    return Plan(columns, tiers)


def columns_of(memberships: Iterable[Membership], viewer) -> list[Column]:
    """By first names, by whole ones where two share the first, with a part of the address where the whole ones look
    alike. All `memberships` are of one group, or of people who are never named side by side."""
    memberships = list(memberships)
    people = [each.person for each in memberships]
    firsts = Counter(skeleton(person.first_name) for person in people)
    hints = address_hints((person.pk, person.display_name, person.email) for person in people)
    return [
        Column(each, _column_name(each.person, firsts, hints.get(each.person_id)), each.person == viewer)
        for each in memberships
    ]


def _column_name(person: User, firsts: Counter[str], hint: str | None) -> str:
    if hint:
        return f"{person.display_name} ({hint})"
    return person.first_name if firsts[skeleton(person.first_name)] == 1 else person.display_name


def places_of(group: Group, columns: list[Column], topics: list[Section]) -> dict[int, list[Place]]:
    """Every member's place, by topic."""
    steps, found = steps_for(columns, topics), outcomes_in([group], topics)
    return {
        topic.pk: [
            Place(column, laid_over(steps[column.person_id, topic.pk], outcome), outcome and outcome.shown)
            for column in columns
            for outcome in [found.get((group.pk, column.person_id, topic.pk))]
        ]
        for topic in topics
    }


def outcomes(rounds: QuerySet[Round], now: datetime | None = None) -> dict[tuple[int, int, int], Outcome]:
    """What has become of these summaries, by group, author and topic. One query.

    What was withdrawn or removed from the playbook has no outcome, nor has what nobody reviews because its author has
    left the group. An accepted revision outweighs a later one that is in review; one that was accepted before the one
    that was removed does not come back."""
    now = now or timezone.now()
    of_it = Round.objects.filter(pk=OuterRef("pk"))
    facts = rounds.annotate(
        open_requests=Exists(Review.objects.filter(round=OuterRef("pk")).standing(now)),
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
        "acceptance__retracted_at",
        "is_latest",
        "is_reviewable",
        "open_requests",
    )
    found: dict[tuple[int, int, int], Outcome] = {}
    for group, author, topic, *row in facts.order_by("pk"):
        at = (group, author, topic)
        archived_at, submitted_at, accepted_at, retracted_at, is_latest, is_reviewable, asked = row
        if retracted_at:
            found.pop(at, None)
        elif accepted_at:
            found[at] = Outcome(Shown.ACCEPTED, accepted_at)
        elif at in found and found[at].is_accepted:
            continue
        elif is_reviewable:
            found[at] = Outcome(Shown.ASKED if asked else Shown.IN_REVIEW, submitted_at)
        elif is_latest and archived_at:
            found[at] = Outcome(Shown.SUBMITTED, submitted_at)
    return found


def outcomes_in(groups: Iterable[Group], topics: Iterable[Section]) -> dict[tuple[int, int, int], Outcome]:
    """What has become of the summaries of these topics in these groups."""
    return outcomes(Round.objects.filter(submission__group__in=groups, submission__summary__topic__in=topics))


def outcomes_of(author, topics: Iterable[Section]) -> dict[int, Outcome]:
    """What has become of a person's own summaries, by topic: where groups differ, what they should hear first. What was
    submitted to a group that is archived by now waits for nobody, and has no outcome."""
    if not author.is_authenticated:
        return {}
    mine = Round.objects.filter(submission__summary__author=author, submission__summary__topic__in=list(topics))
    found: dict[int, Outcome] = {}
    for (_, _, topic), outcome in outcomes(mine).items():
        if outcome.shown in MOST_TELLING:
            found[topic] = min(found.get(topic, outcome), outcome, key=lambda each: MOST_TELLING.index(each.shown))
    return found


def laid_over(steps: Steps, outcome: Outcome | None) -> Steps:
    """A notebook's steps with the group's word on the last two."""
    if outcome is None:
        return steps.with_review(summarised=Step.TODO if steps.summarised == Step.TODO else Step.NOW)
    if outcome.is_accepted:
        return steps.with_review(summarised=Step.DONE, reviewed=Step.DONE, accepted=True)
    reviewed = Step.NOW if outcome.shown == Shown.IN_REVIEW else Step.TODO
    return steps.with_review(summarised=Step.DONE, reviewed=reviewed)


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
