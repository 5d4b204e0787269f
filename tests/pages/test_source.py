"""A source's page: what it is, where its link leads, and every place in the list."""

import pytest
from django.test import Client

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from tests import factories
from tests.catalog.shipped import import_shipped, queries

pytestmark = pytest.mark.django_db


def page_of(client, address: str) -> str:
    return client.get(Source.objects.get(canonical_url=address).get_absolute_url()).text


def test_a_paper_is_shown_with_all_that_is_known_of_it(client):
    import_shipped()
    page = page_of(client, "arxiv.org/abs/2305.18290")
    assert '<h1 dir="auto">DPO paper (Direct Preference Optimization)</h1>' in page
    assert "Direct Preference Optimization: Your Language Model is Secretly a Reward Model" in page
    assert (
        "Rafael Rafailov, Archit Sharma, Eric Mitchell, Stefano Ermon, Christopher D. Manning and Chelsea Finn" in page
    )
    assert "2023, NeurIPS" in page
    assert '<a href="https://arxiv.org/abs/2305.18290" rel="noreferrer">arXiv:2305.18290</a>' in page
    assert "Tier 1 — Non-Negotiable Core, Primary sources (read all), core" in page
    assert "You must understand <em>why</em> DPO works" in page


def test_a_source_named_twice_shows_both_places_with_their_reasons(client):
    import_shipped()
    page = page_of(client, "cdn.openai.com/papers/gpt-4-system-card.pdf")
    assert "Concrete discussion of risks, mitigations, and tradeoffs." in page
    assert "Explicit discussion of capability loss vs safety gains." in page
    assert "case study" in page
    assert "listed as “OpenAI – GPT-4 System Card”" in page
    bitter = page_of(client, "incompleteideas.net/IncIdeas/BitterLesson.html")
    assert "listed as “The Bitter Lesson (re-read here)”" in bitter


def test_a_wrong_link_steps_back_behind_the_better_one(client):
    import_shipped()
    page = page_of(client, "arxiv.org/abs/2209.07753")
    assert "<b>Link leads elsewhere.</b>" in page
    assert '<a class="button plain" href="https://doi.org/10.1145/3411764.3445518"' in page
    assert '<a href="https://arxiv.org/abs/2209.07753" rel="noreferrer">https://arxiv.org/abs/2209.07753</a>' in page
    assert "Jacky Liang" not in page


def test_a_source_that_left_the_list_keeps_its_page(client):
    import_shipped()
    source = Source.objects.get(canonical_url="arxiv.org/abs/2305.18290")
    source.entries.get().retire()
    assert "This source is no longer on any list." in client.get(source.get_absolute_url()).text


def test_no_source_no_page(client, db):
    assert client.get("/sources/1/").status_code == 404


@pytest.mark.parametrize("member", [False, True])
@pytest.mark.soak_only
def test_a_source_with_many_places_takes_as_many_queries(member):
    reading_list = import_shipped()
    client = Client()
    if member:
        person = factories.make_user()
        factories.make_group(person, factories.make_user(), reading_list=reading_list)
        client.force_login(person)
    source = Entry.objects.get(title="ZeRO paper").source
    before = queries(client, source.get_absolute_url())
    for topic in Section.objects.topics():
        factories.make_entry(topic, "The same again", source=source)
    assert queries(client, source.get_absolute_url()) == before
