"""Turns a file into Markdown that the parser reads as it is meant, line by line, so that line numbers stay the same.

HTML tags become the Markdown that means the same or nothing, images disappear, relative links are resolved or become
their text, and headings without a blank after their signs get one."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

# Stands for a line break inside a line ("<br>"); `on_one_line` and `with_breaks` replace it.
BREAK = "\ue000"

_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"((?<!`)(`+)(?!`)[^\n]{1,1000}?(?<!`)\2(?!`))")
_SUMMARY = re.compile(r"(?<!\\)<summary\b[^<>]*>((?:(?!<summary\b).){0,1000}?)</summary\s*>", re.DOTALL | re.IGNORECASE)
_DETAILS_END = re.compile(r"(?<!\\)</details\s*>", re.IGNORECASE)
_HEADING = re.compile(r"(?<!\\)<h([1-6])\b[^<>]*>((?:(?!<h[1-6]\b).){0,1000}?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"(?<!\\)<tr\b[^<>]*>((?:(?!<tr\b).){0,9000}?)</tr\s*>", re.DOTALL | re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_ANCHOR = re.compile(r"(?<!\\)<a\b([^<>]*)>((?:(?!<a\b).){0,3000}?)</a\s*>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_PAIR = re.compile(
    r"(?<!\\)<(b|strong|i|em|s|del|strike|code|kbd|samp)>([^\s<>](?:[^<>\n]*[^\s<>])?)</\1>", re.IGNORECASE
)
_TAG = re.compile(r"(?<!\\)</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_INLINE = {
    *("a", "abbr", "b", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s", "samp"),
    *("small", "source", "span", "strike", "strong", "sub", "sup", "u", "var", "wbr"),
}
_BLOCKS = {
    *("article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "figcaption"),
    *("figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p"),
    *("picture", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
_IMAGE = re.compile(
    r"(?<!\\)!\[((?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])*)\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\[\]\n]*\])"
)
_LINK = re.compile(
    r"(?<!\\)\[((?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])*)\]\([ \t]*"
    r"(?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*\)"
)
_DEFINITION = re.compile(r"^( {0,3}\[[^\[\]\n]+\]:[ \t]*)<?([^\s<>]+)>?(.*)$")
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_UNSPACED = re.compile(r"^( {0,3}#{2,6})(?=[^\s#])")
_UNSPACED_NUMBER = re.compile(r"^( {0,3}#)(?=\d{1,3}[.):]?[ \t]+[^\W\d])")


@dataclass
class Cleaned:
    """The text to parse, and by line number (from 1): the summaries of <details>, where these end, relative links,
    texts of links within the file, images left out, and headings that lacked a blank."""

    text: str
    summaries: set[int] = field(default_factory=set)
    ends: set[int] = field(default_factory=set)
    relative: dict[int, list[str]] = field(default_factory=dict)
    anchors: dict[int, list[str]] = field(default_factory=dict)
    images: set[int] = field(default_factory=set)
    unspaced: set[int] = field(default_factory=set)


def clean(text: str, base: str = "") -> Cleaned:
    """The text with "\\n" as line end, with as many lines as before. Relative links are resolved by `base` if it is
    given. Fenced code and code in backticks stay as they are."""
    found = Cleaned("")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cleaner = _Cleaner(found, base)
    done: list[str] = []
    for start, end, fenced in _runs(lines):
        part = lines[start:end]
        done += part if fenced else cleaner.clean(part, start + 1, lines[start - 1] if start else "")
    found.text = "\n".join(done)
    return found


def on_one_line(text: str) -> str:
    """The text on one line, with single blanks between its words."""
    return " ".join(text.replace(BREAK, " ").split())


def with_breaks(markdown: str) -> str:
    """The Markdown with its breaks as hard line breaks, or as spaces in a table's row."""
    if BREAK not in markdown:
        return markdown
    lines = markdown.split("\n")
    return "\n".join(line.replace(BREAK, " " if line.lstrip().startswith("|") else "  \n") for line in lines)


def _runs(lines: list[str]) -> list[tuple[int, int, bool]]:
    """Ranges of lines, each inside or outside of a fenced code block."""
    runs, start, fence = [], 0, ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if not mark:
            continue
        if not fence and not ("`" in mark[1] and "`" in line[mark.end() :]):
            runs.append((start, number, False))
            fence, start = mark[1], number
        elif fence and mark[1].startswith(fence) and not line.strip(" \t>").strip(fence[0]):
            runs.append((start, number + 1, True))
            fence, start = "", number + 1
    runs.append((start, len(lines), bool(fence)))
    return [run for run in runs if run[0] < run[1]]


class _Cleaner:
    """Cleans runs of lines outside of fenced code."""

    def __init__(self, found: Cleaned, base: str) -> None:
        self.found, self.base = found, base

    def clean(self, lines: list[str], first: int, before: str) -> list[str]:
        """The lines, of which the first has the number `first` and follows the line `before`."""
        if any("<" in line for line in lines):
            lines = self._multiline("\n".join(lines), first).split("\n")
        done = []
        for number, line in enumerate(lines, start=first):
            done.append(self._line(line, number, before))
            before = line
        return done

    def _multiline(self, text: str, first: int) -> str:
        """The text with tags replaced that may go on over several lines."""

        def placed(handle: Callable[[re.Match], str]) -> Callable[[re.Match], str]:
            return lambda match: handle(match) + "\n" * match[0].count("\n")

        low = text.lower()
        if "<!--" in text:
            text = _without_comments(text)
        if "<img" in low or "<picture" in low:
            for match in re.finditer(r"<img\b", text, re.IGNORECASE):
                self.found.images.add(first + text.count("\n", 0, match.start()))
            text = re.sub(r"<img\b[^<>]*>", placed(lambda match: ""), text, flags=re.IGNORECASE)
        if "<a" in low:
            text = _ANCHOR.sub(placed(self._anchor), text)
        if "<summary" in low:
            for match in _SUMMARY.finditer(text):
                if _words(match[1]):
                    self.found.summaries.add(first + text.count("\n", 0, match.start()))
            text = _SUMMARY.sub(placed(lambda match: f"**{_words(match[1])}**" if _words(match[1]) else ""), text)
        if "</details" in low:
            for match in _DETAILS_END.finditer(text):
                self.found.ends.add(first + text.count("\n", 0, match.start()))
        if "<h" in low:
            text = _HEADING.sub(
                placed(lambda match: f"{'#' * int(match[1])} {_words(match[2])}" if _words(match[2]) else ""), text
            )
        if "<tr" in low:
            text = _ROW.sub(placed(self._row), text)
        return text

    def _anchor(self, match: re.Match) -> str:
        href, words = _HREF.search(match[1]), " ".join(match[2].split())
        if not href or not _TAG.sub("", words).strip():
            return words
        url = html.unescape(next(filter(None, href.groups()), "")).strip()
        return f"[{words}](<{url}>)" if re.search(r"[\s()]", url) else f"[{words}]({url})"

    @staticmethod
    def _row(match: re.Match) -> str:
        cells = (" ".join(_TAG.sub(" ", cell).split()) for cell in _CELL_END.split(match[1]))
        said = " — ".join(filter(None, cells))
        return f"- {said}" if said and "<th" not in match[0].lower() else said

    def _line(self, line: str, number: int, before: str) -> str:
        if "#" in line and (unspaced := _UNSPACED.match(line) or (not before.strip() and _UNSPACED_NUMBER.match(line))):
            self.found.unspaced.add(number)
            line = f"{unspaced[1]} {line[unspaced.end() :]}"
        if "<" in line or "](" in line or "![" in line:
            begins_with_tag = line.lstrip().startswith("<")
            parts = _CODE_SPAN.split(line) if "`" in line else [line]
            # The pattern has two groups: the span, and its backticks.
            parts = [
                self._inline(part, number) if place % 3 == 0 else part
                for place, part in enumerate(parts)
                if place % 3 != 2
            ]
            cleaned = "".join(parts)
            if cleaned != line and begins_with_tag:
                cleaned = cleaned.strip(f" \t{BREAK}")
            line = cleaned if cleaned.strip(f" \t{BREAK}") else ""
        if "]:" in line and (definition := _DEFINITION.match(line)):
            target = self._target(definition[2], number, or_else=definition[2])
            line = line if target == definition[2] else f"{definition[1]}<{target}>{definition[3]}"
        return line

    def _inline(self, text: str, number: int) -> str:
        if "![" in text:
            cleaned = _IMAGE.sub("", text)
            if cleaned != text:
                self.found.images.add(number)
                text = cleaned
        if "<" in text:
            text = _PAIR.sub(self._pair, text)
            text = _TAG.sub(lambda match: self._tag(match, text), text)
        if "](" in text:
            text = _LINK.sub(lambda match: self._link(match, number), text)
        return text

    @staticmethod
    def _pair(match: re.Match) -> str:
        mark = _MARKS.get(match[1].lower())
        if mark is None:
            return match[2] if "`" in match[2] else f"`{match[2]}`"
        return f"{mark}{match[2]}{mark}"

    @staticmethod
    def _tag(match: re.Match, text: str) -> str:
        name = match[1].lower()
        if name == "br":
            return BREAK
        if name == "li" and not match[0].startswith("</"):
            return "- " if not _TAG.sub("", text[: match.start()]).strip() else " "
        if name in _BLOCKS:
            return " "
        return "" if name in _INLINE else match[0]

    def _link(self, match: re.Match, number: int) -> str:
        words, url = match[1], match[2] if match[2] is not None else match[3]
        if "[" in words and "](" in words:
            return match[0]
        if not words.strip():
            # What is left of a badge.
            return "" if number in self.found.images else match[0]
        if url.startswith("#"):
            self.found.anchors.setdefault(number, []).append(words)
        target = self._target(url, number)
        if target == url:
            return match[0]
        return f"[{words}](<{target}>)" if re.search(r"[\s()]", target) else f"[{words}]({target})" if target else words

    def _target(self, url: str, number: int, or_else: str = "") -> str:
        """The absolute address of a link, or `or_else` if it has none."""
        if _HAS_SCHEME.match(url):
            return url
        if url.lower().startswith(("www.", "//")):
            return f"https://{url.removeprefix('//')}"
        if url.startswith("#") or not url:
            return or_else
        if self.base:
            return urljoin(self.base, url)
        self.found.relative.setdefault(number, []).append(url)
        return or_else


def _without_comments(text: str) -> str:
    """The text without HTML comments, whose line ends stay."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _words(markup: str) -> str:
    """The text without tags on one line."""
    return html.unescape(" ".join(_TAG.sub(" ", markup).split()))
