"""The progress of a group: each member's steps in each topic, combined with the group's review results.

*Summarised* is done once a summary is submitted to this group; a draft, or a revision submitted to another group,
counts as started. *Reviewed* is done once this group has accepted it. Submissions are visible even if their author
hides their reading."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from catalog.outline.section import Section
from groups.members.group import Group
from groups.members.membership import Membership
from notes.progress import Steps, StepState, steps_for
from readlist_site.base.accounts.confusable_names import address_hints, skeleton
from readlist_site.base.accounts.models import User
from readlist_site.base.languages.direction import isolated_each

from . import rules
from .review import Review
from .review_round import ReviewRound

WIDTHS = {"pair": 2, "few": 5, "some": 8, "many": 12}


class ReviewOutcome(StrEnum):
    """The result of a summary that was submitted to a group."""

    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    SUBMITTED = "submitted"  # to a group that has been archived since


# The order of precedence of an author's results in several groups.
MOST_TELLING = [ReviewOutcome.ACCEPTED, ReviewOutcome.CHANGES_REQUESTED, ReviewOutcome.IN_REVIEW]


@dataclass(frozen=True)
class Outcome:
    """The review result of one summary in one group. `on` is the date of submission, or of acceptance if it is
    accepted."""

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
    """A member, with the shortest name that distinguishes them from the others."""

    membership: Membership
    name: str
    mine: bool

    @property
    def person_id(self) -> int:
        return self.membership.person_id

    @property
    def hides_reading(self) -> bool:
        """Whether this member's reading is hidden from the viewer. The viewer's own never is."""
        return self.membership.hides_reading and not self.mine


@dataclass(frozen=True)
class MemberProgress:
    """One member's steps and review result in one topic."""

    column: MemberColumn
    steps: Steps
    review_outcome: ReviewOutcome | None


@dataclass(frozen=True)
class TopicRow:
    """A topic with the progress of every member."""

    topic: Section
    cells: list[MemberProgress]

    @property
    def begun(self) -> bool:
        """Whether any member has started it."""
        return any(cell.steps.begun for cell in self.cells)

    @property
    def in_review(self) -> int:
        """How many summaries of it are in review."""
        return sum(cell.review_outcome == ReviewOutcome.IN_REVIEW for cell in self.cells)


@dataclass(frozen=True)
class Tier:
    """The topics of one tier, or, without a heading, topics that are in no tier."""

    heading: Section | None
    rows: list[TopicRow]

    @property
    def name(self) -> str:
        """ "Tier 1 — Non-Negotiable Core". A single topic outside the tiers is its own heading."""
        if not self.heading and len(self.rows) == 1:
            return self.rows[0].topic.short_name
        return tier_name(self.heading)

    @property
    def begun(self) -> bool:
        return any(row.begun for row in self.rows)


@dataclass(frozen=True)
class GroupProgress:
    """The progress of a whole group: a column per member, a row per topic, in the list's order."""

    columns: list[MemberColumn]
    tiers: list[Tier]

    @property
    def begun(self) -> bool:
        return any(tier.begun for tier in self.tiers)

    @property
    def width(self) -> str:
        """A name for the number of columns, for the style sheet: from "pair" to "crowd"."""
        return next((word for word, most in WIDTHS.items() if len(self.columns) <= most), "crowd")

    @property
    def hidden(self) -> list[MemberColumn]:
        """The members whose reading is hidden from the viewer."""
        return [column for column in self.columns if column.hides_reading]


def progress_of(group: Group, viewer) -> GroupProgress:
    """Return the group's progress on its whole list, as the viewer may see it. Uses a fixed number of queries."""
    columns = member_columns(group.members, viewer)
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
    """Return a column per membership, named by first name; by full name where first names look alike, and with a part
    of the e-mail address where full names do. `memberships` are of one group, or of people who are not shown
    together."""
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
    """Return every member's progress, by the key of the topic."""
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
    """Return the results of these summaries, by the keys of group, author and topic. Takes all rounds of each of their
    submissions. Uses one query.

    A summary that is withdrawn, removed from the playbook, or can't be reviewed because its author has left has no
    result. An accepted revision takes precedence over a later one in review. An acceptance from before one that was
    removed does not count again."""
    now = now or timezone.now()
    available = Membership.objects.available_for_review(now).filter(
        group=OuterRef("round__submission__group"), person=OuterRef("reviewer")
    )
    # Only of the latest round it matters whether a change request is open, and no later review or revision ends that.
    requests = Review.objects.open_change_requests().filter(Exists(available), round=OuterRef("pk"))
    facts = rounds.annotate(
        author_is_member=Exists(rules.authors_membership()), changes_requested=Exists(requests)
    ).values_list(
        "submission__group",
        "submission__summary__author",
        "submission__summary__topic",
        "submission",
        "submission__group__archived_at",
        "submission__withdrawn_at",
        "submitted_at",
        "accepts_at",
        "acceptance__accepted_at",
        "acceptance__removed_from_playbook_at",
        "author_is_member",
        "changes_requested",
    )
    rows = list(facts.order_by("pk"))
    latest = {row[3]: place for place, row in enumerate(rows)}
    found: dict[tuple[int, int, int], Outcome] = {}
    for place, (group, author, topic, submission, archived_at, withdrawn_at, *row) in enumerate(rows):
        submitted_at, accepts_at, accepted_at, removed_from_playbook_at, author_is_member, asked = row
        at, is_latest = (group, author, topic), latest[submission] == place and withdrawn_at is None
        if accepted_at is None and accepts_at and accepts_at <= now:
            accepted_at = accepts_at
        if removed_from_playbook_at:
            found.pop(at, None)
        elif accepted_at:
            found[at] = Outcome(ReviewOutcome.ACCEPTED, accepted_at)
        elif at in found and found[at].is_accepted:
            continue
        elif is_latest and author_is_member and not archived_at:
            found[at] = Outcome(ReviewOutcome.CHANGES_REQUESTED if asked else ReviewOutcome.IN_REVIEW, submitted_at)
        elif is_latest and archived_at:
            found[at] = Outcome(ReviewOutcome.SUBMITTED, submitted_at)
    return found


def outcomes_in(groups: Iterable[Group], topics: Iterable[Section]) -> dict[tuple[int, int, int], Outcome]:
    """Return the results of the summaries of these topics in these groups."""
    return outcomes(ReviewRound.objects.filter(submission__group__in=groups, submission__summary__topic__in=topics))


def outcomes_of(author, topics: Iterable[Section]) -> dict[int, Outcome]:
    """Return the results of a person's own summaries, by the key of the topic; where groups differ, the first in
    `MOST_TELLING`. Submissions that were not accepted before their group was archived have no result."""
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
    """Return a person's steps with the last two set by their result in the group."""
    if outcome is None:
        return steps.with_review(summarised=StepState.TODO if steps.summarised == StepState.TODO else StepState.NOW)
    if outcome.is_accepted:
        return steps.with_review(summarised=StepState.DONE, reviewed=StepState.DONE, accepted=True)
    reviewed = StepState.NOW if outcome.review_outcome == ReviewOutcome.IN_REVIEW else StepState.TODO
    return steps.with_review(summarised=StepState.DONE, reviewed=reviewed)


def tier_name(heading: Section | None) -> str:
    """ "Tier 1 — Non-Negotiable Core", or the label for topics that are in no tier."""
    if heading is None:
        return gettext("Topics in no tier")
    if not heading.number:
        return heading.short_name
    return gettext("Tier %(number)s — %(name)s") % isolated_each({"number": heading.number, "name": heading.short_name})


def tiers_of(headings: list[Section]) -> dict[int, Section | None]:
    """Return the tier that contains each heading, by the key of the heading; None for headings in no tier."""
    by_id = {heading.pk: heading for heading in headings}
    tiers: dict[int, Section | None] = {}
    for heading in headings:
        above = by_id.get(heading.parent_id)
        tiers[heading.pk] = heading if heading.kind == Section.Kind.TIER else tiers.get(above.pk) if above else None
    return tiers
