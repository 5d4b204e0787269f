"""The history of a post, and how an edit or a deletion reaches a page on which the post is shown."""

import re

import pytest
from django.urls import reverse

from groups.threads.post import EditedMeanwhile, Post
from groups.threads.post_version import PostVersion
from groups.threads.thread import Thread
from groups.threads.views import post_history
from tests.groups.reviewing import days

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="I swept it.", now=days(-9))


@pytest.fixture
def post(thread, jonas):
    return Post.objects.reply(thread=thread, author=jonas, body="They answer different questions.", now=days(-3))


def history(client, post, query: str = "") -> str:
    answer = client.get(reverse("post_history", args=[post.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def poll(client, post, changes: int, *, first: int = 0, after: int | None = None):
    address = reverse("posts", args=[post.thread_id])
    after = post.thread.posts.last().pk if after is None else after
    return client.get(f"{address}?after={after}&first={first}&changes={changes}", **HTMX)


def changed(answer) -> list[int]:
    """The posts that an answer puts in the place of those on the page."""
    return [int(key) for key in re.findall(r'<article[^>]*id="post-(\d+)"[^>]*hx-swap-oob', answer.content.decode())]


# Versions


def test_an_edit_keeps_the_text_before_with_when_it_was_written(post):
    post.edit("They answer other questions.", now=days(-2))
    post.edit("They answer one question.", now=days(-1))
    assert list(post.versions.values_list("number", "body", "written_at")) == [
        (0, "They answer different questions.", days(-3)),
        (1, "They answer other questions.", days(-2)),
    ]
    assert "different" in post.versions.first().body_html


def test_what_changes_nothing_or_comes_too_late_keeps_no_version(post, jonas):
    post.edit(post.body)
    stale = Post.objects.get(pk=post.pk)
    post.edit("They answer one question.")
    with pytest.raises(EditedMeanwhile):
        stale.edit("They answer no question.")
    assert post.versions.count() == 1
    post.soft_delete(by=jonas)
    stale.edit("They answer no question.", base=1)
    assert post.versions.count() == 1


def test_the_mark_leads_to_each_text_with_what_changed(signed_in, ada, post):
    post.edit("They answer *other* questions.")
    client = signed_in(ada)
    assert reverse("post_history", args=[post.pk]) in client.get(post.thread.get_absolute_url()).content.decode()
    page = history(client, post)
    assert "<del>different</del>" in page
    assert "<ins><em>other</em></ins>" in page
    assert re.findall(r'<section aria-labelledby="text-(\d)"', page) == ["1", "0"]


def test_versions_that_were_not_kept_are_said_to_be_missing(signed_in, ada, post):
    post.edit("They answer other questions.")
    assert "kept" not in history(signed_in(ada), post)
    PostVersion.objects.all().delete()
    page = history(signed_in(ada), post)
    assert "kept" in page
    assert "other" in page
    assert "<ins>" not in page


def test_long_histories_come_page_by_page_and_each_text_once(signed_in, ada, post, monkeypatch):
    monkeypatch.setattr(post_history, "PAGE", 3)
    for number in range(1, 8):
        post.edit(f"Text {number}.")
    client, query, seen = signed_in(ada), "", []
    while query is not None:
        page = history(client, post, query)
        seen += map(int, re.findall(r'<section aria-labelledby="text-(\d+)"', page))
        found = re.search(r'href="(\?before=\d+)"', page)
        query = found and found[1]
    assert seen == [7, 6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("query", ["?before=", "?before=x", "?before=-1", "?before=" + "9" * 30, "?before=77"])
def test_nonsense_in_the_address_shows_the_newest(query, signed_in, ada, post):
    post.edit("They answer other questions.")
    assert "different" in history(signed_in(ada), post, query)


def test_before_the_first_there_is_nothing(signed_in, ada, post):
    address = reverse("post_history", args=[post.pk])
    assert signed_in(ada).get(f"{address}?before=0").url == address


@pytest.mark.parametrize("by", ["ada", "jonas"])
def test_a_deleted_post_shows_no_history(by, request, signed_in, post):
    post.edit("They answer other questions.")
    post.soft_delete(by=request.getfixturevalue(by))
    answer = signed_in(request.getfixturevalue("ada")).get(reverse("post_history", args=[post.pk]))
    assert answer.url == post.page_url()
    assert not PostVersion.objects.visible_to(request.getfixturevalue("jonas")).exists()


def test_a_stranger_has_no_history(signed_in, stranger, post):
    post.edit("They answer other questions.")
    assert signed_in(stranger).get(reverse("post_history", args=[post.pk])).status_code == 404
    assert not PostVersion.objects.visible_to(stranger).exists()


# In place


def test_an_edit_and_a_deletion_by_another_reach_the_page_once(signed_in, ada, jonas, post):
    client, opening = signed_in(ada), post.thread.posts.first()
    assert "changes=0" in client.get(post.thread.get_absolute_url()).content.decode()
    assert poll(client, post, 0).status_code == 204
    post.edit("They answer other questions.")
    answer = poll(client, post, 0)
    assert changed(answer) == [post.pk]
    assert "other questions" in answer.content.decode()
    assert "changes=1" in answer.content.decode()
    assert poll(client, post, 1).status_code == 204
    opening.soft_delete(by=ada)
    post.soft_delete(by=ada)
    answer = poll(signed_in(jonas), post, 1)
    assert changed(answer) == [opening.pk, post.pk]
    assert "other questions" not in answer.content.decode()
    assert "changes=3" in answer.content.decode()


def test_what_i_changed_myself_stays_as_it_is_on_my_page(signed_in, ada, jonas, post):
    post.edit("They answer other questions.")
    answer = poll(signed_in(jonas), post, 0)
    assert changed(answer) == []
    assert "changes=1" in answer.content.decode()
    post.soft_delete(by=ada)
    assert changed(poll(signed_in(jonas), post, 1)) == [post.pk]
    assert changed(poll(signed_in(ada), post, 1)) == []


def test_what_the_page_does_not_show_does_not_reach_it(signed_in, ada, jonas, post):
    later = Post.objects.reply(thread=post.thread, author=jonas, body="Later.")
    post.edit("They answer other questions.")
    later.edit("Later still.")
    assert changed(poll(signed_in(ada), post, 0, first=later.pk)) == [later.pk]
    assert changed(poll(signed_in(ada), post, 0, after=post.pk)) == [post.pk]


@pytest.mark.parametrize("changes", ["", "x", "-1", "9" * 30, "99"])
def test_nonsense_in_the_number_of_changes_changes_nothing(changes, signed_in, ada, post):
    post.edit("They answer other questions.")
    assert poll(signed_in(ada), post, changes).status_code == 204


def test_a_reply_brings_what_changed_meanwhile(signed_in, ada, post):
    post.edit("They answer other questions.")
    sent = {"body": "Hm.", "after": post.pk, "first": 0, "changes": 0}
    answer = signed_in(ada).post(reverse("posts", args=[post.thread_id]), sent, **HTMX)
    assert changed(answer) == [post.pk]


def test_an_answer_on_top_changes_with_its_post(signed_in, ada, jonas, post):
    Thread.objects.filter(pk=post.thread_id).update(kind="question", answer=post)
    post.edit("They answer other questions.")
    page = poll(signed_in(ada), post, 0).content.decode()
    assert page.count("other questions") == 2
    post.soft_delete(by=jonas)
    assert re.search(r'<section[^>]*id="answered"[^>]* hidden', poll(signed_in(ada), post, 1).content.decode())


def test_changes_of_posts_number_in_the_order_of_commits(post, jonas, ada):
    opening = post.thread.posts.first()
    for each, by in ((post, jonas), (opening, ada)):
        each.edit("Other words.")
        each.soft_delete(by=by)
    post.thread.refresh_from_db()
    numbers = {each.last_change for each in post.thread.posts.all()}
    assert (post.thread.post_changes, numbers) == (4, {2, 4})
