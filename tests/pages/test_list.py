"""The list's page, for visitors and for those who read."""

import re

import pytest
from django.test import Client

from catalog.lists.reading_list import ReadingList
from catalog.outline.section import Section
from tests import factories
from tests.catalog.shipped import import_both, import_shipped, queries

pytestmark = pytest.mark.django_db


def test_without_a_list_the_page_says_what_will_stand_there(client):
    response = client.get("/list/")
    assert response.status_code == 200
    assert "There is no reading list yet" in response.text


def test_the_list_stands_at_its_own_address_too(client):
    found = import_shipped()
    assert '<h1 dir="auto">Machine-learning reading list</h1>' in client.get(f"/lists/{found.slug}/").text
    assert client.get("/lists/nothing/").status_code == 404


def test_a_visitor_sees_how_much_there_is_and_no_progress(client):
    import_shipped()
    page = " ".join(client.get("/list/").text.split())
    assert "5 tiers · 23 topics · 63 sources" in page
    assert "<b><bdi>Tier 1</bdi></b> 24 sources" in page
    assert "path-glyph" not in page
    assert "none read" not in page


def test_a_member_sees_how_far_they_are(signed_in, ada):
    import_shipped()
    page = signed_in(ada).get("/list/").text
    assert "<b><bdi>Tier 1</bdi></b> 0 of 24" in page
    assert 'aria-label="8 sources: none read"' in page
    assert page.count('class="path-glyph"') >= 23


def test_the_frontier_stands_between_the_tiers(client):
    import_shipped()
    page = client.get("/list/").text
    places = [page.index(f'<h2 id="heading-{pk}"') for pk in _blocks()]
    assert places == sorted(places)
    assert "Alignment Forum, LessWrong, r/MachineLearning" in re.sub("</?bdi>", "", page)


def _blocks() -> list[int]:
    kinds = [Section.Kind.TIER, Section.Kind.TOPIC]
    return list(Section.objects.filter(level=1, kind__in=kinds).order_by("position").values_list("pk", flat=True))


def test_the_notes_of_tiers_and_parts_are_shown(client):
    import_shipped()
    page = client.get("/list/").text
    for note in (
        "This is subtle but decisive.",
        "These are <strong>surgical</strong> additions.",
        "These are <strong>gold</strong>",
    ):
        assert note in page


def test_a_retired_topic_is_not_listed_but_keeps_its_page(client):
    import_shipped()
    topic = Section.objects.get(title__startswith="6.")
    topic.retire()
    assert topic.name not in client.get("/list/").text
    assert "is no longer on the list" in client.get(topic.get_absolute_url()).text


@pytest.mark.parametrize("member", [False, True])
@pytest.mark.soak_only
def test_the_page_takes_as_many_queries_for_a_list_ten_times_as_long(member):
    short, long = import_both()
    counts = []
    for reading_list in (short, long):
        client = Client()
        if member:
            person = factories.make_user()
            factories.make_group(person, factories.make_user(), reading_list=reading_list)
            client.force_login(person)
        counts.append(queries(client, f"/lists/{reading_list.slug}/"))
    assert counts[0] == counts[1]
    assert counts[0] <= (30 if member else 6)


def test_where_the_list_is_closed_a_visitor_is_asked_to_sign_in(client, settings, signed_in, ada):
    import_shipped()
    settings.LIST_IS_PUBLIC = False
    topic, page = Section.objects.topics().first(), Section.objects.filter(kind="page").first()
    source = topic.list.sections.filter(kind="shelf").first().entries.first().source
    addresses = ["/list/", f"/lists/{ReadingList.objects.get().slug}/"]
    addresses += [found.get_absolute_url() for found in (topic, source, page)]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")
        assert signed_in(ada).get(address).status_code == 200
