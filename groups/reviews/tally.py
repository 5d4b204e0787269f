"""How an author answered what was said of an earlier revision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .reply import CommentReply

if TYPE_CHECKING:
    from .annotated_revision import Comment

WORDS = {
    CommentReply.Response.ADDRESSED: "addressed",
    CommentReply.Response.DISAGREE: "disagreed",
    CommentReply.Response.LATER: "left for later",
    "": "not answered",
}


@dataclass(frozen=True)
class ReplyTally:
    """Comments, each with its reply if it has one."""

    comments: Sequence["Comment"]

    @property
    def words(self) -> str:
        """ "2 addressed, 1 disagreed, 1 left for later"; nothing where nobody commented."""
        counts = Counter(each.reply.response if each.reply else "" for each in self.comments)
        return ", ".join(f"{counts[word]} {words}" for word, words in WORDS.items() if counts[word])

    @property
    def is_answered(self) -> bool:
        """Whether the author replied to any of it."""
        return any(each.reply for each in self.comments)

    @property
    def open(self) -> list["Comment"]:
        """What was not said to be addressed."""
        return [
            each for each in self.comments if not each.reply or each.reply.response != CommentReply.Response.ADDRESSED
        ]
