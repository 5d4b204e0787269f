"""The four steps of a person in a topic: core read, cross-checked, summarised and reviewed."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise


class StepState(StrEnum):
    """Not begun, begun, or done."""

    TODO = "todo"
    NOW = "now"
    DONE = "done"


# x of the discs in the glyph.
DISC_POSITIONS = [6, 23, 40, 57]

STEP_NAMES = ("core", "cross_checked", "summarised", "reviewed")


@dataclass(frozen=True, kw_only=True)
class Steps:
    """One person's steps in one topic. `hidden`: they hide their reading, so that only steps set by groups are
    known."""

    core: StepState = StepState.TODO
    cross_checked: StepState = StepState.TODO
    summarised: StepState = StepState.TODO
    reviewed: StepState = StepState.TODO
    accepted: bool = False
    hidden: bool = False
    needs_cross_check: bool = True

    def with_review(
        self, *, summarised: StepState | None = None, reviewed: StepState | None = None, accepted: bool = False
    ) -> "Steps":
        """Returns a copy with the steps as a group knows them; None leaves a step as it is."""
        return _with_review(self, summarised, reviewed, accepted)

    @property
    def begun(self) -> bool:
        """Whether any step is begun or done."""
        return self.accepted or any(step != StepState.TODO for step in self)

    @property
    def current(self) -> str:
        """The name of the first step that is not done; "" if all are."""
        return next((name for name in STEP_NAMES if getattr(self, name) != StepState.DONE), "")

    @property
    def begun_steps(self) -> list[tuple[str, StepState]]:
        """The steps that are begun or done, each with its state."""
        return [(name, step) for name, step in zip(STEP_NAMES, self, strict=True) if step != StepState.TODO]

    @property
    def latest(self) -> tuple[str, StepState] | None:
        """The last of `begun_steps`; None if there is none."""
        return next(reversed(self.begun_steps), None)

    @property
    def lines(self) -> list[tuple[int, int, bool]]:
        """The glyph's lines: x of both ends, and whether both steps are done."""
        return [(x, beyond, before == after == StepState.DONE) for (x, before), (beyond, after) in pairwise(self.discs)]

    @property
    def discs(self) -> list[tuple[int, StepState]]:
        """The glyph's discs: x and state. Only the last two if the person hides their reading."""
        return list(zip(DISC_POSITIONS, self, strict=True))[2 if self.hidden else 0 :]

    def __iter__(self):
        return (getattr(self, name) for name in STEP_NAMES)


@lru_cache(maxsize=2_048)
def _with_review(steps: Steps, summarised: StepState | None, reviewed: StepState | None, accepted: bool) -> Steps:
    """The table of a group's progress asks for the same few again and again."""
    return replace(
        steps,
        summarised=steps.summarised if summarised is None else StepState(summarised),
        reviewed=steps.reviewed if reviewed is None else StepState(reviewed),
        accepted=accepted,
    )


def summary_state(draft: bool, summary: bool) -> StepState:
    """Returns the state of the summary: NOW with a draft, DONE with a revision."""
    return StepState.DONE if summary else StepState.NOW if draft else StepState.TODO
