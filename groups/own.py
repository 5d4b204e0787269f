"""What has become of one's own summaries, over all the groups one showed them to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from catalog.models import Section
from groups.models import Group, Review, Round
from groups.models.state import Sign
from groups.passages import Text, texts_to_answer
from groups.progress import Shown

# What one should hear first, where groups differ.
TELLING = [Shown.ACCEPTED, Shown.ASKED, Shown.IN_REVIEW]


@dataclass(frozen=True)
class Fate:
    """The most telling thing that happened to a summary, and since when it is so."""

    shown: Shown
    on: datetime

    @property
    def is_accepted(self) -> bool:
        return self.shown == Shown.ACCEPTED

    @property
    def is_asked_to_change(self) -> bool:
        return self.shown == Shown.ASKED


def fates(author, topics: Iterable[Section]) -> dict[int, Fate]:
    """Of one's own summaries on these topics, by topic. What was taken back, retracted or never shown is not."""
    if not author.is_authenticated:
        return {}
    asked = Review.objects.filter(round=OuterRef("pk")).standing()
    rounds = Round.objects.filter(submission__summary__author=author, submission__summary__topic__in=list(topics))
    facts = rounds.annotate(asked=Exists(asked)).values_list(
        "submission__summary__topic",
        "submission__group",
        "submission__withdrawn_at",
        "submitted_at",
        "acceptance__accepted_at",
        "acceptance__retracted_at",
        "asked",
    )
    latest: dict[tuple[int, int], Fate] = {}
    for topic, group, withdrawn_at, submitted_at, accepted_at, retracted_at, changes_asked in facts.order_by("pk"):
        before = latest.get((topic, group))
        if retracted_at:
            latest.pop((topic, group), None)
        elif accepted_at:
            latest[topic, group] = Fate(Shown.ACCEPTED, accepted_at)
        elif withdrawn_at is None and not (before and before.is_accepted):
            latest[topic, group] = Fate(Shown.ASKED if changes_asked else Shown.IN_REVIEW, submitted_at)
    found: dict[int, Fate] = {}
    for (topic, _), fate in latest.items():
        if topic not in found or TELLING.index(fate.shown) < TELLING.index(found[topic].shown):
            found[topic] = fate
    return found


def own_rounds(author, topic: Section) -> list[Round]:
    """Every revision that one showed to a group one is in, the latest first, with the facts its state is told from."""
    mine = Round.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    return list(mine.filter(submission__group__in=Group.objects.visible_to(author)).with_facts().order_by("-pk"))


@dataclass(frozen=True)
class Showing:
    """One revision in one group. `signs` say what came of it; a group that one has left tells nothing of that."""

    round: Round
    is_member: bool
    signs: tuple[Sign, ...]


def showings(author, topic: Section) -> list[Showing]:
    """Every revision that one ever showed, the latest first. Of one that another followed, what was said of it."""
    mine = Round.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    groups = set(Group.objects.visible_to(author).values_list("pk", flat=True))
    found = []
    for each in mine.with_facts().order_by("-pk"):
        state, is_member = each.state_for(author), each.submission.group_id in groups
        signs = state.signs if each.pk == each.submission.current.pk else state.opinions
        found.append(Showing(each, is_member, signs if is_member else ()))
    return found


def open_rounds(author, topic: Section) -> list[Round]:
    """The latest revision that each of one's groups has, unless it was taken back."""
    submissions = {each.submission_id: each.submission for each in own_rounds(author, topic)}
    return [each.current for each in submissions.values() if each.withdrawn_at is None]


def unanswered(rounds: Iterable[Round]) -> list[Text]:
    """Of these the ones about which something waits for the author's answer, with all of that.

    Takes `open_rounds`; a fixed number of queries."""
    texts = texts_to_answer(rounds)
    return [text for text in texts if text.reviews or text.comments]
