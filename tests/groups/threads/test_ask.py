"""Asking a question on the page of what it is about."""

import re

import pytest
from django.urls import reverse

from groups.leaving.archive import archive_group
from groups.templatetags import ask_box
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from tests import factories
from tests.groups.reviewing import show, topic_of
from tests.house.forms import targets


@pytest.fixture
def places(group, jonas) -> dict:
    """What is asked about, by the column of a thread."""
    topic = topic_of(group)
    return {
        "topic": topic,
        "source": topic.topic_entries.first().source,
        "submission": show(jonas, group, topic).submission,
    }


def box_on(client, url: str):
    """The form of the box on a page, None without one."""
    page = client.get(url).content.decode()
    return next((each for each in targets(page, url) if each.url == "/threads/new/" and each.method == "post"), None)


@pytest.mark.parametrize("kind", ["topic", "source", "submission"])
def test_a_question_is_asked_where_it_arises_and_shown_there(signed_in, places, group, ada, tomas, kind):
    client, url = signed_in(ada), places[kind].get_absolute_url()
    box = box_on(client, url)
    typed = box.fields | {"title": "Which knob?", "body": "I ask *here*."}
    for _ in range(2):  # sent twice it is asked once
        answer = client.post(box.url, typed)
    thread = Thread.objects.get()
    assert answer.url == thread.get_absolute_url()
    assert (thread.group, thread.kind, getattr(thread, kind)) == (group, "question", places[kind])
    Post.objects.reply(thread=thread, author=tomas, body="The last line.")
    page = client.get(url).content.decode()
    assert "Which knob?" in page
    assert "The last line." in page
    assert "1 unread" in " ".join(page.split())


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["Thursday & <b>", "\u0642\u0631\u0627\u0621\u0629"])
def test_the_box_that_is_filled_in_is_the_one_of_the_template(
    signed_in, places, group, ada, name, language, monkeypatch
):
    group.name, ada.language = name, language
    group.save()
    ada.save()
    client = signed_in(ada)
    for about in places.values():
        url = f"{about.get_absolute_url()}?after=1%25&é"
        filled = _without_what_is_new_each_time(client.get(url).content.decode())
        with monkeypatch.context() as patch:
            patch.setattr(ask_box, "_is_plain", lambda ask: False)
            assert _without_what_is_new_each_time(client.get(url).content.decode()) == filled
        assert 'action="/threads/new/"' in filled


def _without_what_is_new_each_time(page: str) -> str:
    return re.sub(r"\b[A-Za-z0-9]{64}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "", page)


def test_what_is_typed_with_a_mistake_stays(signed_in, places, ada):
    client = signed_in(ada)
    box = box_on(client, places["topic"].get_absolute_url())
    answer = client.post(box.url, box.fields | {"title": "", "body": "Typed and kept."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Typed and kept." in page
    assert f'action="/groups/{box.fields["group"]}/threads/new/"' in page
    assert not Thread.objects.exists()


def test_of_several_groups_one_is_chosen(signed_in, places, group, ada, jonas):
    other = factories.make_group(jonas, ada, name="Quiet")
    client, url = signed_in(ada), places["source"].get_absolute_url()
    page = client.get(url).content.decode()
    assert page.count("<option value=") == 2
    box = box_on(client, url)
    client.post(box.url, box.fields | {"group": other.pk, "title": "T", "body": "B"})
    assert Thread.objects.get().group == other
    foreign = factories.make_group(jonas, name="Foreign")
    assert client.post(box.url, box.fields | {"group": foreign.pk, "title": "T", "body": "B"}).status_code == 404
    assert client.post(box.url, {"title": "T", "body": "B"}).status_code == 404


@pytest.mark.every_engine
def test_what_is_typed_saves_itself_and_is_there_again(signed_in, places, group, ada):
    client, url = signed_in(ada), places["topic"].get_absolute_url()
    box = box_on(client, url)
    sent = box.fields | {"title": "Half a ques", "body": "Words"}
    answer = client.post("/threads/draft/", sent, headers={"X-Requested-With": "fetch"})
    assert answer.json()["saved"]
    again = box_on(client, url)
    assert (again.fields["title"], again.fields["body"]) == ("Half a ques", "Words")
    # It is a draft of the group: elsewhere it is continued on its own page, and overwritten by nothing.
    elsewhere = client.get(places["source"].get_absolute_url()).content.decode()
    assert reverse("new_thread", args=[group.pk]) in elsewhere
    assert "Continue draft in" in elsewhere
    assert box_on(client, places["source"].get_absolute_url()) is None
    client.post(again.url, again.fields | {"title": "A question"})
    assert Thread.objects.get().title == "A question"
    assert not PostDraft.objects.exists()


@pytest.mark.parametrize("saves_again", [True, False])
def test_a_draft_goes_along_when_another_group_is_chosen(signed_in, places, group, ada, jonas, saves_again):
    other, third = (factories.make_group(jonas, ada, name=name) for name in ("Quiet", "Third"))
    client, url = signed_in(ada), places["topic"].get_absolute_url()
    PostDraft.objects.save_typed(ada, {"title": "Another", "body": "Words", "about": ""}, group=third)
    box, tab = box_on(client, url), {"tab": "0f" * 16}
    sent = box.fields | tab | {"group": group.pk, "title": "Half a ques", "body": "Words"}
    seen = client.post("/threads/draft/", sent, headers={"X-Requested-With": "fetch"}).json()["seen"]
    sent |= {"group": other.pk, "seen": seen, "title": "A question"}
    if saves_again:
        sent |= {"seen": client.post("/threads/draft/", sent, headers={"X-Requested-With": "fetch"}).json()["seen"]}
        assert {each.group for each in PostDraft.objects.all()} == {other, third}
    client.post(box.url, sent)
    assert Thread.objects.get().group == other
    assert [each.group for each in PostDraft.objects.all()] == [third]


@pytest.mark.parametrize("tab", ["0f" * 16, ""])
def test_what_was_not_chosen_goes_along_into_another_group(signed_in, places, group, ada, jonas, tab):
    other = factories.make_group(jonas, ada, name="Quiet")
    client, box = signed_in(ada), box_on(signed_in(ada), places["topic"].get_absolute_url())
    sent = box.fields | {"tab": tab, "group": group.pk, "title": "T", "body": "Words"}
    sent["seen"] = client.post("/threads/draft/", sent, headers={"X-Requested-With": "fetch"}).json()["seen"]
    old = [{"at": f"2026-01-0{day}T00:00:00+00:00", "typed": {"body": f"Not chosen {day}"}} for day in range(1, 6)]
    PostDraft.objects.update(alternatives=old)
    client.post("/threads/draft/", sent | {"group": other.pk}, headers={"X-Requested-With": "fetch"})
    moved = PostDraft.objects.get()
    assert (moved.group, moved.alternatives, moved.body) == (other, old, "Words")


@pytest.mark.parametrize("choice", ["keep", "take", "merge"])
@pytest.mark.parametrize("tab", ["0f" * 16, ""])
def test_into_a_group_that_has_a_draft_the_draft_goes_after_a_choice(signed_in, places, group, ada, jonas, choice, tab):
    other = factories.make_group(jonas, ada, name="Quiet")
    client, box = signed_in(ada), box_on(signed_in(ada), places["topic"].get_absolute_url())
    sent = box.fields | {"tab": tab, "group": group.pk, "title": "T", "body": "Words"}
    sent["seen"] = client.post("/threads/draft/", sent, headers={"X-Requested-With": "fetch"}).json()["seen"]
    PostDraft.objects.update(alternatives=[{"at": "2026-01-01T00:00:00+00:00", "typed": {"body": "Not chosen"}}])
    theirs = {"title": "T", "body": "Theirs", "kind": "question", "about": ""}
    PostDraft.objects.save_typed(ada, theirs, group=other)
    refused = client.post("/threads/draft/", sent | {"group": other.pk})
    assert refused.status_code == 409
    assert PostDraft.objects.count() == 2
    (form,) = (each for each in targets(refused.content.decode(), "/threads/draft/") if "over" in each.fields)
    chosen = form.fields | {"tab": tab, "choice": choice}
    assert client.post(form.url, chosen, follow=True).status_code == 200
    draft = PostDraft.objects.get()
    texts = [each["typed"]["body"] for each in draft.alternatives]
    assert draft.group == other
    assert (draft.body, texts) == {
        "keep": ("Words", ["Not chosen", "Theirs"]),
        "take": ("Theirs", ["Not chosen", "Words"]),
        "merge": ("Words\n\nTheirs", ["Not chosen"]),
    }[choice]


def test_an_archived_group_is_not_asked_and_nobody_outside_sees_a_box(signed_in, client, places, group, ada, stranger):
    assert box_on(signed_in(stranger), places["topic"].get_absolute_url()) is None
    assert box_on(client, places["source"].get_absolute_url()) is None
    archive_group(group, by=ada)
    for place in places.values():
        assert box_on(signed_in(ada), place.get_absolute_url()) is None
