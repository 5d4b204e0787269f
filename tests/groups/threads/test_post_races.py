"""What is sent twice in the same moment, each with a connection of its own."""

import uuid

import pytest

from groups.threads.post import Post
from groups.threads.thread import Thread
from tests.groups.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="Words")


def test_a_reply_sent_twice_is_one_post_and_both_answers_lead_to_it(thread, jonas, signed_in):
    data, url = {"body": "Mine", "idempotency_key": str(uuid.uuid4())}, f"/threads/{thread.pk}/posts/"
    tabs = [signed_in(jonas) for _ in range(3)]
    answers = at_once(*(lambda tab=tab: tab.post(url, data).url for tab in tabs))
    assert answers == [f"{thread.get_absolute_url()}#post-{thread.posts.last().pk}"] * 3
    assert thread.posts.count() == 2


def test_a_thread_sent_twice_is_opened_once(group, jonas, signed_in):
    data, url = {"title": "T", "body": "Mine", "idempotency_key": str(uuid.uuid4())}, f"/groups/{group.pk}/threads/new/"
    tabs = [signed_in(jonas) for _ in range(3)]
    answers = at_once(*(lambda tab=tab: tab.post(url, data).url for tab in tabs))
    assert answers == [Thread.objects.get().get_absolute_url()] * 3


def test_of_two_removals_one_is_recorded_and_an_edit_does_not_undo_it(thread, ada, jonas, signed_in):
    post = Post.objects.reply(thread=thread, author=jonas, body="Mine")
    author, owner = signed_in(jonas), signed_in(ada)
    at_once(
        lambda: author.post(f"/posts/{post.pk}/deletion/"),
        lambda: owner.post(f"/posts/{post.pk}/deletion/"),
        lambda: author.post(f"/posts/{post.pk}/edit/", {"body": "Other words"}),
    )
    post.refresh_from_db()
    assert not post.is_readable
    assert (post.deleted_by, post.deleted_as) in [(jonas, "author"), (ada, "owner")]
