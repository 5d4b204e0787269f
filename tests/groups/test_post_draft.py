"""What is typed in a thread and not posted yet: it comes back, goes when it is posted, and never meets another."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from groups.models import Post, PostDraft, Thread
from groups.models.post import EditedMeanwhile
from readlist_site.drafts import Overtaken

TAB, OTHER_TAB = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def thread(group, ada):
    return Thread.objects.open(group=group, author=ada, title="Which knob?", body="I swept $\\beta$.")


@pytest.fixture
def post(thread, jonas):
    return Post.objects.reply(thread=thread, author=jonas, body="They answer *different* questions.")


def keep(author, body: str, **more) -> PostDraft | None:
    return PostDraft.objects.keep_typed(author, {"body": body}, **more)


# It comes back


def test_a_reply_comes_back_to_its_author_alone(thread, ada, jonas, signed_in):
    keep(jonas, "Half a reply", thread=thread)
    assert "Half a reply</textarea>" in signed_in(jonas).get(thread.get_absolute_url()).content.decode()
    assert "Half a reply" not in signed_in(ada).get(thread.get_absolute_url()).content.decode()


def test_without_javascript_a_quotation_joins_what_was_left(thread, post, jonas, signed_in):
    keep(jonas, "Half a reply\n", thread=thread)
    page = signed_in(jonas).get(f"{thread.get_absolute_url()}?quote={post.pk}").content.decode()
    assert "Half a reply\n\n&gt; **Jonas Lind**" in page


def test_an_edit_comes_back_and_is_no_reply(thread, post, jonas, signed_in):
    keep(jonas, "In other words", post=post, base=0)
    client = signed_in(jonas)
    assert "In other words</textarea>" in client.get(reverse("edit_post", args=[post.pk])).content.decode()
    assert "In other words" not in client.get(thread.get_absolute_url()).content.decode()


def test_a_thread_that_is_to_be_comes_back_whole(group, jonas, signed_in):
    topic = f"topic-{group.list.sections.topics().first().pk}"
    typed = {"title": "Whose knob?", "about": topic, "body": "I wonder"}
    PostDraft.objects.keep_typed(jonas, typed, group=group)
    page = signed_in(jonas).get(reverse("new_thread", args=[group.pk])).content.decode()
    assert 'value="Whose knob?"' in page
    assert "I wonder</textarea>" in page
    assert f'<option value="{topic}" selected>' in page


def test_an_edit_begun_before_another_one_was_saved_is_shown_beside_it(post, jonas, signed_in):
    keep(jonas, "Begun on the **laptop**", post=post, base=0)
    post.edit("Said on the *phone*")
    client, url = signed_in(jonas), reverse("edit_post", args=[post.pk])
    answer = client.get(url)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<strong>laptop</strong>" in page
    assert "<em>phone</em>" in page
    client.post(url, {"body": "Begun on the **laptop**", "base": "1", "take": "1"})
    post.refresh_from_db()
    assert post.body == "Said on the *phone*"
    assert "Said on the *phone*</textarea>" in client.get(url).content.decode()


# It goes


def test_what_is_posted_is_no_draft_any_more(group, thread, post, jonas, signed_in):
    keep(jonas, "A reply", thread=thread)
    keep(jonas, "An edit", post=post, base=0)
    PostDraft.objects.keep_typed(jonas, {"title": "New", "body": "A thread"}, group=group)
    client = signed_in(jonas)
    client.post(reverse("posts", args=[thread.pk]), {"body": "A reply"})
    assert PostDraft.objects.count() == 2
    client.post(reverse("edit_post", args=[post.pk]), {"body": "An edit", "base": "0"})
    assert PostDraft.objects.count() == 1
    client.post(reverse("new_thread", args=[group.pk]), {"title": "New", "body": "A thread"})
    assert not PostDraft.objects.exists()


def test_what_can_not_be_posted_keeps_its_draft(thread, jonas, signed_in):
    keep(jonas, "x" * 30_000, thread=thread)
    assert signed_in(jonas).post(reverse("posts", args=[thread.pk]), {"body": "x" * 30_000}).status_code == 422
    assert PostDraft.objects.exists()


def test_a_late_save_of_the_page_that_posted_brings_nothing_back(thread, jonas, signed_in):
    form = uuid.uuid4()
    draft = keep(jonas, "A rep", thread=thread, form=form, tab=TAB)
    signed_in(jonas).post(
        reverse("posts", args=[thread.pk]),
        {"body": "A reply", "once": str(form), "seen": draft.mark, "tab": str(TAB)},
    )
    assert keep(jonas, "A repl", thread=thread, form=form, seen=draft.mark, tab=TAB) is None
    assert not PostDraft.objects.exists()
    assert keep(jonas, "Another one", thread=thread, form=uuid.uuid4(), tab=OTHER_TAB).body == "Another one"


def test_a_late_save_of_an_edit_brings_nothing_back(post, jonas):
    post.edit("Better")
    with pytest.raises(EditedMeanwhile):
        keep(jonas, "Bett", post=post, base=0)
    assert not PostDraft.objects.exists()


def test_what_another_window_was_typing_outlives_a_post(thread, jonas):
    keep(jonas, "Typed on the phone", thread=thread, tab=OTHER_TAB)
    PostDraft.objects.sent(jonas, "Posted from the laptop", thread=thread, seen="", tab=TAB)
    assert PostDraft.objects.get().body == "Typed on the phone"


# Two windows


def test_the_second_of_two_windows_overwrites_nothing(thread, jonas):
    seen = keep(jonas, "Both saw this", thread=thread, tab=TAB).mark
    keep(jonas, "From one", thread=thread, seen=seen, tab=TAB)
    with pytest.raises(Overtaken) as told:
        keep(jonas, "From the other", thread=thread, seen=seen, tab=OTHER_TAB)
    assert told.value.draft.body == "From one"


def test_a_draft_is_for_one_thing(thread, post, jonas):
    for key in ({}, {"thread": thread, "post": post}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PostDraft.objects.create(author=jonas, **key)
