"""The progress of a group: each member's steps in each topic, combined with the group's review results.

*Summarised* is done once a summary is submitted to this group; a draft, or a revision submitted to another group,
counts as started. *Reviewed* is done once this group has accepted it. Submissions are visible even if their author
hides their reading."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from groups.members.group import Group
from groups.members.membership import Membership
from notes.progress import entry_query, step_queries, steps_of
from notes.steps import Steps, StepState
from readlist_site.base.accounts.confusable_names import address_hints, skeleton
from readlist_site.base.accounts.models import User
from readlist_site.base.languages.direction import isolated_each
from readlist_site.base.web.together import RowsOf, Together

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
    accepted; `submission` is the key of the submission."""

    review_outcome: ReviewOutcome
    on: datetime
    submission: int

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
    """One member's steps and review result in one topic. `submission` is the key of their submission, None without a
    result."""

    column: MemberColumn
    steps: Steps
    review_outcome: ReviewOutcome | None
    submission: int | None = None


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


@Together
def progress_rows(group: Group, viewer, now: datetime) -> list[QuerySet]:
    """What `progress_of` takes: the members; headings and entries of the list; readings, drafts and summaries of
    members whose reading the viewer may see; all rounds of the group."""
    members = Membership.objects.filter(group=group).with_person()
    shown = Membership.objects.filter(pk__in=RowsOf(members)).filter(Q(hides_reading=False) | Q(person=viewer))
    list_of_group = Group.objects.filter(pk=group.pk).order_by().values("list")
    headings = Section.objects.not_retired().filter(list__in=list_of_group).headings_only().order_by("position", "pk")
    topics = Section.objects.topics().filter(list__in=list_of_group).order_by().values("pk")
    return [
        members,
        headings,
        entry_query(topics),
        *step_queries(shown.order_by().values("person"), topics),
        outcome_query(ReviewRound.objects.filter(submission__group=group, submission__summary__topic__in=topics), now),
    ]


def progress_of(
    group: Group,
    viewer,
    now: datetime,
    members: list[Membership],
    headings: list[Section],
    entries: list[Entry],
    readings: list[tuple],
    drafts: list[tuple],
    summaries: list[tuple],
    rounds: list[tuple],
) -> GroupProgress:
    """Return the group's progress on its whole list, as the viewer may see it, of the rows of `progress_rows`. Sets
    `Group.members`."""
    group.members = tuple(members)
    columns = member_columns(members, viewer)
    topics = [heading for heading in headings if heading.kind == Section.Kind.TOPIC]
    steps = steps_of(columns, topics, entries, readings, drafts, summaries)
    found, above = outcomes(rounds, now), tiers_of(headings)
    tiers: list[Tier] = []
    for topic in topics:
        if not tiers or tiers[-1].heading != above[topic.pk]:
            tiers.append(Tier(above[topic.pk], []))
        cells = [
            MemberProgress(
                column,
                with_group_steps(steps[column.person_id, topic.pk], outcome),
                outcome and outcome.review_outcome,
                outcome and outcome.submission,
            )
            for column in columns
            for outcome in [found.get((group.pk, column.person_id, topic.pk))]
        ]
        tiers[-1].rows.append(TopicRow(topic, cells))
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


def outcome_query(rounds: QuerySet[ReviewRound], now: datetime) -> QuerySet:
    """Return the queryset of what `outcomes` takes. `rounds` must be all rounds of each of their submissions."""
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
    return facts.order_by("pk")


def outcomes(rows: Sequence[tuple], now: datetime) -> dict[tuple[int, int, int], Outcome]:
    """Return the results of summaries, by the keys of group, author and topic, of the rows of `outcome_query`.

    A summary that is withdrawn, removed from the playbook, or can't be reviewed because its author has left has no
    result. An accepted revision takes precedence over a later one in review. An acceptance from before one that was
    removed does not count again."""
    latest = {row[3]: index for index, row in enumerate(rows)}
    found: dict[tuple[int, int, int], Outcome] = {}
    for index, (group, author, topic, submission, archived_at, withdrawn_at, *row) in enumerate(rows):
        submitted_at, accepts_at, accepted_at, removed_from_playbook_at, author_is_member, asked = row
        at, is_latest = (group, author, topic), latest[submission] == index and withdrawn_at is None
        if accepted_at is None and accepts_at and accepts_at <= now:
            accepted_at = accepts_at
        if removed_from_playbook_at:
            found.pop(at, None)
        elif accepted_at:
            found[at] = Outcome(ReviewOutcome.ACCEPTED, accepted_at, submission)
        elif at in found and found[at].is_accepted:
            continue
        elif is_latest and author_is_member and not archived_at:
            result = ReviewOutcome.CHANGES_REQUESTED if asked else ReviewOutcome.IN_REVIEW
            found[at] = Outcome(result, submitted_at, submission)
        elif is_latest and archived_at:
            found[at] = Outcome(ReviewOutcome.SUBMITTED, submitted_at, submission)
    return found


@Together
def my_outcome_rows(author, topics: list[int], now: datetime) -> list[QuerySet]:
    """What `my_outcomes` takes of the author's summaries of some topics."""
    mine = ReviewRound.objects.filter(submission__summary__author=author, submission__summary__topic__in=topics)
    return [outcome_query(mine, now)]


def my_outcomes(rows: Sequence[tuple], now: datetime) -> dict[int, Outcome]:
    """Return the results of one author's summaries, by the key of the topic; where groups differ, the first in
    `MOST_TELLING`. Submissions that were not accepted before their group was archived have no result. `rows` are those
    of `outcome_query`."""
    found: dict[int, Outcome] = {}
    for (_, _, topic), outcome in outcomes(rows, now).items():
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
        return gettext("Topics without a tier")
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
