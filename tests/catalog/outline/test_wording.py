"""Names, titles and texts read as a person would say them."""

import pytest

from catalog.markdown.excerpt import excerpt
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.authors import authors_in_full, authors_in_short
from catalog.sources.source import Source


@pytest.mark.parametrize(
    ("authors", "short", "full"),
    [
        ([], "", ""),
        (["OpenAI"], "OpenAI", "OpenAI"),
        (["Jan Leike", "Ryan Lowe"], "Leike and Lowe", "Jan Leike and Ryan Lowe"),
        (["A B", "C D", "E F"], "B and 2 others", "A B, C D and E F"),
        (["A B", "C D", "others"], "B and others", "A B, C D and others"),
        (["Diego de Las Casas"], "de Las Casas", "Diego de Las Casas"),
        (["Ludwig van Beethoven", "X Y"], "van Beethoven and Y", "Ludwig van Beethoven and X Y"),
    ],
)
def test_authors_are_named_as_in_a_sentence(authors, short, full):
    assert authors_in_short(authors) == short
    assert authors_in_full(authors) == full


PAPER = {"kind": "paper", "url": "https://www.example.org/x", "leads_to_listed": "yes"}


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"authors": ["A B", "C D", "E F"], "year": 2023, "venue": "NeurIPS 2023"}, "B and 2 others, 2023, NeurIPS"),
        ({"authors": ["A B"], "year": 2022, "venue": "TMLR 2023"}, "B, 2022, TMLR 2023"),
        ({"authors": ["A B"], "year": 2022}, "B, 2022, example.org"),
        ({"authors": ["OpenAI"], "year": 2023, "venue": "OpenAI"}, "OpenAI, 2023"),
        ({"venue": "OpenAI", "kind": "blog", "year": 2020}, "OpenAI, blog, 2020"),
        ({"kind": "docs"}, "example.org, documentation"),
        ({"kind": ""}, "example.org"),
        ({"authors": ["A B"], "year": 2022, "venue": "ICRA", "leads_to_listed": "no"}, "example.org, paper"),
    ],
)
def test_a_source_is_told_in_one_line(fields, about):
    assert Source(**{**PAPER, **fields}).about == about


@pytest.mark.parametrize(
    ("listed", "real", "shown"),
    [
        ("DPO paper", "Direct Preference Optimization", "Direct Preference Optimization"),
        ("Scaling Laws (Kaplan et al.)", "Scaling laws", ""),
        ("The Bitter Lesson", "", ""),
        ("Alignment Forum – RLHF", "A Forum", ""),
    ],
)
def test_the_real_title_is_shown_where_it_says_more(listed, real, shown):
    entry = Entry(title=listed, source=Source(**PAPER, title=real, venue="A forum"))
    assert entry.real_title == shown


def test_what_a_wrong_link_shows_is_not_passed_off_as_the_listed_source():
    assert Entry(title="Data", source=Source(**{**PAPER, "leads_to_listed": "no"}, title="Robots")).real_title == ""


@pytest.mark.parametrize(
    ("identifier", "url"),
    [
        ("arXiv:2305.18290", "https://arxiv.org/abs/2305.18290"),
        ("10.1145/3411764", "https://doi.org/10.1145/3411764"),
        ("doi:10.1145/3411764", "https://doi.org/10.1145/3411764"),
        ("ISBN 978-3-16-148410-0", ""),
    ],
)
def test_an_identifier_links_to_where_it_is_looked_up(identifier, url):
    assert Source(identifier=identifier).identifier_url == url


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("", ""),
        ("Do **not** read.\n\nFor each topic:", "Do not read."),
        ("* One\n* Two", "One, Two."),
        (
            "* " + "\n* ".join(["A thing of some length"] * 6),
            "A thing of some length, A thing of some length, A thing of some length and 3 more.",
        ),
        ("word " * 60, " ".join(["word"] * 23) + " word…"),
    ],
)
def test_a_page_is_announced_by_its_first_words(markdown, words):
    assert excerpt(markdown) == words


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("3. Evaluation (all)", "3", "Evaluation (all)"),
        ("READLIST — Tier 4: Failure", "4", "Failure"),
        ("Tier 1 — Core", "1", "Core"),
        ("A. Targeted", "A", "Targeted"),
        ("Real Failures", "", "Real Failures"),
    ],
)
def test_a_heading_knows_its_number_and_name(title, number, name):
    assert (Section(title=title).number, Section(title=title).name) == (number, name)
