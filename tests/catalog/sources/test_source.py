"""A source: what is said of it in one line, and what a new one is guessed to be, by an import as by hand."""

import pytest

from catalog.imports import FactsError, read_facts
from catalog.outline.entry import Entry
from catalog.sources.source import Source
from tests.catalog.shipped import import_text

PAPER = {"kind": "paper", "url": "https://www.example.org/x", "leads_to_listed": "yes"}
TEXT = "# T\n\n- [A](https://arxiv.org/pdf/2305.18290v2)\n- [B](https://youtu.be/dQw4w9WgXcQ)\n- [C](https://c.org)\n"


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


def known() -> dict[str, tuple[str, str]]:
    """Kind and identifier by title."""
    return {
        title: (kind, identifier)
        for title, kind, identifier in Source.objects.values_list("listed_title", "kind", "identifier")
    }


@pytest.mark.django_db
def test_an_import_guesses_what_its_new_sources_are():
    import_text(TEXT)
    assert known() == {"A": ("paper", "arXiv:2305.18290"), "B": ("video", ""), "C": ("", "")}


@pytest.mark.django_db
def test_a_source_that_is_made_by_its_address_is_guessed_too():
    source = Source.objects.get_or_create_by_url("https://arxiv.org/pdf/2305.18290v2", title="A")
    assert (source.kind, source.identifier) == ("paper", "arXiv:2305.18290")
    long = Source.objects.get_or_create_by_url(f"https://doi.org/10.1000/{'a' * 200}", title="Long")
    assert (long.kind, long.identifier) == ("paper", "")


@pytest.mark.django_db
def test_facts_stand_against_a_guess_but_do_not_blank_it():
    said = '[{"url": "https://arxiv.org/abs/2305.18290", "kind": "report", "identifier": "doi:10.1145/ABC"},'
    said += ' {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "year": 2020}]'
    import_text(TEXT, facts=read_facts(said))
    assert known()["A"] == ("report", "10.1145/abc")
    assert known()["B"] == ("video", "")


@pytest.mark.django_db
def test_facts_that_come_later_blank_nothing_and_what_a_curator_says_stands():
    import_text(TEXT)
    Source.objects.filter(listed_title="B").update(kind="course")
    facts = read_facts('[{"url": "https://youtu.be/dQw4w9WgXcQ", "year": 2020}]')
    import_text(TEXT, facts=facts)
    source = Source.objects.get(listed_title="B")
    assert (source.kind, source.year) == ("course", 2020)
    Source.objects.filter(listed_title="B").update(kind="")
    import_text(TEXT, facts=facts)
    assert known()["B"] == ("", "")


@pytest.mark.django_db
def test_facts_with_an_identifier_that_is_none_are_refused():
    with pytest.raises(FactsError, match=r"item 1: .*check digit"):
        read_facts('[{"url": "https://c.org", "identifier": "978-0-262-03924-7"}]')


@pytest.mark.django_db
def test_a_source_at_another_address_has_the_identifier_of_that():
    source = Source.objects.get_or_create_by_url("https://arxiv.org/abs/2305.18290", title="A")
    source.set_url("https://arxiv.org/abs/2305.18291")
    assert source.identifier == "arXiv:2305.18291"
    source.identifier = "10.1145/abc"
    source.set_url("https://arxiv.org/abs/2305.18292")
    assert source.identifier == "10.1145/abc"
    source.leads_to_listed = Source.Leads.NO
    source.set_url("https://arxiv.org/abs/2305.18293")
    assert source.identifier == "arXiv:2305.18293"
