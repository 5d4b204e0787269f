"""How an author answered what was said of an earlier revision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groups.models import Reply

if TYPE_CHECKING:
    from .passages import Said

WORDS = {
    Reply.Word.ADDRESSED: "addressed",
    Reply.Word.DISAGREE: "disagreed",
    Reply.Word.LATER: "left for later",
    "": "not answered",
}


@dataclass(frozen=True)
class Tally:
    """Comments, each with its reply if it has one."""

    comments: Sequence["Said"]

    @property
    def words(self) -> str:
        """ "2 addressed, 1 disagreed, 1 left for later"; nothing where nobody commented."""
        counts = Counter(each.reply.word if each.reply else "" for each in self.comments)
        return ", ".join(f"{counts[word]} {words}" for word, words in WORDS.items() if counts[word])

    @property
    def is_answered(self) -> bool:
        """Whether the author replied to any of it."""
        return any(each.reply for each in self.comments)

    @property
    def open(self) -> list["Said"]:
        """What was not said to be addressed."""
        return [each for each in self.comments if not each.reply or each.reply.word != Reply.Word.ADDRESSED]
