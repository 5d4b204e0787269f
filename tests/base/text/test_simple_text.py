"""What is rendered without the parser is what the parser makes of it."""

from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.rules_core.text_join import text_join
from markdown_it.token import Token

from catalog.markdown.commonmark import _parser, parse
from catalog.markdown.syntax_tree import Node
from readlist_site.base.text import safe_html
from readlist_site.base.text.simple_text import render_simple

PIECES = st.one_of(
    st.text("aZé1 ,.;:?'\"()/%–—’“”…-!*_[]<>&$~`#\\=w|+\n", max_size=6),
    st.sampled_from(
        [
            "Why",
            "see ",
            "[code](https://a.org/b_c#d)",
            '[a: "b" (c)](http://a.b)',
            "](",
            "://",
            "http://a.b",
            "1. ",
            "- ",
            "%%",
        ]
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=6).map("".join))
def test_both_make_the_same_of_it(text):
    if simple := render_simple(text):
        assert simple == safe_html.to_html(text)[:2] == safe_html.to_html(text, line_breaks=False)[:2]
        assert safe_html.to_html(text)[2] == []
        fast, slow = parse(text).children[0].children[0], Node(None, None).add(_parsed(text))
        assert [drawn(node) for node in fast.children] == [drawn(node) for node in slow.children]


def _parsed(text: str) -> list:
    """Its marks, as the parser alone finds them."""
    tokens: list = []
    _parser.inline.parse(text, _parser, {}, tokens)
    text_join(SimpleNamespace(tokens=[inline := Token("inline", "", 0, children=tokens)]))
    return inline.children


def drawn(node: Node) -> tuple:
    names = ("type", "tag", "content", "attrs", "level", "start", "end", "is_nested")
    return tuple(getattr(node, name) for name in names), [drawn(child) for child in node.children]


def test_usual_reasons_are_simple():
    for text in (
        "It’s short (5 %).",
        "Because: see [the “code”](https://a.org/x-1), and [so](http://b.org).",
        "[a](https://b.org)",
    ):
        assert render_simple(text)
    for text in ("", "a *b*", "a https://b.org", "![a](https://b.org)", "1. a", "- a", "a\nb", "a %% b %%", "$x$"):
        assert render_simple(text) is None
