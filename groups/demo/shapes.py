"""The shapes in which the demo group's life is told.

A time is told from the moment the demo is made: "12 21:40" is twelve days ago at 21:40, "3h" three hours ago. Whatever
is told in hours comes after all that is told in days: nothing of yesterday is later than 19:30, and nothing told in
hours is longer ago than four."""

import re
from dataclasses import dataclass

_WRAPPED = re.compile(r"(?<=\S)\n(?=\S)")


@dataclass(frozen=True)
class Person:
    """Somebody of the group. `key` is how the other modules call them."""

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
    """Three answers in the order of the prompts, and the addresses of what they rest on."""

    knob: str
    fails: str
    metric: str
    based_on: tuple[str, ...]

    @property
    def answers(self) -> tuple[str, str, str]:
        """As people type them: a paragraph is one line, wherever the module wraps it."""
        knob, fails, metric = (_WRAPPED.sub(" ", text) for text in (self.knob, self.fails, self.metric))
        return knob, fails, metric


HOLDS, NEEDS_WORK, NOT_SURE = "holds", "needs_work", "not_sure"


@dataclass(frozen=True)
class Corrected:
    """What a review says since it was put in other words."""

    at: str
    approves: bool
    verdicts: tuple[str | tuple[str, str], ...]
    overall: str = ""


@dataclass(frozen=True)
class Said:
    """A review. `taken` is when its reviewer claimed it. Each verdict is a word, or a word and a comment."""

    by: str
    taken: str
    at: str
    approves: bool
    verdicts: tuple[str | tuple[str, str], ...]
    overall: str = ""
    corrected: Corrected | None = None


@dataclass(frozen=True)
class Half:
    """What of a review stands in its form and has not been sent."""

    at: str
    verdicts: tuple[str | tuple[str, str], ...]


@dataclass(frozen=True)
class Held:
    """A claim whose review has not been given yet; `half` of it may be written."""

    by: str
    taken: str
    half: Half | None = None


@dataclass(frozen=True)
class Passed:
    """A reviewer's word that this one is not for them. Nobody hears it."""

    by: str
    at: str
    reason: str
    explanation: str = ""


ADDRESSED, DISAGREE = "addressed", "disagree"


@dataclass(frozen=True)
class Answered:
    """What the author answers to a reviewer of the turn before: to what they said of the answer at a place, or of the
    whole where there is none."""

    to: str
    place: int | None
    response: str
    text: str = ""


@dataclass(frozen=True)
class Turn:
    """One revision, submitted, and what became of it; `why` it changed, and what its author answers with it; when
    they took it from the playbook. A reviewer who was handed over from the turn before has no claim to take: `taken`
    is empty."""

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
    """Somebody's summary of a topic, in its turns."""

    author: str
    topic: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Begun:
    """A draft under way. An empty answer is one not begun."""

    author: str
    topic: str
    at: str
    text: Text


@dataclass(frozen=True)
class Line:
    """A post. `edited` and `removed` are times; `edited_to` is what it says now."""

    by: str
    at: str
    body: str
    edited: str = ""
    edited_to: str = ""
    removed: str = ""


@dataclass(frozen=True)
class Talk:
    """A thread. `about` is ("topic", title), ("source", address), ("submission", author's key, topic's title) or
    empty for the group at large."""

    title: str
    lines: tuple[Line, ...]
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Typed:
    """What somebody has typed in a thread and not posted yet; where no thread is named, in one that is to be."""

    by: str
    at: str
    body: str
    thread: str = ""
    title: str = ""
