"""Who sees a list that is a draft, published or archived: over every page that shows something of it."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from notes.draft import Draft
from notes.reading import Reading
from notes.revision import Revision
from tests import factories
from tests.groups.reviewing import show

# Rows are read and pages shown: the same on every engine.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

OPEN = ("list", "list_markdown", "list_json", "topic", "page", "source")
SIGNED_IN = ("summary", "history")
POSTED = ("reading", "summary_draft", "summary_preview", "restore")


@pytest.fixture
def other(reading_list):
    """A list beside the default one."""
    return factories.make_list("Beside", is_default=False)


def let_it_be(other: ReadingList, status: str) -> None:
    ReadingList.objects.filter(pk=other.pk).update(status=status)


def addresses(other: ReadingList) -> dict[str, str]:
    topic = other.sections.topics().first()
    entry = topic.topic_entries.first()
    args = {
        "list": [other.slug],
        "list_markdown": [other.slug],
        "list_json": [other.slug],
        "page": [other.sections.get(kind=Section.Kind.PAGE).pk],
        "source": [entry.source_id],
        "reading": [entry.pk],
        "restore": [topic.pk, 1],
    }
    return {name: reverse(name, args=args.get(name, [topic.pk])) for name in (*OPEN, *SIGNED_IN, *POSTED)}


def browser_of(role: str, curator, ada) -> Client:
    client = Client()
    if role != "anonymous":
        client.force_login({"curator": curator, "member": ada}[role])
    return client


@pytest.mark.parametrize(
    ("role", "status", "shown"),
    [
        ("anonymous", "draft", False),
        ("anonymous", "published", True),
        ("anonymous", "archived", True),
        ("member", "draft", False),
        ("member", "published", True),
        ("member", "archived", True),
        ("curator", "draft", True),
        ("curator", "published", True),
        ("curator", "archived", True),
    ],
)
def test_who_sees_what(other, curator, ada, role, status, shown):
    let_it_be(other, status)
    topic = other.sections.topics().first()
    for person in (ada, curator):
        Revision.freeze(person, topic, {other.prompts.first().pk: "So."})
    client, at = browser_of(role, curator, ada), addresses(other)
    answers = {name: client.get(at[name]).status_code for name in OPEN}
    assert answers == dict.fromkeys(OPEN, 200 if shown else 404)
    if role == "anonymous":
        return
    answers = {name: client.get(at[name]).status_code for name in SIGNED_IN}
    assert answers == dict.fromkeys(SIGNED_IN, 200 if shown else 404)
    answers = {name: client.post(at[name], {"state": "read"}).status_code < 400 for name in POSTED}
    assert answers == dict.fromkeys(POSTED, shown)
    assert (Reading.objects.exists(), Draft.objects.exists()) == (shown, shown)


def test_staff_without_the_rights_are_no_curators(other, signed_in):
    let_it_be(other, "draft")
    assert signed_in(factories.make_user(is_staff=True)).get(addresses(other)["list"]).status_code == 404


def test_a_draft_does_not_show_on_the_page_of_a_source_that_stands_elsewhere_too(other, reading_list, client, curator):
    let_it_be(other, "draft")
    source = reading_list.sections.topics().first().topic_entries.first().source
    factories.make_entry(other.sections.topics().first(), "In the draft", source=source)
    url = reverse("source", args=[source.pk])
    assert "In the draft" not in client.get(url).content.decode()
    client.force_login(curator)
    assert "In the draft" in client.get(url).content.decode()


def test_a_source_that_no_list_names_any_more_can_still_be_looked_up(other, client, ada):
    entry = other.sections.topics().first().topic_entries.first()
    entry.retire()
    left = Source.objects.create(canonical_url="example.org/left", url="https://example.org/left", listed_title="Left")
    for source in (entry.source, left):
        assert client.get(reverse("source", args=[source.pk])).status_code == 200
    let_it_be(other, "draft")
    assert Source.objects.visible_to(ada).filter(pk=left.pk).exists()
    assert not Source.objects.visible_to(ada).filter(pk=entry.source_id).exists()
    assert not Entry.objects.visible_to(ada).filter(pk=entry.pk).exists()


def test_the_lists_page_names_the_other_published_ones(other, reading_list, client):
    let_it_be(factories.make_list("Old", is_default=False), "archived")
    let_it_be(factories.make_list("New", is_default=False), "draft")
    page = client.get(reverse("default_list"))
    assert list(page.context["others"]) == [other]
    assert f'href="{other.get_absolute_url()}"' in page.content.decode()
    assert list(client.get(other.get_absolute_url()).context["others"]) == [reading_list]
    let_it_be(other, "archived")
    assert "Other lists" not in client.get(reverse("default_list")).content.decode()


@pytest.mark.parametrize("name", ["list", "topic", "page"])
@pytest.mark.parametrize(
    ("status", "words"), [("draft", "Only curators see it"), ("archived", "This list is archived."), ("published", "")]
)
def test_the_pages_of_a_list_say_what_it_is(other, curator, signed_in, name, status, words):
    let_it_be(other, status)
    text = signed_in(curator).get(addresses(other)[name]).content.decode()
    assert words in text
    assert ("Only curators" in text or "is archived" in text) == bool(words)


def test_the_default_list_is_published(reading_list):
    with pytest.raises(IntegrityError):
        let_it_be(reading_list, "draft")


def test_a_group_goes_on_with_a_list_that_was_archived(other, ada, jonas, signed_in):
    group = factories.make_group(ada, jonas, reading_list=other)
    let_it_be(other, "archived")
    client = signed_in(ada)
    topic = other.sections.topics().first()
    assert client.get(group.get_absolute_url()).status_code == 200
    assert client.get(reverse("home")).status_code == 200
    assert show(ada, group, topic).submission.group == group
    thread = {"title": "Is it?", "about": f"topic-{topic.pk}", "body": "Is it so?"}
    assert client.post(reverse("new_thread", args=[group.pk]), thread).status_code == 302


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_no_new_group_chooses_it(other, reading_list, ada, signed_in, status):
    third = factories.make_list("Third", is_default=False)
    let_it_be(other, status)
    client = signed_in(ada)
    choices = client.get(reverse("new_group")).context["form"].fields["list"].choices
    assert [key for key, _ in choices] == [reading_list.pk, third.pk]
    response = client.post(reverse("new_group"), {"name": "Ours", "list": other.pk})
    assert response.context["form"].errors["list"]
    assert not Group.objects.exists()
