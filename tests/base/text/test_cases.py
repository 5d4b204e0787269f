"""Each case of the table through every way that a text takes; and no word of any text is lost."""

import re
from html import unescape

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from readlist_site.base.text import as_sent, embedded, render
from tests.base.text.cases import CASES
from tests.base.text.html import outline

SOURCES = [source for source, _, _ in CASES]


@pytest.mark.parametrize(("source", "shown", "said"), CASES, ids=SOURCES)
def test_what_is_written_stands_on_the_page(source, shown, said):
    rendered = render(source)
    assert outline(rendered.html) == shown
    assert rendered.problems == said
    sent = as_sent(source)
    assert outline(render(sent.text, is_typed=False).html) == shown
    assert set(sent.left_out) <= set(said)
    assert bool(rendered.refusal) == bool(sent.refusal) == any(" private comment" in each for each in said)


@pytest.mark.parametrize("source", SOURCES, ids=SOURCES)
def test_a_file_that_holds_it_reads_the_same(source):
    stored = as_sent(source).text
    exported = embedded(stored, below=4, footnote_prefix="7")
    assert outline(render(exported, line_breaks=False, is_typed=False).html) == outline(
        render(stored, is_typed=False).html
    )


WORDS = st.integers(0, 99_999).map(lambda number: f"w{number:05}")
INLINE = st.deferred(
    lambda: st.one_of(
        WORDS,
        st.tuples(
            st.sampled_from(["*{}*", "**{}**", "~~{}~~", "=={}==", "\\emph{{{}}}", "[{}](https://a.b)", "({})"]), INLINE
        ).map(lambda pair: pair[0].format(pair[1])),
        WORDS.map(lambda word: f"$\\text{{{word}}}_i$"),
        WORDS.map(lambda word: f"\\(\\text{{{word}}}^2\\)"),
        WORDS.map("`{}`".format),
        WORDS.map("[[{}]]".format),
        WORDS.map("%% {} %%".format),
        WORDS.map("costs $5 {} or 6$".format),
        st.tuples(INLINE, INLINE).map(" ".join),
        st.tuples(INLINE, INLINE).map("\n".join),
    )
)  # fmt: skip


def _indented(text: str, first: str, more: str) -> str:
    return first + text.replace("\n", "\n" + more)


BLOCKS = st.deferred(
    lambda: st.one_of(
        INLINE,
        st.tuples(st.sampled_from([("- ", "  "), ("1. ", "   "), ("> ", "> "), ("> [!note] ", "> ")]), BLOCKS)
        .map(lambda pair: _indented(pair[1], *pair[0])),
        WORDS.map("# {}".format),
        WORDS.map("```\n{}\n```".format),
        WORDS.map("$$\n\\text{{{}}}\n$$".format),
        WORDS.map("\\[\n\\text{{{}}} = 1\n\\]".format),
        WORDS.map("\\begin{{align}}\n\\text{{{}}}\n\\end{{align}}".format),
        st.tuples(WORDS, WORDS).map(lambda two: f"| {two[0]} |\n|---|\n| {two[1]} |"),
        st.tuples(WORDS, WORDS).map(lambda two: f"{two[0]}[^{two[1]}]\n\n[^{two[1]}]: {two[1]}"),
        WORDS.map("[^unused]: {}".format),
        st.tuples(WORDS, BLOCKS).map(lambda two: f"<details>\n<summary>{two[0]}</summary>\n\n{two[1]}\n</details>"),
        BLOCKS.map("<aside>\n{}\n</aside>".format),
        st.lists(BLOCKS, min_size=2, max_size=3).map("\n\n".join),
    )
)  # fmt: skip


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(BLOCKS)
def test_every_word_is_on_the_page_or_told(source):
    assume("~~~" not in as_sent(source).text)  # what stands after it on its line is the name of a language
    rendered = render(source)
    assume(not any("nested too deeply" in each for each in rendered.problems))
    shown = unescape(re.sub(r"<[^<>]*>", "", rendered.html)) + " ".join(rendered.problems)
    assert not {word for word in re.findall(r"w\d{5}", source) if word not in shown}
