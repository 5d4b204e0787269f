"""The kinds of jobs. Each app defines its own; they are registered when the apps are ready."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


class JobFailed(Exception):
    """A job can't be done. `error` is a code of which the kind's template makes a sentence, `result` what it tells."""

    def __init__(self, error: str, result: dict | None = None) -> None:
        super().__init__(error)
        self.error, self.result = error, result


@dataclass(frozen=True)
class JobKind:
    """`label` is the heading of the job's page; `run` is called with a JobRun, does the work and returns its
    result as JSON, or None; `template` shows the result or the error; `kept_for` is how long a finished job and its
    file are kept; `cpu_seconds` is the most processor time that one run may take. `may_fetch` is asked with the job
    whether its person may still have the file; one that `is_personal` goes to who has just said who they are."""

    name: str
    label: str
    run: Callable[..., dict | None]
    template: str
    kept_for: timedelta = timedelta(days=7)
    cpu_seconds: float = 1800
    may_fetch: Callable[..., bool] = lambda job: True
    is_personal: bool = False


_kinds: dict[str, JobKind] = {}


def register_kind(kind: JobKind) -> None:
    """Adds a kind, or replaces the one of this name."""
    _kinds[kind.name] = kind


def get_kind(name: str) -> JobKind | None:
    """Returns the kind of this name, or None if it isn't registered (any more)."""
    return _kinds.get(name)
