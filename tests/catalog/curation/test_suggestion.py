"""Readers suggest sources for a topic, second what others suggest, and hear what the curators decide."""

import pytest
from django.urls import reverse
from django.utils import timezone
from markdown_it import MarkdownIt

from catalog.curation.accept_suggestion import AlreadyInTopic, accept_suggestion
from catalog.curation.change_text import change_text
from catalog.curation.proposal import AlreadyDecided
from catalog.curation.suggestion import MAX_OPEN, AlreadySuggested, Suggestion
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.export import as_markdown
from catalog.outline.section import Section
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.templatetags.notification_text import sentence
from tests import factories

pytestmark = pytest.mark.django_db

URL = "https://example.org/new-paper"


@pytest.fixture
def topic():
    return factories.make_list().sections.topics().get(title__startswith="1.")


@pytest.fixture
def core(topic):
    return topic.children.get(role="core")


@pytest.fixture
def people():
    return [factories.make_user(name) for name in ("Ada", "Jonas", "Priya")]


def suggest(topic, by, url=URL, **said):
    said = {"title": "A new paper", "why": "It shows **when** it fails."} | said
    return Suggestion.objects.suggest(topic, by=by, url=url, **said)


def send(client, topic, **said):
    said = {"url": URL, "title": "A new paper", "why": "It shows when it fails.", "role": ""} | said
    return client.post(reverse("suggestions", args=[topic.pk]), said)


def test_the_page_says_what_the_topic_has(signed_in, topic, people):
    page = signed_in(people[0]).get(reverse("suggestions", args=[topic.pk])).content.decode()
    assert "This topic has 4 sources." in page
    assert "GRPO paper" in page
    assert "What the list asks" not in page


def test_of_a_topic_without_sources_the_page_says_that_it_has_none(signed_in, topic, people):
    Entry.objects.update(retired_at=timezone.now())
    page = signed_in(people[0]).get(reverse("suggestions", args=[topic.pk])).content.decode()
    assert "This topic has no sources yet." in page


def test_the_page_says_what_the_list_asks_of_additions(signed_in, topic, people):
    part = topic.parent
    part.body, part.body_html = "Do not add many more.", "<p>Do not add many more.</p>"
    part.save()
    assert "Do not add many more." in signed_in(people[0]).get(reverse("suggestions", args=[topic.pk])).content.decode()


def test_a_suggestion_waits_on_the_topics_page_without_a_name(signed_in, topic, people):
    ada, jonas, _ = people
    assert send(signed_in(ada), topic).status_code == 302
    mine = signed_in(ada).get(topic.get_absolute_url()).content.decode()
    assert "Your suggestion" in mine
    theirs = signed_in(jonas).get(topic.get_absolute_url()).content.decode()
    assert "A new paper" in theirs
    assert "I’d read this too" in theirs
    assert "Ada" not in theirs


def test_who_is_not_signed_in_sees_no_suggestions(client, topic, people):
    suggest(topic, people[0])
    assert "A new paper" not in client.get(topic.get_absolute_url()).content.decode()


@pytest.mark.parametrize("missing", ["url", "title", "why"])
def test_a_link_a_title_and_a_why_are_needed(signed_in, topic, people, missing):
    response = send(signed_in(people[0]), topic, **{missing: "  "})
    assert response.status_code == 422
    assert response.context["form"].errors == {missing: ["Fill in this field."]}


def test_what_the_topic_has_in_any_spelling_is_refused_with_its_place(signed_in, topic, people, core):
    factories.make_entry(core, "A known paper", url="https://arxiv.org/abs/2305.18290")
    entry = Entry.objects.get(title="A known paper")
    entry.source.canonical_url = "arxiv.org/abs/2305.18290"
    entry.source.save()
    response = send(signed_in(people[0]), topic, url="http://arxiv.org/pdf/2305.18290v2")
    assert response.context["form"].errors["url"] == [
        "This topic already has this source: “A known paper”, under “Primary sources”."
    ]


def test_what_stands_elsewhere_is_told_once_and_may_be_suggested(signed_in, topic, people):
    other = Entry.objects.get(title="A single source")
    other.source.canonical_url = other.url.removeprefix("https://")
    other.source.save()
    client = signed_in(people[0])
    response = send(client, topic, url=other.url)
    assert response.status_code == 422
    assert other.topic.get_absolute_url() in response.content.decode()
    assert not Suggestion.objects.exists()
    warned = response.context["form"].data["warned_source"]
    assert send(client, topic, url=other.url, warned_source=warned).status_code == 302
    assert Suggestion.objects.get().canonical_url == other.source.canonical_url


def test_what_is_suggested_already_leads_there(signed_in, topic, people):
    ada, jonas, _ = people
    made = suggest(topic, ada)
    response = send(signed_in(jonas), topic, url=f"{URL}/?utm_source=x")
    assert response.context["form"].errors["url"] == ["Someone already suggested this source."]
    assert f'href="#{made.anchor}"' in response.content.decode()
    assert send(signed_in(ada), topic).context["form"].errors["url"] == ["You already suggested this source."]
    with pytest.raises(AlreadySuggested):
        suggest(topic, jonas)
    assert Suggestion.objects.count() == 1


def test_one_person_has_only_so_many_open(signed_in, topic, people):
    for number in range(MAX_OPEN):
        suggest(topic, people[0], f"{URL}/{number}")
    response = send(signed_in(people[0]), topic)
    assert "Withdraw one" in str(response.context["form"].non_field_errors())
    assert send(signed_in(people[1]), topic).status_code == 302


def test_others_second_it_and_take_that_back(signed_in, topic, people):
    ada, jonas, _ = people
    made = suggest(topic, ada)
    url = reverse("vote_suggestion", args=[made.pk])
    client = signed_in(jonas)
    for _ in range(2):
        assert client.post(url, {"wanted": "yes"}).url == f"{topic.get_absolute_url()}#{made.anchor}"
    assert made.votes.get().person == jonas
    piece = client.post(url, {"wanted": "no"}, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-pressed="false"' in piece
    assert "<html" not in piece
    signed_in(ada).post(url, {"wanted": "yes"})
    assert not made.votes.exists()


def test_ones_own_can_be_taken_back_while_it_is_open(signed_in, topic, people, curator):
    ada, jonas, _ = people
    made, decided = suggest(topic, ada), suggest(topic, ada, f"{URL}/2")
    decided.decline("Too much alike.", by=curator)
    assert signed_in(jonas).post(reverse("withdraw_suggestion", args=[made.pk])).status_code == 404
    for each in (made, decided):
        signed_in(ada).post(reverse("withdraw_suggestion", args=[each.pk]))
    assert Suggestion.objects.get() == decided


def test_a_draft_takes_no_suggestions_from_readers(signed_in, topic, people):
    made = suggest(topic, people[0])
    topic.list.is_default, topic.list.status = False, "draft"
    topic.list.save()
    client = signed_in(people[1])
    assert client.get(reverse("suggestions", args=[topic.pk])).status_code == 404
    assert client.post(reverse("vote_suggestion", args=[made.pk]), {"wanted": "yes"}).status_code == 404


def test_an_archived_list_takes_no_suggestions(signed_in, topic, people):
    topic.list.is_default, topic.list.status = False, "archived"
    topic.list.save()
    assert signed_in(people[1]).get(reverse("suggestions", args=[topic.pk])).status_code == 404
    assert "Suggest a source" not in signed_in(people[1]).get(topic.get_absolute_url()).content.decode()


def test_accepting_makes_the_last_entry_of_its_shelf(topic, people, curator, core):
    ada, jonas, _ = people
    made = suggest(topic, ada)
    made.vote(jonas)
    version = topic.list.version
    entry = accept_suggestion(
        made, by=curator, section=core, title="In other words", url=URL, why="See [more](https://example.org/more)."
    )
    entry.refresh_from_db()
    assert [each.title for each in core.entries.order_by("position")][-1] == "In other words"
    assert (entry.topic, entry.role, entry.source.canonical_url) == (topic, "core", "example.org/new-paper")
    assert "<a " in entry.why_html
    assert entry.related_links.get().title == "more"
    positions = list(Entry.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    topic.list.refresh_from_db()
    assert topic.list.version > version
    assert "In other words" in change_text(Change.objects.get(list=topic.list))
    made.refresh_from_db()
    assert (made.state, made.entry, made.decided_by) == ("accepted", entry, curator)


def test_no_reader_of_the_list_s_file_finds_a_tag_that_a_member_typed(topic, people, curator, core):
    tag = "<img src=x onerror=alert(1)>"
    made = suggest(topic, people[0])
    accept_suggestion(
        made, by=curator, section=core, title=f"A {tag}", url="https://example.org/a?b=<img>", why=f"Why {tag}\n{tag}"
    )
    file = as_markdown(topic.list)
    for parser in MarkdownIt("commonmark"), MarkdownIt("js-default", {"html": True}):
        assert "<img" not in parser.render(file)


def test_who_suggested_and_who_seconded_are_told_once(topic, people, curator, core):
    ada, jonas, _priya = people
    made = suggest(topic, ada)
    made.vote(jonas)
    made.vote(curator)
    accept_suggestion(made, by=curator, section=core, title="A new paper", url=URL, why="Why.")
    told = {notification.person: sentence(notification) for notification in Notification.objects.all()}
    assert told.keys() == {ada, jonas}
    assert "was added to" in told[ada]
    assert "which you voted for" in told[jonas]


def test_a_second_curator_is_told_and_nothing_happens_twice(topic, people, curator, core):
    made = suggest(topic, people[0])
    seen = Suggestion.objects.get()
    made.decline("Too much alike.", by=curator)
    with pytest.raises(AlreadyDecided):
        accept_suggestion(seen, by=curator, section=core, title="A new paper", url=URL, why="Why.")
    assert not Entry.objects.filter(title="A new paper").exists()
    assert sentence(Notification.objects.get()).endswith("Too much alike.")


def test_what_came_into_the_topic_meanwhile_is_not_placed_twice(topic, people, curator, core):
    made = suggest(topic, people[0])
    accept_suggestion(suggest(topic, people[1], f"{URL}/2"), by=curator, section=core, title="B", url=URL, why="Why.")
    with pytest.raises(AlreadyInTopic):
        accept_suggestion(made, by=curator, section=core, title="A new paper", url=URL, why="Why.")
    assert Suggestion.objects.get(pk=made.pk).is_open


def test_the_desk_shows_all_and_accepts(signed_in, topic, people, curator, core):
    ada, jonas, _ = people
    suggest(topic, ada, f"{URL}/2", title="A lesser paper")
    made = suggest(topic, ada, role="core")
    made.vote(jonas)
    desk = signed_in(curator)
    rows = desk.get(reverse("admin:catalog_suggestion_changelist")).context["cl"].result_list
    assert [row.title for row in rows] == ["A new paper", "A lesser paper"]
    url = reverse("admin:catalog_suggestion_change", args=[made.pk])
    page = desk.get(url)
    for said in ("Ada", "Jonas", "4 sources in this topic", "GRPO paper", "No list has this source."):
        assert said in page.content.decode(), said
    form = page.context["accept"]
    data = {field.name: field.value() for field in form}
    assert (data["section"], data["role"]) == (core.pk, "")
    response = desk.post(url, data | {"how": "accept", "why": "![" * 5_000})
    assert list(response.context["accept"].errors) == ["why"]
    response = desk.post(url, data | {"how": "accept", "title": "In other words"})
    entry = Entry.objects.get(title="In other words")
    assert response.url == reverse("admin:catalog_entry_change", args=[entry.pk])
    assert desk.post(url, data | {"how": "accept"}).url == reverse("admin:catalog_suggestion_changelist")
    assert "already accepted" in desk.get(reverse("admin:catalog_suggestion_changelist")).content.decode()


def test_the_desk_declines_only_with_a_reason(signed_in, topic, people, curator):
    made = suggest(topic, people[0])
    desk, url = signed_in(curator), reverse("admin:catalog_suggestion_change", args=[made.pk])
    assert desk.post(url, {"how": "decline", "reason": " "}).status_code == 422
    assert desk.post(url, {"how": "decline", "reason": "Too much alike."}).status_code == 302
    mine = signed_in(people[0]).get(reverse("my_suggestions")).content.decode()
    assert "Declined" in mine
    assert "Too much alike." in mine


def test_the_desk_accepts_nothing_the_topic_has(signed_in, topic, people, curator, core):
    made = suggest(topic, people[0])
    accept_suggestion(suggest(topic, people[1], f"{URL}/2"), by=curator, section=core, title="B", url=URL, why="Why.")
    desk, url = signed_in(curator), reverse("admin:catalog_suggestion_change", args=[made.pk])
    data = {field.name: field.value() for field in desk.get(url).context["accept"]}
    response = desk.post(url, data | {"how": "accept"})
    assert response.status_code == 422
    assert "already has this source" in response.content.decode()


def test_the_desk_is_the_curators(signed_in, topic, people, curator):
    made = suggest(topic, people[0])
    url = reverse("admin:catalog_suggestion_change", args=[made.pk])
    assert signed_in(people[0]).post(url, {"how": "decline", "reason": "No."}).status_code in (302, 403)
    assert Suggestion.objects.get().is_open
    curator.groups.clear()
    assert signed_in(curator).post(url, {"how": "decline", "reason": "No."}).status_code == 403
    assert Suggestion.objects.get().is_open


def test_the_desk_accepts_nothing_into_what_is_no_topic_any_more(signed_in, people, curator):
    topic = factories.make_list("Another", is_default=False).sections.get(title="Refusals")
    made = suggest(topic, people[0])
    Section.objects.filter(pk=topic.pk).update(kind="page")
    desk, url = signed_in(curator), reverse("admin:catalog_suggestion_change", args=[made.pk])
    data = {field.name: field.value() for field in desk.get(url).context["accept"]}
    response = desk.post(url, data | {"how": "accept"})
    assert response.status_code == 422
    assert list(response.context["accept"].errors) == ["section"]
    assert Suggestion.objects.get().is_open
