"""A text inside a larger Markdown file reaches no further than its own end."""

import random

import pytest
from markdown_it import MarkdownIt

from readlist_site.base.text import embedded, literal, render


def inside(text: str) -> str:
    return embedded(text, below=4, footnote_prefix="7")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("# A\n\ntext", "##### A\n\ntext"),
        ("### Deep ###", "###### Deep ###"),
        ("Over\nlined\n===", "##### Over lined"),
        ("> quoted\n> ---", "> ###### quoted"),
        ("- # In a list\n- Sharp #\n  ---", "- ##### In a list\n- ###### Sharp \\#"),
        ("C# is no heading, #neither", "C# is no heading, #neither"),
        ("    # code", "    # code"),
        ("```\n# code\n---\n```", "```\n# code\n---\n```"),
    ],
)
def test_headings_stand_below_the_level_where_the_text_stands(written, kept):
    assert inside(written) == kept


def test_nothing_in_a_file_is_taken_for_its_front_matter():
    assert inside("---\n\ntitle: mine\n---\n\ntext\n\n---") == "***\n\n###### title: mine\n\ntext\n\n***"
    assert inside("---\ntitle: mine\n---\n\ntext") == "***\n###### title: mine\n\ntext"


def test_code_that_nothing_closes_ends_with_the_text():
    assert inside("~~~~py\n~~~\nx = 1") == "~~~~py\n~~~\nx = 1\n~~~~"
    assert inside("```") == "```\n```"
    assert inside("> ```\n> x") == "> ```\n> x"


def test_what_others_would_read_as_html_stays_text():
    assert inside("<!-- all of this\n<https://example.org>\n<div class=x>") == (
        "\\<!-- all of this\\\n<https://example.org>\\\n\\<div class=x>"
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a <b>x</b>, `<i>` and x < y", "a \\<b>x\\</b>, `<i>` and x \\< y"),
        ("a `code\n<b>` and `x <b>", "a `code\n<b>` and `x \\<b>"),
        ("``<b>` <i>`` \\`<u>`", "``<b>` <i>`` \\`\\<u>`"),
        ("| a | <b> |\n|---|---|\n| <i> | `<u>` |", "| a | \\<b> |\n|---|---|\n| \\<i> | `<u>` |"),
        ("- <b>\n  > <i>\n\n      <u>", "- \\<b>\n  > \\<i>\n\n      <u>"),
        ("$a<b$, $a < b$ and $$a<b$$", "$a< b$, $a < b$ and $$a< b$$"),
        ("$$\na<b\n$$", "$$\na< b\n$$"),
        ("\\(a<b\\) and \\[a<b\\]", "\\(a< b\\) and \\[a< b\\]"),
        ("\\[\na<b\n\\]", "\\[\na< b\n\\]"),
        ("\\begin{align}\na<b\n\\end{align}", "\\begin{align}\na< b\n\\end{align}"),
        ("[x](<https://a.b/c d>) <https://a.b> [y](<img src=x>)", None),
        ("    <b>\n\n```html\n<b>\n```\n", "    <b>\n\n```html\n<b>\n```\n"),
        ("\\<b> &lt;b>", "\\<b> &lt;b>"),
    ],
)
def test_no_tag_is_left_outside_of_code(written, kept):
    said = inside(written)
    assert kept in (None, said)
    assert not tags(said)


def tags(markdown: str) -> list[str]:
    """The HTML that a reader lets through who knows HTML in Markdown."""
    parsers = (MarkdownIt("commonmark"), MarkdownIt("js-default", {"html": True}))
    return [
        token.content
        for parser in parsers
        for block in parser.parse(markdown)
        for token in [block, *(block.children or [])]
        if token.type in ("html_block", "html_inline")
    ]


def test_nothing_that_is_typed_makes_a_tag_however_it_is_mixed():
    pieces = ["<b>", "<img src=x onerror=y>", "<!--", "-->", "<script>", "</script>", "<https://a.b>", "|--|--|\n"]
    pieces += [
        "`",
        "``",
        "```",
        "~~~",
        "$",
        "$$",
        "\\",
        "\n",
        "\n\n",
        "    ",
        "> ",
        "- ",
        "|",
        "[",
        "](",
        ")",
        "# ",
        "x",
    ]
    chance = random.Random(7)
    for _ in range(400):
        written = "".join(chance.choices(pieces, k=chance.randint(1, 25)))
        assert not tags(inside(written)), written


@pytest.mark.parametrize(
    "source",
    [
        "Knob: β\nFails: far off\nMetric: KL",
        "- a\n  b\n\n> c\n> d\ne",
        "a $x\ny$ and `b\nc` d\ne  \nf\\\ng [h\ni](https://j.org)",
        "*a\nb* c\n\n# d\ne",
    ],
)
def test_its_line_breaks_are_read_in_a_file_as_they_are_on_the_page(source):
    assert render(inside(source), line_breaks=False).html == render(source).html


def test_footnotes_are_their_texts_own():
    assert inside("So[^1] and[^2]\n\n[^1]: There") == "So[^7-1] and[^2]\n\n[^7-1]: There"


@pytest.mark.parametrize(
    "text", ["Plain, with $x_1$ and *this*.", "1. a\n2. b\n\n| a | b |\n|---|---|\n| 1 | 2 |", "\n\n"]
)
def test_all_else_is_as_it_was_written(text):
    assert inside(text) == text


def test_words_that_are_no_markdown_read_as_they_are():
    words = "#1 *a* [b](c) <d> `e` $f$ ~~g~~ | \\h"
    assert '<p dir="auto">#1 *a* [b](c) &lt;d&gt; `e` $f$ ~~g~~ | \\h</p>' in render(literal(words)).html
    assert literal("two\n\nlines") == "two lines"
