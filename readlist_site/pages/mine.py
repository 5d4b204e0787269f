"""What a page says to the one who looks: their notebook, with what their groups know laid over."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models import Prompt, Section
from groups.models import Group, Round
from groups.own import own_rounds
from groups.progress import Outcome, laid_over, outcomes_of
from notes.notebook import Excerpt, Notebook, my_notebook
from notes.path import NextStep, PathStep, Todo, next_step, path
from notes.progress import Steps


@dataclass(frozen=True)
class Standing:
    """Where one stands in a topic."""

    notebook: Notebook
    steps: Steps
    outcome: Outcome | None

    @property
    def word(self) -> str:
        """In a word or two, for narrow rows. A date, where there is one, goes after it."""
        return self.outcome.shown.value.capitalize() if self.outcome else self.steps.word


@dataclass(frozen=True)
class MyTopic:
    """One's own part of a topic's page."""

    notebook: Notebook
    path: list[PathStep]
    next: NextStep
    excerpts: list[Excerpt]
    rounds: list[Round]


def standings(user, topics: Iterable[Section]) -> dict[int, Standing]:
    """Where one stands in each of these topics, by topic; empty for who isn't signed in."""
    topics = list(topics)
    known = outcomes_of(user, topics)
    return {
        topic: Standing(notebook, _steps(notebook, known.get(topic)), known.get(topic))
        for topic, notebook in my_notebook(user, topics).items()
    }


def my_topic(user, topic: Section, prompts: Iterable[Prompt]) -> MyTopic:
    """One's own part of this topic's page."""
    notebook, outcome = my_notebook(user, [topic])[topic.pk], outcomes_of(user, [topic]).get(topic.pk)
    rounds = _told(own_rounds(user, topic), user)
    if outcome:
        review, on = outcome.shown.value, outcome.on
    else:
        in_group = Group.objects.visible_to(user).filter(list=topic.list_id).exists()
        review, on = "by your group" if in_group else "by a study group", None
    return MyTopic(
        notebook,
        path(notebook, steps=_steps(notebook, outcome), review=review, on=on),
        _next(notebook, outcome, rounds),
        notebook.excerpts(prompts),
        rounds,
    )


def _steps(notebook: Notebook, outcome: Outcome | None) -> Steps:
    return laid_over(notebook.steps, outcome) if outcome else notebook.steps


def _told(rounds: list[Round], user) -> list[Round]:
    """Each with `signs` of what became of it; one that a later revision followed says only if it was accepted."""
    followed = set()
    for each in rounds:
        tells = each.submission_id not in followed or each.accepted_at
        each.signs = each.status_for(user).signs[:1] if tells else ()
        followed.add(each.submission_id)
    return rounds


def _next(notebook: Notebook, outcome: Outcome | None, rounds: list[Round]) -> NextStep:
    """What to do now. Who waits for others can only look."""
    if notebook.draft or not outcome or outcome.is_asked_to_change or not rounds:
        return next_step(notebook)
    kind = Todo.ACCEPTED if outcome.is_accepted else Todo.IN_REVIEW
    return NextStep(kind, rounds[0].submission.get_absolute_url())
