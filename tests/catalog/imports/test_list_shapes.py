"""What each shape of a list becomes: list_shapes.txt has, after each ▶, a file and, after ▷, the tree that it means.

An entry is "- title <link> reason", a line's end in a text is ¶, and "told" has the lines that the report names."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.markdown.list_parser import read
from catalog.markdown.nodes import Document, UnreadableList
from catalog.markdown.write import tree_of, write
from tests.length import SHAPE_EXAMPLES

A, B = "https://a.org", "https://b.org"
_FILE = Path(__file__).with_name("list_shapes.txt").read_text()
SHAPES = {
    name: (text, meant.strip("\n"))
    for name, text, meant in re.findall(r"^▶ (.+)\n((?:.*\n)*?)▷\n((?:.*\n)*?)(?=\n*▶|\Z)", _FILE, re.MULTILINE)
}


def tree(document: Document) -> str:
    lines = []
    for section in document.sections:
        kind = f"{section.kind}/{section.role}" if section.role else section.kind
        indent = "  " * (section.level - 1)
        lines.append(f"{indent}{kind} {section.title}" + (f" | {_flat(section.body)}" if section.body else ""))
        lines += [f"{indent}- {entry.title} <{entry.url}> {_flat(entry.why)}".rstrip() for entry in section.entries]
    if document.steps or document.prompts:
        lines.append(f"method {'; '.join(document.steps)} | {'; '.join(document.prompts)}")
    if document.notes:
        lines.append("told " + " ".join(dict.fromkeys(str(note.line) for note in document.notes)))
    return "\n".join(lines)


def _flat(text: str) -> str:
    return text.replace("\n", "¶")


def test_there_are_as_many_shapes_as_the_file_names():
    assert len(SHAPES) == _FILE.count("▶") >= 80


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_becomes_the_tree_that_it_means(name):
    text, meant = SHAPES[name]
    document = read(text)
    assert tree(document).split("\n") == [line.rstrip() for line in meant.split("\n")]
    assert document.text == text


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_written_anew_says_the_same(name):
    document = read(SHAPES[name][0])
    meant = tree_of(document)
    document.is_verbatim = False
    for section in document.sections:
        section.source_text = None
        for entry in section.entries:
            entry.source_text = None
    assert tree_of(read(write(document))) == meant


def topics(text: str) -> list[str]:
    return [f"{section.kind} {section.title}: {len(section.entries)}" for section in read(text).sections]


def items(name: str, count: int) -> str:
    return "".join(f"- [{name}{number}](https://e.org/{name}{number})\n" for number in range(count)) + "\n"


def test_headings_below_the_level_of_most_entries_are_shelves():
    others = "".join(f"## T{number}\n{items(f'E{number}', 4)}" for number in range(3))
    assert topics(f"# L\n{others}## Last\n### Sub\n- [X]({A})\n### Other\n- [Y]({B})")[4:] == [
        "topic Last: 0",
        "shelf Sub: 1",
        "shelf Other: 1",
    ]


def test_entries_above_many_topics_get_a_topic_of_their_own():
    below = "".join(f"### T{number}\n{items(f'E{number}', 6)}" for number in range(3))
    assert topics(f"# L\n## Vision\n{items('G', 3)}{below}")[1:] == [
        "part Vision: 0",
        "topic Vision: 3",
        "topic T0: 6",
        "topic T1: 6",
        "topic T2: 6",
    ]


@pytest.mark.parametrize("text", ["- {long}[pdf]({link})", "| Text | Link |\n|-|-|\n| {long} | [Link]({link}) |"])
def test_a_title_that_is_too_long_is_cut_and_nothing_of_it_is_lost(text):
    long = "A very long sentence that goes on and on. " * 9
    document = read("# H\n" + text.format(long=long, link=A))
    [(_, entry)] = document.entries
    assert entry.title == "A very long sentence that goes on and on"
    assert entry.why.count("goes on") == 9
    assert any("longer than 300" in str(note) for note in document.notes)


def test_relative_links_are_resolved_by_the_base_address_that_is_given():
    text = "# H\n- [A](notes/a.md)\n- [B](/b)\n- [C](https://c.org), [more](more.md)"
    document = read(text, base="https://git.org/me/list/blob/main/README.md")
    assert [(entry.title, entry.url) for _, entry in document.entries] == [
        ("A", "https://git.org/me/list/blob/main/notes/a.md"),
        ("B", "https://git.org/b"),
        ("C", "https://c.org"),
    ]
    assert "https://git.org/me/list/blob/main/more.md" in list(document.entries)[2][1].why
    assert document.text == text


def test_a_refusal_shows_the_lines_that_look_most_like_entries():
    with pytest.raises(UnreadableList, match=r"line 3: “a\.md” isn’t a web address") as refused:
        read("# H\n\n- [A](a.md)\n- [B](b.md)\n")
    assert "base address" in str(refused.value)


WORD = st.text(string.ascii_lowercase, min_size=2, max_size=7)
WORDS = st.lists(WORD, min_size=1, max_size=4).map(" ".join)


def _addresses(number: int) -> str:
    return f"https://{number}.org/{number}"


LINK = st.builds(lambda words, number: f"[{words}]({_addresses(number)})", WORDS, st.integers(0, 999))
PIECE = st.one_of(
    WORDS,
    LINK,
    WORDS.map(lambda words: f"**{words}**"),
    LINK.map(lambda link: f"**{link}**"),
    WORDS.map(lambda words: f"*{words}*"),
    WORDS.map(lambda words: f"~~{words}~~"),
    WORDS.map(lambda words: f"“{words}”"),
    WORDS.map(lambda words: f"[{words}](notes/x.md)"),
    st.sampled_from(
        ["[pdf](https://p.org/1)", "([code](https://p.org/2))", "[1]", "–", "✅", "![b](b.svg)", "<br>", "!"]
    ),
    WORDS.map(lambda words: f"<b>{words}</b><sub>2</sub>"),
)
LINE = st.lists(PIECE, min_size=1, max_size=4).map(" ".join)


def _nested(inner: st.SearchStrategy) -> st.SearchStrategy:
    indented = st.lists(inner, min_size=1, max_size=3).map("\n".join)
    return st.builds(
        lambda mark, first, below: f"{mark}{first}\n" + "\n".join(f"   {line}" for line in below.split("\n")),
        st.sampled_from(["- ", "1. "]),
        LINE,
        indented,
    )


ITEM = st.builds(lambda mark, line: f"{mark}{line}", st.sampled_from(["- ", "1. ", "- [x] "]), LINE)
LIST = st.lists(st.recursive(ITEM, _nested, max_leaves=4), min_size=1, max_size=4).map("\n".join)
CELL = st.one_of(LINE, st.just("")).map(lambda cell: cell.replace("|", ""))
TABLE = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=4).map(
    lambda rows: "| aa | bb | cc |\n|-|-|-|\n" + "\n".join("| {} | {} | {} |".format(*row) for row in rows)
)
BLOCK = st.one_of(
    LINE,
    LIST,
    TABLE,
    LINE.map(lambda line: f"> {line}"),
    st.builds(lambda marks, line: f"{marks} {line}", st.sampled_from(["#", "##", "###", "####"]), LINE),
    WORDS.map(lambda words: f"**{words}**"),
    st.builds(lambda words, inner: f"<details><summary>{words}</summary>\n\n{inner}\n\n</details>", WORDS, LIST),
)
FILE = st.lists(BLOCK, min_size=1, max_size=7).map(lambda blocks: "\n\n".join(["# begin", *blocks]))


def visible_words(text: str) -> set[str]:
    """The words that a reader of the rendered file sees: no addresses, no pictures."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|<[^>]*>", " ", text)
    return set(re.findall(r"[a-z]{2,}", text))


@pytest.mark.soak
@settings(max_examples=SHAPE_EXAMPLES, deadline=None)
@given(FILE)
def test_every_visible_word_is_on_a_page_or_in_the_report(text):
    try:
        document = read(text)
    except UnreadableList:
        return
    assert document.text == text
    said = [document.preamble, *(str(note) for note in document.notes)]
    for section in document.sections:
        said += [section.title, section.body]
        said += [part for entry in section.entries for part in (entry.title, entry.why)]
    assert visible_words(text) <= set(re.findall(r"[a-z]{2,}", " ".join(said)))
