"""The two pages on which a curator makes one source of two."""

import pytest
from django.urls import reverse

from catalog.curation.merge_preview import SourceComparison
from catalog.curation.source_merge import merge_sources
from catalog.links.link_issue import LinkIssue
from catalog.sources.source import Source
from notes.reading import Reading
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(reading_list):
    first, second = Source.objects.order_by("pk")[:2]
    for source in (first, second):
        source.set_url(source.url)
        source.save()
    Source.objects.filter(pk=first.pk).update(listed_title="DPO", year=2023, identifier="arXiv:2305.18290")
    Source.objects.filter(pk=second.pk).update(
        listed_title="DPO, as a page", year=2024, title="Direct", identifier="arXiv:2305.18290"
    )
    return [*Source.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")]


def page(source: Source, other: Source | None = None) -> str:
    query = f"?with={other.pk}" if other else ""
    return reverse("admin:catalog_source_merge", args=[source.pk]) + query


def press(desk, source, other, **chosen):
    """Open the comparison and send it as it stands, but for what is chosen otherwise."""
    shown = desk.get(page(source, other))
    form = shown.context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"seen": shown.context["comparison"].fingerprint}
    return desk.post(page(source, other), sent | chosen)


def test_nobody_but_a_curator_sees_or_merges(both, client, stranger, signed_in):
    staff = factories.make_user(is_staff=True)
    for browser, refused in ((client, 302), (signed_in(stranger), 302), (signed_in(staff), 403)):
        for method in (browser.get, browser.post):
            for url in (page(both[0]), page(*both)):
                assert method(url).status_code == refused
    assert Source.objects.filter(pk__in=[each.pk for each in both]).count() == 2


def test_a_sources_desk_leads_there_and_offers_what_is_alike(desk, both):
    first, second = both
    assert page(first) in desk.get(reverse("admin:catalog_source_change", args=[first.pk])).content.decode()
    shown = desk.get(page(first))
    assert list(shown.context["found"]) == [second]
    assert f'href="?with={second.pk}"' in shown.content.decode()


def test_any_other_is_found_by_searching(desk, both):
    shown = desk.get(page(both[0]), {"q": "guide"})
    assert [each.listed_title for each in shown.context["found"]] == ["A guide"]
    assert "No other source matches" in desk.get(page(both[0]), {"q": "no such thing"}).content.decode()
    assert both[0] not in desk.get(page(both[0]), {"q": both[0].listed_title}).context["found"]


def test_the_page_shows_both_with_their_places_and_what_rests_on_each(desk, both, ada, jonas):
    first, second = both
    for person in (ada, jonas):
        Reading.objects.set(person, second.entries.get(), "read")
    text = " ".join(desk.get(page(first, second)).content.decode().split())
    assert "2 readings" in text
    assert "arXiv:2305.18290" in text
    assert "Primary sources" in text


def test_that_both_stand_in_one_section_is_said_beforehand(desk, both):
    text = desk.get(page(*both)).content.decode()
    assert "are both under" in text
    assert "Its reason: Why: **GRPO paper**." in text


def test_looking_changes_nothing(desk, both):
    before = list(Source.objects.values())
    desk.get(page(*both))
    assert list(Source.objects.values()) == before


def test_what_is_blank_is_filled_and_what_differs_is_chosen(desk, both):
    first, second = both
    response = press(desk, first, second, year=str(second.pk))
    assert response.headers["Location"] == reverse("admin:catalog_source_change", args=[first.pk])
    first.refresh_from_db()
    assert (first.listed_title, first.year, first.title) == ("DPO", 2024, "Direct")
    assert not Source.objects.filter(pk=second.pk).exists()


def test_the_other_one_may_stay(desk, both):
    first, second = both
    press(desk, first, second, stays=str(second.pk))
    second.refresh_from_db()
    assert (second.listed_title, second.year) == ("DPO", 2023), "whose facts stay is chosen for itself"
    assert Source.objects.by_url(first.url) == second


def test_a_second_curator_is_told_that_one_changed_meanwhile(desk, both):
    first, second = both
    seen = SourceComparison(first, second).fingerprint
    Source.objects.filter(pk=second.pk).update(year=1999)
    form = desk.get(page(first, second)).context["form"]
    response = desk.post(page(first, second), {name: form[name].value() for name in form.fields} | {"seen": seen})
    assert response.status_code == 422
    assert "was changed after you opened this page" in response.content.decode()
    assert Source.objects.filter(pk=second.pk).exists()


def test_what_is_merged_already_is_said_to_be_one(desk, curator, both):
    first, second = both
    sent = {"stays": str(first.pk), "seen": SourceComparison(first, second).fingerprint}
    merge_sources(second, first, by=curator)
    response = desk.post(page(first, second), sent, follow=True)
    assert "These are the same source." in response.content.decode()


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 40, "999999"])
def test_rubbish_finds_nothing(desk, both, key):
    assert desk.get(page(both[0]) + f"?with={key}").status_code == 404


def test_what_was_never_offered_cannot_be_chosen(desk, both):
    response = press(desk, *both, stays="999999")
    assert response.status_code == 422
    assert Source.objects.filter(pk__in=[each.pk for each in both]).count() == 2


@pytest.mark.parametrize("opened_from", [0, 1])
def test_the_page_with_more_on_it_and_the_healthier_link_are_chosen_beforehand(desk, both, ada, opened_from):
    Reading.objects.set(ada, both[1].entries.get(), "read")
    LinkIssue.objects.raise_issue(both[1], kind="dead", note="It answers 404.")
    first, second = both[opened_from], both[1 - opened_from]
    form = desk.get(page(first, second)).context["form"]
    assert (form["stays"].value(), form["link"].value()) == (str(both[1].pk), str(both[0].pk))
    assert form["title"].value() == str(both[1].pk), "only that one has a title of its own"
    kept = Source.objects.get(pk=both[1].pk)
    press(desk, first, second)
    assert Source.objects.get(pk=kept.pk).url == both[0].url
