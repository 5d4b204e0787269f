"""What other editors write around Markdown, read line by line before the Markdown is parsed.

Front matter and Obsidian's private comments (see `private_comments.py`) are left out of what is sent; Notion's
`<aside>` and GitHub's `<details>` become quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .private_comments import split
from .problems import Problem, excerpt

# Behind backticks that open a block stands none: else it is code in a line.
_FENCE = re.compile(r"[ \t>]*(?:[-+*][ \t]+|\d{1,9}[.)][ \t]+)*(`{3,}(?![^\n]*`)|~{3,})")
_KEY = re.compile(r"[\w-]+:")
_LINE_OF_FRONT_MATTER = re.compile(r"[\w-]+:|[ \t]|-[ \t]|#|$")
_MAX_FRONT_MATTER = 60  # lines
_CONTAINER = re.compile(r" {0,3}<(/?)(aside|details)(?:\s[^<>]*)?>[ \t]*(.*)$", re.IGNORECASE)
_CONTAINER_ENDS = re.compile(r"^(.*?)[ \t]*</(aside|details)>[ \t]*$", re.IGNORECASE)
_SUMMARY = re.compile(r"[ \t]*<summary>[ \t]*(.*?)[ \t]*</summary>[ \t]*", re.IGNORECASE)
_MAX_DEPTH = 5  # of containers
_SHOWN_OF_PRIVATE = 300  # characters, since its author may have it nowhere else


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text that is ready to be parsed, and what its author has to be told."""

    source: str
    problems: tuple[Problem, ...] = ()
    doubt: Problem | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A text as it may be sent, what was left out of it, and the doubt because of which it may not be."""

    text: str
    left_out: tuple[Problem, ...] = ()
    doubt: Problem | None = None


def prepare(source: str, *, is_typed: bool = True) -> Prepared:
    """Returns the text with its containers written as quotations; one that is typed at the moment also without what
    is left out when it is sent."""
    if "%%" not in source and "<" not in source and not source.startswith("---"):
        return Prepared(source)
    if not is_typed:
        return Prepared(_with_quotations(source))
    sent = as_sent(source)
    told = [*sent.left_out, *([sent.doubt] if sent.doubt else [])]
    return Prepared(_with_quotations(sent.text), tuple(told), sent.doubt)


def as_sent(source: str) -> Sent:
    """Returns the text as it may be sent or shared: without front matter and private comments. If it isn't clear where
    a private comment begins or ends, the text is returned whole, and must not be sent."""
    text, left_out = source, []
    while found := _front_matter(text):
        content, end = found
        left_out.append(Problem("front_matter", (("source", excerpt(content)),)))
        text = text[end:]
    private = split(text, _with_quotations)
    if private.doubt:
        return Sent(source, doubt=private.doubt)
    left_out += [Problem("private", (("source", excerpt(comment, _SHOWN_OF_PRIVATE)),)) for comment in private.comments]
    return Sent(private.text, tuple(left_out))


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
