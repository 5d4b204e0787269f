"""The Markdown parser for list files: CommonMark with tables, struck text and bare links, without HTML. It records
where each link begins and ends."""

import re
from collections.abc import Callable, Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, autolink, link
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.front_matter import front_matter_plugin

from catalog.sources.canonical_url import url_key

from .limits import MAX_URL

# The line ends that the parser recognises; str.splitlines has more.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")

_SCHEME = re.compile(r"\bhttps?\Z", re.IGNORECASE)
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


def _inline(state: StateCore) -> None:
    """The core rule that parses the inline marks of each block, which is most of the work. It tells how far it is."""
    on_progress = state.env.get("on_progress", no_progress)
    for number, token in enumerate(state.tokens):
        if token.type == "inline":
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            if (links := state.env.get("links")) is not None:
                links.extend(_texts_of_links(token.children))
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
    parser.core.ruler.at("inline", _inline)
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
) -> SyntaxTreeNode:
    """Parse the text into a tree of blocks, each with its line range. Link reference definitions are added to
    `references`, by label, and the text and URL of every link to `links`. `on_progress` is called with the share of the
    work that is done."""
    env = {"references": references if references is not None else {}, "on_progress": on_progress, "links": links}
    return SyntaxTreeNode(_parser.parse(text, env))


def links_in(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The links with text in this node; a link that contains only images (a badge) is left out."""
    found, waiting = [], [node]
    while waiting:
        at = waiting.pop()
        marks = at.nester_tokens
        if marks is not None and marks.opening.type == "link_open":
            if _shown(at) or not at.children:
                found.append(at)
        else:
            waiting.extend(reversed(at.children))
    return found


def _shown(node: SyntaxTreeNode) -> str:
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


def plain(node: SyntaxTreeNode) -> str:
    """The text of an inline node without Markdown syntax."""
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    if node.type == "image" or not node.children:
        return node.content
    return "".join(plain(child) for child in node.children)


def words(markdown: str) -> str:
    """The text of one line of Markdown without its syntax: "Read one core source" of "Read one **core** source"."""
    return plain(SyntaxTreeNode(_parser.parseInline(markdown))).strip()


def related_links(why: str) -> list[tuple[str, str]]:
    """The text and URL of each web link in an entry's reason, in order."""
    found = []
    if "://" not in why:
        return found
    for node in links_in(parse(why)):
        url = node.attrs["href"]
        try:
            url_key(url)
        except ValueError:
            continue
        if len(url) <= MAX_URL:
            found.append((" ".join(plain(node).split()), url))
    return found
