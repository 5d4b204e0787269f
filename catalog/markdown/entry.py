"""One list item as an entry: its title, its link and why to read it."""

import re
from textwrap import dedent

from markdown_it.tree import SyntaxTreeNode

from catalog.folding import fold
from readlist_site.text import MAX_LENGTH

from .guess import asks_to_reread, role_of_entry
from .nodes import EntryNode
from .parser import lines_of, plain

MAX_TITLE = 300
MAX_URL = 500
# What only joins a link to the words before or after it.
JOINTS = " \t\n\\:;,.|–—-"
ADDRESS = re.compile(r"https?://|www\.", re.I)
_WHY = re.compile(r"^(?P<mark>\*\*|__|\*|_)?why\s*:\s*(?P=mark)?\s*|^(?:\*\*|__|\*|_)why(?:\*\*|__|\*|_)\s*:\s*", re.I)


def links_first(item: SyntaxTreeNode) -> bool:
    """Whether the item's first paragraph holds a link."""
    return _first_link(item) is not None


def entry_of(item: SyntaxTreeNode, text: str) -> EntryNode | str:
    """The item as an entry; else a sentence that says what is wrong with it. `text` are its lines."""
    link = _first_link(item)
    if link is None:
        return "this item has no link, though others of its list have."
    url = link.attrs["href"]
    title = _title(_inline(item), link)
    try:
        fold(url)
    except ValueError as error:
        return f"{error}"
    if len(url) > MAX_URL:
        return f"this link is longer than {MAX_URL} characters."
    if not title:
        return "this entry has a link and no title."
    if len(title) > MAX_TITLE:
        return f"this title is longer than {MAX_TITLE} characters."
    why = _why(item, link, text)
    if len(why) > MAX_LENGTH:
        return f"the reason is longer than {MAX_LENGTH:,} characters."
    return EntryNode(
        line=item.map[0] + 1,
        title=title,
        url=url,
        why=why,
        role=role_of_entry(title),
        reread=asks_to_reread(title),
    )


def _inline(item: SyntaxTreeNode) -> SyntaxTreeNode | None:
    first = item.children[0] if item.children else None
    return first.children[0] if first is not None and first.type == "paragraph" and first.children else None


def _first_link(item: SyntaxTreeNode) -> SyntaxTreeNode | None:
    inline = _inline(item)
    return next((node for node in inline.walk() if node.type == "link"), None) if inline is not None else None


def _title(inline: SyntaxTreeNode, link: SyntaxTreeNode) -> str:
    """The words before the link, else the link's own, unless they only repeat the address."""
    before = []
    for node in _leaves(inline):
        if node is link:
            break
        before.append(plain(node))
    title = " ".join("".join(before).split()).rstrip(JOINTS + "([").strip()
    if title:
        return title
    own = " ".join(plain(link).split())
    return "" if ADDRESS.match(own) else own


def _leaves(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """What stands in a text one after the other, emphasis opened up, links whole."""
    if node.type == "link" or not node.children:
        return [node]
    return [leaf for child in node.children for leaf in _leaves(child)]


def _why(item: SyntaxTreeNode, link: SyntaxTreeNode, text: str) -> str:
    """The Markdown after the link, and whatever else the item holds."""
    tail = _inline(item).content[link.nester_tokens.closing.meta["end"] :]
    around = link.parent
    while around is not None and around.type in {"strong", "em"}:
        tail = tail.removeprefix(around.nester_tokens.closing.markup)
        around = around.parent
    tail = tail.removeprefix(")").removeprefix("]").lstrip(JOINTS)
    why = _WHY.sub("", tail, count=1).strip()
    rest = lines_of(text)[item.children[0].map[1] - item.map[0] :]
    more = dedent("".join(rest).replace("\r\n", "\n").replace("\r", "\n")).strip("\n") if len(item.children) > 1 else ""
    return "\n\n".join(part for part in (why, more) if part)
