"""The Markdown parser that the reader walks: CommonMark with tables and bare links; it tells where each link ends."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, link
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.front_matter import front_matter_plugin

from catalog.sources.canonical_url import url_key

from .limits import MAX_URL

# The parser counts these as line ends and no others; str.splitlines knows more.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")

_SCHEME = re.compile(r"\bhttps?\Z", re.IGNORECASE)
_BARE_REST = re.compile(r"://[^\s<>\\]+")


class _Parser(MarkdownIt):
    def normalizeLink(self, url: str) -> str:
        """Links stay as they are listed: nothing is encoded."""
        return url


def _with_end(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The same rule, noting on the closing token where in the text the link ends."""

    def noting(state: StateInline, silent: bool) -> bool:
        found = rule(state, silent)
        if found and not silent:
            state.tokens[-1].meta["end"] = state.pos
        return found

    return noting


def _bare_link(state: StateInline, silent: bool) -> bool:
    """An address that stands in the text without marks around it."""
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
    state.pos += len(url) - len(scheme[0])
    state.push("link_close", "a", -1).meta["end"] = state.pos
    return True


def _without_punctuation(url: str) -> str:
    """What ends a sentence or closes a bracket around the address is no part of it."""
    while url and (url[-1] in ".,;:!?'\"*_`" or (url[-1] in ")]" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def _make() -> MarkdownIt:
    parser = _Parser("commonmark").use(front_matter_plugin)
    parser.enable("table")
    parser.inline.ruler.push("bare_link", _bare_link)
    parser.inline.ruler.at("link", _with_end(link))
    parser.inline.ruler.at("autolink", _with_end(autolink))
    return parser


_parser = _make()


def parse(text: str, references: dict | None = None) -> SyntaxTreeNode:
    """The file as a tree of blocks, each with the lines that it takes up. `references` are filled with the links that
    are defined apart from where they stand, by label."""
    env = {"references": references if references is not None else {}}
    return SyntaxTreeNode(_parser.parse(text, env))


def links_in(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The links that show words; a badge is none."""
    return [found for found in node.walk() if found.type == "link" and (_shown(found) or not found.children)]


def _shown(node: SyntaxTreeNode) -> str:
    """The words of an inline node without its images."""
    if node.type == "image":
        return ""
    return "".join(map(_shown, node.children)) if node.children else plain(node)


def with_references(markdown: str, references: dict) -> str:
    """The text with those definitions that its links need and that stand elsewhere in the file."""
    if not references or "[" not in markdown:
        return markdown
    alone = len(links_in(parse(markdown)))
    if len(links_in(parse(markdown, dict(references)))) == alone:
        return markdown
    folded = " ".join(markdown.split()).upper()
    used = [f"[{label}]: <{found['href']}>" for label, found in references.items() if f"[{label}]" in folded]
    return "\n".join([markdown, "", *used])


def lines_of(text: str) -> list[str]:
    """The text's lines as the parser counts them, ends included."""
    return _LINE.findall(text)


def plain(node: SyntaxTreeNode) -> str:
    """The words of an inline node, without marks."""
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    if node.type == "image" or not node.children:
        return node.content
    return "".join(plain(child) for child in node.children)


def words(markdown: str) -> str:
    """The words of one line of Markdown, without marks: "Read one core source" of "Read one **core** source"."""
    return plain(SyntaxTreeNode(_parser.parseInline(markdown))).strip()


def related_links(why: str) -> list[tuple[str, str]]:
    """Words and address of each web link that an entry's reason names, in order."""
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
