"""Parses one list item, table row or paragraph into an entry: title, link and reason."""

import re
from textwrap import dedent

from django.utils.translation import gettext_noop as _
from markdown_it.tree import SyntaxTreeNode

from catalog.sources.canonical_url import url_key
from readlist_site.base.languages.message import Message

from .heading_kind import asks_to_reread
from .limits import MAX_TEXT, MAX_TITLE, MAX_URL
from .nodes import EntryNode
from .parser import lines_of, links_in, plain
from .role import role_of_entry

# Characters that separate a link from the words before or after it.
JOINTS = " \t\n\\:;,.|–—-"
ADDRESS = re.compile(r"https?://|www\.", re.I)
_WHY = re.compile(r"^(?P<mark>\*\*|__|\*|_)?why\s*:\s*(?P=mark)?\s*|^(?:\*\*|__|\*|_)why(?:\*\*|__|\*|_)\s*:\s*", re.I)
_BOX = re.compile(r"\[[ xX]\]\s+")


def source_link(block: SyntaxTreeNode) -> SyntaxTreeNode | None:
    """The link to the source: the first one in the paragraphs or cells directly under the block, or None."""
    found = (link for part in parts_of(block) for link in links_in(part))
    return next(found, None)


def parts_of(block: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The inline nodes of a paragraph, of a list item's paragraphs or of a row's cells, in order."""
    if block.type == "paragraph":
        return block.children
    return [part.children[0] for part in block.children if part.type in {"paragraph", "td"} and part.children]


def entry_of(block: SyntaxTreeNode, text: str) -> EntryNode | Message:
    """The list item or paragraph as an entry, or a message saying why it isn't one. `text` is its source text."""
    link = source_link(block)
    if link is None:
        return Message(_("this item has no link, unlike others in its list."))
    holder = next(part for part in parts_of(block) if link in part.walk())
    first = parts_of(block)[0]
    title = _title(holder, link) if holder is first else _words(first)
    return _entry(block, title, link.attrs["href"], _why(block, holder, link, text))


def entry_of_row(row: SyntaxTreeNode, headings: list[str]) -> EntryNode | Message:
    """The table row as an entry, or a message saying why it isn't one.

    The title is in the cell with the link or, if that has an address or a single word only, in the first cell with
    words; the other cells form the reason."""
    link = source_link(row)
    if link is None:
        return Message(_("this row has no link, unlike others in its table."))
    cells = [cell.children[0] if cell.children else None for cell in row.children]
    at = next(at for at, cell in enumerate(cells) if cell is not None and link in cell.walk())
    named = at
    if at and (ADDRESS.match(plain(link)) or len(_words(cells[at]).split()) < 2):
        named = next((place for place, cell in enumerate(cells) if cell is not None and _words(cell)), at)
    title = _title(cells[at], link) if named == at else _words(cells[named])
    why = []
    for place, cell in enumerate(cells):
        said = cell.content.strip() if cell is not None else ""
        if place == at:
            said = _after(cells[at], link)
        elif place == named:
            said = ""
        if said:
            why.append(f"{headings[place]}: {said}" if place != at and headings[place] else said)
    return _entry(row, title, link.attrs["href"], "\n\n".join(why))


def _entry(block: SyntaxTreeNode, title: str, url: str, why: str) -> EntryNode | Message:
    if "](" in url:
        return Message(_("the closing bracket of this link is missing."))
    try:
        url_key(url)
    except ValueError as error:
        return error.args[0]
    title = title or re.sub(r"^https?://(www\.)?", "", url, flags=re.I).rstrip("/")
    if len(url) > MAX_URL:
        return Message(_("this link is longer than %(number)s characters."), {"number": MAX_URL})
    if len(title) > MAX_TITLE:
        return Message(_("this title is longer than %(number)s characters."), {"number": MAX_TITLE})
    if len(why) > MAX_TEXT:
        return Message(_("the reason is longer than %(number)s characters."), {"number": MAX_TEXT})
    return EntryNode(
        line=block.map[0] + 1,
        title=title,
        url=url,
        why=why,
        role=role_of_entry(title),
        reread=asks_to_reread(title),
    )


def _title(inline: SyntaxTreeNode, link: SyntaxTreeNode) -> str:
    """The words before the link, or the link's own words unless those are an address.

    If both are on one line without emphasis and the link has several words (not just "pdf"), both form the title."""
    leaves = _leaves(inline)
    before = leaves[: leaves.index(link)]
    raw = "".join(_without_images(node) for node in before)
    if _BOX.match(inline.content):
        raw = _BOX.sub("", raw.lstrip(), count=1)
    words = " ".join(raw.split())
    own = " ".join(_without_images(link).split())
    own = "" if ADDRESS.match(own) else own
    stressed = any(node.parent.type in {"strong", "em"} for node in before)
    together = not stressed and not any("break" in node.type for node in before) and len(own.split()) > 1
    title = words.rstrip(JOINTS + "([").strip()
    if not any(map(str.isalnum, title)):
        return own
    return f"{words} {own}" if together and not words.endswith(("(", "[")) else title


def _words(inline: SyntaxTreeNode) -> str:
    text = " ".join(_without_images(inline).split())
    return _BOX.sub("", text, count=1) if _BOX.match(text) else text


def _without_images(node: SyntaxTreeNode) -> str:
    if node.type == "image":
        return ""
    return "".join(map(_without_images, node.children)) if node.children else plain(node)


def _leaves(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The inline nodes in order; emphasis is replaced by its content, links and images stay whole."""
    if node.type in {"link", "image"} or not node.children:
        return [node]
    return [leaf for child in node.children for leaf in _leaves(child)]


def _after(inline: SyntaxTreeNode, link: SyntaxTreeNode) -> str:
    """The Markdown after the link, without separators and a leading "Why:"."""
    tail = inline.content[link.nester_tokens.closing.meta["end"] :]
    around = link.parent
    while around is not None and around.type in {"strong", "em"}:
        tail = tail.removeprefix(around.nester_tokens.closing.markup)
        around = around.parent
    tail = tail.removeprefix(")").removeprefix("]").lstrip(JOINTS)
    return _WHY.sub("", tail, count=1).strip()


def _why(block: SyntaxTreeNode, holder: SyntaxTreeNode, link: SyntaxTreeNode, text: str) -> str:
    """The reason as Markdown: the text after the link and the item's other blocks."""
    lines, top = lines_of(text), block.map[0]
    between = ""
    if block.type != "paragraph" and holder is not parts_of(block)[0]:
        between = _block("".join(lines[block.children[0].map[1] - top : holder.map[0] - top]))
    more = _block("".join(lines[holder.map[1] - top :]))
    return "\n\n".join(part for part in (between, _after(holder, link), more) if part)


def _block(text: str) -> str:
    return dedent(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
