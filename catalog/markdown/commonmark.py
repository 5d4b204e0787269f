"""The Markdown parser for list files: CommonMark with tables, struck text and bare links, without HTML. It records
where each link begins and ends."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import SimpleNamespace

from django.utils.translation import gettext_noop as _
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.text_join import text_join
from markdown_it.rules_inline import StateInline, autolink, link
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from catalog.sources.canonical_url import is_web_address
from readlist_site.base.languages.message import Message
from readlist_site.base.text import parts_of_simple

from .limits import MAX_CELLS, MAX_URL
from .nodes import Problem, UnreadableList
from .syntax_tree import Node, node_of

# The line ends that the parser recognises; str.splitlines has more.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")

_SCHEME = re.compile(r"\bhttps?\Z", re.IGNORECASE)
_BRACKET = re.compile(r"\\.|[\[\]]|`+|<[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^<>\x00-\x20]*>", re.DOTALL)
_WIDE = 50  # columns; narrower tables have fewer cells than the file may have lines
_TICKS = re.compile("`+")
_BARE_REST = re.compile(r"://[^\s<>\\]+")


Progress = Callable[[float], None]


def no_progress(share: float) -> None:
    """Tells nobody."""


class _Parser(MarkdownIt):
    def normalizeLink(self, url: str) -> str:
        """Return the link unchanged, without percent-encoding it."""
        return url


def _with_place(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The same rule, which also stores the position of the link and that after it as `meta["start"]` and `meta["end"]`
    of the closing token."""

    def noting(state: StateInline, silent: bool) -> bool:
        start = state.pos
        found = rule(state, silent)
        if found and not silent:
            state.tokens[-1].meta |= {"start": start, "end": state.pos}
        return found

    return noting


def _unmatched(source: str) -> set[int]:
    """Where brackets are opened that no bracket closes, so that no link or image begins there. Those in code and in
    addresses in angle brackets don't count."""
    runs: dict[int, list[int]] = defaultdict(list)
    for run in _TICKS.finditer(source):
        runs[len(run[0])].append(run.start())
    opened: list[int] = []
    at = 0
    while found := _BRACKET.search(source, at):
        at = found.end()
        if found[0] == "[":
            opened.append(found.start())
        elif found[0] == "]":
            if opened:
                opened.pop()
        elif found[0][0] == "`":
            same = runs[len(found[0])]
            closing = bisect_left(same, at)
            if closing < len(same):
                at = same[closing] + len(found[0])
    return set(opened)


def _brackets(state: StateInline, silent: bool) -> bool:
    """An inline rule for a run of brackets that no bracket closes. Each would be looked at once for each of those
    before it."""
    if state.src[state.pos] not in "![":
        return False
    source, unmatched = state.env.get("unmatched", ("", frozenset()))
    if source is not state.src:
        unmatched = _unmatched(state.src)
        state.env["unmatched"] = (state.src, unmatched)
    at = state.pos
    while at < state.posMax:
        after = at + 1 if state.src[at] == "!" else at
        if after not in unmatched or state.src[after : after + 1] != "[":
            break
        at = after + 1
    if at == state.pos:
        return False
    if not silent:
        state.pending += state.src[state.pos : at]
    state.pos = at
    return True


def _bare_link(state: StateInline, silent: bool) -> bool:
    """An inline rule for an http(s) address without Markdown syntax around it."""
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending)
    rest = _BARE_REST.match(state.src, state.pos)
    if not scheme or not rest:
        return False
    url = _without_punctuation(scheme[0] + rest[0])
    if len(url) <= len(scheme[0]) + len("://"):
        return False
    state.pending = state.pending[: -len(scheme[0])]
    state.push("link_open", "a", 1).attrs = {"href": url}
    state.push("text", "", 0).content = url
    start = state.pos - len(scheme[0])
    state.pos = start + len(url)
    state.push("link_close", "a", -1).meta |= {"start": start, "end": state.pos}
    return True


def _without_punctuation(url: str) -> str:
    """The address without trailing punctuation and unbalanced closing brackets."""
    while url and (url[-1] in ".,;:!?'\"*_`" or (url[-1] in ")]" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parses a table. Raises UnreadableList if it has more than `MAX_CELLS` cells: few characters can make many, since
    each row has as many as the second line."""
    if start + 1 < end and (columns := state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1])) > _WIDE:
        below = next((line for line in range(start, end) if state.isEmpty(line)), end) - start
        if columns * below > MAX_CELLS:
            reason = Message(_("this table has more than %(number)s cells."), {"number": MAX_CELLS})
            raise UnreadableList([Problem(start + 1, reason)])
    return table(state, start, end, silent)


def _inline(state: StateCore) -> None:
    """The core rule that parses the inline marks of each block, which is most of the work. It tells how far it is."""
    on_progress = state.env.get("on_progress", no_progress)
    for number, token in enumerate(state.tokens):
        if token.type == "inline" and (simple := parts_of_simple(token.content)) is not None:
            # What half of all lines in lists are needs no parser.
            token.children = [node_of(part.words, part.url, part.start, part.end) for part in simple]
            if (links := state.env.get("links")) is not None:
                links.extend((part.words, part.url) for part in simple if part.url)
        elif token.type == "inline":
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            text_join(SimpleNamespace(tokens=[token]))
            if (links := state.env.get("links")) is not None:
                links.extend(_texts_of_links(token.children))
            # Only these are kept, since they are much smaller.
            token.children = Node(None, None).add(token.children).children
        if number % 32 == 0:
            on_progress(number / len(state.tokens))


def _texts_of_links(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """The text and URL of each link among inline tokens."""
    url, words = None, []
    for token in tokens:
        if token.type == "link_open":
            url, words = str(token.attrs["href"]), []
        elif token.type == "link_close":
            if url is not None:
                yield "".join(words), url
            url = None
        elif url is not None:
            words.append(token.content)


def _make() -> MarkdownIt:
    parser = _Parser("commonmark").use(front_matter_plugin)
    parser.enable(["table", "strikethrough"])
    # What HTML means is read by `catalog.markdown.clean`; what it doesn't know is text.
    parser.disable(["html_block", "html_inline"])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.core.ruler.at("inline", _inline)
    parser.core.ruler.disable("text_join")  # which `_inline` does
    parser.inline.ruler.before("text", "brackets", _brackets)
    parser.inline.ruler.push("bare_link", _bare_link)
    parser.inline.ruler.at("link", _with_place(link))
    parser.inline.ruler.at("autolink", _with_place(autolink))
    return parser


_parser = _make()


def parse(
    text: str,
    references: dict | None = None,
    on_progress: Progress = no_progress,
    links: list[tuple[str, str]] | None = None,
) -> Node:
    """Parse the text into a tree of blocks, each with its line range. Link reference definitions are added to
    `references`, by label, and the text and URL of every link to `links`. `on_progress` is called with the share of the
    work that is done."""
    env = {"references": references if references is not None else {}, "on_progress": on_progress, "links": links}
    return Node(None, None).add(_parser.parse(text, env))


def links_in(node: Node) -> list[Node]:
    """The links with text in this node; a link that contains only images (a badge) is left out."""
    found, waiting = [], [node]
    while waiting:
        at = waiting.pop()
        if at.type == "link":
            if _shown(at) or not at.children:
                found.append(at)
        else:
            waiting.extend(reversed(at.children))
    return found


def _shown(node: Node) -> str:
    """The text of an inline node without its images."""
    if node.type == "image":
        return ""
    return "".join(map(_shown, node.children)) if node.children else plain(node)


def with_references(markdown: str, references: dict) -> str:
    """The text followed by those link reference definitions of the file that its links need."""
    if not references or "[" not in markdown:
        return markdown
    alone = len(links_in(parse(markdown)))
    if len(links_in(parse(markdown, dict(references)))) == alone:
        return markdown
    folded = " ".join(markdown.split()).upper()
    used = [f"[{label}]: <{found['href']}>" for label, found in references.items() if f"[{label}]" in folded]
    return "\n".join([markdown, "", *used])


def lines_of(text: str) -> list[str]:
    """The text's lines as the parser counts them, with their line ends."""
    return _LINE.findall(text)


def plain(node: Node) -> str:
    """The text of an inline node without Markdown syntax."""
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    if node.type == "image" or not node.children:
        return node.content
    return "".join(plain(child) for child in node.children)


def words(markdown: str) -> str:
    """The text of one line of Markdown without its syntax: "Read one core source" of "Read one **core** source"."""
    return plain(Node(None, None).add(_parser.parseInline(markdown))).strip()


def related_links(why: str) -> list[tuple[str, str]]:
    """The text and URL of each web link in an entry's reason, in order."""
    found = []
    if "://" not in why:
        return found
    parts = parts_of_simple(why)
    if parts is None:
        links = [(plain(node), str(node.attrs["href"])) for node in links_in(parse(why))]
    else:
        links = [(part.words, part.url) for part in parts if part.url]
    for words_of_link, url in links:
        if is_web_address(url) and len(url) <= MAX_URL:
            found.append((" ".join(words_of_link.split()), url))
    return found
