"""Whatever a list says, written and read again it says the same."""

import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.imports import import_list
from catalog.markdown.list_parser import read
from catalog.markdown.nodes import Document, EntryNode, SectionNode
from catalog.markdown.write import tree_of, write
from catalog.outline.export import as_markdown, document_of
from tests.database import undone
from tests.length import IMPORT_EXAMPLES, ROUND_TRIP_EXAMPLES

LETTERS = string.ascii_letters + string.digits + "äß日本עב"
WORD = st.text(LETTERS + "*_`[]()<>#&!~:;.,-+|\\'\"$/", min_size=1, max_size=8)
# A letter first: what a title may begin with is the table of shapes' affair.
TITLE = st.builds(
    lambda first, words: " ".join([first, *words]), st.text(LETTERS, min_size=1), st.lists(WORD, max_size=4)
)
URL = st.builds(
    lambda host, path: f"https://{host}.org/{path}",
    st.text(string.ascii_lowercase, min_size=1, max_size=6),
    st.text(string.ascii_letters + string.digits + "()_-~=?&%#ü.", max_size=10),
)
PROSE = st.builds(
    lambda words, blocks: "\n\n".join([" ".join(words), *blocks]),
    st.lists(st.text(LETTERS + "*_`!;,", min_size=1, max_size=8), min_size=1, max_size=5),
    st.lists(
        st.sampled_from(["- one\n- two", "> said", "```\n# code\n\n```", "1. a\n   b", "More *words*."]), max_size=2
    ),
)
WHY = st.one_of(st.just(""), PROSE.filter(lambda why: why[0] in LETTERS))
BODY = st.one_of(st.just(""), PROSE.filter(lambda body: body[0] in LETTERS))


@st.composite
def documents(draw, *, mixed: bool = False) -> Document:
    """Lists as curators have them; `mixed` ones also have entries under headings above other headings, which may come
    to stand under a heading of their own when they are read."""
    sections = []
    for _ in range(draw(st.integers(1, 5))):
        level = draw(st.integers(1, 6))
        if sections and sections[-1].entries and not mixed:
            level = min(level, sections[-1].level)
        section = SectionNode(0, level, f"Topic {draw(TITLE)}", source_text=None, body=draw(BODY))
        for title, url, why in draw(st.lists(st.tuples(TITLE, URL, WHY), max_size=4)):
            section.entries.append(EntryNode(0, title, url, why, "", False, None))
        sections.append(section)
    if not any(section.entries for section in sections):
        sections[-1].entries.append(EntryNode(0, "A", "https://a.org", "", "", False, None))
    return Document("", sections, is_verbatim=False)


@pytest.mark.soak
@settings(max_examples=ROUND_TRIP_EXAMPLES, deadline=None)
@given(documents())
def test_what_is_written_is_read_as_the_same(document):
    text = write(document)
    assert tree_of(read(text)) == tree_of(document)
    assert write(read(text)) == text


@pytest.mark.soak
@settings(max_examples=ROUND_TRIP_EXAMPLES, deadline=None)
@given(documents(mixed=True))
@example(Document("", [SectionNode(0, level, "Topic 0", source_text=None, entries=entries) for level, entries in (
    (1, []),
    (1, [EntryNode(0, "A", "https://a.org", "", "", False, None)]),
    (3, [EntryNode(0, "B", "https://b.org", "", "", False, None)]),
    (2, []),
)], is_verbatim=False))  # fmt: skip
def test_what_was_read_once_is_read_as_the_same_again(document):
    found = read(write(document))
    meant = tree_of(found)
    found.is_verbatim = False
    for section in found.sections:
        section.source_text = None
        for entry in section.entries:
            entry.source_text = None
    assert tree_of(read(write(found))) == meant


@pytest.mark.soak
@pytest.mark.one_engine
@pytest.mark.django_db
@settings(max_examples=IMPORT_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_what_is_exported_imports_to_the_same_tree(document):
    with undone():
        text = write(document)
        found = import_list(read(text), slug="generated", title="Generated").reading_list
        assert as_markdown(found) == text
        assert tree_of(document_of(found)) == tree_of(document)
