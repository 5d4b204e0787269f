"""How far a member has read: where a thread opens, what is marked as unread, and what counts as read."""

import re

import pytest
from django.db import transaction
from django.urls import reverse

from groups.leaving.leave import leave_group
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.threads.post import PAGE, Post
from groups.threads.read_position import ReadPosition, unread_by_group
from groups.threads.thread import Thread
from tests import factories
from tests.groups.at_once import at_once, while_uncommitted
from tests.groups.reviewing import days

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
        assert re.search(r"Threads <b [^>]*>4 unread</b>\s*</a>", page)
    home = client.get(reverse("home")).content.decode()
    assert f'href="{reverse("threads", args=[group.pk])}"' in home
    assert "4 unread" in home
    assert "unread</b>" not in signed_in(ada).get(reverse("threads", args=[group.pk])).content.decode()
    say(other, ada, 100)
    assert "99+ unread" in client.get(reverse("home")).content.decode()


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
    # The newest are asked for by name, as a link to one of them does.
    answer = client.get(reverse("post", args=[new[-1].pk]), follow=True)
    assert shown(answer.content.decode())[-1] == new[-1].pk
    assert unread(jonas, group) == 0


def test_from_here_on_it_is_unread_again_until_it_is_opened(signed_in, ada, jonas, group, thread):
    first, second = say(thread, ada, 2)
    client = signed_in(jonas)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert f'name="post" value="{second.pk}">Mark as unread from here</button>' in page
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
    assert f"?after={new}&amp;line=1&amp;shown=1" in inserted
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
        assert ReadPosition.objects.get().read_to == posts[-1].pk
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
