"""What is kept of each thread, number and last of its posts, against what counting gives."""

from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from groups.leaving.erasure import erase_texts, lock_groups_of
from groups.threads import latest_post_triggers
from groups.threads.post import Post
from groups.threads.recount import drifted_threads
from groups.threads.thread import Thread
from readlist_site.run.tick import tick
from tests.groups.at_once import at_once
from tests.groups.reviewing import days


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="Words")


def kept(thread: Thread) -> tuple[int, int, int | None]:
    thread.refresh_from_db()
    return thread.post_count, thread.latest_id, thread.last_post_id


def counted(thread: Thread) -> tuple[int, int, int | None]:
    """The same, from its posts alone."""
    posts = list(thread.posts.order_by("pk").values_list("pk", "deleted_at"))
    left = [pk for pk, deleted_at in posts if deleted_at is None]
    return len(left), max((pk for pk, _ in posts), default=0), max(left, default=None)


def plain(thread: Thread, author, number: int) -> list[Post]:
    return [Post(thread=thread, author=author, body="x", body_html="x", renderer=1) for _ in range(number)]


def test_it_is_what_counting_gives_after_random_acts(group, ada, jonas, thread):
    random, people = Random(12), [ada, jonas]
    threads = [
        thread,
        *(Thread.objects.start(group=group, author=jonas, title=f"Thread {place}", body="x") for place in range(3)),
    ]
    for step in range(150):
        chosen, person = random.choice(threads), random.choice(people)
        posts = list(chosen.posts.order_by("pk"))
        post = random.choice(posts) if posts else None
        act = random.choice(["reply", "reply", "bulk", "delete", "delete", "restore", "move", "purge", "purge_all"])
        if act == "reply":
            Post.objects.reply(thread=chosen, author=person, body=f"Post {step}")
        elif act == "bulk":
            Post.objects.bulk_create(plain(chosen, person, 2) + plain(random.choice(threads), person, 2))
        elif act == "delete" and post:
            post.soft_delete(by=post.author)
        elif act == "restore":
            chosen.posts.update(deleted_at=None, deleted_as="", deleted_by=None)
        elif act == "move" and post:
            Post.objects.filter(pk=post.pk).update(thread=random.choice(threads))
        elif act == "purge" and post:
            post.delete()
        elif act == "purge_all" and step % 5 == 0:
            chosen.posts.all().delete()
        for each in threads:
            assert kept(each) == counted(each), (step, act)
    erase_texts(ada, lock_groups_of(ada, texts=True), [], timezone.now())
    assert [kept(each) for each in threads] == [counted(each) for each in threads]
    thread.posts.all().delete()
    thread.delete()


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_changes_none_is_lost(thread, ada, jonas):
    for _ in range(3):
        posts = [Post.objects.reply(thread=thread, author=jonas, body="Mine") for _ in range(3)]
        at_once(
            lambda posts=posts: posts[2].soft_delete(by=jonas),
            # Without the group's lock, as a bulk update does it.
            lambda posts=posts: Post.objects.filter(pk=posts[1].pk).update(deleted_at=days(0), deleted_as="author"),
            lambda posts=posts: posts[0].delete(),
            lambda: Post.objects.bulk_create(plain(thread, ada, 2)),
            lambda: Post.objects.reply(thread=thread, author=ada, body="Mine, too"),
        )
        assert kept(thread) == counted(thread)


def test_triggers_that_were_lost_are_back_after_the_next_migrate_and_the_threads_are_right(thread, jonas):
    """As when a migration rebuilds the table of posts on SQLite."""
    assert latest_post_triggers.installed(connection) == sorted(latest_post_triggers.NAMES)
    latest_post_triggers.drop(connection)
    Post.objects.reply(thread=thread, author=jonas, body="Unseen")
    assert kept(thread) != counted(thread)
    with pytest.raises(CommandError, match="migrate"):
        call_command("recount", check=True)
    call_command("migrate", verbosity=0)
    assert latest_post_triggers.installed(connection) == sorted(latest_post_triggers.NAMES)
    Post.objects.reply(thread=thread, author=jonas, body="Seen")
    assert kept(thread) == counted(thread)


def test_a_table_with_triggers_can_be_rebuilt_by_a_migration(thread, jonas):
    """Which SQLite refuses while they are there: they are dropped before each migrate that has something to do."""
    from groups.apps import _drop_triggers

    _drop_triggers(using="default", plan=["something"])
    assert bool(latest_post_triggers.installed(connection)) == (connection.vendor == "postgresql")
    call_command("migrate", verbosity=0)
    Post.objects.reply(thread=thread, author=jonas, body="Seen")
    assert kept(thread) == counted(thread)


def test_what_is_wrong_is_told_once_a_day_and_mended_by_the_command(thread, caplog, capsys):
    Thread.objects.filter(pk=thread.pk).update(post_count=7, last_post=None)
    assert list(drifted_threads()) == [[thread.pk]]
    tick(days(0))
    tick(days(0.5))
    assert [each.message for each in caplog.records if "recount" in each.message] == [
        "1 threads have a wrong number of posts, or a wrong last one: run manage.py recount."
    ]
    with pytest.raises(CommandError, match="Threads with wrong numbers: 1"):
        call_command("recount", check=True)
    call_command("recount", after=thread.pk)
    assert kept(thread) != counted(thread)
    call_command("recount")
    assert kept(thread) == counted(thread)
    call_command("recount", check=True)
    assert "All numbers are right." in capsys.readouterr().out
