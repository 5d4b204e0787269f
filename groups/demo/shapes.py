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
class DemoText:
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
class DemoReviewEdit:
    """An edit of a review."""

    at: str
    approves: bool
    verdicts: tuple[str | tuple[str, str], ...]
    overall: str = ""


@dataclass(frozen=True)
class DemoComment:
    """A comment on words of the answer with this index, as they are in its Markdown; perhaps with other words
    `instead`."""

    answer: int
    words: str
    text: str
    instead: str = ""


@dataclass(frozen=True)
class DemoReview:
    """A review. `claimed_at` is when its reviewer claimed it. Each verdict is a value, or a value and a comment."""

    by: str
    claimed_at: str
    at: str
    approves: bool
    verdicts: tuple[str | tuple[str, str], ...]
    overall: str = ""
    on_words: tuple[DemoComment, ...] = ()
    edit: DemoReviewEdit | None = None


@dataclass(frozen=True)
class DemoReviewDraft:
    """A draft of a review."""

    at: str
    verdicts: tuple[str | tuple[str, str], ...]


@dataclass(frozen=True)
class DemoClaim:
    """A claim without a review, perhaps with a draft of one."""

    by: str
    at: str
    draft: DemoReviewDraft | None = None


@dataclass(frozen=True)
class DemoSkip:
    """A skip."""

    by: str
    at: str
    reason: str
    explanation: str = ""


ADDRESSED, DISAGREE = "addressed", "disagree"


@dataclass(frozen=True)
class DemoReply:
    """The author's reply to a reviewer of the previous revision: to the comment on the answer with this index, or
    on the whole if that is None."""

    reviewer: str
    answer: int | None
    response: str
    text: str = ""


@dataclass(frozen=True)
class DemoMessage:
    """A reply under the comment that `reviewer` wrote on the answer at the index `answer`."""

    reviewer: str
    answer: int
    by: str
    at: str
    body: str


@dataclass(frozen=True)
class DemoRevision:
    """One submitted revision and its reviews, with the `messages` under their comments; `why` it changed, the author's
    `replies`, and when it was removed from the playbook (`removed_at`). `claimed_at` of a review is empty if its
    reviewer held a claim of the previous revision, which was transferred."""

    at: str
    text: DemoText
    reviews: tuple[DemoReview, ...] = ()
    claims: tuple[DemoClaim, ...] = ()
    why: str = ""
    replies: tuple[DemoReply, ...] = ()
    skips: tuple[DemoSkip, ...] = ()
    removed_at: str = ""
    messages: tuple[DemoMessage, ...] = ()


@dataclass(frozen=True)
class DemoSummary:
    """A member's summary of a topic, with its revisions."""

    author: str
    topic: str
    revisions: tuple[DemoRevision, ...]


@dataclass(frozen=True)
class DemoDraft:
    """A draft of a summary. An empty answer has not been started."""

    author: str
    topic: str
    at: str
    text: DemoText


@dataclass(frozen=True)
class DemoPost:
    """A post. `edited` and `deleted_at` are times; `edited_to` is the text after the edit. `plot` describes the image
    below the text; `reported`: who reports it to the moderators, when, and their message."""

    by: str
    at: str
    body: str
    edited: str = ""
    edited_to: str = ""
    deleted_at: str = ""
    plot: str = ""
    reported: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class DemoThread:
    """A thread. `about` is ("topic", title), ("source", URL), ("submission", author's key, topic's title), or empty for
    the group at large. `answered` makes it a question: the index of the post that answers it, and when the person who
    asks marks it."""

    title: str
    posts: tuple[DemoPost, ...]
    about: tuple[str, ...] = ()
    answered: tuple[int, str] | None = None


@dataclass(frozen=True)
class DemoPostDraft:
    """A draft of a reply to `thread`, or of a new thread if that is empty."""

    by: str
    at: str
    body: str
    thread: str = ""
    title: str = ""
