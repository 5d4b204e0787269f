"""Parses one list item, table row, paragraph or heading into an entry: title, link and reason.

No word of it is lost: what is neither the title nor a link's label is in the reason."""

import re
from dataclasses import dataclass, field
from textwrap import dedent

from django.utils.translation import gettext_noop as _

from catalog.sources.canonical_url import url_key
from catalog.sources.source_role import role_of_entry
from readlist_site.base.languages.message import Message

from .clean import BREAK, on_one_line, with_breaks
from .commonmark import lines_of, links_in, plain
from .commonmark import words as in_line
from .heading_kind import asks_to_reread
from .labels import ADDRESS, Labels, folded, is_title_like, without_number
from .limits import MAX_TEXT, MAX_TITLE, MAX_URL
from .nodes import EntryNode
from .syntax_tree import Node

# Characters that separate a link from the words before or after it.
JOINTS = f" \t\n\\:;,.|–—-{BREAK}"
_WHY = re.compile(r"^(?P<mark>\*\*|__|\*|_)?why\s*:\s*(?P=mark)?\s*|^(?:\*\*|__|\*|_)why(?:\*\*|__|\*|_)\s*:\s*", re.I)
_BOX = re.compile(r"\[[ xX]\]\s+")
_BOLD = re.compile(r"(?<!\\)(\*\*|__)(?=\S)((?:\\.|[^\\])+?)(?<=\S)\1", re.DOTALL)
_SLANTED = re.compile(r"(?<![*_\w])([*_])(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![*_\w])", re.DOTALL)
_QUOTED = re.compile(r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|「([^「」]+)」|《([^《》]+)》|(?<!\w)\"([^\"\n]+)\"(?!\w)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|(?<=[。！？])|(?<=:)\s|\s[–—-]\s")
# Words of a title after an address that has no other words.
_SHORT = 120
_NUMBER = re.compile(r"(?:\*\*)?[\[(#]?\d{1,3}[\])]?[.):]?(?:\*\*)?")
_SHORT_CODE = re.compile(r"\s*:\w+:")
_WHOLE_BRACKET = re.compile(r"\[([^\[\]]+)\]|【([^【】]+)】")
_EMPTY_BRACKETS = re.compile(r"\(\s*[,;|/·•]*\s*\)|\[\s*[,;|/·•]*\s*\](?!\()|【\s*】|（\s*）")


@dataclass
class ReadEntry:
    """An entry as read, or the reason why there is none (`node` is None): `labels` are texts of links that are left
    out, `is_struck` whether its title is struck through, `is_cut` whether it was too long."""

    node: EntryNode | None
    reason: Message | None = None
    labels: list[str] = field(default_factory=list)
    is_struck: bool = False
    is_cut: bool = False


@dataclass
class Named:
    """A title, and the Markdown around it and the link."""

    title: str
    remark: str = ""
    after: str = ""
    labels: list[str] = field(default_factory=list)

    @property
    def rest(self) -> str:
        return "\n\n".join(filter(None, (self.remark, self.after)))


def is_web_link(link: Node) -> bool:
    """Whether the link leads to a web address, other than a relative one, an anchor or a mail address."""
    return link.attrs["href"][:8].lower().startswith(("http://", "https://"))


def source_link(block: Node, labels: Labels | None = None) -> Node | None:
    """The link to the source: the first web link in the paragraphs or cells directly under the block, or None. If the
    paragraph's links are all labels, one that names the text is preferred to one that names its code or slides."""
    for part in parts_of(block):
        links = [link for link in links_in(part) if is_web_link(link)]
        if links:
            return _best(links, labels) if labels else links[0]
    return None


def _best(links: list[Node], labels: Labels) -> Node:
    words = [plain(link) for link in links]
    if len(links) > 1 and all(map(labels.is_label, words)):
        return next((link for link, said in zip(links, words, strict=True) if labels.names_text(said)), links[0])
    return links[0]


def parts_of(block: Node) -> list[Node]:
    """The inline nodes of a paragraph or heading, of those of a list item or of a row's cells, in order."""
    if block.type in {"paragraph", "heading"}:
        return block.children
    return [
        part.children[0] for part in block.children if part.type in {"paragraph", "heading", "td"} and part.children
    ]


def entry_of(block: Node, text: str, labels: Labels) -> ReadEntry:
    """The list item or paragraph as an entry. `text` is its cleaned source text."""
    link = source_link(block, labels)
    if link is None:
        return ReadEntry(None, no_link(block) or Message(_("this item has no link, unlike others in its list.")))
    parts = parts_of(block)
    holder = next(part for part in parts if link in part.walk())
    if holder is parts[0]:
        named, between = name_in(holder, link, labels), ""
    else:
        named, between = _named_before(parts[0], holder, link, labels)
        if block.type != "paragraph":
            top = block.map[0]
            first = next(part for part in block.children if part.children and part.children[0] is parts[0])
            lines = lines_of(text)[first.map[1] - top : holder.map[0] - top]
            between = "\n\n".join(filter(None, (between, _block("".join(lines)))))
    more = _block("".join(lines_of(text)[holder.map[1] - block.map[0] :]))
    why = "\n\n".join(filter(None, (named.remark, between, named.after, more)))
    return make_entry(block.map[0] + 1, named, link.attrs["href"], why, is_struck=_is_struck(holder, link))


def no_link(block: Node) -> Message | None:
    """That the block's first link leads to no web address, or None if it has no link."""
    found = next((link for part in parts_of(block) for link in links_in(part)), None)
    if found is None:
        return None
    return Message(_("“%(url)s” isn’t a web address."), {"url": found.attrs["href"]})


def _named_before(first: Node, holder: Node, link: Node, labels: Labels) -> tuple[Named, str]:
    """The title in the first paragraph of an item whose link is in another one, and the rest of the first."""
    bold = _bold_title(first, labels)
    found = name_in(holder, link, labels, alone=True)
    if bold:
        start, end = bold[1]
        rest = _joined(_before(first.content[:start]), _after(first.content[end:]))
        return Named(bold[0], "", found.rest, found.labels), rest
    return Named(_words(first), "", found.rest, found.labels), ""


def name_in(inline: Node, link: Node | None, labels: Labels, *, alone: bool = False) -> Named:
    """The title in the words around the link, and what else is there. With `alone`, the title is elsewhere: all words
    are the rest. Without a link, the title is in the words."""
    raw = inline.content
    begin = _BOX.match(raw).end() if _BOX.match(raw) else 0
    if link is None:
        return _without_link(inline, raw, begin, labels)
    start, end = link.start, link.end
    own = on_one_line(plain(link))
    is_address = not own or bool(ADDRESS.match(own)) or own.rstrip("/") == _without_scheme(link.attrs["href"])
    if bracket := _WHOLE_BRACKET.fullmatch(own):
        own = bracket[1] or bracket[2]
    own = "" if is_address else own
    keeps = bool(own) and not labels.is_label(own)
    dropped = [own] if own and not keeps else []
    if alone:
        return Named("", _before(raw[begin:start]), _from_link(raw, link, keep=keeps), dropped)
    around = _stressed_around(link)
    if around is not None:
        # "**Codes. [Huffman (1952)](u).**" is titled "Codes"; of "**Ada: [Notes](u)**" the link is the title.
        words = on_one_line(_words_before(around, link))
        if is_title_like(words) and (words.rstrip().endswith((".", "。")) if keeps else True):
            tail = _from_link(raw, link, keep=keeps)
            return Named(words.strip(JOINTS + "(["), "", tail, dropped)
        if keeps:
            opening = raw[begin:start].rstrip("*_~ ")
            return Named(own, _before(opening), _after_link(raw[end:], link))
    bold = _bold_title(inline, labels, start if keeps else None)
    if keeps and own and bold and not (bold[2] and (labels.is_prefix(bold[0]) or len(own.split()) > 2)):
        return Named(bold[0], *_around(raw, begin, bold[1], start, end, link, keep=True))
    if keeps:
        before = raw[begin:start]
        repeated = labels.is_repeated(own)
        words = _shown_words(inline, link)
        if repeated and is_title_like(words) and not before.rstrip().endswith(("[", ":")):
            return Named(words.strip(JOINTS + "([ "), "", _from_link(raw, link, keep=True))
        return Named(own, _before(before), _after_link(raw[end:], link))
    found = bold or _quoted_title(raw, begin) or _slanted_title(inline, raw)
    if found:
        return Named(found[0], *_around(raw, begin, found[1], start, end, link, keep=False), dropped)
    first = next(iter(links_in(inline)), link)
    words = _shown_words(inline, first).strip(JOINTS + "([【（")
    if first is not link and is_title_like(words):
        before = raw[first.start : start].strip(JOINTS)
        return Named(without_number(words), "", _joined_links(before, _from_link(raw, link, keep=False)), dropped)
    if is_title_like(words) or (words and any(map(str.isalnum, words)) and not own):
        return Named(without_number(words), "", _from_link(raw, link, keep=False), dropped)
    after = _after_link(raw[end:], link)
    if after and not _says_why(raw[end:]):
        line, _break, below = after.partition("\n")
        first = _first_words(line, after_address=is_address)
        if first:
            rest = "\n".join(filter(None, (_after(line[first[1] :]), below.strip())))
            return Named(first[0], "", rest, dropped)
    return Named(own, _before(raw[begin:start]), after)


def _without_link(inline: Node, raw: str, begin: int, labels: Labels) -> Named:
    bold = _bold_title(inline, labels)
    if bold:
        start, end = bold[1]
        return Named(bold[0], _before(raw[begin:start]), _after(raw[end:]))
    words = _words(inline)
    return Named(without_number(words))


def make_entry(line: int, named: Named, url: str, why: str, *, is_struck: bool = False) -> ReadEntry:
    """The entry with these values, if the link is usable."""
    if "](" in url:
        return ReadEntry(None, Message(_("the closing bracket of this link is missing.")))
    try:
        key = url_key(url)
    except ValueError as error:
        return ReadEntry(None, error.args[0])
    if len(url) > MAX_URL:
        return ReadEntry(None, Message(_("this link is longer than %(number)s characters."), {"number": MAX_URL}))
    title = on_one_line(named.title)
    title = title or _without_scheme(url)
    is_cut = len(title) > MAX_TITLE
    if is_cut:
        title, why = shortened(title), "\n\n".join(filter(None, (title, why)))
    why = with_breaks(why).rstrip()
    if len(why) > MAX_TEXT:
        return ReadEntry(None, Message(_("the reason is longer than %(number)s characters."), {"number": MAX_TEXT}))
    node = EntryNode(line, title, url, why, role=role_of_entry(title), reread=asks_to_reread(title))
    node.key = key
    return ReadEntry(node, None, named.labels, is_struck, is_cut)


def _without_scheme(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url, flags=re.I).rstrip("/")


def shortened(title: str) -> str:
    """The first sentence of a long title, or as many words as fit."""
    end = next((found.start() for found in _SENTENCE_END.finditer(title) if 15 <= found.start() <= MAX_TITLE), None)
    if end is not None:
        return title[:end].rstrip(JOINTS)
    cut = title[: MAX_TITLE - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut else cut}…"


def _stressed_around(link: Node) -> Node | None:
    """The bold text that contains the link, or None."""
    above = link.parent
    while above is not None and above.type in {"strong", "em", "s"}:
        if above.type == "strong":
            return above
        above = above.parent
    return None


def _is_struck(inline: Node, link: Node) -> bool:
    above = link.parent
    while above is not None and above is not inline:
        if above.type == "s":
            return True
        above = above.parent
    return any(node.type == "s" for node in link.walk())


def _words_before(within: Node, link: Node) -> str:
    said = []
    for leaf in _leaves(within):
        if leaf is link:
            break
        said.append(_without_images(leaf))
    return "".join(said)


def _shown_words(inline: Node, link: Node) -> str:
    """The words before the link, without a checkbox."""
    words = on_one_line(_words_before(inline, link))
    return _BOX.sub("", words, count=1) if _BOX.match(words) else words


def _bold_title(inline: Node, labels: Labels, before: int | None = None) -> tuple[str, tuple[int, int], bool] | None:
    """The first bold text that can be a title, its place in the Markdown, and whether a colon ends it. With `before`,
    only in front of this place."""
    raw = inline.content
    if "**" not in raw and "__" not in raw:
        return None
    bold = {on_one_line(plain(node)) for node in inline.walk() if node.type == "strong"}
    for match in _BOLD.finditer(raw):
        if before is not None and match.end() > before:
            return None
        words = on_one_line(_plain_of(match[2]))
        if words not in bold or not is_title_like(words) or labels.is_label(words) or folded(words) == "why":
            continue
        colon = words.endswith((":", "：")) or raw[match.end() :].lstrip().startswith((":", "："))
        title = without_number(words).strip(JOINTS.replace(".", "") + "：") if colon else without_number(words)
        # What ends a sentence inside the mark is no part of the title.
        return (title.rstrip(".") if title.count(".") == 1 else title), match.span(), colon
    return None


def _plain_of(markdown: str) -> str:
    return in_line(markdown) if any(sign in markdown for sign in "*_`[\\&~") else markdown


def _quoted_title(raw: str, begin: int) -> tuple[str, tuple[int, int]] | None:
    for match in _QUOTED.finditer(raw, begin):
        words = " ".join(_plain_of(next(filter(None, match.groups()))).split())
        if is_title_like(words) and len(words) >= (4 if words.isascii() else 2):
            return words.rstrip(".,"), match.span()
    return None


def _slanted_title(inline: Node, raw: str) -> tuple[str, tuple[int, int]] | None:
    slanted = {" ".join(plain(node).split()) for node in inline.walk() if node.type == "em"}
    for match in _SLANTED.finditer(raw) if slanted else ():
        words = " ".join(_plain_of(match[2]).split())
        if words in slanted and is_title_like(words) and len(words.split()) >= 3:
            return words.rstrip(".,"), match.span()
    return None


def _around(
    raw: str, begin: int, title: tuple[int, int], start: int, end: int, link: Node, *, keep: bool
) -> tuple[str, str]:
    """The Markdown before the link and after it, without the title and, unless `keep`, without the link."""
    if title[1] <= start:
        remark = _joined(_before(raw[begin : title[0]]), _tidy(raw[title[1] : start]))
        return remark, _from_link(raw, link, keep=keep)
    if title[0] >= end:
        between = _after_link(raw[end : title[0]], link)
        return _before(raw[begin:start]), _joined(_tidy(between), _after(raw[title[1] :]))
    return _before(raw[begin : min(start, title[0])]), _after(raw[max(end, title[1]) :])


def _first_words(line: str, *, after_address: bool) -> tuple[str, int] | None:
    """The title in the words after a label or an address, and where it ends."""
    match = _SENTENCE_END.search(line)
    end = match.start() if match else len(line)
    if after_address and (match or len(line) > _SHORT):
        return None
    words = " ".join(_plain_of(line[:end]).split()).strip(JOINTS)
    if not after_address and words[:1].islower() and words[:1].isascii():
        # "[Slides](…) from 2019": the words go on after the label.
        return None
    return (words, end) if is_title_like(words) and "](" not in line[:end] and "://" not in line[:end] else None


def _says_why(tail: str) -> bool:
    return bool(_WHY.match(tail.lstrip(JOINTS + ")]*_")))


def _before(raw: str) -> str:
    """The Markdown before a title or link, without a number at its beginning, and tidied."""
    text = without_number(_EMPTY_BRACKETS.sub("", raw).strip())
    return "" if _NUMBER.fullmatch(text) else _tidy(text)


def _tidy(raw: str) -> str:
    """The Markdown without separators at its ends, marks of emphasis and brackets that lost their partner; "" if it has
    no word."""
    text = _EMPTY_BRACKETS.sub("", raw).strip(JOINTS.replace(".", "") + "：").rstrip("([【（")
    text = _balanced(text.lstrip(".)]") if not text.startswith("[") else text).strip(JOINTS.replace(".", "") + "：")
    for mark in ("**", "__", "*", "_"):
        if text.startswith(mark) and text.endswith(mark) and text.count(mark) == 2 and len(text) > 2 * len(mark):
            text = text[len(mark) : -len(mark)].strip(JOINTS.replace(".", "") + "：")
    return text if any(map(str.isalnum, text)) else ""


def _after(raw: str) -> str:
    """The Markdown after a title, without separators and closing quotes."""
    text = _EMPTY_BRACKETS.sub("", raw).lstrip("\"”“»」》*_'" + JOINTS).strip()
    text = _balanced(text)
    return text if any(map(str.isalnum, text)) else ""


def _from_link(raw: str, link: Node, *, keep: bool) -> str:
    """The Markdown from the link on, without the link itself unless `keep`."""
    if not keep:
        tail = raw[link.end :]
        return _after_link(_closed(tail) if raw[: link.start].rstrip(" [").endswith("(") else tail, link)
    kept, tail = raw[link.start : link.end], _outside(raw[link.end :], link)
    opening = raw[: link.start].rstrip()
    if opening.endswith("(") and tail.startswith(")"):
        tail = tail[1:]
    return (kept + tail).strip(JOINTS.replace(".", ""))


def _outside(tail: str, link: Node) -> str:
    """The Markdown after a link without the ends of the emphasis that is around it."""
    around = link.parent
    while around is not None and around.type in {"strong", "em", "s"}:
        tail = tail.replace(around.markup, "", 1)
        around = around.parent
    return tail


def _after_link(tail: str, link: Node) -> str:
    """The Markdown after the link, without separators and a leading "Why:"."""
    tail = _outside(tail, link)
    tail = tail.removeprefix(")").removeprefix("]").removeprefix("）").removeprefix("】")
    tail = tail.lstrip() if _SHORT_CODE.match(tail) else tail.lstrip(JOINTS + "：")
    tail = _WHY.sub("", tail, count=1).strip()
    return tail if any(map(_says, tail)) else ""


def _joined_links(before: str, after: str) -> str:
    return ", ".join(filter(None, (_balanced(before), after)))


def _says(sign: str) -> bool:
    return sign.isalnum() or ord(sign) > 0x2000 or sign == "$"


def _balanced(text: str) -> str:
    """The text without a mark of emphasis, quote or bracket at an end that has lost its partner."""
    for mark in ("**", "__", "~~"):
        if mark in text and text.count(mark) % 2:
            text = text.replace(mark, "", 1) if text.startswith(mark) else "".join(text.rsplit(mark, 1))
    if text.count('"') % 2 and (text.startswith('"') or text.endswith('"')):
        text = text[1:] if text.startswith('"') else text[:-1]
    if text.startswith(("(", "[")) and text.count(text[0]) > text.count(")" if text[0] == "(" else "]"):
        text = text[1:]
    return text.strip()


def _closed(tail: str) -> str:
    """The Markdown after a link in brackets without the bracket that closes them, wherever it is."""
    depth = 0
    for at, sign in enumerate(tail):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return tail[:at] + tail[at + 1 :]
    return tail


def _joined(*pieces: str) -> str:
    """The pieces as sentences of one text."""
    found = [piece for piece in pieces if piece]
    return " ".join(f"{piece}." if piece[-1].isalnum() and piece is not found[-1] else piece for piece in found)


def _words(inline: Node) -> str:
    text = on_one_line(_without_images(inline))
    return _BOX.sub("", text, count=1) if _BOX.match(text) else text


def _without_images(node: Node) -> str:
    if node.type == "image":
        return ""
    return "".join(map(_without_images, node.children)) if node.children else plain(node)


def _leaves(node: Node) -> list[Node]:
    """The inline nodes in order; emphasis is replaced by its content, links and images stay whole."""
    if node.type in {"link", "image"} or not node.children:
        return [node]
    return [leaf for child in node.children for leaf in _leaves(child)]


def _block(text: str) -> str:
    return dedent(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
