"""The unfinished texts on the home page: each can be gone on with, and none is there in vain."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups.reviews.review_draft import ReviewDraft
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from notes.draft import Draft
from readlist_site.pages.my_drafts import draft_rows, unfinished_texts
from tests.groups.reviewing import days, revise, say, show, take, topic_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(group, jonas):
    return Thread.objects.start(group=group, author=jonas, title="On beta", body="Which one?")


@pytest.fixture
def post(thread):
    return Post.objects.get(thread=thread)


@pytest.fixture
def shown(group, ada):
    """Ada's summary, which waits for a reviewer."""
    return show(ada, group, at=timezone.now())


def write(person, topic, text: str = "Half a thought", **more) -> Draft:
    prompt = topic.list.prompts.not_retired().first()
    return Draft.save_answers(person, topic, {prompt.pk: text}, **more)


def typed(person, round, text: str = "Beta is missing.") -> ReviewDraft:
    return ReviewDraft.objects.save_draft({"author": person, "round": round}, {"typed": {"overall": text}})


def typed_post(person, body: str = "Half", title: str = "", **key) -> PostDraft:
    return PostDraft.objects.save_draft(
        {"author": person, **key}, {"typed": {"body": body, "title": title, "about": ""}}
    )


def urls(person) -> list[str]:
    return [each.url for each in unfinished_texts(*draft_rows(person=person))]


def listed(html: str) -> list[str]:
    """Where the rows of the home page's list of drafts lead."""
    section = re.search(r'<section aria-labelledby="drafts">(.*?)</section>', html, re.DOTALL)
    return re.findall(r'<h3 dir="auto"><a href="(.*?)">', section[1]) if section else []


def test_every_kind_is_listed_with_the_way_to_go_on_the_latest_first(signed_in, group, ada, jonas, thread, post, shown):
    other = topic_of(group, 1)
    write(jonas, other, at=days(-1))
    typed(jonas, shown)
    typed_post(jonas, thread=thread)
    typed_post(jonas, post=post, base=0)
    typed_post(jonas, group=group, title="A question")
    client = signed_in(jonas)
    html = client.get("/").content.decode()
    assert listed(html) == [
        reverse("new_thread", args=[group.pk]),
        reverse("edit_post", args=[post.pk]),
        f"{thread.get_absolute_url()}#reply",
        reverse("review", args=[shown.submission_id]),
        reverse("summary", args=[other.pk]),
    ]
    for words in ("Your new thread in", "Edit of your post in", "Your reply in", "Your review of Ada’s summary"):
        assert words in html
    for url in listed(html):
        assert client.get(url).status_code == 200
    assert not listed(signed_in(ada).get("/").content.decode()), "they are one person's alone"


def test_what_is_said_to_come_next_or_is_held_is_not_said_twice(signed_in, group, jonas, shown):
    write(jonas, topic_of(group, 1))
    take(shown, jonas, at=timezone.now())
    typed(jonas, shown)
    html = signed_in(jonas).get("/").content.decode()
    assert listed(html) == [reverse("summary", args=[topic_of(group, 1).pk])]
    shown.claims.all().delete()
    shown.submission.withdraw()
    assert listed(signed_in(jonas).get("/").content.decode()) == []


def test_a_draft_of_before_the_last_revision_is_not_listed(group, jonas):
    topic = topic_of(group)
    write(jonas, topic)
    assert urls(jonas) == [reverse("summary", args=[topic.pk])]
    revise(jonas, topic)
    assert urls(jonas) == []
    write(jonas, topic, "Another thought")
    assert urls(jonas) == [reverse("summary", args=[topic.pk])]


def test_a_review_is_listed_as_long_as_it_can_be_given(group, ada, jonas, shown):
    typed(jonas, shown)
    assert urls(jonas) == [reverse("review", args=[shown.submission_id])]
    second = show(ada, group, topic_of(group), at=timezone.now())
    assert urls(jonas) == [reverse("review", args=[second.submission_id])], "it is carried over"
    ReviewDraft.objects.all().delete()
    typed(jonas, second, "  ")
    assert urls(jonas) == [], "nothing is typed in it"


def test_no_review_goes_on_of_what_was_taken_back_left_archived_or_given(group, ada, jonas, shown):
    typed(jonas, shown)
    group.memberships.filter(person=ada).delete()
    assert urls(jonas) == []
    group.memberships.create(person=ada)
    assert len(urls(jonas)) == 1
    type(group).objects.filter(pk=group.pk).update(archived_at=timezone.now())
    assert urls(jonas) == []
    type(group).objects.filter(pk=group.pk).update(archived_at=None)
    shown.submission.withdraw()
    assert urls(jonas) == []


def test_a_correction_goes_on_on_its_own_page(group, jonas, shown):
    say(shown, jonas, "request_changes", "No.", at=timezone.now())
    typed(jonas, shown)
    assert urls(jonas) == [reverse("edit_review", args=[shown.submission_id])]


def test_a_post_is_listed_as_long_as_there_is_a_place_for_it(group, jonas, thread, post):
    typed_post(jonas, post=post, base=0)
    typed_post(jonas, thread=thread)
    assert len(urls(jonas)) == 2
    PostDraft.objects.filter(post=post).update(typed={"body": post.body})
    assert urls(jonas) == [f"{thread.get_absolute_url()}#reply"], "an edit that changes nothing is none"
    PostDraft.objects.filter(post=post).update(typed={"body": "Changed"})
    post.soft_delete(jonas)
    assert urls(jonas) == [f"{thread.get_absolute_url()}#reply"]
    group.memberships.filter(person=jonas).delete()
    assert urls(jonas) == []


@pytest.mark.soak_only
def test_the_list_asks_as_often_for_more(group, ada, jonas, thread):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            unfinished_texts(*draft_rows(person=jonas))
        return len(queries)

    def more(place: int) -> None:
        typed(jonas, show(ada, group, topic_of(group, place), at=timezone.now()))
        write(jonas, topic_of(group, place))
        typed_post(jonas, thread=Thread.objects.start(group=group, author=ada, title=f"T{place}", body="?"))

    more(0)
    before = asked()
    more(1)
    assert len(unfinished_texts(*draft_rows(person=jonas))) == 6
    assert asked() == before == 1
