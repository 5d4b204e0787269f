"""How far a member has read: where a thread opens, what is marked as unread, and what counts as read."""

import re
from random import Random

import pytest
from django.db import connection, transaction
from django.urls import reverse

from groups.leaving.leave import leave_group
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.threads.follow import Follow
from groups.threads.post import PAGE, Post
from groups.threads.read_position import ReadPosition, unread_by_group, unread_count, unread_threads
from groups.threads.thread import Thread
from tests import factories
from tests.groups.at_once import at_once, while_uncommitted
from tests.groups.reviewing import days, topic_of

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="Words", now=days(-9))


def say(thread, author, number: int = 1, at=None) -> list[Post]:
    return [Post.objects.reply(thread=thread, author=author, body=f"Post {n}", now=at) for n in range(number)]


def unread(person, group) -> int:
    return unread_by_group(person)[group.pk]


def shown(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<article class="post" id="post-(\d+)"', html)]


def test_a_thread_opens_at_the_line_above_its_first_unread_post_and_is_read_then(signed_in, ada, jonas, group, thread):
    client, url = signed_in(jonas), thread.get_absolute_url()
    first = client.get(url).content.decode()
    assert 'id="unread"' not in first  # nothing would be above it
    say(thread, jonas)
    new = say(thread, ada, 2, at=days(-1))
    page = client.get(url).content.decode()
    assert 'href="#unread">Jump to new posts</a>' in page
    below = page.partition('id="unread"')[2]
    assert shown(below) == [each.pk for each in new]
    assert re.search(r"New since <time[^>]*>\w+day</time>", below)
    assert 'id="unread"' not in client.get(url).content.decode()
    assert unread(jonas, group) == 0


def test_what_was_marked_as_unread_below_the_rest_is_read_again(signed_in, ada, jonas, group, thread):
    client, url = signed_in(jonas), thread.get_absolute_url()
    first, newest = say(thread, ada, 2)
    ReadPosition.objects.mark_all_read(group, jonas, to=newest.pk)
    ReadPosition.objects.mark_unread(thread, jonas, since=first.pk)
    assert unread(jonas, group) == 2
    client.get(url)
    assert unread(jonas, group) == 0


def test_an_old_tab_that_marks_all_as_read_reads_nothing_newer(ada, jonas, group, thread):
    first, second, newest = say(thread, ada, 3)
    ReadPosition.objects.mark_all_read(group, jonas, to=newest.pk)
    ReadPosition.objects.mark_unread(thread, jonas, since=first.pk)
    ReadPosition.objects.mark_all_read(group, jonas, to=second.pk)
    assert unread(jonas, group) == 1


def test_lists_tabs_and_home_say_how_much_is_unread(signed_in, ada, jonas, group, thread):
    client = signed_in(jonas)
    client.get(thread.get_absolute_url())
    other = Thread.objects.start(group=group, author=ada, title="Another", body="Words")
    say(other, ada, 2)
    say(thread, ada)
    threads = client.get(reverse("threads", args=[group.pk])).content.decode()
    marks = dict(
        re.findall(r'<a href="/threads/(\d+)/#unread">[^<]*</a> <b class="tag mine unread">([^<]*)</b>', threads)
    )
    assert marks == {str(other.pk): "3 unread", str(thread.pk): "1 unread"}
    for page in (
        threads,
        *(client.get(reverse(name, args=[group.pk])).content.decode() for name in ("group", "members")),
    ):
        assert re.search(r"Threads <b [^>]*>4</b><b [^>]*>4 unread</b>\s*</a>", page)
    home = client.get(reverse("home")).content.decode()
    assert f'href="{reverse("group_activity", args=[group.pk])}"' in home
    assert "4 unread" in home
    assert "unread</b>" not in signed_in(ada).get(reverse("threads", args=[group.pk])).content.decode()
    say(other, ada, 100)
    assert "99+ unread" in client.get(reverse("home")).content.decode()


@pytest.mark.every_engine
def test_a_muted_thread_is_shown_as_muted_and_does_not_count(signed_in, ada, jonas, group):
    topic, client = topic_of(group), signed_in(jonas)
    threads = [
        Thread.objects.start(group=group, author=ada, title=f"Thread {about}", body="Words", about=about)
        for about in (None, topic, topic, topic.topic_entries.first().source)
    ]
    show = reverse("threads", args=[group.pk])
    member = group.membership_of(jonas)
    Follow.objects.set_for(member, is_muted=True, thread=threads[0])
    Follow.objects.set_for(member, is_muted=True, topic=topic)
    Follow.objects.set_for(member, is_muted=False, thread=threads[1])
    Follow.objects.set_for(member, is_muted=True, source=threads[3].source)
    page = client.get(show).content.decode()
    assert unread(jonas, group) == 1
    assert re.findall(r'href="/threads/(\d+)/#unread"', page) == [str(threads[1].pk)]
    assert page.count("Muted</b>") == 3
    assert list(Thread.objects.filter(pk__found_by=unread_threads(jonas, 9))) == [threads[1]]
    say(threads[2], jonas)
    assert unread(jonas, group) == 2
    Membership.objects.filter(pk=member.pk).update(follow_level="nothing")
    assert unread(jonas, group) == 1
    Follow.objects.all().delete()
    assert unread(jonas, group) == 4
    # Older threads that are marked as unread, too.
    ReadPosition.objects.mark_all_read(group, jonas, to=group.newest_post_key)
    ReadPosition.objects.mark_unread(threads[0], jonas, since=1)
    assert unread(jonas, group) == 1
    Follow.objects.set_for(member, is_muted=True, thread=threads[0])
    assert unread(jonas, group) == 0
    assert list(Thread.objects.filter(pk__found_by=unread_threads(jonas, 9))) == []


def test_more_unread_posts_than_a_page_holds_are_read_page_by_page(signed_in, ada, jonas, group, thread):
    client, url = signed_in(jonas), thread.get_absolute_url()
    client.get(url)
    new = say(thread, ada, PAGE + 20)
    page = client.get(url).content.decode()
    assert shown(page) == [each.pk for each in new[:PAGE]]
    assert page.index('id="unread"') < page.index(f'id="post-{new[0].pk}"')
    assert unread(jonas, group) == 20
    # A page in the middle, from which some are still before: nothing is read.
    client.post(reverse("mark_unread", args=[thread.pk]), {"post": new[0].pk})
    client.get(f"{url}?from={new[10].pk}")
    client.get(f"{url}?before={new[0].pk}")
    assert unread(jonas, group) == PAGE + 20
    # Nor is it on the page of the newest, to which a link to one of them leads.
    answer = client.get(reverse("post", args=[new[-1].pk]), follow=True)
    assert shown(answer.content.decode())[-1] == new[-1].pk
    assert unread(jonas, group) == PAGE + 20
    later = re.search(r'href="(\?from=\d+)"', client.get(url).content.decode())[1]
    client.get(url + later)
    assert unread(jonas, group) == 0


def test_who_reads_all_needs_no_position_of_each_thread(signed_in, ada, jonas, group, thread):
    others = [Thread.objects.start(group=group, author=ada, title="Another", body="Words") for _ in range(2)]
    client = signed_in(jonas)
    for each in (thread, *others):
        client.get(each.get_absolute_url())
    assert not ReadPosition.objects.filter(membership__person=jonas).exists()
    assert unread(jonas, group) == 0
    post = say(others[0], ada)[0]
    client.post(reverse("mark_unread", args=[thread.pk]), {"post": thread.posts.get().pk})
    assert unread(jonas, group) == 2
    client.get(others[0].get_absolute_url())
    assert unread(jonas, group) == 1
    assert group.membership_of(jonas).read_to == post.pk


def test_threads_beside_topics_and_on_the_groups_page_say_how_much_is_unread(signed_in, ada, jonas, group):
    about = topic_of(group)
    source = about.topic_entries.first().source
    for subject in (about, source):
        Thread.objects.start(group=group, author=ada, title="About it", body="Words", about=subject)
    for page, number in ((group, 2), (about, 2), (source, 1)):
        html = signed_in(jonas).get(page.get_absolute_url()).content.decode()
        assert len(re.findall(r'/#unread">About it</a>\s*<b class="tag mine unread">1 unread</b>', html)) == number
        assert "unread</b>" not in signed_in(ada).get(page.get_absolute_url()).content.decode()


def test_from_here_on_it_is_unread_again_until_it_is_opened(signed_in, ada, jonas, group, thread):
    first, second = say(thread, ada, 2)
    client = signed_in(jonas)
    page = client.get(thread.get_absolute_url()).content.decode()
    key = second.pk
    button = (
        rf'aria-labelledby="unread-from-{key} post-{key}-by"\s+form="unread-from" name="post" value="{key}">Mark as'
    )
    assert re.search(button, page)
    answer = client.post(reverse("mark_unread", args=[thread.pk]), {"post": second.pk}, follow=True)
    assert "The thread is marked as unread from that post on." in answer.content.decode()
    assert unread(jonas, group) == 1
    client.post(reverse("mark_unread", args=[thread.pk]), {"post": first.pk})
    client.post(reverse("mark_unread", args=[thread.pk]), {"post": second.pk})  # not forward
    assert unread(jonas, group) == 2
    elsewhere = Thread.objects.start(group=group, author=ada, title="Another", body="Words").posts.get()
    client.post(reverse("mark_unread", args=[thread.pk]), {"post": elsewhere.pk})
    assert unread(jonas, group) == 3
    client.get(thread.get_absolute_url())
    assert unread(jonas, group) == 1  # of the other thread


def test_where_nothing_was_read_yet_a_later_mark_reads_nothing(signed_in, ada, jonas, group, thread):
    post = say(thread, ada, 3)[-1]
    signed_in(jonas).post(reverse("mark_unread", args=[thread.pk]), {"post": post.pk})
    assert unread(jonas, group) == 4


def test_a_refused_reply_reads_nothing(signed_in, ada, jonas, group, thread):
    answer = signed_in(jonas).post(reverse("posts", args=[thread.pk]), {"body": ""})
    assert answer.status_code == 422
    assert unread(jonas, group) == 1


def test_what_came_in_place_is_read_once_the_page_says_that_it_was_shown(signed_in, ada, jonas, group, thread):
    client, url = signed_in(jonas), reverse("posts", args=[thread.pk])
    client.get(thread.get_absolute_url())
    after = thread.posts.get().pk
    new = say(thread, ada)[0].pk
    inserted = client.get(f"{url}?after={after}", **HTMX).content.decode()
    assert re.search(rf"\?after={new}&amp;first=0&amp;line=1&amp;changes=\d+&amp;shown=1", inserted)
    assert unread(jonas, group) == 1
    said = client.get(f"{url}?after={new}&line=1&shown=1", **HTMX)
    assert said.status_code == 200
    assert "shown=1" not in said.content.decode()
    assert unread(jonas, group) == 0
    assert client.get(f"{url}?after={new}&line=1", **HTMX).status_code == 204


def test_what_was_posted_before_they_joined_is_read_also_the_second_time(signed_in, ada, group, thread):
    newcomer, link = factories.make_user(), Invitation.objects.make(group, ada)
    link.accept(newcomer, hides_reading=False)
    assert unread(newcomer, group) == 0
    say(thread, ada)
    assert unread(newcomer, group) == 1
    signed_in(newcomer).post(reverse("mark_unread", args=[thread.pk]), {"post": thread.posts.first().pk})
    assert unread(newcomer, group) == 2
    leave_group(group.membership_of(newcomer))
    assert unread_by_group(newcomer) == {}
    link.accept(newcomer, hides_reading=False)
    assert unread(newcomer, group) == 0


def test_all_that_the_page_showed_is_read_by_one_button(signed_in, ada, jonas, group, thread):
    client, url = signed_in(jonas), reverse("threads", args=[group.pk])
    until = re.search(r'name="until" value="(\d+)">Mark all threads as read', client.get(url).content.decode())[1]
    say(thread, ada)
    client.post(reverse("mark_all_read", args=[group.pk]), {"until": until})
    assert unread(jonas, group) == 1
    client.post(reverse("mark_all_read", args=[group.pk]), {"until": "9" * 18})
    assert unread(jonas, group) == 0
    say(thread, ada)
    assert unread(jonas, group) == 1
    assert "Mark all threads as read" not in signed_in(ada).get(url).content.decode()


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_pages_that_are_opened_at_once_move_the_mark_forward_only(ada, jonas, group, thread):
    posts = say(thread, ada, 6)
    for _ in range(3):
        at_once(*(lambda post=post: ReadPosition.objects.mark_read(thread, jonas, to=post.pk) for post in posts))
        assert unread(jonas, group) == 0
        Membership.objects.update(read_to=0)
        ReadPosition.objects.all().delete()


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_who_leaves_while_a_page_opens_leaves_no_mark(ada, jonas, group, thread):
    def leave():
        leave_group(Membership.objects.get(person=jonas))

    def read():
        return ReadPosition.objects.mark_read(thread, jonas, to=thread.posts.get().pk)

    assert while_uncommitted(leave, read) == [None, False]
    assert not ReadPosition.objects.exists()
    factories.join(group, jonas)
    _, left = while_uncommitted(read, leave)  # whichever of the two was first
    assert left is None
    assert not ReadPosition.objects.exists()
    assert not transaction.get_connection().in_atomic_block


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_a_server_of_the_release_before_adds_and_deletes_beside_this_one(ada, jonas, group, thread):
    """It knows neither what members have read nor what they follow, and so neither sets nor deletes it."""
    about = topic_of(group)
    subjects = ({"thread": thread}, {"topic": about}, {"source": about.topic_entries.first().source})

    def run(statement: str, *params) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)

    def read_and_follow() -> Membership:
        first, _ = say(thread, ada, 2)
        membership = group.membership_of(jonas)
        ReadPosition.objects.mark_read(thread, jonas, to=first.pk)
        assert membership.read_positions.exists()
        for subject in subjects:
            Follow.objects.set_for(membership, is_muted=True, **subject)
        return membership

    membership = read_and_follow()
    run("DELETE FROM groups_membership WHERE id = %s", membership.pk)
    assert not ReadPosition.objects.exists()
    assert not Follow.objects.filter(is_muted=True).exists()
    joined = membership.joined_at
    run(
        """INSERT INTO groups_membership (group_id, person_id, role, hides_reading, joined_at)
        VALUES (%s, %s, %s, %s, %s)""",
        group.pk, jonas.pk, "member", False, joined,
    )  # fmt: skip
    assert unread(jonas, group) == 0
    membership = read_and_follow()
    run("DELETE FROM groups_post WHERE thread_id = %s", thread.pk)
    run("DELETE FROM groups_thread WHERE id = %s", thread.pk)
    assert not ReadPosition.objects.exists()
    assert membership.follows.filter(thread=None).count() == 2


@pytest.mark.every_engine
def test_the_newest_threads_with_unread_posts_are_those_that_have_a_count_of_them(ada, jonas, group):
    chance, other = Random(4), factories.make_group(ada, jonas, name="Other")
    for place in range(24):
        thread = Thread.objects.start(
            group=chance.choice([group, other]),
            author=chance.choice([ada, jonas]),
            title=f"Thread {place}",
            body="Words",
        )
        posts = say(thread, ada, chance.randrange(3)) + say(thread, jonas, chance.randrange(2))
        if posts and chance.random() < 0.4:
            chance.choice(posts).soft_delete(ada)
        if posts and chance.random() < 0.4:
            ReadPosition.objects.mark_read(thread, jonas, to=chance.choice(posts).pk)
        if place in (3, 6):
            ReadPosition.objects.mark_all_read(thread.group, jonas, to=thread.group.newest_post_key)
    for thread in chance.sample(list(Thread.objects.all()), 3):
        ReadPosition.objects.mark_unread(thread, jonas, since=thread.posts.earliest("pk").pk)
    for person in (ada, jonas, factories.make_user("Tomás Bauer")):
        counted = Thread.objects.visible_to(person).annotate(unread=unread_count(person)).order_by("-latest_id")
        unread_ones = [thread.pk for thread in counted if thread.unread]
        assert len(unread_ones) > 3 or person not in (ada, jonas)
        for limit in (1, 3, 6, 30):
            found = Thread.objects.filter(pk__found_by=unread_threads(person, limit)).order_by("-latest_id")
            assert [thread.pk for thread in found] == unread_ones[:limit]
