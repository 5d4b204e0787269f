"""Edits that reviewers suggest for words of an answer, and what becomes of them in the author's text."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from readlist_site.base.text import carry

from .annotated_revision import Comment
from .verdict import Verdict


@dataclass(frozen=True)
class SuggestedEdit:
    """A suggested edit beside the author's text. `passage` is where its words are in that text: None where it is
    applied, and where they have changed. `clashes` are the other comments that suggest edits of some of the same
    words, `applied_clashes` those of them that are applied."""

    comment: Comment
    is_applied: bool
    passage: range | None
    clashes: tuple[Comment, ...] = ()
    applied_clashes: tuple[Comment, ...] = ()

    @property
    def token(self) -> str:
        """Identifies the edit as it is now: another one after the reviewer's edit of the review."""
        return f"{self.comment.key}.{len(self.comment.review.versions.all())}"

    def apply(self, text: str) -> str:
        """Return the author's text with the edit. Takes one with a passage."""
        return f"{text[: self.passage.start]}{self.comment.verdict.suggestion}{text[self.passage.stop :]}"


def suggested_edits(comments: Iterable[Comment], text: str, applied: Collection[str]) -> list[SuggestedEdit]:
    """Return the edits that some comments on one answer suggest, as they stand beside the author's `text`. `applied`
    are the keys of the comments whose edits are applied in it.

    The words are looked for in the text that the applied edits make of the answer, from where they are carried to the
    author's: so edits can be applied in any order, whatever they do around each other's words."""
    all_edits = [each for each in comments if each.verdict and each.verdict.suggestion]
    found = []
    for each in all_edits:
        clashes = tuple(other for other in all_edits if other is not each and _overlap(each.verdict, other.verdict))
        applied_clashes = tuple(other for other in clashes if other.key in applied)
        is_applied, passage = each.key in applied, None
        if not is_applied and not applied_clashes:
            others = [other.verdict for other in all_edits if other.key in applied]
            passage = _passage(each.verdict, others, text)
        found.append(SuggestedEdit(each, is_applied, passage, clashes, applied_clashes))
    return found


def _passage(verdict: Verdict, applied: Iterable[Verdict], text: str) -> range | None:
    """Return where the words are in the author's text, in which edits of other words of the same answer are applied."""
    if verdict.passage_in(verdict.answer.body) is None:
        return None
    base, start = verdict.answer.body, verdict.offset
    here = [each for each in applied if each.answer_id == verdict.answer_id]
    for each in sorted(here, key=lambda each: each.offset, reverse=True):
        stop = each.offset + len(each.quote)
        base = f"{base[: each.offset]}{each.suggestion}{base[stop:]}"
        if stop <= verdict.offset:
            start += len(each.suggestion) - len(each.quote)
    return carry(base, range(start, start + len(verdict.quote)), text)


def _overlap(one: Verdict, other: Verdict) -> bool:
    """Return whether two comments are on some of the same words of the same answer."""
    if one.answer_id != other.answer_id:
        return False
    return one.offset < other.offset + len(other.quote) and other.offset < one.offset + len(one.quote)
