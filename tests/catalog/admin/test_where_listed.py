"""Whoever adds what is there already hears which it is and where it stands."""

import pytest
from django.urls import reverse
from django.utils.html import conditional_escape

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from tests import factories
from tests.catalog.admin.test_admin import change, errors, fields_of
from tests.catalog.shipped import import_shipped

pytestmark = pytest.mark.django_db


def add_source(client, **values):
    """Open the page of a new source and save it with these values."""
    add = reverse("admin:catalog_source_add")
    return client.post(add, fields_of(client.get(add)) | values)


def test_the_address_of_a_known_source_names_it_and_its_places(desk):
    import_shipped()
    url = "https://www.incompleteideas.net/IncIdeas/BitterLesson.html?utm_source=x"
    response = add_source(desk, listed_title="Lesson", url=url)
    source = Source.objects.get(canonical_url__contains="BitterLesson")
    said = str(response.context["adminform"].form.errors["url"])
    assert f'<a href="{reverse("admin:catalog_source_change", args=[source.pk])}">{source}</a>' in said
    for entry in source.entries.all():
        assert f'<a href="{reverse("admin:catalog_entry_change", args=[entry.pk])}">Machine-learning reading' in said
        assert f"› {conditional_escape(entry.topic.title)}</a>" in said
    assert "Tier 3 — Research Judgment" in said
    assert said in response.text
    assert said.count("Another source has this address") == response.text.count("Another source has this address") == 1


def test_what_a_new_source_is_is_guessed_and_what_the_curator_says_stands(desk):
    paper = {"listed_title": "DPO", "url": "https://arxiv.org/pdf/2305.18290v2"}
    assert add_source(desk, **paper).status_code == 302
    source = Source.objects.get(listed_title="DPO")
    assert (source.kind, source.identifier) == ("paper", "arXiv:2305.18290")
    talk = {"listed_title": "Talk", "url": "https://youtu.be/dQw4w9WgXcQ", "kind": "course"}
    assert add_source(desk, **talk, identifier="ISBN 0-262-03924-9").status_code == 302
    source = Source.objects.get(listed_title="Talk")
    assert (source.kind, source.identifier) == ("course", "978-0262039246")
    assert change(desk, source, kind="", identifier="").status_code == 302
    source.refresh_from_db()
    assert (source.kind, source.identifier) == ("", "")


def test_an_identifier_that_is_none_is_refused_at_its_field(desk):
    import_shipped()
    response = change(desk, Source.objects.get(listed_title="ZeRO paper"), identifier="978-0-262-03924-7")
    assert list(response.context["adminform"].form.errors) == ["identifier"]
    assert "check digit" in errors(response)


def test_a_topic_does_not_take_a_source_twice(desk):
    import_shipped()
    there = Entry.objects.get(title="ZeRO paper")
    data = {"section": there.section.pk, "title": "ZeRO", "url": "https://arxiv.org/pdf/1910.02054v3"}
    response = desk.post(reverse("admin:catalog_entry_add"), data)
    assert list(response.context["adminform"].form.errors) == ["url"]
    link = f'<a href="{reverse("admin:catalog_entry_change", args=[there.pk])}">ZeRO paper</a>'
    assert f"This topic already has this source: {link}" in response.text
    chosen = desk.post(reverse("admin:catalog_entry_add"), data | {"source": there.source.pk, "url": "https://a.org"})
    assert list(chosen.context["adminform"].form.errors) == ["source"]
    there.retire()
    assert desk.post(reverse("admin:catalog_entry_add"), data).status_code == 302


def test_an_entry_does_not_move_to_a_topic_that_has_its_source(desk):
    import_shipped()
    one = Entry.objects.filter(source__canonical_url__contains="BitterLesson").first()
    topic = Section.objects.get(title__startswith="6.")
    twin = factories.make_entry(topic, "Lesson", source=one.source)
    response = change(desk, twin, section=one.section.pk)
    assert list(response.context["adminform"].form.errors) == ["section"]


def test_who_places_a_source_is_told_where_else_it_stands(desk):
    import_shipped()
    there = Entry.objects.get(title="ZeRO paper")
    topic = Section.objects.get(title__startswith="7.")
    data = {"section": topic.pk, "title": "ZeRO", "url": "https://arxiv.org/abs/1910.02054"}
    response = desk.post(reverse("admin:catalog_entry_add"), data, follow=True)
    place = f'<a href="{reverse("admin:catalog_entry_change", args=[there.pk])}">Machine-learning reading list › Tier'
    assert f"The source of “ZeRO” already existed. It is listed in {place}" in response.text
    new = {"title": "N", "url": "https://new.example.org/"}
    assert "is no new one" not in desk.post(reverse("admin:catalog_entry_add"), data | new, follow=True).text


def test_rows_under_a_heading_are_held_to_the_same(desk):
    import_shipped()
    there = Entry.objects.get(title="ZeRO paper")
    other = Section.objects.get(title__startswith="7.")
    row = {"entries-TOTAL_FORMS": "3", "entries-2-title": "ZeRO"}
    row |= {"entries-2-url": "https://arxiv.org/abs/1910.02054", "entries-2-why": ""}
    assert "This topic already has this source" in change(desk, there.section, **row).text
    count = other.entries.count()
    rows = {name.replace("-2-", f"-{count}-"): value for name, value in row.items()}
    response = change(desk, other, **(rows | {"entries-TOTAL_FORMS": str(count + 1)}))
    assert response.status_code == 302
    assert "“ZeRO” already existed" in desk.get(response.url).text


def test_two_rows_that_are_added_at_once_do_not_lead_to_one_source(desk):
    reading_list = import_shipped()
    heading = {
        "list": reading_list.pk, "kind": "topic", "title": "9. New", "role": "", "body": "",
        "parent": "", "entries-TOTAL_FORMS": "2", "entries-INITIAL_FORMS": "0",
    }  # fmt: skip
    rows = {"entries-0-title": "One", "entries-0-url": "https://youtu.be/dQw4w9WgXcQ"}
    rows |= {"entries-1-title": "Two", "entries-1-url": "https://youtube.com/live/dQw4w9WgXcQ"}
    response = desk.post(reverse("admin:catalog_section_add"), heading | rows)
    assert "Another new entry has the same source." in errors(response)
    rows["entries-1-url"] = "https://youtu.be/dQw4w9WgXcR"
    assert desk.post(reverse("admin:catalog_section_add"), heading | rows).status_code == 302
