"""A group's page of who did what when; the newest posts that it, home and the feed take; what is new on home."""

import html
import random
import re

import pytest
from django.urls import reverse

from groups.leaving.leave import leave_group
from groups.members.mute import Mute
from groups.overview import group_activity
from groups.threads.newest_posts import NEWEST, newest_posts
from groups.threads.post import Post
from groups.threads.read_position import ReadPosition
from groups.threads.thread import Thread
from tests import factories
from tests.groups.reviewing import say, show

KINDS = ["joined", "post", "submitted", "reviewed", "accepted", "ended"]


@pytest.fixture
def url(group):
    return reverse("group_activity", args=[group.pk])


@pytest.fixture
def thread(group, jonas):
    return Thread.objects.start(group=group, author=jonas, title="Which knob?", body="Words")


def events(page) -> list[tuple[str, int]]:
    return [(each.kind, each.thing.pk) for each in page.context["page"].events]


def ways(page) -> list[str]:
    """Where the links to the other pages lead."""
    links = page.content.decode().partition('"way"')[2].partition("</p>")[0]
    return [html.unescape(each) for each in re.findall(r'href="([^"]+)"', links)]


def test_it_shows_who_did_what_of_oneself_too_and_of_one_kind(signed_in, url, group, thread, ada, jonas, tomas, mei):
    Post.objects.reply(thread=thread, author=tomas, body="A reply.")
    shown = show(jonas, group)
    for reviewer in (tomas, ada):
        say(shown, reviewer, "approve")
    leave_group(group.membership_of(mei))
    page = signed_in(ada).get(url)
    text = " ".join(page.content.decode().split())
    for words in (
        "Jonas started the thread", "Tomás posted in", "Jonas submitted a summary", "Tomás approved Jonas’s summary",
        "You approved Jonas’s summary", "summary of <a", "was accepted", "You joined the group", "Mei-Ling Chen left",
    ):  # fmt: skip
        assert words in text, words
    found = events(page)
    assert {kind for kind, _ in found} == set(KINDS)
    for kind, kinds in {"posts": {"post"}, "reviews": {"submitted", "reviewed", "accepted"}}.items():
        assert {name for name, _ in events(signed_in(ada).get(url, {"kind": kind}))} == kinds
    # Who left is known to those who moderate.
    assert "ended" not in dict(events(signed_in(jonas).get(url)))


def test_reviews_of_a_withdrawn_submission_are_not_in_it(signed_in, url, group, ada, jonas, tomas):
    shown = show(jonas, group)
    say(shown, tomas, "approve")
    assert {"submitted", "reviewed"} <= {kind for kind, _ in events(signed_in(ada).get(url))}
    shown.submission.withdraw()
    assert not {"submitted", "reviewed"} & {kind for kind, _ in events(signed_in(ada).get(url))}


@pytest.mark.every_engine
def test_it_goes_on_where_a_page_ends(signed_in, url, group, thread, ada, jonas, tomas):
    other = Thread.objects.start(group=group, author=ada, title="Another", body="Words")
    for number in range(70):
        Post.objects.reply(thread=other if number % 3 else thread, author=(ada, tomas)[number % 2], body=f"{number}.")
    Post.objects.filter(pk__in=[post.pk for post in thread.posts.all()[5:9]]).update(author=None)
    client, address, found, pages = signed_in(jonas), url, [], 0
    while address and pages < 10:
        page = client.get(address)
        assert len(events(page)) <= group_activity.PAGE
        found, pages = found + events(page), pages + 1
        if pages == 1:
            Post.objects.reply(thread=thread, author=ada, body="Meanwhile.")
        earlier = page.context["page"].earlier
        address = f"{url}?before={earlier}" if earlier else ""
    assert len(found) == len(set(found))
    of_posts = client.get(url, {"kind": "posts"})
    earlier = f"?kind=posts&before={of_posts.context['page'].earlier}"
    assert ways(of_posts) == [earlier]
    assert ways(client.get(f"{url}{earlier}"))[0] == f"{url}?kind=posts"
    posts = [pk for kind, pk in found if kind == "post"]
    assert posts == sorted(posts, reverse=True)
    assert len(posts) == 72
    assert len(found) == 72 + 3
    for nonsense in ("x", "1.2", "1.2.3.4-5.6.7.8", "9" * 30):
        assert client.get(url, {"before": nonsense, "kind": "x"}).status_code == 200


def test_posts_of_the_muted_are_listed_without_their_words(signed_in, url, thread, ada, jonas, tomas):
    Post.objects.reply(thread=thread, author=tomas, body="Not for Jonas.")
    Mute.objects.mute(jonas, tomas)
    assert "Not for Jonas." in signed_in(ada).get(url).content.decode()
    page = signed_in(jonas).get(url).content.decode()
    assert "Not for Jonas." not in page
    assert "Tomás posted in" in " ".join(page.split())


@pytest.mark.every_engine
@pytest.mark.parametrize("seed", range(3))
def test_the_newest_posts_are_those_of_all_posts(group, reading_list, ada, jonas, tomas, seed):
    chance = random.Random(seed)
    groups = [group, factories.make_group(ada, jonas, reading_list=reading_list, name="Quiet")]
    threads = [
        Thread.objects.start(group=chance.choice(groups), author=ada, title=f"T{number}", body="B")
        for number in range(12)
    ]
    for _ in range(60):
        Post.objects.create(
            thread=chance.choice(threads), author=chance.choice([ada, jonas, tomas, None]), body="B", body_html="B",
            renderer=1,
        )  # fmt: skip
    for post in chance.sample(list(Post.objects.all()), 15):
        Post.objects.filter(pk=post.pk).update(deleted_at=post.created_at, deleted_as="author")
    Mute.objects.mute(jonas, tomas)
    keys = list(Post.objects.values_list("pk", flat=True))
    for asked in (groups, groups[:1]):
        here = [post for post in Post.objects.not_deleted().order_by("-pk") if post.thread.group in asked]
        others = [post for post in here if post.author not in (jonas, tomas)]
        for before in (NEWEST, *chance.sample(keys, 5)):
            for viewer, expected in ((None, here), (jonas, others)):
                expected = [post for post in expected if post.pk < before][:6]
                found = newest_posts([each.pk for each in asked], 6, viewer=viewer, before=before)
                assert found == expected


@pytest.mark.every_engine
def test_home_has_unread_threads_first_and_each_once(signed_in, group, thread, ada, jonas, tomas):
    read = Thread.objects.start(group=group, author=tomas, title="Read already", body="Words")
    show(tomas, group)
    client = signed_in(jonas)
    client.get(read.get_absolute_url())
    Post.objects.reply(thread=thread, author=ada, body="The last line.")
    home = client.get("/").content.decode()
    stream = " ".join(home[home.index('id="news"') :].split())
    assert re.search(r"Which knob\?</a>\s*<b[^>]*>1 unread</b>.*The last line\..*Read already", stream)
    assert stream.count("Which knob?") == 1
    for what, shown, hidden in (
        ("threads", "Read already", "submitted a summary"), ("reviews", "submitted a summary", "Read already"),
    ):  # fmt: skip
        page = client.get("/", {"show": what}).content.decode()
        stream = page[page.index('id="news"') :]
        assert shown in stream
        assert hidden not in stream
    # What was marked as unread comes back, however old it is.
    client.get(thread.get_absolute_url())
    ReadPosition.objects.mark_unread(thread, jonas, since=thread.posts.earliest("pk").pk)
    assert "Which knob?" in client.get("/", {"show": "threads"}).content.decode()
