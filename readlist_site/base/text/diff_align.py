"""Aligns the pieces of an old text with those of a new one.

The longest common runs are found first (as in difflib). Then short unchanged runs between two rewritten phrases, such
as a single "of the", are joined with them, and changes are shifted to begin at the start of a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .html_tokens import PARAGRAPH_END, End, Piece

EFFORT = (
    3_000_000  # comparisons; beyond it, remaining pieces count as rewritten, which bounds the time for hostile texts
)
MAX_SHIFT = 60  # maximum number of pieces by which a change is shifted

Readable = Sequence[Piece | End]


@dataclass(frozen=True, slots=True)
class DiffStep:
    """A range of both texts: either the same pieces, or old pieces replaced by new ones."""

    same: bool
    old: range
    new: range


def align(old: Readable, new: Readable, effort: int = EFFORT) -> list[DiffStep]:
    """Returns steps that cover both texts from beginning to end. `effort` is the number of comparisons."""
    steps = _steps(common_runs([item.key for item in old], [item.key for item in new], effort), len(old), len(new))
    for at in range(1, len(steps) - 1):
        steps[at - 1 : at + 2] = _shifted(*steps[at - 1 : at + 2], old, new)
    return [step for paragraph in _paragraphs(steps, old) for step in _smoothed(paragraph, old, new)]


def common_runs(old: list[str], new: list[str], effort: int = EFFORT) -> list[tuple[int, int, int]]:
    """Returns the common runs in order, as `SequenceMatcher.get_matching_blocks` does, within a bounded effort."""
    runs: list[tuple[int, int, int]] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        start_old, end_old, start_new, end_new = waiting.pop()
        a, b = old[start_old:end_old], new[start_new:end_new]
        if size := _common_prefix_length(a, b):
            at_old = at_new = 0
        elif size := _common_prefix_length(a[::-1], b[::-1]):
            at_old, at_new = len(a) - size, len(b) - size
        else:
            matcher = SequenceMatcher(None, a, b, autojunk=False)
            effort -= sum(len(matcher.b2j.get(key, ())) for key in a) + len(a) + len(b)
            if effort < 0:
                continue
            at_old, at_new, size = matcher.find_longest_match()
        if size:
            at_old, at_new = start_old + at_old, start_new + at_new
            runs.append((at_old, at_new, size))
            waiting.append((start_old, at_old, start_new, at_new))
            waiting.append((at_old + size, end_old, at_new + size, end_new))
    return sorted(runs)


def _common_prefix_length(a: list[str], b: list[str]) -> int:
    """Returns the length of the common prefix."""
    return next((at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))


def _steps(runs: list[tuple[int, int, int]], end_old: int, end_new: int) -> list[DiffStep]:
    steps: list[DiffStep] = []
    at_old = at_new = 0
    for start_old, start_new, size in [*runs, (end_old, end_new, 0)]:
        if start_old > at_old or start_new > at_new:
            steps.append(DiffStep(False, range(at_old, start_old), range(at_new, start_new)))
        at_old, at_new = start_old + size, start_new + size
        if size:
            steps.append(DiffStep(True, range(start_old, at_old), range(start_new, at_new)))
    return steps


def _shifted(
    before: DiffStep, change: DiffStep, after: DiffStep, old: Readable, new: Readable
) -> tuple[DiffStep, DiffStep, DiffStep]:
    """Shifts a pure addition or removal to the position, among those with the same result, that reads best."""
    if change.same or (change.old and change.new):
        return before, change, after
    text, span = (old, change.old) if change.old else (new, change.new)
    left = right = 0
    while left < min(MAX_SHIFT, len(before.old) - 1) and (
        text[span.start - left - 1].key == text[span.stop - left - 1].key
    ):
        left += 1
    while right < min(MAX_SHIFT, len(after.old) - 1) and (text[span.start + right].key == text[span.stop + right].key):
        right += 1
    by = max(range(-left, right + 1), key=lambda by: (_start_score(text, span.start + by), -abs(by)))
    return (
        DiffStep(True, range(before.old.start, before.old.stop + by), range(before.new.start, before.new.stop + by)),
        DiffStep(False, _shifted_range(change.old, by), _shifted_range(change.new, by)),
        DiffStep(True, range(after.old.start + by, after.old.stop), range(after.new.start + by, after.new.stop)),
    )


def _shifted_range(span: range, by: int) -> range:
    return range(span.start + by, span.stop + by)


def _start_score(text: Readable, at: int) -> int:
    """Returns a score of how well a change would begin at this index."""
    before = text[at - 1] if at else None
    if before is None or isinstance(before, End):
        return 3
    return 2 if before.text in (".", "!", "?") else int(not before.words)


def _paragraphs(steps: list[DiffStep], old: Readable) -> Iterator[list[DiffStep]]:
    """Yields the steps of each paragraph, split where both texts end one; that end is a step of its own."""
    paragraph: list[DiffStep] = []
    for step in steps:
        if not step.same:
            paragraph.append(step)
            continue
        start = 0
        for at, position in enumerate(step.old):
            item = old[position]
            if isinstance(item, End) and item.key == PARAGRAPH_END:
                yield [*paragraph, *_part(step, start, at)]
                yield _part(step, at, at + 1)
                paragraph, start = [], at + 1
        paragraph += _part(step, start, len(step.old))
    yield paragraph


def _part(step: DiffStep, start: int, stop: int) -> list[DiffStep]:
    return [DiffStep(True, step.old[start:stop], step.new[start:stop])] if stop > start else []


def _smoothed(steps: list[DiffStep], old: Readable, new: Readable) -> list[DiffStep]:
    """Returns a paragraph's steps, with unchanged runs too short to be useful joined to the changes around them."""
    unchanged = sum(_words(old, step.old) for step in steps if step.same)
    rewritten = min(sum(_words(old, step.old) for step in steps), sum(_words(new, step.new) for step in steps))
    if 0 < unchanged * 4 < rewritten and len(steps) > 1:
        return [_joined(steps)]
    smooth = steps[:1]
    for at in range(1, len(steps)):
        step, before, after = steps[at], smooth[-1], steps[at + 1 : at + 2]
        interrupts = step.same and not before.same and after and not _is_negligible(step, before, after[0], old, new)
        if before.same or interrupts or (step.same and not after):
            smooth.append(step)
        else:
            smooth[-1] = _joined([before, step])
    return smooth


def _is_negligible(step: DiffStep, before: DiffStep, after: DiffStep, old: Readable, new: Readable) -> bool:
    both_ways = (before.old or after.old) and (before.new or after.new)
    if not both_ways or any(not isinstance(old[at], Piece) or old[at].kind != "word" for at in step.old):
        return False
    words = _words(old, step.old)
    around = min(_size(before, old, new), _size(after, old, new))
    letters = sum(len(old[at].text) for at in step.old)
    return words == 0 or (words <= 3 and words * 2 <= around) or (words == 1 and letters <= 3)


def _size(step: DiffStep, old: Readable, new: Readable) -> int:
    return max(_words(old, step.old), _words(new, step.new))


def _words(text: Readable, span: range) -> int:
    return sum(item.words for at in span if isinstance(item := text[at], Piece))


def _joined(steps: list[DiffStep]) -> DiffStep:
    first, last = steps[0], steps[-1]
    return DiffStep(False, range(first.old.start, last.old.stop), range(first.new.start, last.new.stop))
