"""Muting a member: what they post is folded, and what they do doesn't notify; what they do as moderators does."""

import re

import pytest
from django.urls import reverse

from groups.members.mute import Mute
from groups.reviews.comment_thread import CommentThread
from groups.reviews.review_request import ReviewRequest
from groups.threads import moderation
from groups.threads.post import Post
from groups.threads.reaction import Reaction
from groups.threads.thread import Thread
from readlist_site.base.notifications.notification import Notification
from tests.groups.reviewing import say, show

FOLD = "Post by a muted member: Show"


@pytest.fixture
def thread(group, jonas, tomas):
    """A question of Jonas; he has muted Tomás."""
    Mute.objects.mute(jonas, tomas)
    made = Thread.objects.start(group=group, author=jonas, title="Which knob?", body="Words", kind="question")
    Notification.objects.all().delete()
    return made


def told(person) -> list[str]:
    return [each.kind for each in Notification.objects.visible_to(person).order_by("pk")]


def test_a_member_is_muted_and_unmuted(signed_in, group, jonas, tomas, ada, stranger):
    client, theirs = signed_in(jonas), group.membership_of(tomas)
    url = reverse("mute_member", args=[theirs.pk])
    assert signed_in(stranger).post(url).status_code == 404
    assert signed_in(tomas).post(url).status_code == 404
    for _ in range(2):
        assert client.post(url).url == "/settings/muted/"
    assert [each.muted for each in Mute.objects.all()] == [tomas]
    assert "Tomás" in client.get("/settings/muted/").content.decode()
    assert "Tomás" not in signed_in(ada).get("/settings/muted/").content.decode()
    key = Mute.objects.get().pk
    signed_in(ada).post("/settings/muted/", {"remove": key})
    assert Mute.objects.exists()
    client.post("/settings/muted/", {"remove": key})
    assert not Mute.objects.exists()


def test_nobody_learns_that_they_are_muted(signed_in, thread, tomas, jonas):
    page = signed_in(tomas).get(reverse("members", args=[thread.group_id])).content.decode()
    assert "/settings/muted/" not in page
    assert "Muted" not in page


def test_posts_fold_for_who_muted_and_are_counted_and_come_as_before(signed_in, thread, ada, jonas, tomas):
    before = thread.posts.last().pk
    post = Post.objects.reply(thread=thread, author=tomas, body="A folded reply.")
    Post.objects.reply(thread=thread, author=ada, body="Ada's.")
    client, other = signed_in(jonas), signed_in(ada)
    threads = client.get(reverse("threads", args=[thread.group_id])).content.decode()
    assert "2 unread" in " ".join(threads.split())
    news = {"path": f"/threads/{thread.pk}/posts/?after={before}", "headers": {"hx-request": "true"}}
    for page, folds in ((client, 1), (other, 0)):
        assert page.get(**news).content.decode().count(FOLD) == folds
        assert page.get(thread.get_absolute_url()).content.decode().count(FOLD) == folds
    partial = client.get(post.get_absolute_url(), headers={"hx-request": "true"}).content.decode()
    assert re.search(rf"{FOLD}.*A folded reply", partial, re.DOTALL)


def test_the_list_of_threads_shows_no_excerpt_of_theirs(signed_in, thread, ada, jonas, tomas):
    Post.objects.reply(thread=thread, author=tomas, body="A folded reply.")
    url = reverse("threads", args=[thread.group_id])
    assert "A folded reply." in signed_in(ada).get(url).content.decode()
    assert "A folded reply." not in signed_in(jonas).get(url).content.decode()
    assert "A folded reply." in signed_in(ada).get("/").content.decode()
    assert "A folded reply." not in signed_in(jonas).get("/").content.decode()


def test_mentions_quotations_replies_and_reactions_of_theirs_dont_notify(thread, ada, jonas, tomas):
    mine = thread.posts.get()
    handle = thread.group.membership_of(jonas).handle
    for body in (f"@{handle}, look.", mine.quotation + "Really?", "Words."):
        post = Post.objects.reply(thread=thread, author=tomas, body=body)
    post.edit(f"Words, @{handle}.")
    Reaction.objects.react(mine, tomas, "agree")
    Thread.objects.start(group=thread.group, author=tomas, title="T", body="B")
    assert told(jonas) == []
    assert told(ada) == ["reply"] * 3 + ["new_thread"]
    Post.objects.reply(thread=thread, author=ada, body="Words.")
    assert told(jonas) == ["reply"]


def test_requests_and_replies_to_comments_dont_notify(group, ada, jonas, tomas):
    Mute.objects.mute(jonas, tomas)
    shown = show(tomas, group)
    Notification.objects.all().delete()
    ReviewRequest.objects.ask(shown, jonas, by=tomas)
    ReviewRequest.objects.ask(shown, ada, by=tomas)
    assert (told(jonas), told(ada)) == ([], ["review_requested"])
    mine = show(jonas, group)
    say(mine, ada, "request_changes", "Why?")
    comment = mine.reviews.get().verdicts.first()
    Notification.objects.all().delete()
    CommentThread.objects.of_comment(mine.submission, f"v{comment.pk}").reply(author=tomas, body="Because.")
    assert (told(jonas), told(ada)) == ([], ["comment_reply"])


def test_what_a_moderator_does_still_notifies(thread, jonas, tomas, ada):
    thread.group.memberships.filter(person=tomas).update(role="moderator")
    post = Post.objects.reply(thread=thread, author=ada, body="That one.")
    Notification.objects.all().delete()
    moderation.mark_answer(thread, post, tomas)
    Post.objects.reply(thread=thread, author=tomas, body="@group, please read this.")
    assert told(jonas) == ["answer", "mention"]
