"""The dataclasses in which the demo group is described.

Times are relative to the moment the demo is created: "12 21:40" is twelve days ago at 21:40, "3h" three hours ago.
Times in hours must be later than all times in days: yesterday's are at most 19:30, and times in hours at most four."""

import re
from dataclasses import dataclass

_WRAPPED = re.compile(r"(?<=\S)\n(?=\S)")


@dataclass(frozen=True)
class Person:
    """A member of the group. Other modules name them by `key`."""

    key: str
    name: str
    time_zone: str
    role: str = "member"
    joined: str = "43 18:00"

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example.org"


@dataclass(frozen=True)
class Text:
    """Three answers in the order of the prompts, and the URLs of the sources they are based on."""

    knob: str
    fails: str
    metric: str
    based_on: tuple[str, ...]

    @property
    def answers(self) -> tuple[str, str, str]:
        """The answers with each paragraph on one line, as people type them."""
        knob, fails, metric = (_WRAPPED.sub(" ", text) for text in (self.knob, self.fails, self.metric))
        return knob, fails, metric


HOLDS, NEEDS_WORK, NOT_SURE = "holds", "needs_work", "not_sure"


@dataclass(frozen=True)
class Corrected:
    """An edit of a review."""

    at: str
    approves: bool
    verdicts: tuple[str | tuple[str, str], ...]
    overall: str = ""


@dataclass(frozen=True)
class Said:
    """A review. `taken` is when its reviewer claimed it. Each verdict is a value, or a value and a comment."""

    by: str
    taken: str
    at: str
    approves: bool
    verdicts: tuple[str | tuple[str, str], ...]
    overall: str = ""
    corrected: Corrected | None = None


@dataclass(frozen=True)
class Half:
    """A draft of a review."""

    at: str
    verdicts: tuple[str | tuple[str, str], ...]


@dataclass(frozen=True)
class Held:
    """A claim without a review; `half` is the draft of one."""

    by: str
    taken: str
    half: Half | None = None


@dataclass(frozen=True)
class Passed:
    """A skip."""

    by: str
    at: str
    reason: str
    explanation: str = ""


ADDRESSED, DISAGREE = "addressed", "disagree"


@dataclass(frozen=True)
class Answered:
    """The author's reply to a reviewer of the previous revision: to the comment on the answer at `place`, or on the
    whole if that is None."""

    to: str
    place: int | None
    response: str
    text: str = ""


@dataclass(frozen=True)
class Turn:
    """One submitted revision and its reviews; `why` it changed, the author's `replies`, and when it was `retracted`
    from the playbook. `taken` of a review is empty if the claim was transferred from the previous revision."""

    at: str
    text: Text
    reviews: tuple[Said, ...] = ()
    held: tuple[Held, ...] = ()
    why: str = ""
    replies: tuple[Answered, ...] = ()
    passed: tuple[Passed, ...] = ()
    retracted: str = ""


@dataclass(frozen=True)
class Written:
    """A member's summary of a topic, with its revisions."""

    author: str
    topic: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Begun:
    """A draft of a summary. An empty answer has not been started."""

    author: str
    topic: str
    at: str
    text: Text


@dataclass(frozen=True)
class Line:
    """A post. `edited` and `removed` are times; `edited_to` is the text after the edit."""

    by: str
    at: str
    body: str
    edited: str = ""
    edited_to: str = ""
    removed: str = ""


@dataclass(frozen=True)
class Talk:
    """A thread. `about` is ("topic", title), ("source", URL), ("submission", author's key, topic's title), or empty for
    the group at large."""

    title: str
    lines: tuple[Line, ...]
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Typed:
    """A draft of a reply to `thread`, or of a new thread if that is empty."""

    by: str
    at: str
    body: str
    thread: str = ""
    title: str = ""
