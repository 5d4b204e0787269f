"""What a new source is guessed to be, by an import as by hand; what facts or curators say stands against it."""

import pytest

from catalog.imports import FactsError, read_facts
from catalog.sources.source import Source
from tests.catalog.shipped import import_text

pytestmark = pytest.mark.django_db

TEXT = "# T\n\n- [A](https://arxiv.org/pdf/2305.18290v2)\n- [B](https://youtu.be/dQw4w9WgXcQ)\n- [C](https://c.org)\n"


def known() -> dict[str, tuple[str, str]]:
    """Kind and identifier by title."""
    return {
        title: (kind, identifier)
        for title, kind, identifier in Source.objects.values_list("listed_title", "kind", "identifier")
    }


def test_an_import_guesses_what_its_new_sources_are():
    import_text(TEXT)
    assert known() == {"A": ("paper", "arXiv:2305.18290"), "B": ("video", ""), "C": ("", "")}


def test_a_source_that_is_made_by_its_address_is_guessed_too():
    source = Source.objects.get_or_create_by_url("https://arxiv.org/pdf/2305.18290v2", title="A")
    assert (source.kind, source.identifier) == ("paper", "arXiv:2305.18290")
    long = Source.objects.get_or_create_by_url(f"https://doi.org/10.1000/{'a' * 200}", title="Long")
    assert (long.kind, long.identifier) == ("paper", "")


def test_facts_stand_against_a_guess_but_do_not_blank_it():
    said = '[{"url": "https://arxiv.org/abs/2305.18290", "kind": "report", "identifier": "doi:10.1145/ABC"},'
    said += ' {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "year": 2020}]'
    import_text(TEXT, facts=read_facts(said))
    assert known()["A"] == ("report", "10.1145/abc")
    assert known()["B"] == ("video", "")


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


def test_facts_with_an_identifier_that_is_none_are_refused():
    with pytest.raises(FactsError, match=r"fact 1: .*don’t add up"):
        read_facts('[{"url": "https://c.org", "identifier": "978-0-262-03924-7"}]')


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
