"""A source's page at the desk: what is said of its link there is what the lists that name it say."""

import pytest
from django.urls import reverse

from catalog.imports.upload import Upload
from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.export import as_markdown
from catalog.sources.canonical_url import url_key
from catalog.sources.source import Source
from readlist_site.base.jobs.runner import run_waiting_jobs
from tests import factories
from tests.catalog.admin.test_admin import change
from tests.groups.at_once import at_once

pytestmark = pytest.mark.django_db

NEW = "https://example.org/where-it-went"


@pytest.fixture
def entry(reading_list):
    entry = Entry.objects.get(title="DPO paper")
    Source.objects.filter(pk=entry.source_id).update(canonical_url=url_key(entry.url))
    return entry


def test_every_entry_lists_the_new_link(desk, client, reading_list, entry):
    other = factories.make_list("Other", is_default=False)
    twin = factories.make_entry(other.sections.topics().last(), "DPO again", source=entry.source)
    twin.related_links.create(position=1, title="It moved", url=NEW)
    assert change(desk, entry.source, url=NEW).status_code == 302
    assert set(entry.source.entries.values_list("url", flat=True)) == {NEW}
    assert not twin.related_links.exists()
    assert f'href="{NEW}"' in client.get(entry.topic.get_absolute_url()).text
    assert Source.objects.by_url(entry.url) == entry.source
    for each in (reading_list, other):
        assert NEW in as_markdown(ReadingList.objects.get(pk=each.pk))


def test_who_previewed_a_file_of_a_list_that_names_it_is_overtaken(desk, curator, reading_list, entry):
    text = as_markdown(reading_list).replace(entry.url, "https://example.org/of-the-file")
    upload = Upload.objects.create(list=reading_list, name="list.md", text=text, by=curator, seen=0)
    assert change(desk, entry.source, url=NEW).status_code == 302
    desk.post(reverse("admin:catalog_readinglist_apply", args=[upload.pk]), {"seen": "0"})
    run_waiting_jobs()
    page = desk.get(reverse("admin:catalog_readinglist_preview", args=[upload.pk]))
    assert "so nothing was imported" in page.content.decode()
    entry.refresh_from_db()
    assert entry.url == NEW


@pytest.mark.parametrize(
    ("values", "version"), [({"leads_to_listed": "no"}, 1), ({"better_url": NEW}, 1), ({"year": "2024"}, 0), ({}, 0)]
)
def test_only_what_is_said_of_the_link_changes_its_lists(desk, entry, reading_list, values, version):
    other = factories.make_list("Other", is_default=False)
    assert change(desk, entry.source, **values).status_code == 302
    assert [ReadingList.objects.get(pk=each.pk).version for each in (reading_list, other)] == [version, 0]


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_corrected_at_both_desks_at_once_is_what_one_of_them_says(desk, curator, entry):
    issue = LinkIssue.objects.raise_issue(entry.source, kind="dead", better_url="https://example.org/better")
    said = at_once(lambda: change(desk, entry.source, url=NEW).status_code, lambda: issue.accept_better_url(curator))
    assert not [each for each in said if isinstance(each, Exception) and "eadlock" in str(each)], said
    entry.refresh_from_db()
    entry.source.refresh_from_db()
    assert entry.url == entry.source.url
    assert not LinkIssue.objects.open().exists()
    assert Change.objects.exists()


def test_a_curator_sees_how_a_link_was_over_time_and_changes_nothing_there(desk, entry):
    source = entry.source
    LinkCheck.objects.create(source=source, url=source.url, outcome="fine", status=200, title="<b>Scaling</b> laws")
    LinkCheck.objects.create(source=source, url=source.url, outcome="dead", status=404, note="No such page (404).")
    page = desk.get(f"/admin/catalog/source/{source.pk}/change/").text
    assert "Link checks" in page
    assert page.index("No such page (404).") < page.index("&lt;b&gt;Scaling&lt;/b&gt; laws")
    assert "checks-0-note" not in page
