"""What other editors write around Markdown, read line by line before the Markdown is parsed.

Private comments of Obsidian (`%% … %%`) and front matter are left out; Notion's `<aside>` and GitHub's `<details>`
become quotations. Fenced code is passed over. All of it takes linear time."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from .formula_rules import code_spans
from .problems import Problem, excerpt

# Behind backticks that open a block stands none: else it is code in a line.
_FENCE = re.compile(r"[ \t>]*(?:[-+*][ \t]+|\d{1,9}[.)][ \t]+)*(`{3,}(?![^\n]*`)|~{3,})")
_KEY = re.compile(r"[\w-]+:")
_LINE_OF_FRONT_MATTER = re.compile(r"[\w-]+:|[ \t]|-[ \t]|#|$")
_MAX_FRONT_MATTER = 60  # lines
_OPENS_PRIVATE = re.compile(r"(?<![\w%])%%(?!%)")
_CLOSES_PRIVATE = re.compile(r"%%(?![\w%])")
_CONTAINER = re.compile(r" {0,3}<(/?)(aside|details)(?:\s[^<>]*)?>[ \t]*(.*)$", re.IGNORECASE)
_CONTAINER_ENDS = re.compile(r"^(.*?)[ \t]*</(aside|details)>[ \t]*$", re.IGNORECASE)
_SUMMARY = re.compile(r"[ \t]*<summary>[ \t]*(.*?)[ \t]*</summary>[ \t]*", re.IGNORECASE)
_MAX_DEPTH = 5  # of containers


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text that is ready to be parsed, and what its author has to be told."""

    source: str
    problems: tuple[Problem, ...] = ()


def prepare(source: str) -> Prepared:
    """Returns the text without what is left out, its containers written as quotations."""
    if "%%" not in source and "<" not in source and not source.startswith("---"):
        return Prepared(source)
    problems: list[Problem] = []
    if found := _front_matter(source):
        content, end = found
        problems.append(Problem("front_matter", (("source", excerpt(content)),)))
        source = source[end:]
    source, comments, unclosed = _split(source)
    problems += [Problem("private", (("source", excerpt(comment)),)) for comment in comments]
    if unclosed:
        problems.append(Problem("private_not_closed", (("source", excerpt(unclosed)), ("signs", "%%"))))
    return Prepared(_with_quotations(source), tuple(problems))


def without_private(source: str) -> str:
    """Returns the text without its private comments, as it may be sent or shared."""
    return _split(source)[0]


def _front_matter(source: str) -> tuple[str, int] | None:
    """Returns the front matter with which the text begins, and where it ends, or None."""
    begin = at = source.find("\n") + 1
    if source[:at].rstrip() != "---" or source[at : at + 1].isspace():
        return None
    for _ in range(_MAX_FRONT_MATTER + 1):
        end = source.find("\n", at)
        line = source[at : end if end >= 0 else len(source)]
        if at > begin and line.rstrip(" \t") in ("---", "..."):
            content = source[begin:at]
            is_one = any(map(_KEY.match, content.split("\n")))
            return (content, end + 1 if end >= 0 else len(source)) if is_one else None
        if end < 0 or not _LINE_OF_FRONT_MATTER.match(line):
            return None
        at = end + 1
    return None


def _fenced_lines(lines: list[str]) -> list[bool]:
    """Returns for each line whether it belongs to fenced code."""
    fenced, fence = [], ""
    for line in lines:
        found = _FENCE.match(line)
        if fence:
            fenced.append(True)
            if found and found[1].startswith(fence) and not line.strip(" \t>").strip(fence[0]):
                fence = ""
        else:
            fence = found[1] if found else ""
            fenced.append(bool(found))
    return fenced


def _split(source: str) -> tuple[str, list[str], str]:
    """Returns the text without private comments, these, and the beginning of one that isn't closed."""
    if "%%" not in source:
        return source, [], ""
    code = code_spans(source)
    at = 0
    lines = source.split("\n")
    for line, is_fenced in zip(lines, _fenced_lines(lines), strict=True):
        if is_fenced:
            code.append((at, at + len(line)))
        at += len(line) + 1
    starts = _outside([found.start() for found in _OPENS_PRIVATE.finditer(source)], code)
    ends = _outside([found.start() for found in _CLOSES_PRIVATE.finditer(source)], code)
    kept, comments, unclosed = [], [], ""
    at = 0
    for start in starts:
        if start < at:
            continue
        following = bisect_left(ends, start + 2)
        end = next((end for end in ends[following : following + 2] if source[start + 2 : end].strip()), -1)
        if end < 0:
            unclosed = source[start : start + 200]
            break
        comments.append(source[start : end + 2])
        kept.append(source[at:start])
        at = end + 2
        alone = source.rfind("\n", 0, start) + 1
        if not source[alone:start].strip():
            rest = source.find("\n", at)
            if not source[at : rest if rest >= 0 else len(source)].strip():
                at = rest + 1 if rest >= 0 else len(source)
    return "".join([*kept, source[at:]]), comments, unclosed


def _outside(positions: list[int], spans: list[tuple[int, int]]) -> list[int]:
    """Returns the positions, ascending, that are in none of the spans."""
    found, spans = [], sorted(spans)
    at = 0
    for position in positions:
        while at < len(spans) and spans[at][1] <= position:
            at += 1
        if at == len(spans) or position < spans[at][0]:
            found.append(position)
    return found


def _with_quotations(source: str) -> str:
    """Writes what stands in `<aside>` and `<details>`, on lines of their own, as quotations; the summary in bold. Those
    that aren't closed, or open more than `_MAX_DEPTH` deep, stay as they were typed."""
    if "<" not in source or not re.search(r"<(?:aside|details)\b", source, re.IGNORECASE):
        return source
    lines = source.split("\n")
    fenced = _fenced_lines(lines)
    ends = _ends_of_containers(lines, fenced)
    written: list[str] = []
    open_ends: list[int] = []
    for at, line in enumerate(lines):
        prefix = "> " * len(open_ends)
        if open_ends and at == open_ends[-1]:
            open_ends.pop()
            before = _CONTAINER_ENDS.match(line)
            if before and before[1].strip():
                written.append(prefix + before[1])
            written.append(("> " * len(open_ends)).rstrip())
        elif at in ends and len(open_ends) < _MAX_DEPTH:
            rest = _CONTAINER.match(line)[3]
            written.append(prefix.rstrip())
            if ends[at] == at:
                written += [f"{prefix}> {_with_summary(_CONTAINER_ENDS.match(rest)[1])}", prefix.rstrip()]
                continue
            open_ends.append(ends[at])
            if rest.strip():
                written.append("> " * len(open_ends) + _with_summary(rest))
        else:
            written.append((prefix + (line if fenced[at] else _with_summary(line))).rstrip() if open_ends else line)
    return "\n".join(written)


def _with_summary(line: str) -> str:
    return _SUMMARY.sub(lambda found: f"**{found[1]}** " if found[1] else "", line)


def _ends_of_containers(lines: list[str], fenced: list[bool]) -> dict[int, int]:
    """Returns the line where each container ends, by the line where it begins."""
    ends: dict[int, int] = {}
    begun: list[tuple[str, int]] = []
    for at, line in enumerate(lines):
        if fenced[at]:
            continue
        found = _CONTAINER.match(line)
        if found and not found[1]:
            if closing := _CONTAINER_ENDS.match(found[3]):
                if closing[2].lower() == found[2].lower():
                    ends[at] = at
            else:
                begun.append((found[2].lower(), at))
        elif begun and (closing := _CONTAINER_ENDS.match(line)) and closing[2].lower() == begun[-1][0]:
            ends[begun.pop()[1]] = at
    return ends
