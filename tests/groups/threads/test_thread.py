"""Threads: what a group talks about, and what one of them shows."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.reviews.submission import Submission
from groups.threads.post import PAGE, Post
from groups.threads.thread import Thread
from groups.threads.thread_subject import find_subject, subject_choices
from notes.summary import Summary
from tests import factories

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def topic(group):
    return Section.objects.topics().first()


@pytest.fixture
def source(topic):
    return Source.objects.get(listed_title="DPO paper")


@pytest.fixture
def submission(group, topic, jonas):
    return Submission.objects.create(summary=Summary.objects.create(author=jonas, topic=topic), group=group)


@pytest.fixture
def thread(group, ada, topic):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="I swept $\\beta$.", about=topic)


def say(thread, author, *bodies):
    return [Post.objects.reply(thread=thread, author=author, body=body) for body in bodies]


def ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<article class="post" id="post-(\d+)"', html)]


# Opening


def test_a_thread_begins_with_its_first_post(thread, group, ada, topic):
    first = thread.posts.get()
    assert (thread.group, thread.opened_by, thread.topic, thread.source, thread.submission) == (
        group,
        ada,
        topic,
        None,
        None,
    )
    assert (first.author, first.body) == (ada, "I swept $\\beta$.")
    assert "<math" in first.body_html


def test_a_thread_may_begin_in_the_past(group, ada):
    at = timezone.now() - timedelta(days=3)
    thread = Thread.objects.start(group=group, author=ada, title="Old", body="Words", now=at)
    assert thread.opened_at == thread.posts.get().created_at == at


def test_a_thread_about_each_kind_of_thing_and_about_nothing(group, ada, topic, source, submission):
    for about in (topic, source, submission, None):
        thread = Thread.objects.start(group=group, author=ada, title="T", body="B", about=about)
        assert about in (thread.topic, thread.source, thread.submission)
        assert thread.has_subject == (about is not None)


def test_no_thread_without_a_post(group, ada):
    with pytest.raises(IntegrityError, match="groups_post_not_empty"):
        Thread.objects.start(group=group, author=ada, title="T", body="")
    assert not Thread.objects.exists()


def test_what_was_submitted_elsewhere_is_no_subject(submission, ada, stranger):
    elsewhere = factories.make_group(ada, stranger, name="Another")
    with pytest.raises(ValueError, match="its own group"):
        Thread.objects.start(group=elsewhere, author=ada, title="T", body="B", about=submission)


@pytest.mark.parametrize(
    "fields", [{"title": ""}, {"topic": True, "source": True}, {"source": True, "submission": True}]
)
def test_the_database_refuses_a_thread_without_title_or_with_two_subjects(
    fields, group, ada, topic, source, submission
):
    things = {"topic": topic, "source": source, "submission": submission}
    values = {name: things[name] if value is True else value for name, value in fields.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(group=group, opened_by=ada, **{"title": "T"} | values)


# What it may be about


def test_the_subjects_offered_are_the_topics_of_the_groups_list_under_their_tiers(group):
    factories.make_list("Another list", is_default=False)
    at_large, first, second = subject_choices(group)
    assert at_large == ("", "The group in general")
    assert (first[0], [words for _, words in first[1]]) == ("Core", ["Post-training", "Efficiency"])
    assert (second[0], [words for _, words in second[1]]) == ("Judgment", ["Refusals"])


def test_a_key_finds_what_the_person_may_see_of_this_groups_list(group, ada, stranger, topic, source, submission):
    other = factories.make_list("Another list", is_default=False)
    foreign_topic, foreign_source = Section.objects.topics().filter(list=other).first(), other_source(other)
    for thing, kind in ((topic, "topic"), (source, "source"), (submission, "submission")):
        assert find_subject(group, ada, f"{kind}-{thing.pk}") == thing
    assert find_subject(group, stranger, f"submission-{submission.pk}") is None
    for key in (f"topic-{foreign_topic.pk}", f"source-{foreign_source.pk}", "topic-", "topic-x", "page-1", "", None):
        assert find_subject(group, ada, key) is None
    assert find_subject(group, ada, f"topic-{topic.parent_id}") is None  # a tier is no topic
    assert find_subject(group, ada, f"topic-{'9' * 18}") is None


def other_source(reading_list):
    return Source.objects.filter(entries__topic__list=reading_list).first()


# The form


def test_starting_a_thread_from_a_topic(signed_in, jonas, group, topic):
    client, url = signed_in(jonas), reverse("new_thread", args=[group.pk])
    page = client.get(f"{url}?topic={topic.pk}").content.decode()
    assert f'<option value="topic-{topic.pk}" selected>Post-training</option>' in page
    answer = client.post(url, {"title": " Which  knob? ", "about": f"topic-{topic.pk}", "body": "Words"})
    thread = Thread.objects.get()
    assert answer.url == thread.get_absolute_url()
    assert (thread.title, thread.topic, thread.opened_by) == ("Which knob?", topic, jonas)


@pytest.mark.parametrize("kind", ["source", "submission"])
def test_a_source_or_a_submission_is_shown_in_words_and_can_be_dropped(
    kind, signed_in, jonas, ada, group, source, submission
):
    thing = {"source": source, "submission": submission}[kind]
    words = {"source": "DPO paper", "submission": "Jonas’s summary of Post-training"}[kind]
    client, url = signed_in(ada), reverse("new_thread", args=[group.pk])
    page = client.get(f"{url}?{kind}={thing.pk}").content.decode()
    assert f'<option value="{kind}-{thing.pk}" selected>{words}</option>' in page
    assert '<option value="">The group in general</option>' in page
    client.post(url, {"title": "T", "about": f"{kind}-{thing.pk}", "body": "B"})
    client.post(url, {"title": "T", "about": "", "body": "B"})
    about, at_large = Thread.objects.order_by("pk")
    assert getattr(about, kind) == thing
    assert not at_large.has_subject


@pytest.mark.parametrize(
    "query", ["topic=999999", "topic=", "topic=x", "source=-1", "submission=1e3", "topic=" + "9" * 40]
)
def test_a_subject_that_is_not_there_is_404(query, signed_in, ada, group):
    assert signed_in(ada).get(f"{reverse('new_thread', args=[group.pk])}?{query}").status_code == 404


def test_a_subject_that_has_gone_meanwhile_keeps_what_was_written(signed_in, ada, group):
    url = reverse("new_thread", args=[group.pk])
    answer = signed_in(ada).post(url, {"title": "Mine", "about": "source-999999", "body": "Long words"})
    assert answer.status_code == 422
    assert "Choose one of the options." in answer.content.decode()
    assert "Long words" in answer.content.decode()


def test_an_empty_form_says_at_each_field_what_is_missing(signed_in, ada, group):
    page = signed_in(ada).post(reverse("new_thread", args=[group.pk]), {"title": " ", "body": ""}).content.decode()
    assert "Enter a title." in page
    assert "Write the first post." in page
    assert not Thread.objects.exists()


def test_the_same_form_sent_twice_opens_one_thread(signed_in, ada, group):
    client, url = signed_in(ada), reverse("new_thread", args=[group.pk])
    idempotency_key = re.search(r'name="idempotency_key" value="([^"]+)"', client.get(url).content.decode())[1]
    data = {"title": "T", "body": "B", "idempotency_key": idempotency_key}
    first, second = client.post(url, data), client.post(url, data)
    assert first.url == second.url
    assert Thread.objects.count() == Post.objects.count() == 1
    client.post(url, data | {"title": "Another"})
    assert Thread.objects.count() == 2


# The list of threads


def test_threads_stand_by_their_newest_post(group, ada, jonas, thread):
    second = Thread.objects.start(group=group, author=jonas, title="SuggestionVote", body="B")
    assert list(Thread.objects.recent_in(group)) == [second, thread]
    say(thread, jonas, "More")
    latest, other = Thread.objects.recent_in(group)
    assert (latest, other) == (thread, second)
    assert (latest.post_count, latest.last_post.author, latest.last_post.body) == (2, jonas, "More")


def test_a_removed_post_is_neither_counted_nor_last(group, ada, jonas, thread):
    (last,) = say(thread, jonas, "More")
    last.soft_delete(by=jonas)
    (found,) = Thread.objects.recent_in(group)
    assert (found.post_count, found.last_post.author) == (1, ada)
    found.last_post.soft_delete(by=ada)
    (found,) = Thread.objects.recent_in(group)
    assert (found.post_count, found.last_post) == (0, None)


def test_threads_about_a_thing_for_who_may_see_them(group, ada, stranger, thread, topic, source, submission):
    about_source = Thread.objects.start(group=group, author=ada, title="S", body="B", about=source)
    about_submission = Thread.objects.start(group=group, author=ada, title="S", body="B", about=submission)
    on_topic = list(Thread.objects.about_topic(topic).visible_to(ada).with_activity())
    assert on_topic == [about_submission, about_source, thread], "those on its sources and submissions, too"
    assert list(Thread.objects.about_source(source).visible_to(ada)) == [about_source]
    assert list(submission.threads.visible_to(ada)) == [about_submission]
    assert not Thread.objects.about_topic(topic).visible_to(stranger).exists()


def test_a_group_without_threads_says_what_they_are_for(signed_in, ada, group):
    page = signed_in(ada).get(reverse("threads", args=[group.pk])).content.decode()
    assert "No threads yet" in page
    assert page.count(reverse("new_thread", args=[group.pk])) == 1


def test_the_list_says_what_about_who_last_and_how_many(signed_in, ada, jonas, group, thread):
    say(thread, jonas, "One", "Two")
    page = signed_in(ada).get(reverse("threads", args=[group.pk])).content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Which knob? 2 unread About: Post-training Two" in text.replace(" : ", ": ")
    assert re.search(r"3 posts · last by Jonas, \d\d:\d\d", text)


def test_many_threads_are_read_page_by_page_and_none_twice(signed_in, ada, group):
    made = [Thread.objects.start(group=group, author=ada, title=f"T{n}", body="B").pk for n in range(65)]
    client, url, seen = signed_in(ada), reverse("threads", args=[group.pk]), []
    while url:
        page = client.get(url).content.decode()
        seen += [int(pk) for pk in re.findall(r'<h3 dir="auto"><a href="/threads/(\d+)/"', page)]
        found = re.search(r'href="(\?before=\d+)">Earlier threads', page)
        url = reverse("threads", args=[group.pk]) + found[1] if found else None
    assert seen == made[::-1]


# One thread's page


def test_the_page_shows_posts_times_subject_and_people(signed_in, ada, jonas, thread):
    say(thread, jonas, "Both *differ*.")
    jonas.time_zone = "Europe/Berlin"
    jonas.save()
    page = signed_in(jonas).get(thread.get_absolute_url()).content.decode()
    assert '<h1 dir="auto">Which knob?</h1>' in page
    assert "Both <em>differ</em>." in page
    assert "2 posts" in page
    assert page.count("Post-training") >= 2
    local = timezone.localtime(thread.opened_at, timezone=ZoneInfo("Europe/Berlin"))
    assert f'<time datetime="{local.isoformat(timespec="minutes")}"' in page
    assert ids(page) == list(thread.posts.values_list("pk", flat=True))
    assert "<b><bdi>Ada Okafor</bdi></b>" in page
    assert '<span data-full-name="Jonas Lind">You</span>' in page


def test_a_post_outlives_its_author(signed_in, ada, jonas, group, thread):
    say(thread, jonas, "Mine")
    jonas.delete()
    page = signed_in(ada).get(thread.get_absolute_url()).content.decode()
    assert "<b><bdi>A former member</bdi></b>" in page
    assert "Mine" in page


def test_a_long_thread_shows_its_newest_posts_and_the_way_to_the_others(signed_in, ada, thread):
    everything = [thread.posts.get().pk, *(post.pk for post in say(thread, ada, *map(str, range(2 * PAGE + 9))))]
    client, url = signed_in(ada), thread.get_absolute_url()
    newest = client.get(url).content.decode()
    assert ids(newest) == everything[-PAGE:]
    assert 'id="poll"' in newest
    middle = client.get(url + re.search(r'href="(\?before=\d+)">Earlier posts', newest)[1]).content.decode()
    assert ids(middle) == everything[-2 * PAGE : -PAGE]
    assert 'id="poll"' not in middle
    first = client.get(url + re.search(r'href="(\?before=\d+)">Earlier posts', middle)[1]).content.decode()
    assert ids(first) == everything[: -2 * PAGE]
    assert "Earlier posts" not in first
    later = client.get(url + re.search(r'href="(\?from=\d+)">Later posts', first)[1]).content.decode()
    assert ids(later) == everything[-2 * PAGE : -PAGE]
    assert client.get(f"{url}?from={everything[-1]}").content.decode().count("Later posts") == 0


def test_every_post_has_an_address_that_leads_to_it(signed_in, ada, thread):
    first = thread.posts.get()
    posts = say(thread, ada, *map(str, range(PAGE + 5)))
    client = signed_in(ada)
    for post in (first, posts[0], posts[5], posts[-1]):
        place = client.get(post.get_absolute_url()).url
        page, anchor = place.split("#")
        assert anchor == f"post-{post.pk}"
        assert post.pk in ids(client.get(page).content.decode())


@pytest.mark.parametrize(
    "query", ["before=x", "from=-1", "quote=zz", "before=" + "9" * 50, "from=" + "9" * 18, "from=0"]
)
def test_nonsense_in_the_address_shows_the_newest_posts(query, signed_in, ada, thread):
    page = signed_in(ada).get(f"{thread.get_absolute_url()}?{query}")
    assert page.status_code == 200
    assert ids(page.content.decode()) == [thread.posts.get().pk]


def test_hostile_words_stay_words(signed_in, ada, jonas, group):
    evil = '<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) "><b>'
    thread = Thread.objects.start(group=group, author=jonas, title=evil[:160], body=evil)
    ada.display_name = '<i>"Ada"'
    ada.save()
    say(thread, ada, evil)
    client = signed_in(jonas)
    for url in (
        thread.get_absolute_url(),
        f"{thread.get_absolute_url()}?quote={thread.posts.last().pk}",
        reverse("threads", args=[group.pk]),
        reverse("edit_post", args=[thread.posts.first().pk]),
    ):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<i>" not in page
        assert 'href="javascript' not in page


# As many queries for a hundred posts as for one


@pytest.mark.soak_only
def test_pages_ask_the_database_as_often_for_ten_times_the_posts(
    signed_in, ada, jonas, group, topic, source, submission
):
    def fill(times: int) -> None:
        for n in range(times):
            for about in (topic, source, submission, None):
                each = Thread.objects.start(group=group, author=jonas, title=f"T{n}", body="B", about=about)
                say(each, factories.join(group, factories.make_user()), f"Reply {n}")
        for n in range(4 * times):
            say(Thread.objects.first(), factories.join(group, factories.make_user()), str(n))

    client = signed_in(ada)

    def asked() -> dict[str, int]:
        thread, counts = Thread.objects.recent_in(group)[0], {}
        for name, url in {
            "threads": reverse("threads", args=[group.pk]),
            "thread": thread.get_absolute_url(),
            "posts": f"{reverse('posts', args=[thread.pk])}?after={thread.posts.first().pk}",
            "new_thread": reverse("new_thread", args=[group.pk]),
        }.items():
            client.get(url)  # reads what is new
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url, **(HTMX if name == "posts" else {})).status_code == 200
            counts[name] = len(queries)
        return counts

    fill(1)
    few = asked()
    fill(10)
    assert asked() == few
    assert max(few.values()) <= 20


# Who may what


@pytest.mark.parametrize("role", ["owner", "moderator", "member"])
@pytest.mark.parametrize("name", ["threads", "new_thread", "thread"])
def test_a_member_of_any_rank_reads_and_writes(name, role, signed_in, group, thread):
    person = factories.join(group, factories.make_user(), role)
    pk = thread.pk if name == "thread" else group.pk
    assert signed_in(person).get(reverse(name, args=[pk])).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["threads", "new_thread", "thread", "posts"])
def test_for_a_stranger_there_is_no_thread(name, method, signed_in, client, stranger, group, thread):
    factories.make_group(stranger, name="Elsewhere")
    url = reverse(name, args=[thread.pk if name in ("thread", "posts") else group.pk])
    answer = getattr(signed_in(stranger), method)(url, {"title": "T", "body": "B"})
    assert answer.status_code == (405 if method == "post" and name in ("threads", "thread") else 404)
    answer = getattr(client, method)(url)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    assert (Thread.objects.count(), Post.objects.count()) == (1, 1)


def test_who_has_left_sees_it_no_more(signed_in, jonas, group, thread):
    group.memberships.filter(person=jonas).delete()
    assert signed_in(jonas).get(thread.get_absolute_url()).status_code == 404
    assert not Group.objects.visible_to(jonas).exists()
