"""Questions and their answers; renaming, moving, pinning and closing a thread: who may, and what is logged."""

import re

import pytest
from django.urls import reverse

from groups.leaving.archive import archive_group
from groups.members.exceptions import RuleViolation
from groups.members.mute import Mute
from groups.threads import moderation
from groups.threads.post import Post
from groups.threads.thread import Thread
from groups.threads.thread_log import ThreadLogEntry
from groups.threads.views import thread_list
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.templatetags.notification_text import sentence
from readlist_site.base.web.together import Together
from tests import factories
from tests.groups.at_once import at_once
from tests.groups.reviewing import topic_of

HTMX = {"HX-Request": "true"}
CHANGES = {
    "thread_settings": {"title": "Other words", "kind": "question", "about": ""},
    "close_thread": {"reason": "It is settled."},
    "pin_thread": {},
    "mark_answer": {"post": "reply"},
}


@pytest.fixture
def thread(group, ada, jonas, tomas):
    """A question of Jonas in Ada's group, with a reply of Tomás."""
    made = Thread.objects.start(group=group, author=jonas, title="Which knob?", body="Words", kind="question")
    Post.objects.reply(thread=made, author=tomas, body="That one.")
    Notification.objects.all().delete()
    return made


@pytest.fixture
def moderator(group):
    return factories.join(group, factories.make_user("Mei Lin"), "moderator")


def change(client, thread: Thread, name: str):
    sent = {key: thread.posts.last().pk if value == "reply" else value for key, value in CHANGES[name].items()}
    return client.post(reverse(name, args=[thread.pk]), sent)


def told(person) -> list[str]:
    return [sentence(each) for each in Notification.objects.visible_to(person).unread().filter(kind="answer")]


def events(group) -> list[str]:
    return list(ThreadLogEntry.objects.filter(group=group).order_by("pk").values_list("event", flat=True))


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    ("role", "status"), [("owner", 302), ("moderator", 302), ("asker", 302), ("member", 403), ("stranger", 404)]
)
def test_who_may_change_a_thread(signed_in, group, thread, ada, jonas, tomas, moderator, stranger, name, role, status):
    people = {"owner": ada, "moderator": moderator, "asker": jonas, "member": tomas, "stranger": stranger}
    if (name, role) == ("pin_thread", "asker"):
        status = 403
    assert change(signed_in(people[role]), thread, name).status_code == status
    event = {"thread_settings": "renamed", "close_thread": "closed", "pin_thread": "pinned", "mark_answer": "answered"}
    assert events(group) == ([event[name]] if status == 302 else [])


def test_the_answer_stands_above_all_and_those_concerned_are_told_once(signed_in, thread, ada, jonas, tomas):
    client, post = signed_in(ada), thread.posts.last()
    change(client, thread, "mark_answer")
    change(client, thread, "mark_answer")
    assert told(jonas) == ["Ada marked an answer to your question “Which knob?” in Thursday post-training"]
    assert told(tomas) == ["Ada marked your post in “Which knob?” in Thursday post-training as the answer"]
    assert told(ada) == []
    page = client.get(thread.get_absolute_url()).content.decode()
    above, _, posts = page.partition('<div class="posts">')
    assert "That one." in above
    assert "Answered</b>" in above
    assert posts.count("Answer</b>") == 1
    assert "Answered</b>" in client.get(reverse("threads", args=[thread.group_id])).content.decode()
    client.post(reverse("mark_answer", args=[thread.pk]), {"undo": "yes"})
    assert (told(jonas), told(tomas)) == ([], [])
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Answer</b>" not in page
    assert "Question</b>" in page
    change(client, thread, "mark_answer")
    post.soft_delete(by=tomas)
    assert told(jonas) == []
    assert Thread.objects.get(pk=thread.pk).answer_id is None


def test_a_question_that_becomes_a_discussion_has_no_answer_any_more(signed_in, thread, ada, jonas, tomas):
    change(signed_in(ada), thread, "mark_answer")
    post, changes = thread.posts.last(), Thread.objects.get(pk=thread.pk).post_changes
    moderation.edit_thread(thread, ada, title=thread.title, kind="discussion", about=None)
    assert (told(jonas), told(tomas)) == ([], [])
    post.refresh_from_db()
    assert post.last_change > changes


def test_who_named_it_what_stays_told(signed_in, thread, ada, jonas):
    for title in ("A", "B"):
        moderation.edit_thread(thread, ada, title=title, kind=thread.kind, about=None)
    changed = Notification.objects.filter(person=jonas, kind="thread_changed").order_by("pk")
    assert [each.facts["thread"] for each in changed] == ["A", "B"]
    signed_in(jonas).post(reverse("mark_all_read", args=[thread.group_id]), {"until": "9" * 18})
    assert not changed.unread().exists()


def test_the_question_itself_is_no_answer(signed_in, group, thread, jonas):
    client, first = signed_in(jonas), thread.posts.first()
    assert client.get(thread.get_absolute_url()).content.decode().count("Mark as answer") == 1
    answer = client.post(reverse("mark_answer", args=[thread.pk]), {"post": first.pk}, follow=True)
    assert "Mark a reply." in str(next(iter(answer.context["messages"])))
    assert events(group) == []


def test_a_page_that_is_open_shows_that_an_answer_is_marked_and_deleted(signed_in, thread, ada, jonas, tomas):
    post, htmx = thread.posts.last(), {"HX-Request": "true"}

    def answer(changes: int) -> str:
        sent = {"after": post.pk, "first": thread.posts.first().pk, "changes": changes}
        return signed_in(ada).get(reverse("posts", args=[thread.pk]), sent, headers=htmx).content.decode()

    change(signed_in(jonas), thread, "mark_answer")
    page = answer(0)
    assert "Answered</b>" in page
    assert "That one." in page.partition('id="answered"')[2]
    changes = Thread.objects.get(pk=thread.pk).post_changes
    deleted = signed_in(tomas).post(reverse("delete_post", args=[post.pk]), headers=htmx).content.decode()
    for page in (deleted, answer(changes)):
        assert "That one." not in page
        assert "Answered</b>" not in page
        assert "Question</b>" in page
        assert page.partition('id="answered"')[2].partition(">")[0].endswith("hidden")


def test_who_wrote_the_answer_sees_the_mark_come_and_go_on_an_open_page(signed_in, thread, jonas, tomas):
    first, post = thread.posts.first(), thread.posts.last()
    post.edit("This one.")

    def marked(changes: int, answer: int) -> tuple[list[str], int]:
        sent = {"after": post.pk, "first": first.pk, "changes": changes, "answer": answer}
        page = signed_in(tomas).get(reverse("posts", args=[thread.pk]), sent, headers=HTMX).content.decode()
        assert f"answer={Thread.objects.get(pk=thread.pk).answer_id or 0}" in page
        articles = re.findall(r"<article.*?</article>", page, re.DOTALL)
        return ["Answer</b>" in each for each in articles], Thread.objects.get(pk=thread.pk).post_changes

    said, changes = marked(0, 0)
    assert said == [], "their own edit is on the page"
    change(signed_in(jonas), thread, "mark_answer")
    said, changes = marked(changes, 0)
    assert said == [True]
    signed_in(jonas).post(reverse("mark_answer", args=[thread.pk]), {"undo": "yes"})
    said, changes = marked(changes, post.pk)
    assert said == [False]


def test_an_open_page_says_that_the_thread_was_closed_and_opened(signed_in, thread, ada, jonas, tomas):
    client, last = signed_in(tomas), thread.posts.last().pk

    def ask(**more):
        return client.get(reverse("posts", args=[thread.pk]), {"after": last, "changes": 0, **more}, headers=HTMX)

    assert "closed=1" not in client.get(thread.get_absolute_url()).content.decode()
    assert ask().status_code == 204
    change(signed_in(jonas), thread, "close_thread")
    page = ask().content.decode()
    for words in ("It is settled.", "The thread was closed. You can read it,", "Closed</b>", "closed=1"):
        assert words in page
    assert 'id="reply"' not in page, "the form stays, with what is typed"
    assert "closed=1" in client.get(thread.get_absolute_url()).content.decode()
    assert ask(closed=1).status_code == 204
    signed_in(jonas).post(reverse("close_thread", args=[thread.pk]), {"reopen": "yes"})
    page = ask(closed=1).content.decode()
    assert "The thread is open again." in page
    for words in ("It is settled.", "Closed</b>", "closed=1"):
        assert words not in page
    archive_group(thread.group, by=ada)
    page = ask().content.decode()
    assert "You can read everything in it" in page
    assert "Only the owner can reopen the group." in page
    assert ask(closed=1).status_code == 204


def test_the_answer_of_a_muted_member_is_folded(signed_in, thread, ada, jonas, tomas):
    change(signed_in(jonas), thread, "mark_answer")
    Mute.objects.mute(ada, tomas)
    page = signed_in(ada).get(thread.get_absolute_url()).content.decode()
    assert page.count("That one.") == page.count("Post by a muted member: Show") == 2


def test_who_started_a_thread_is_told_what_others_did_to_it(signed_in, thread, ada, jonas, tomas):
    client, settings = signed_in(ada), reverse("thread_settings", args=[thread.pk])
    Post.objects.reply(thread=thread, author=tomas, body="More")
    changed = Notification.objects.unread().filter(kind="thread_changed").order_by("pk")
    signed_in(jonas).post(settings, {"title": "Which knob then?", "kind": "question", "about": ""})
    assert not changed.exists()
    client.post(
        settings, {"title": "Which knob now?", "kind": "question", "about": f"topic-{topic_of(thread.group).pk}"}
    )
    change(client, thread, "close_thread")
    before = [
        "Ada renamed your thread to “Which knob now?” in Thursday post-training",
        "Ada changed what your thread “Which knob now?” in Thursday post-training is about",
    ]
    closed = "Ada closed your thread “Which knob now?” in Thursday post-training"
    assert [sentence(each) for each in changed.all()] == [*before, closed]
    client.post(reverse("close_thread", args=[thread.pk]), {"reopen": "yes"})
    reopened = "Ada reopened your thread “Which knob now?” in Thursday post-training"
    assert [sentence(each) for each in changed.all()] == [*before, reopened]
    assert {each.person for each in changed} == {jonas}
    assert Notification.objects.visible_to(jonas).unread().count_grouped() == 2
    reply = Notification.objects.visible_to(jonas).get(kind="reply")
    assert sentence(reply) == "Tomás posted in “Which knob now?” in Thursday post-training"
    signed_in(jonas).get(thread.get_absolute_url())
    assert not changed.all().exists()


def test_a_discussion_has_no_answer(signed_in, group, thread, ada, tomas):
    client = signed_in(ada)
    change(client, thread, "mark_answer")
    client.post(
        reverse("thread_settings", args=[thread.pk]), {"title": thread.title, "kind": "discussion", "about": ""}
    )
    thread.refresh_from_db()
    assert (thread.kind, thread.answer_id) == ("discussion", None)
    change(client, thread, "mark_answer")
    assert "Mark as answer" not in client.get(thread.get_absolute_url()).content.decode()
    assert events(group) == ["answered", "kind"]


def test_a_post_of_another_thread_is_no_answer(signed_in, group, thread, jonas):
    other = Thread.objects.start(group=group, author=jonas, title="T", body="B").posts.get()
    signed_in(jonas).post(reverse("mark_answer", args=[thread.pk]), {"post": other.pk})
    assert events(group) == []


def test_a_closed_thread_says_why_and_takes_no_reply(signed_in, thread, ada, jonas, tomas):
    client = signed_in(tomas)
    assert change(signed_in(jonas), thread, "close_thread").status_code == 302
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "It is settled." in page
    assert "Jonas Lind closed this thread" in page.replace("\u2068", "").replace("\u2069", "")
    assert "You closed this thread" in signed_in(jonas).get(thread.get_absolute_url()).content.decode()
    assert "Post reply" not in page
    assert "Reopen thread" not in page
    # Who was writing meanwhile keeps what they wrote.
    answer = client.post(reverse("posts", args=[thread.pk]), {"body": "Too late"})
    assert answer.status_code == 409
    assert "Too late" in answer.content.decode()
    assert "The thread was closed. You can read it, but you can’t reply." in answer.content.decode()
    signed_in(ada).post(reverse("close_thread", args=[thread.pk]), {"reopen": "yes"})
    assert client.post(reverse("posts", args=[thread.pk]), {"body": "In time"}).status_code == 302
    assert events(thread.group) == ["closed", "reopened"]


def test_a_thread_moves_to_another_topic_and_is_found_there(signed_in, group, thread, jonas):
    topic = topic_of(group)
    sent = {"title": "Which knob, then?", "kind": "question", "about": f"topic-{topic.pk}"}
    client = signed_in(jonas)
    client.post(reverse("thread_settings", args=[thread.pk]), sent)
    client.post(reverse("thread_settings", args=[thread.pk]), sent)  # changes nothing
    assert list(Thread.objects.about_topic(topic)) == [thread]
    assert events(group) == ["renamed", "moved"]
    log = client.get(reverse("moderation_log", args=[group.pk])).content.decode()
    assert "You renamed the thread." in log
    assert "Former title: <bdi>Which knob?</bdi>" in log


def test_pinned_threads_come_first_on_the_first_page(signed_in, monkeypatch, group, thread, ada, jonas):
    monkeypatch.setattr(thread_list, "PAGE", 2)
    # The statement is built with it, and kept.
    monkeypatch.setattr(thread_list, "_page_rows", Together(thread_list._page_rows.build))
    change(signed_in(ada), thread, "pin_thread")
    for number in range(3):
        Thread.objects.start(group=group, author=ada, title=f"Thread {number}.", body="B")
    client, url = signed_in(jonas), reverse("threads", args=[group.pk])
    page = client.get(url).content.decode()
    assert page.index("Which knob?") < page.index("Thread 2.") < page.index("Thread 1.")
    earlier = client.get(
        url + page.partition('href="?before=')[2].partition('"')[0].join(["?before=", ""])
    ).content.decode()
    assert "Thread 0." in earlier
    assert "Which knob?" not in earlier


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_of_a_reply_and_a_closing_at_once_either_is_first(thread, jonas, tomas):
    def reply():
        try:
            return Post.objects.reply(thread=Thread.objects.get(pk=thread.pk), author=tomas, body="More").pk
        except RuleViolation as refusal:
            return refusal.code

    def close():
        moderation.close(Thread.objects.get(pk=thread.pk), jonas, reason="Done.")

    said, _ = at_once(reply, close)
    closed = ThreadLogEntry.objects.get(event="closed")
    assert said == "thread_closed" or Post.objects.get(pk=said).created_at
    assert Thread.objects.get(pk=thread.pk).closed_at
    assert closed.detail == "Done."
