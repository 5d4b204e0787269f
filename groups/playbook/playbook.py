"""A group's playbook: the accepted summaries, topic by topic, one column for each prompt of the list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from catalog.outline.method import Prompt
from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.group_progress import tier_name, tiers_of
from groups.reviews.review_round import ReviewRound
from groups.reviews.round_data import UNSEEN, fetch_with_status
from notes.revision import Answer
from readlist_site.base.accounts.models import User
from readlist_site.base.web.together import Together

# The size of a page in summaries. A page has whole topics, so that it may have more if one topic does.
PAGE = 15

# The filter value for authors without an account, and for topics in no tier.
NOBODY = "none"


@dataclass(frozen=True)
class Cell:
    """One summary's answer to one prompt. The prompt may have been reworded since, or added after the summary was
    written."""

    prompt: Prompt
    answer: Answer | None

    @property
    def reworded(self) -> bool:
        return bool(self.answer and self.answer.prompt_text != self.prompt.text)


@dataclass(frozen=True)
class PlaybookEntry:
    """One accepted summary: a cell for each current prompt, and its answers to retired prompts."""

    round: ReviewRound
    cells: list[Cell]
    retired_answers: list[Answer]

    @property
    def author(self) -> User | None:
        return self.round.submission.summary.author

    @property
    def approvers(self) -> list:
        """The reviewers who approved the revision, also if they edited their review since; None for a former member."""
        return [review.reviewer for review in self.round.approvals]


@dataclass(frozen=True)
class Chapter:
    """A topic with its accepted summaries; without those if it is on another page, which begins with the topic that
    has the key `page`."""

    topic: Section
    page: int
    entries: list[PlaybookEntry] = field(default_factory=list)


@dataclass(frozen=True)
class PlaybookTier:
    """The chapters of one tier. Without a name if the list has no tiers."""

    heading: Section | None
    name: str
    chapters: list[Chapter]

    @property
    def anchor(self) -> str:
        return f"tier-{self.heading.pk if self.heading else NOBODY}"


@dataclass(frozen=True)
class Contents:
    """The accepted rounds in a group's playbook, without the texts, in the list's order; the list's prompts, and the
    tier of each of its headings."""

    group: Group
    prompts: list[Prompt]
    rounds: list[ReviewRound]
    tiers: dict[int, Section | None]

    @property
    def summaries(self) -> list[tuple[Section, User | None]]:
        """The topics and authors of the summaries."""
        return [(each.topic, each.author) for each in (round.submission.summary for round in self.rounds)]

    def chosen(self, tier: str, author: str) -> list[ReviewRound]:
        """Return the rounds of one tier, or of one author, given their filter values; "" leaves a filter out."""
        summaries = ((round, round.submission.summary) for round in self.rounds)
        return [
            round
            for round, summary in summaries
            if (not tier or self._key(self.tiers[summary.topic_id]) == tier)
            and (not author or self._key(summary.author) == author)
        ]

    @property
    def tier_choices(self) -> list[tuple[str, str]]:
        """The tiers with accepted summaries, as choices of the filter."""
        found = dict.fromkeys(self.tiers[topic.pk] for topic, _ in self.summaries)
        return [(self._key(tier), tier_name(tier)) for tier in found]

    def author_choices(self, viewer) -> list[tuple[str, str]]:
        """Return the authors of summaries as choices of the filter, the viewer first."""
        people = {author for _, author in self.summaries}
        inside = sorted(people - {None}, key=lambda person: (person != viewer, person.display_name.casefold()))
        names = [(self._key(person), person.display_name) for person in inside]
        return names + ([(NOBODY, _("Former members"))] if None in people else [])

    def topics_in(self, tier: str) -> list[int]:
        """Return the keys of the topics in a tier, given its filter value."""
        return [topic for topic, above in self.tiers.items() if self._key(above) == tier]

    @staticmethod
    def _key(row: Section | User | None) -> str:
        return str(row.pk) if row else NOBODY


def contents_of(group: Group) -> Contents:
    """Return the contents of a group's playbook, without the texts. One statement."""
    prompts, headings, found = _contents(group=group, reading_list=group.list_id, now=timezone.now())
    return Contents(group, prompts, found, tiers_of(headings))


@Together
def _contents(group: Group, reading_list: int, now: datetime) -> list[QuerySet]:
    """The prompts and the headings of the list, and the rounds in the playbook, in the list's order."""
    rounds = ReviewRound.objects.in_playbook(group, now).defer(*UNSEEN)
    return [
        Prompt.objects.not_retired().filter(list=reading_list),
        Section.objects.filter(list=reading_list).headings_only().order_by("position", "pk"),
        rounds.order_by("submission__summary__topic__position", "acceptance_date", "pk"),
    ]


@dataclass(frozen=True)
class Playbook:
    """A playbook, or a page of it. `page` is the key of its first topic, `pages` those of all pages in order; `tiers`
    name the topics of all pages; `waiting` are rounds that await review, on the last page."""

    group: Group
    prompts: list[Prompt]
    tiers: list[PlaybookTier]
    waiting: QuerySet[ReviewRound]
    summaries: int
    page: int | None
    pages: list[int]

    @cached_property
    def in_review(self) -> list[ReviewRound]:
        """The rounds that await review, with status data."""
        return fetch_with_status(list(self.waiting.values_list("pk", flat=True)))

    @property
    def chapters(self) -> list[Chapter]:
        return [chapter for tier in self.tiers for chapter in tier.chapters]

    @property
    def entries(self) -> list[PlaybookEntry]:
        """The accepted summaries on this page."""
        return [entry for chapter in self.chapters for entry in chapter.entries]

    @property
    def shown_tiers(self) -> list[PlaybookTier]:
        """The tiers with topics on this page, and only these topics."""
        shown = (replace(tier, chapters=[each for each in tier.chapters if each.entries]) for tier in self.tiers)
        return [tier for tier in shown if tier.chapters]

    @property
    def topics(self) -> int:
        """The number of topics with accepted summaries."""
        return len(self.chapters)

    @property
    def earlier(self) -> int | None:
        """The page before this one."""
        return self._page_after(self.page, self.pages[::-1])

    @property
    def later(self) -> int | None:
        """The page after this one."""
        return self._page_after(self.page, self.pages)

    @staticmethod
    def _page_after(page: int | None, pages: list[int]) -> int | None:
        return dict(pairwise(pages)).get(page)


def build_playbook(
    contents: Contents, *, tier: str = "", author: str = "", in_pages: bool = False, topic: int | None = None
) -> Playbook:
    """Return the playbook, or the part of it in one tier or by one author; with `in_pages` the page with this topic, or
    the next (see `_page_at`). Uses a fixed number of queries.

    `waiting` are the rounds awaiting review on topics of which no summary is accepted."""
    group, prompts = contents.group, contents.prompts
    filters = Q()
    if tier:
        filters &= Q(submission__summary__topic__in=contents.topics_in(tier))
    if author:
        filters &= Q(submission__summary__author=None if author == NOBODY else author)
    rounds = ReviewRound.objects.filter(filters, submission__group=group)
    accepted = contents.chosen(tier, author)
    page_of = _pages(accepted, PAGE if in_pages else len(accepted))
    pages = list(dict.fromkeys(page_of.values()))
    page = _page_at(topic, page_of, contents)
    shown = [round for round in accepted if page_of[round.submission.summary.topic_id] == page]
    ReviewRound.objects.fetch_approvals(shown)
    chapters: dict[int, Chapter] = {}
    for round in accepted:
        subject = round.submission.summary.topic
        chapters.setdefault(subject.pk, Chapter(subject, page_of[subject.pk]))
    for round in shown:
        chapters[round.submission.summary.topic_id].entries.append(_playbook_entry(round, prompts))
    accepted_topics = {topic.pk for topic, _ in contents.summaries}
    open_rounds = rounds.awaiting_review().exclude(submission__summary__topic__in=accepted_topics)
    in_list_order = open_rounds.order_by("submission__summary__topic__position", "submitted_at", "pk")
    waiting = in_list_order if page == next(reversed(pages), None) else ReviewRound.objects.none()
    return Playbook(group, prompts, _by_tier(chapters.values(), contents), waiting, len(accepted), page, pages)


def _page_at(topic: int | None, page_of: dict[int, int], contents: Contents) -> int | None:
    """Return the page with this topic; of a topic of the list that has no summary there, the page with the next one, or
    the last page; of any other key the first page. None without pages."""
    pages, in_order = list(page_of.values()), list(contents.tiers)
    if topic in page_of or topic not in in_order:
        return page_of.get(topic, next(iter(pages), None))
    following = (page_of[each] for each in in_order[in_order.index(topic) :] if each in page_of)
    return next(following, next(reversed(pages), None))


def _pages(rounds: list[ReviewRound], size: int) -> dict[int, int]:
    """Return the key of the first topic of its page for each topic of these rounds, which come topic by topic. A page
    ends before the topic that would make it more than `size`."""
    found: dict[int, int] = {}
    counts = Counter(round.submission.summary.topic_id for round in rounds)
    page, filled = None, 0
    for topic, count in counts.items():
        if page is None or filled + count > size:
            page, filled = topic, 0
        found[topic], filled = page, filled + count
    return found


def _by_tier(chapters: Iterable[Chapter], contents: Contents) -> list[PlaybookTier]:
    """Return the chapters, which come in the list's order, by tier."""
    has_tiers, found = any(contents.tiers.values()), {}
    for chapter in chapters:
        found.setdefault(contents.tiers[chapter.topic.pk], []).append(chapter)
    return [PlaybookTier(heading, tier_name(heading) if has_tiers else "", inside) for heading, inside in found.items()]


def _playbook_entry(round: ReviewRound, prompts: list[Prompt]) -> PlaybookEntry:
    answers = {answer.prompt_id: answer for answer in round.revision.answers.all()}
    cells = [Cell(prompt, answers.pop(prompt.pk, None)) for prompt in prompts]
    return PlaybookEntry(round, cells, list(answers.values()))
