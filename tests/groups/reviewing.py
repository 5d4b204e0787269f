"""Small words for tests of review: a revision is written, shown, taken and reviewed in a line each."""

from datetime import datetime, timedelta

from django.utils import timezone

from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_queue import fetch_queued, queued_rounds
from groups.reviews.review_round import ReviewRound
from groups.reviews.status import QueueSection
from groups.reviews.submission import Submission
from groups.reviews.verdict import Verdict
from notes.revision import Answer, BasedOn, Revision
from notes.summary import Summary
from readlist_site.base.text import RENDERER_VERSION, render

NOW = timezone.now().replace(microsecond=0)


def days(count: float) -> datetime:
    """So many days from now; less than none are past."""
    return NOW + timedelta(days=count)


def topic_of(group: Group, place: int = 0) -> Section:
    """A topic of the group's list, counted from the first."""
    return Section.objects.filter(list=group.list).topics()[place]


def revise(author, topic: Section, *bodies: str) -> Revision:
    """A new revision of a person's summary on a topic: an answer to each prompt of its list."""
    summary, _ = Summary.objects.get_or_create(author=author, topic=topic)
    number = summary.revisions.count() + 1
    revision = summary.revisions.create(number=number, lines=6)
    prompts = list(topic.list.prompts.not_retired())
    bodies = bodies or [
        f"Answer {place} of revision {number}, with $x^{place}$." for place in range(1, len(prompts) + 1)
    ]
    for prompt, body in zip(prompts, bodies, strict=True):
        Answer.objects.create(
            revision=revision, prompt=prompt, prompt_text=prompt.text, position=prompt.position,
            body=body, body_html=render(body).html, renderer=RENDERER_VERSION,
        )  # fmt: skip
    for entry in topic.topic_entries.all()[:2]:
        BasedOn.objects.create(
            revision=revision, source=entry.source, title=entry.title, role=entry.role, position=entry.position
        )
    return revision


def show(author, group: Group, topic: Section | None = None, *bodies: str, at: datetime = NOW) -> ReviewRound:
    """A new revision, shown to the group for review."""
    return Submission.objects.submit(revise(author, topic or topic_of(group), *bodies), group, now=at)


def take(round: ReviewRound, reviewer, at: datetime = NOW) -> Claim:
    """A claim that must be had."""
    claim = round.claim(reviewer, now=at)
    assert claim is not None
    return claim


def say(round: ReviewRound, reviewer, decision: str, comment: str = "", at: datetime = NOW) -> Review:
    """A whole review: taken and given, with the same verdict on every answer."""
    word = "holds" if decision == "approve" else "needs_work"
    answers = round.revision.answers.all()
    verdicts = [Verdict(answer=answer, value=word, comment=comment) for answer in answers]
    return Review.objects.submit(take(round, reviewer, at), decision, verdicts=verdicts, now=at)


def queue_of(viewer, now: datetime | None = None) -> list[ReviewRound]:
    """The rounds of a member's queue, by section and then best match first."""
    return fetch_queued(queued_rounds(viewer, now), now)


def available_to(viewer, now: datetime | None = None) -> list[ReviewRound]:
    """The rounds that a member may claim, best match first."""
    return [each for each in queue_of(viewer, now) if each.queue_section == QueueSection.AVAILABLE]


def offered_to(viewer, now: datetime | None = None) -> list[ReviewRound]:
    """The rounds that "Review next" offers a member."""
    return [each for each in available_to(viewer, now) if not each.skipped_by_me]
