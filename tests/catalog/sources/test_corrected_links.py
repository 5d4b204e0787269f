"""What goes along with a link that is corrected: the entries of every list, and the addresses that still lead there."""

import pytest
from django.urls import reverse

from catalog.curation.source_merge import merge_sources
from catalog.imports import import_list
from catalog.links.link_issue import LinkIssue
from catalog.lists.reading_list import ReadingList
from catalog.markdown.list_parser import read
from catalog.outline.entry import Entry
from catalog.outline.export import as_markdown
from catalog.sources.source import Source
from tests import factories

pytestmark = pytest.mark.django_db

TEXT = """# {title}

## 1. Topic one

1. **Alpha**\x20\x20
https://a.example/x\x20\x20
Why: because [Gamma](https://c.example/z).

## 2. Topic two

1. **Gamma**\x20\x20
https://c.example/z\x20\x20
Why: for its own sake.
"""
OLD, NEW = "https://a.example/x", "https://new.example/x"


def bring(slug: str = "one"):
    return import_list(read(TEXT.format(title=slug)), slug=slug, title=slug).reading_list


def links_of(reading_list) -> list[tuple[str, str, int]]:
    entries = Entry.objects.filter(section__list=reading_list).order_by("position")
    return list(entries.values_list("title", "url", "source"))


@pytest.fixture
def cora(db):
    return factories.make_curator("Cora")


@pytest.fixture
def one(db):
    return bring()


@pytest.fixture
def alpha(one):
    return Source.objects.by_url(OLD)


@pytest.fixture
def gamma(one):
    return Source.objects.by_url("https://c.example/z")


def test_another_lists_file_finds_the_source_by_its_old_address(one, alpha, cora):
    LinkIssue.objects.raise_issue(alpha, kind="moved", better_url=NEW).accept_better_url(cora)
    assert Source.objects.by_url(OLD) == Source.objects.by_url(NEW) == alpha
    before, version = links_of(one), ReadingList.objects.get(pk=one.pk).version
    assert bring().version == version, "the old file changes nothing"
    assert links_of(one) == before
    assert links_of(bring("two"))[0] == ("Alpha", OLD, alpha.pk)


def test_an_address_that_showed_something_else_is_left_to_that(alpha, cora):
    LinkIssue.objects.raise_issue(alpha, kind="elsewhere", better_url=NEW).accept_better_url(cora)
    assert Source.objects.by_url(OLD) is None
    assert Source.objects.by_url(NEW) == alpha


def test_a_link_that_goes_back_and_forth_loses_no_address(alpha, cora):
    for url in (NEW, "https://third.example/", OLD, NEW):
        LinkIssue.objects.raise_issue(alpha, kind="dead").replace_url(url, cora)
    assert {Source.objects.by_url(url) for url in (OLD, NEW, "https://third.example/")} == {alpha}
    alpha.refresh_from_db()
    assert alpha.canonical_url == "new.example/x"
    assert sorted(alpha.aliases.values_list("canonical_url", flat=True)) == ["a.example/x", "third.example"]


def test_going_back_to_a_merged_address_keeps_the_one_that_was_promised(alpha, gamma, cora):
    merge_sources(alpha, gamma, by=cora)
    entry = gamma.entries.first()
    gamma.entries.exclude(pk=entry.pk).delete()
    assert Source.objects.get(pk=gamma.pk).move_to_url(OLD, entry=entry)
    gamma.refresh_from_db()
    assert gamma.canonical_url == "a.example/x"
    assert Source.objects.by_url("https://c.example/z") == gamma
    assert Source.objects.by_id_or_merged_id(alpha.pk).get() == gamma, "the page of what was merged leads there, too"


@pytest.mark.parametrize("taking", [[], ["link"]])
def test_entries_of_what_was_merged_list_the_link_that_stays(one, alpha, gamma, cora, taking):
    stays, dead = (OLD, gamma.url) if taking else (gamma.url, OLD)
    LinkIssue.objects.raise_issue(gamma if taking else alpha, kind="dead", note="404")
    merge_sources(alpha, gamma, by=cora, taking=taking)
    assert links_of(one) == [("Alpha", stays, gamma.pk), ("Gamma", stays, gamma.pk)]
    assert not LinkIssue.objects.open().exists()
    assert as_markdown(one).count(dead) == len(taking), "only a reason may still name the other"
    alphas = Entry.objects.get(title="Alpha")
    assert alphas.related_links.exists() == bool(taking), "a reason that links to the entry's own link relates nothing"
    before, version = links_of(one), ReadingList.objects.get(pk=one.pk).version
    assert bring().version == version, "the old file changes nothing"
    assert links_of(one) == before


@pytest.mark.parametrize("better", ["https://good.example:99999/", ""])
def test_what_is_no_address_can_be_replaced(alpha, cora, better):
    Source.objects.filter(pk=alpha.pk).update(better_url=better)
    LinkIssue.objects.raise_issue(alpha, kind="dead", better_url=better).replace_url(NEW, cora)
    assert Source.objects.by_url(NEW) == alpha


def test_the_sources_desk_keeps_the_address_that_the_link_had(desk, alpha):
    page = reverse("admin:catalog_source_change", args=[alpha.pk])

    def send(**said):
        form = desk.get(page).context["adminform"].form
        data = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields} | said
        for prefix in ("entries", "checks"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        return desk.post(page, data)

    assert send(url=NEW).status_code == 302
    assert Source.objects.by_url(OLD) == Source.objects.by_url(NEW) == alpha
    assert Entry.objects.get(source=alpha).url == NEW
    refused = send(better_url="https://h:99999/").context["adminform"].form
    assert list(refused.errors) == ["better_url"]
    assert send(url=OLD).status_code == 302
    assert Source.objects.by_url(OLD) == Source.objects.by_url(NEW) == alpha
    assert list(alpha.aliases.values_list("canonical_url", flat=True)) == ["new.example/x"]
