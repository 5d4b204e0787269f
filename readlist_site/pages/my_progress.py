"""A person's progress in topics: their notebook, combined with the state of reviews in their groups."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from catalog.outline.method import Prompt
from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.group_progress import Outcome, outcomes_of, with_group_steps
from groups.reviews.my_submissions import my_rounds
from groups.reviews.review_round import ReviewRound
from notes.notebook import Excerpt, Notebook, notebooks_for
from notes.progress import Steps
from notes.topic_steps import NextStep, PathStep, Todo, next_step, topic_steps


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
    """Returns the person's status in each of these topics, by topic's key; empty for an anonymous user."""
    notebooks = notebooks_for(user, topics)
    # What has no revision was never submitted.
    outcomes = outcomes_of(user, [each.topic for each in notebooks.values() if each.revision])
    return {
        topic: TopicStatus(notebook, _steps(notebook, outcomes.get(topic)), outcomes.get(topic))
        for topic, notebook in notebooks.items()
    }


def my_topic(user, topic: Section, prompts: Iterable[Prompt], groups: Collection[Group] = ()) -> MyTopic:
    """Returns the personal part of this topic's page. `groups`: the person's groups that read the topic's list."""
    notebook, outcome, rounds = notebooks_for(user, [topic])[topic.pk], None, []
    # Without a revision nothing was ever submitted.
    if notebook.revision:
        outcome = outcomes_of(user, [topic]).get(topic.pk)
        rounds = _with_status_tags(my_rounds(user, topic), user)
    review = {"outcome": outcome.review_outcome, "on": outcome.on} if outcome else {"grouped": bool(groups)}
    return MyTopic(
        notebook,
        topic_steps(notebook, steps=_steps(notebook, outcome), **review),
        _next(notebook, outcome, rounds),
        notebook.excerpts(prompts),
        rounds,
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
