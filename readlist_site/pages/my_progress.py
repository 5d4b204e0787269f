"""A person's progress in topics: their notebook, combined with the state of reviews in their groups."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Subquery
from django.utils import timezone

from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.group_progress import Outcome, my_outcome_rows, my_outcomes, outcome_query, with_group_steps
from groups.reviews.my_submissions import my_round_queries
from groups.reviews.review_round import ReviewRound
from groups.reviews.round_data import with_status
from notes.notebook import Excerpt, Notebook, notebook_queries, notebook_rows, notebooks_of
from notes.progress import topic_entries
from notes.revision import Answer, Revision
from notes.steps import Steps
from notes.topic_steps import NextStep, PathStep, Todo, next_step, topic_steps
from readlist_site.base.web.together import Together, answers, attach


@dataclass(frozen=True)
class TopicStatus:
    """One person's progress in one topic."""

    notebook: Notebook
    steps: Steps
    outcome: Outcome | None


@dataclass(frozen=True)
class MyTopic:
    """The personal part of a topic's page."""

    notebook: Notebook
    path: list[PathStep]
    next: NextStep
    excerpts: list[Excerpt]
    rounds: list[ReviewRound]


def topic_statuses(user, topics: Iterable[Section]) -> dict[int, TopicStatus]:
    """Returns the person's status in each of these topics, by topic's key; empty for an anonymous user. One
    statement."""
    topics = list(topics)
    if not user.is_authenticated or not topics:
        return {}
    keys, now = [topic.pk for topic in topics], timezone.now()
    (entries,), notebook, (rounds,) = answers(
        topic_entries.ask(topics=keys),
        notebook_rows.ask(person=user, topics=keys),
        my_outcome_rows.ask(author=user, topics=keys, now=now),
    )
    return statuses_of(notebooks_of(topics, entries, *notebook), my_outcomes(rounds, now))


def statuses_of(notebooks: dict[int, Notebook], outcomes: dict[int, Outcome]) -> dict[int, TopicStatus]:
    """Returns the status in each topic of these notebooks, by topic's key."""
    return {
        topic: TopicStatus(notebook, _steps(notebook, outcomes.get(topic)), outcomes.get(topic))
        for topic, notebook in notebooks.items()
    }


@Together
def my_topic_rows(person, topic: Section, now: datetime) -> list[QuerySet]:
    """What `my_topic` takes: readings, revisions and drafts; answers of the latest revision; all rounds, and those in
    the person's groups with status data."""
    latest = Revision.objects.visible_to(person).filter(summary__topic=topic).order_by("-number").values("pk")[:1]
    mine = ReviewRound.objects.filter(submission__summary__author=person, submission__summary__topic=topic)
    return [
        *notebook_queries(person, [topic.pk]),
        Answer.objects.filter(revision=Subquery(latest)).order_by("position"),
        outcome_query(mine, now),
        *my_round_queries(person, topic, now),
    ]


def my_topic(
    user,
    topic: Section,
    prompts: Iterable[Prompt],
    entries: Iterable[Entry],
    rows: list[list],
    now: datetime,
    groups: Collection[Group] = (),
) -> MyTopic:
    """Returns the personal part of this topic's page. `entries`: the visible ones of the topic, in the list's order;
    `rows`: of `my_topic_rows`; `groups`: the person's groups that read the topic's list."""
    readings, revisions, drafts, answers_of_latest, facts, *rounds = rows
    notebook = notebooks_of([topic], entries, readings, revisions, drafts)[topic.pk]
    if notebook.revision:
        attach(notebook.revision, "answers", answers_of_latest)
    outcome = my_outcomes(facts, now).get(topic.pk)
    shown = _with_status_tags(with_status(*rounds), user)
    review = {"outcome": outcome.review_outcome, "on": outcome.on} if outcome else {"grouped": bool(groups)}
    return MyTopic(
        notebook,
        topic_steps(notebook, steps=_steps(notebook, outcome), **review),
        _next(notebook, outcome, shown),
        notebook.excerpts(prompts),
        shown,
    )


def _steps(notebook: Notebook, outcome: Outcome | None) -> Steps:
    return with_group_steps(notebook.steps, outcome) if outcome else notebook.steps


def _with_status_tags(rounds: list[ReviewRound], user) -> list[ReviewRound]:
    """Sets `status_tags` on each round. A round followed by a later revision has one only if it was accepted."""
    followed = set()
    for each in rounds:
        is_shown = each.submission_id not in followed or each.accepted_at
        each.status_tags = each.status_for(user).status_tags[:1] if is_shown else ()
        followed.add(each.submission_id)
    return rounds


def _next(notebook: Notebook, outcome: Outcome | None, rounds: list[ReviewRound]) -> NextStep:
    """Returns the next step. While their group reviews it, or once it is accepted, that is to view the submission."""
    if notebook.draft or not outcome or outcome.is_changes_requested or not rounds:
        return next_step(notebook)
    kind = Todo.ACCEPTED if outcome.is_accepted else Todo.IN_REVIEW
    return NextStep(kind, rounds[0].submission.get_absolute_url())
