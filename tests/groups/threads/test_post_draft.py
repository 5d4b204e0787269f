"""What is typed in a thread and not posted yet: it comes back, goes when it is posted, and never meets another."""

import uuid
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from groups.leaving.archive import archive_group
from groups.threads import moderation
from groups.threads.post import EditedMeanwhile, Post
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from readlist_site.base.drafts import StaleDraft
from tests.length import some

TAB, OTHER_TAB = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="I swept $\\beta$.")


@pytest.fixture
def post(thread, jonas):
    return Post.objects.reply(thread=thread, author=jonas, body="They answer *different* questions.")


def keep(author, body: str, **more) -> PostDraft | None:
    return PostDraft.objects.save_typed(author, {"body": body}, **more)


# It comes back


def test_a_reply_comes_back_to_its_author_alone(thread, ada, jonas, signed_in):
    keep(jonas, "Half a reply", thread=thread)
    assert "Half a reply</textarea>" in signed_in(jonas).get(thread.get_absolute_url()).content.decode()
    assert "Half a reply" not in signed_in(ada).get(thread.get_absolute_url()).content.decode()


@pytest.mark.parametrize("ends", ["archived", "closed"])
def test_where_nobody_can_post_what_was_left_is_read_only(ends, group, thread, ada, jonas, signed_in):
    keep(jonas, "Half a reply", thread=thread)
    if ends == "archived":
        archive_group(group, by=ada)
    else:
        moderation.close(thread, ada, reason="It is said.")
    page = signed_in(jonas).get(thread.get_absolute_url()).content.decode()
    assert "readonly>\nHalf a reply</textarea>" in page
    assert 'data-draft="' not in page
    assert 'name="body"' not in page


def test_without_javascript_a_quotation_joins_what_was_left(thread, post, jonas, signed_in):
    keep(jonas, "Half a reply\n", thread=thread)
    page = signed_in(jonas).get(f"{thread.get_absolute_url()}?quote={post.pk}").content.decode()
    assert "Half a reply\n\n&gt; [**Jonas Lind**](/posts/" in page


def test_an_edit_comes_back_and_is_no_reply(thread, post, jonas, signed_in):
    keep(jonas, "In other words", post=post, base=0)
    client = signed_in(jonas)
    assert "In other words</textarea>" in client.get(reverse("edit_post", args=[post.pk])).content.decode()
    assert "In other words" not in client.get(thread.get_absolute_url()).content.decode()


def test_a_thread_that_is_to_be_comes_back_whole(group, jonas, signed_in):
    topic = f"topic-{group.list.sections.topics().first().pk}"
    typed = {"title": "Whose knob?", "about": topic, "body": "I wonder"}
    PostDraft.objects.save_typed(jonas, typed, group=group)
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
    assert "laptop" in page
    assert "phone" in page
    client.post(url, {"body": "Begun on the **laptop**", "base": "1", "choice": "take"})
    post.refresh_from_db()
    assert post.body == "Said on the *phone*"
    assert "Said on the *phone*</textarea>" in client.get(url).content.decode()


def aside(client, post) -> str:
    """What the page of the edit says below the box."""
    return client.get(reverse("edit_post", args=[post.pk])).content.decode().partition("that you did not choose")[2]


@pytest.mark.parametrize(
    ("choice", "posted", "box", "alternatives"),
    [
        ("take", "From the phone", "From the phone", "From the laptop"),
        ("keep", "From the laptop", "From the laptop", "From the phone"),
        ("merge", "From the phone", "From the laptop\n\nFrom the phone", ""),
    ],
)
@pytest.mark.parametrize("saved", [False, True])
def test_of_two_edits_one_goes_on_and_the_other_can_still_be_read(
    post, jonas, signed_in, choice, posted, box, alternatives, saved
):
    client, url = signed_in(jonas), reverse("edit_post", args=[post.pk])
    if saved:
        keep(jonas, "From the laptop", post=post, base=0, tab_id=TAB)
    post.edit("From the phone")
    mine = {"body": "From the laptop", "base": "0", "tab": str(TAB)}
    assert client.post(url, mine).status_code == 409
    assert client.post(url, mine | {"choice": choice, "over": "1"}).status_code == 302
    post.refresh_from_db()
    assert post.body == posted
    assert f"{box}</textarea>" in client.get(url).content.decode()
    assert alternatives in aside(client, post)
    assert bool(aside(client, post)) == bool(alternatives)
    assert PostDraft.objects.count() == 1


def test_a_choice_between_edits_says_where_the_other_text_is(post, jonas, signed_in):
    post.edit("From the phone")
    for choice, over in (("take", "1"), ("keep", "1")):
        data = {"body": "From the laptop", "choice": choice, "over": over}
        page = signed_in(jonas).post(reverse("edit_post", args=[post.pk]), data, follow=True).content.decode()
        assert "You can still read the other text when you edit the post" in page


def test_what_is_set_aside_outlives_a_cancelled_edit_and_a_second_choice_and_goes_with_the_next(post, jonas, signed_in):
    client, url = signed_in(jonas), reverse("edit_post", args=[post.pk])
    for number in (1, 2):
        post.edit(f"Posted {number}")
        client.post(url, {"body": f"Typed {number}", "choice": "take", "over": f"{number}", "tab": str(TAB)})
    client.post(url, {"body": "Given up", "discard": "yes"})
    assert "Posted 2</textarea>" in client.get(url).content.decode()
    assert "Typed 1" in aside(client, post)
    assert "Typed 2" in aside(client, post)
    client.post(url, {"body": "Sent", "base": "2", "seen": PostDraft.objects.get().version_token})
    assert not PostDraft.objects.exists()


def test_a_draft_of_another_window_is_no_part_of_a_choice(post, jonas, signed_in):
    post.edit("Posted")
    other = keep(jonas, "From the tablet", post=post, base=1, tab_id=OTHER_TAB)
    data = {"body": "From the laptop", "choice": "take", "over": "1", "tab": str(TAB)}
    signed_in(jonas).post(reverse("edit_post", args=[post.pk]), data)
    stands = PostDraft.objects.get()
    assert (stands.version_token, stands.body) == (other.version_token, "From the tablet")
    assert "From the laptop" in aside(signed_in(jonas), post)


def test_without_javascript_an_edit_kept_for_later_is_shown_beside_what_was_posted_meanwhile(post, jonas, signed_in):
    post.edit("Said on the *phone*")
    client = signed_in(jonas)
    answer = client.post(reverse("edit_draft", args=[post.pk]), {"body": "On the **laptop**", "base": "0"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'name="body" value="On the **laptop**"' in page
    assert f'formaction="{reverse("edit_post", args=[post.pk])}"' in page
    assert "phone" in page


# It goes


def test_what_is_posted_is_no_draft_any_more(group, thread, post, jonas, signed_in):
    keep(jonas, "A reply", thread=thread)
    keep(jonas, "An edit", post=post, base=0)
    PostDraft.objects.save_typed(jonas, {"title": "New", "body": "A thread"}, group=group)
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
    draft = keep(jonas, "A rep", thread=thread, form_id=form, tab_id=TAB)
    signed_in(jonas).post(
        reverse("posts", args=[thread.pk]),
        {"body": "A reply", "idempotency_key": str(form), "seen": draft.version_token, "tab": str(TAB)},
    )
    assert keep(jonas, "A repl", thread=thread, form_id=form, seen=draft.version_token, tab_id=TAB) is None
    assert not PostDraft.objects.exists()
    assert keep(jonas, "Another one", thread=thread, form_id=uuid.uuid4(), tab_id=OTHER_TAB).body == "Another one"


def test_a_late_save_of_an_edit_brings_nothing_back(post, jonas):
    post.edit("Better")
    with pytest.raises(EditedMeanwhile):
        keep(jonas, "Bett", post=post, base=0)
    assert not PostDraft.objects.exists()


def test_what_another_window_was_typing_outlives_a_post(thread, jonas):
    keep(jonas, "Typed on the phone", thread=thread, tab_id=OTHER_TAB)
    PostDraft.objects.delete_posted(jonas, "Posted from the laptop", thread=thread, seen="", tab_id=TAB)
    assert PostDraft.objects.get().body == "Typed on the phone"


# Two windows


def test_the_second_of_two_windows_overwrites_nothing(thread, jonas):
    seen = keep(jonas, "Both saw this", thread=thread, tab_id=TAB).version_token
    keep(jonas, "From one", thread=thread, seen=seen, tab_id=TAB)
    with pytest.raises(StaleDraft) as told:
        keep(jonas, "From the other", thread=thread, seen=seen, tab_id=OTHER_TAB)
    assert told.value.draft.body == "From one"


def test_another_windows_text_goes_on_by_itself_where_the_draft_that_both_saw_was_posted(thread, jonas):
    seen = keep(jonas, "Both saw this", thread=thread, tab_id=TAB).version_token
    PostDraft.objects.delete_posted(jonas, "Both saw this", thread=thread, seen=seen, tab_id=TAB)
    assert keep(jonas, "Typed in the other", thread=thread, seen=seen, tab_id=OTHER_TAB).body == "Typed in the other"


def test_a_draft_is_for_one_thing(thread, post, jonas):
    for key in ({}, {"thread": thread, "post": post}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PostDraft.objects.create(author=jonas, **key)


# The pages that save themselves

FETCHED = {"HTTP_X_REQUESTED_WITH": "fetch"}


def test_a_form_saves_itself_and_hears_the_servers_time(group, thread, post, jonas, signed_in):
    client = signed_in(jonas)
    forms = {
        reverse("reply_draft", args=[thread.pk]): {"body": "A reply"},
        reverse("edit_draft", args=[post.pk]): {"body": "An edit", "base": "0"},
        reverse("thread_draft", args=[group.pk]): {"title": "New", "about": "", "body": "A thread"},
    }
    for url, data in forms.items():
        said = client.post(url, data, **FETCHED).json()
        draft = PostDraft.objects.get(typed__body=data["body"])
        assert said["seen"] == draft.version_token
        assert said["says"] == f"Saved {said['saved']}"
        again = client.post(url, data | {"body": "More", "seen": said["seen"]}, **FETCHED)
        assert again.status_code == 200
        draft.refresh_from_db()
        assert (draft.body, draft.version) == ("More", 2)
        PostDraft.objects.all().delete()


def test_the_page_of_each_form_names_where_it_saves_itself_and_what_it_has_seen(group, thread, post, jonas, signed_in):
    pages = {
        thread.get_absolute_url(): (reverse("reply_draft", args=[thread.pk]), {"thread": thread}),
        reverse("edit_post", args=[post.pk]): (reverse("edit_draft", args=[post.pk]), {"post": post, "base": 0}),
        reverse("new_thread", args=[group.pk]): (reverse("thread_draft", args=[group.pk]), {"group": group}),
    }
    for page, (saves, key) in pages.items():
        draft = keep(jonas, "Half", **key)
        shown = signed_in(jonas).get(page).content.decode()
        assert f'data-draft="{saves}"' in shown
        assert f'name="seen" value="{draft.version_token}"' in shown
        assert "Half</textarea>" in shown


def test_without_javascript_a_button_keeps_it_for_later(thread, jonas, signed_in):
    client, url = signed_in(jonas), reverse("reply_draft", args=[thread.pk])
    assert client.post(url, {"body": "Later\r\nmore"}).url == f"{thread.get_absolute_url()}#reply"
    assert PostDraft.objects.get().body == "Later\nmore"
    answer = client.post(url, {"body": "From a page that had not seen it"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Choose a text" in page
    over = PostDraft.objects.get().version_token
    assert f'name="over" value="{over}"' in page
    for choice, body in (("merge", "Mine\n\nLater\nmore"), ("keep", "Mine")):
        over = PostDraft.objects.get().version_token
        client.post(url, {"body": "Mine", "over": over, "choice": choice})
        assert PostDraft.objects.get().body == body
    assert "Later" in client.get(thread.get_absolute_url()).content.decode()


def test_a_page_that_saves_itself_over_another_is_given_both_texts(thread, jonas, signed_in):
    keep(jonas, "From the phone", thread=thread, tab_id=OTHER_TAB)
    data = {"body": "From the laptop", "tab": str(TAB)}
    answer = signed_in(jonas).post(reverse("reply_draft", args=[thread.pk]), data, **FETCHED)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<html" not in page
    assert "phone" in page
    assert "laptop" in page
    assert f'formaction="{reverse("reply_draft", args=[thread.pk])}"' in page


def test_an_edit_saved_over_another_edit_is_given_both_texts(post, jonas, signed_in):
    post.edit("From the phone")
    client, url = signed_in(jonas), reverse("edit_draft", args=[post.pk])
    answer = client.post(url, {"body": "From the laptop", "base": "0"}, **FETCHED)
    assert answer.status_code == 409
    assert "phone" in answer.content.decode()
    assert 'name="over" value="1"' in answer.content.decode()
    late = client.post(url, {"body": "From the phone", "base": "0"}, **FETCHED)
    assert late.json()["saved"] == ""
    assert not PostDraft.objects.exists()


def test_a_late_save_is_answered_and_not_kept(thread, jonas, signed_in):
    client, form = signed_in(jonas), str(uuid.uuid4())
    client.post(reverse("posts", args=[thread.pk]), {"body": "A reply", "idempotency_key": form})
    late = client.post(reverse("reply_draft", args=[thread.pk]), {"body": "A rep", "idempotency_key": form}, **FETCHED)
    assert late.json()["saved"] == ""
    assert not PostDraft.objects.exists()


RUBBISH = [
    {},
    {"body": "\x00", "title": "\x00", "base": "x", "idempotency_key": "x", "seen": "x" * 99, "tab": "\x00"},
    {"body": "[" * 30_000, "base": "9" * 30, "choice": "keep", "over": "1.1"},
    {"body": "x", "choice": "merge", "over": "x"},
    {"body": "y", "choice": "king"},
]
WAYS = [{}, FETCHED, {"HTTP_HX_REQUEST": "true"}]


@pytest.mark.soak
@pytest.mark.parametrize(("data", "extra"), some(list(product(RUBBISH, WAYS)), 0, of=4))
def test_rubbish_is_never_an_error_of_ours(group, thread, post, jonas, signed_in, data, extra):
    client = signed_in(jonas)
    keep(jonas, "There", thread=thread)
    for name, pk in (("reply_draft", thread.pk), ("edit_draft", post.pk), ("thread_draft", group.pk)):
        assert client.post(reverse(name, args=[pk]), data, **extra).status_code < 500
    for page in (thread.get_absolute_url(), reverse("edit_post", args=[post.pk])):
        assert client.get(page).status_code in (200, 409)


# Bounds


@pytest.mark.parametrize("fields", [{"body": "x" * 250_000}, {"body": "x", "title": "x" * 250_000}])
@pytest.mark.parametrize("fetched", [{}, {"HTTP_X_REQUESTED_WITH": "fetch"}], ids=["a button", "autosave"])
def test_more_text_than_a_draft_holds_is_shown_again_and_not_stored(group, thread, jonas, signed_in, fields, fetched):
    client = signed_in(jonas)
    for url in (reverse("reply_draft", args=[thread.pk]), reverse("thread_draft", args=[group.pk])):
        answer = client.post(url, fields, **fetched)
        assert answer.status_code == 422
        assert "x" * 250_000 in answer.content.decode()
    assert not PostDraft.objects.exists()


def test_an_edit_longer_than_a_draft_holds_is_not_stored_by_a_choice(post, jonas, signed_in):
    post.edit("From the phone")
    mine = {"body": "x" * 250_000, "base": "0", "choice": "take", "over": "1"}
    answer = signed_in(jonas).post(reverse("edit_post", args=[post.pk]), mine)
    assert answer.status_code == 422
    assert not PostDraft.objects.exists()


def test_a_text_longer_than_a_post_is_stored_and_compared(thread, jonas, signed_in):
    keep(jonas, "x" * 50_000, thread=thread)
    answer = signed_in(jonas).post(reverse("reply_draft", args=[thread.pk]), {"body": "y" * 50_000})
    assert answer.status_code == 409
    assert "y" * 20_000 in answer.content.decode()
