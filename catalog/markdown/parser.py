"""The Markdown parser that the reader walks: plain CommonMark, which also tells where each link ends."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, link
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.front_matter import front_matter_plugin

# The parser counts these as line ends and no others; str.splitlines knows more.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


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


def _make() -> MarkdownIt:
    parser = _Parser("commonmark").use(front_matter_plugin)
    parser.inline.ruler.at("link", _with_end(link))
    parser.inline.ruler.at("autolink", _with_end(autolink))
    return parser


_parser = _make()


def parse(text: str) -> SyntaxTreeNode:
    """The file as a tree of blocks, each with the lines that it takes up."""
    return SyntaxTreeNode(_parser.parse(text))


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
