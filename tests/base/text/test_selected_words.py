"""From what is shown of a text to its Markdown and back, and the marks on words in the HTML."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readlist_site.base.text import (
    diff,
    find,
    mark_words,
    markdown_passage,
    render,
    visible_characters,
    visible_passage,
)

TEXT = """The **KV cache** grows with $O(n^2)$, see [the paper](https://a.org/x) & `x = 1`.

- one *item here*
- two 👩‍🚀 שלום

$$\\frac{a}{b}$$

Line a
line b \\* end<b> R&D.

```python
foo = bar
```
Last."""


def selected(text: str, words: str) -> str | None:
    """What of the Markdown is shown as these words."""
    html = render(text).html
    start = visible_characters(html).index("".join(words.split()))
    found = markdown_passage(text, html, range(start, start + len("".join(words.split()))))
    return found and text[found.start : found.stop]


@pytest.mark.parametrize(
    ("words", "markdown"),
    [
        ("grows with", "grows with"),
        ("rows wi", "grows with"),
        ("The KV", "The **KV cache**"),
        ("KV cache", "KV cache"),
        ("cache grows", "**KV cache** grows"),
        ("with O(n2)", "with $O(n^2)$"),
        ("O(n", "$O(n^2)$"),
        ("see the paper", "see [the paper](https://a.org/x)"),
        ("paper &", "[the paper](https://a.org/x) &"),
        ("& x = 1", "& `x = 1`"),
        ("item here two", "*item here*\n- two"),
        ("👩‍🚀 שלום", "👩‍🚀 שלום"),
        ("a line b", "a\nline b"),
        ("* end<b>", "* end<b>"),
        ("R&D", "R&D"),
        ("bar", "```python\nfoo = bar\n```"),
        ("ab", "$$\\frac{a}{b}$$"),
    ],
)
def test_words_that_are_shown_lead_to_their_markdown(words, markdown):
    assert selected(TEXT, words) == markdown


def test_words_of_the_markdown_lead_to_what_is_shown():
    html = render(TEXT).html
    for words, shown in (("KV cache", "KVcache"), ("$O(n^2)$", "O(n2)"), ("- two", "two"), ("R&D.", "R&D.")):
        (passage,) = find(TEXT, words)
        found = visible_passage(TEXT, html, passage)
        assert visible_characters(html)[found.start : found.stop] == shown
    assert visible_passage(TEXT, html, find(TEXT, "python")[0]) is not None
    assert visible_passage("x" * 7_000, "<p>x</p>", range(3)) is None


def test_marks_are_around_words_formulas_and_blocks_and_change_no_text():
    html = render(TEXT).html
    text = visible_characters(html)
    passages = {
        "a": range(text.index("cache"), text.index(",see")),
        "b": range(text.index("cache"), text.index("grows")),
        "c": range(text.index("here"), text.index("two") + 3),
        "d": visible_passage(TEXT, html, find(TEXT, "$$\\frac{a}{b}$$")[0]),
    }
    marked = mark_words(html, passages)
    assert visible_characters(marked) == text
    assert sorted(re.findall(r'id="([a-d])"', marked)) == ["a", "b", "c", "d"]
    assert '<mark class="anchored"><bdi dir="ltr"><math>' in marked
    assert '<div class="anchored" id="d"><div class="formula"' in marked
    assert re.sub(r'</?mark[^>]*>|<span id="."></span>|<div class="anchored" id="d">', "", marked).replace(
        "</div></div>", "</div>"
    ) == str(html)
    assert 'id="a"' not in mark_words(html, passages, named=False)
    assert mark_words(html, {}) == html


def test_in_a_diff_what_is_gone_is_not_counted():
    old, new = "It grows slowly with length.", "It rises slowly with length."
    html = diff(render(old).html, render(new).html).html
    found = visible_passage(new, render(new).html, find(new, "rises slowly")[0])
    marked = mark_words(html, {"x": found})
    assert "<del>grows</del>" in marked
    assert "".join(re.findall(r"<mark[^>]*>([^<]*)", marked)).split() == ["rises", "slowly"]


# The first draw is slow on a busy machine.
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
PARTS = st.sampled_from(
    [
        "word",
        "**bold**",
        "*a b*",
        "$x_1$",
        "`c d`",
        "[l](https://a.org)",
        "👩‍🚀",
        "שלום",
        "\n\n",
        "\n- ",
        "~~s~~",
        "_",
        "*",
    ]
)


@QUICK
@given(st.lists(PARTS, max_size=12).map(" ".join), st.integers(0, 40), st.integers(1, 12))
def test_any_selection_leads_to_markdown_that_shows_it_or_to_nothing(text, start, size):
    html = render(text).html
    shown = range(start, start + size)
    found = markdown_passage(text, html, shown)
    if found is None:
        return
    assert 0 <= found.start < found.stop <= len(text)
    back = visible_passage(text, html, found)
    assert back is not None
    marked = mark_words(html, {"x": back})
    assert visible_characters(marked) == visible_characters(html)
