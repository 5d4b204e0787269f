"""Writes a Document as Markdown that reads back the same: nodes with source text verbatim, the others generated."""

import re

from .commonmark import parse
from .entry import ADDRESS, JOINTS
from .list_parser import read
from .nodes import Document, EntryNode, SectionNode, UnreadableList

_NUMBER = re.compile(r" {0,3}(\d{1,8})([.)])[ \t]")
_BULLET = re.compile(r" {0,3}([-*+])[ \t]")
_BLANK_LINE = re.compile(r"(?:\A|\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)\Z")
_MARKS = re.compile(r"([\\`*_\[\]<>#&]|:(?=//))")
_PLAIN_LINK = re.compile(r"https?://[\w/.,:;?=%#~+@-]+")
_UNSAFE_IN_LINK = re.compile(r"[<>\\\s&]")


def write(document: Document) -> str:
    """The document as Markdown. If a mix of verbatim and generated lines would read back differently, all nodes are
    generated."""
    text = _written(document, anew=False)
    if document.is_verbatim or _says(text, document):
        return text
    return _written(document, anew=True)


def tree_of(document: Document) -> list[tuple]:
    """The document's titles, levels, bodies, links and reasons, for comparison: no source text, no kinds or roles."""
    tree: list[tuple] = []
    for section in document.sections:
        tree.append((section.level, _one_line(section.title), section.body.strip()))
        tree += [(_one_line(entry.title), entry.url, entry.why.strip()) for entry in section.entries]
    return tree


def _says(text: str, document: Document) -> bool:
    try:
        return tree_of(read(text)) == tree_of(document)
    except UnreadableList:
        return False


def _written(document: Document, *, anew: bool) -> str:
    text = _Output(document.preamble)
    for section in document.sections:
        text.add(section, _heading(section), anew=anew)
        marker = _apart_from(section.body)
        for entry in section.entries:
            marker = (_marker(entry.source_text) if not anew and entry.source_text else "") or _next(marker)
            text.add(entry, _item(entry, marker), anew=anew)
    return "".join(text.pieces)


class _Output:
    """The text written so far, in pieces."""

    def __init__(self, preamble: str) -> None:
        self.pieces = [preamble] if preamble else []

    def add(self, node: SectionNode | EntryNode, new: str, *, anew: bool) -> None:
        """Append the node's source text, or `new` if it has none or `anew` is set. Generated lines are separated by a
        blank line from whatever comes before, unless they continue a list."""
        old = None if anew else node.source_text
        if old == "":
            return
        before = self.pieces[-1] if self.pieces else ""
        if before and not before.endswith(("\n", "\r")):
            self.pieces.append("\n")
            before += "\n"
        goes_on = isinstance(node, EntryNode) and _marker(before) and not _BLANK_LINE.search(before)
        if old is None and before and not goes_on and not _BLANK_LINE.search(before):
            self.pieces.append("\n")
        self.pieces.append(new if old is None else old)


def _marker(lines: str) -> str:
    """The list marker at the beginning of these lines ("3." or "-"), or ""."""
    if found := _NUMBER.match(lines):
        return found[1] + found[2]
    return found[1] if (found := _BULLET.match(lines)) else ""


def _apart_from(body: str) -> str:
    """A marker to count on from, such that the first entry doesn't continue a numbered list at the body's end."""
    blocks = parse(body).children
    return "0)" if blocks and blocks[-1].type == "ordered_list" and blocks[-1].markup == "." else ""


def _next(marker: str) -> str:
    """The marker of the next item in the same list."""
    if not marker:
        return "1."
    return f"{int(marker[:-1]) + 1}{marker[-1]}" if marker[:-1] else marker


def _heading(section: SectionNode) -> str:
    body = f"{section.body.strip(chr(10))}\n\n" if section.body.strip() else ""
    return f"{'#' * section.level} {_escaped(section.title)}\n\n{body}"


def _item(entry: EntryNode, marker: str) -> str:
    """An entry as generated: title, link and reason, each on its own line."""
    title, url = _escaped(entry.title), _link(entry.url)
    if entry.title[-1:] in JOINTS + "([" and not ADDRESS.match(entry.title):
        text = f"[{title}]({url})"
    else:
        text = f"**{title}**  \n[{_words(entry.url)}]({url})"
    why = entry.why.strip("\n")
    if why:
        text += f"  \nWhy: {why}" if _is_paragraph(why) else f"\n\n{why}"
    first, *lines = text.split("\n")
    indent = " " * (len(marker) + 1)
    return f"{marker} {first}\n" + "".join(f"{indent}{line}\n" if line.strip() else "\n" for line in lines)


def _link(url: str) -> str:
    return url if _PLAIN_LINK.fullmatch(url) else f"<{_UNSAFE_IN_LINK.sub(lambda found: f'&#{ord(found[0])};', url)}>"


def _words(url: str) -> str:
    return url if _PLAIN_LINK.fullmatch(url) and "_" not in url else _escaped(url)


def _is_paragraph(markdown: str) -> bool:
    blocks = parse(markdown).children
    return len(blocks) == 1 and blocks[0].type == "paragraph" and tuple(blocks[0].map) == (0, markdown.count("\n") + 1)


def _one_line(title: str) -> str:
    return " ".join(title.split())


def _escaped(title: str) -> str:
    return _MARKS.sub(r"\\\1", _one_line(title))
