"""Who is notified of a post: once, as they chose, and nobody of what they did themselves or can't see."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalog.curation.source_merge import merge_sources
from groups.leaving.leave import leave_group, remove_from_group
from groups.members.membership import Membership
from groups.threads import moderation
from groups.threads.follow import Follow
from groups.threads.post import PAGE, Post
from groups.threads.post_pattern import posts_html
from groups.threads.reaction import Reaction
from groups.threads.read_position import ReadPosition, unread_by_group
from groups.threads.thread import Thread
from groups.threads.views.follow import PAGE as PAGE_OF_FOLLOWS
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.notifications.templatetags.notification_text import sentence
from tests import factories
from tests.groups.at_once import while_uncommitted
from tests.groups.reviewing import days, show, topic_of

Level = Membership.FollowLevel


@pytest.fixture
def thread(group, ada, tomas):
    """By Ada, about the group; nobody is told any more that it was started."""
    made = Thread.objects.start(group=group, author=ada, title="Which knob?", body="A word\n\nthat stands alone")
    Notification.objects.all().delete()
    return made


def reply(thread, author, body="More") -> Post:
    return Post.objects.reply(thread=Thread.objects.get(pk=thread.pk), author=author, body=body)


def told(person) -> list[str]:
    return [each.kind for each in Notification.objects.visible_to(person).unread().order_by("pk")]


def choose(group, person, level: str) -> None:
    Membership.objects.filter(group=group, person=person).update(follow_level=level)


def test_all_but_the_author_learn_of_a_new_thread_and_of_a_reply_in_words(group, ada, jonas, tomas):
    thread = Thread.objects.start(group=group, author=jonas, title="Which knob?", body="Words")
    assert (told(ada), told(jonas), told(tomas)) == (["new_thread"], [], ["new_thread"])
    reply(thread, tomas)
    assert (told(ada), told(jonas), told(tomas)) == (["new_thread", "reply"], ["reply"], ["new_thread"])
    assert [sentence(each) for each in Notification.objects.visible_to(ada).order_by("pk")] == [
        "Jonas started the thread “Which knob?” in Thursday post-training",
        "Tomás posted in “Which knob?” in Thursday post-training",
    ]


def test_who_wants_no_quotations_still_learns_of_the_reply(group, thread, ada, jonas):
    EmailPreference.objects.create(person=ada, kind="quote", mail=EmailPreference.Mail.OFF)
    reply(thread, jonas, f"{thread.posts.get().quotation}Does it?")
    assert told(ada) == ["reply"]


def test_the_bell_shows_one_for_all_posts_of_a_thread_and_opening_it_leads_there_and_reads_them(
    signed_in, thread, ada, jonas
):
    for _ in range(3):
        reply(thread, jonas)
    assert Notification.objects.visible_to(ada).count_grouped() == 1
    client = signed_in(ada)
    newest = Notification.objects.visible_to(ada).first()
    answer = client.get(newest.get_absolute_url(), follow=True)
    assert answer.redirect_chain[-1][0] == f"{thread.get_absolute_url()}#unread"
    assert told(ada) == []
    reply(thread, jonas)
    client.get(thread.get_absolute_url())
    assert told(ada) == []
    # An old notification leads to its post.
    answer = client.get(newest.get_absolute_url(), follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"#post-{newest.facts['post']}")


def test_opening_a_thread_reads_what_came_to_posts_that_were_read_before(signed_in, thread, ada, jonas):
    Thread.objects.update(kind="question")
    theirs, url = reply(thread, jonas), thread.get_absolute_url()
    client = signed_in(jonas)
    client.get(url)
    Reaction.objects.react(theirs, ada, "thanks")
    moderation.mark_answer(thread, theirs, ada)
    theirs.thread.posts.first().edit("@jonas, look.")
    client.get(url, headers={"Sec-Purpose": "prefetch"})
    assert told(jonas) == ["reaction", "answer", "mention"]
    client.get(url)
    assert told(jonas) == []


def test_what_comes_while_the_page_is_made_stays_unread(signed_in, thread, ada, jonas, tomas, monkeypatch):
    theirs, url = reply(thread, jonas), thread.get_absolute_url()
    client = signed_in(jonas)
    client.get(url)
    Reaction.objects.react(theirs, ada, "thanks")

    def made_slowly(*args):
        if len(told(jonas)) == 1:
            Reaction.objects.react(theirs, tomas, "thanks")
        return posts_html(*args)

    monkeypatch.setattr("groups.threads.views.thread.posts_html", made_slowly)
    client.get(url)
    assert [each.actor for each in Notification.objects.visible_to(jonas).unread()] == [tomas]
    client.get(url)
    assert told(jonas) == []


def test_what_came_to_a_post_that_is_not_on_the_page_stays_unread(signed_in, thread, ada, jonas):
    theirs, client = reply(thread, jonas), signed_in(jonas)
    last = [reply(thread, ada) for _ in range(PAGE)][-1]
    ReadPosition.objects.mark_read(thread, jonas, to=last.pk)
    Reaction.objects.react(theirs, ada, "thanks")
    client.get(thread.get_absolute_url())
    assert told(jonas) == ["reaction"]
    client.get(f"{thread.get_absolute_url()}?from={theirs.pk}")
    assert told(jonas) == []


def test_the_bell_reads_no_more_than_a_page_of_posts(signed_in, group, thread, ada, jonas):
    client = signed_in(jonas)
    client.get(thread.get_absolute_url())
    for _ in range(PAGE + 5):
        reply(thread, ada)
    newest = Notification.objects.visible_to(jonas).first()
    page = client.get(newest.get_absolute_url(), follow=True).content.decode()
    assert "New since" in page
    assert unread_by_group(jonas) == {group.pk: 5}
    # On a page after the first unread post nothing is read, nor what comes there in place.
    last = reply(thread, ada)
    page = client.get(f"{thread.get_absolute_url()}?from={last.pk}").content.decode()
    first = re.search(r'name="first" value="(\d+)"', page)[1]
    assert first == str(last.pk)
    updates = reverse("posts", args=[thread.pk])
    client.get(f"{updates}?after={reply(thread, ada).pk}&shown=1&first={first}", headers={"HX-Request": "true"})
    assert unread_by_group(jonas) == {group.pk: 7}


def test_who_only_wants_what_concerns_them_learns_of_what_they_take_part_in(group, thread, jonas, tomas):
    for person in (jonas, tomas):
        choose(group, person, Level.MINE)
    reply(thread, jonas)
    assert told(tomas) == []
    reply(thread, factories.join(group, factories.make_user()))
    assert (told(jonas), told(tomas)) == (["reply"], [])


@pytest.mark.parametrize(
    ("level", "of_thread", "of_topic", "is_told"),
    [
        (Level.ALL, None, None, True),
        (Level.ALL, "mute", None, False),
        (Level.ALL, None, "mute", False),
        (Level.ALL, "follow", "mute", True),
        (Level.MINE, None, None, False),
        (Level.MINE, None, "follow", True),
        (Level.MINE, "mute", "follow", False),
        (Level.NOTHING, None, None, False),
        (Level.NOTHING, "follow", None, True),
        (Level.NOTHING, None, "follow", True),
        (Level.NOTHING, "mute", "follow", False),
    ],
)
def test_a_thread_goes_before_its_topic_and_that_before_the_group(
    signed_in, group, ada, jonas, level, of_thread, of_topic, is_told
):
    """As the page of the thread says it, too."""
    thread = Thread.objects.start(group=group, author=ada, title="T", body="B", about=topic_of(group))
    Notification.objects.all().delete()
    client, url = signed_in(jonas), reverse("follow_thread", args=[thread.pk])
    client.post(reverse("follow_settings", args=[group.pk]), {"follow_level": level})
    for name, state in (("thread", of_thread), ("subject", of_topic)):
        if state:
            client.post(url, {name: state})
    reply(thread, ada)
    assert told(jonas) == (["reply"] if is_told else [])
    says = "You follow" if is_told else "You muted" if "mute" in (of_thread, of_topic) else "You don’t follow"
    page = client.get(thread.get_absolute_url()).content.decode()
    assert page.partition('id="follow-state">')[2].strip().startswith(says)


def test_who_wants_nothing_is_not_told_of_what_they_only_posted_in(signed_in, group, thread, ada, jonas):
    choose(group, jonas, Level.NOTHING)
    reply(thread, jonas)
    reply(thread, ada, f"{thread.posts.last().quotation}Really?")
    assert told(jonas) == []
    client = signed_in(jonas)
    page = client.get(reverse("follow_settings", args=[group.pk])).content.decode()
    assert "You follow this thread because you posted in it" in page
    assert "You don’t follow this thread" in client.get(thread.get_absolute_url()).content.decode()
    client.post(reverse("follow_thread", args=[thread.pk]), {"thread": "follow"})
    reply(thread, ada)
    assert told(jonas) == ["reply"]


def test_following_says_so_and_changes_the_control_alone(signed_in, group, ada, jonas):
    thread = Thread.objects.start(group=group, author=ada, title="T", body="B", about=topic_of(group))
    client, url = signed_in(jonas), reverse("follow_thread", args=[thread.pk])
    answer = client.post(url, {"subject": "mute"}, headers={"HX-Request": "true"}).content.decode()
    assert "You muted the threads about this topic." in answer
    assert "<article" not in answer
    assert "Follow all threads about this topic" in answer
    answer = client.post(url, {"thread": "follow", "from": "7"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{thread.get_absolute_url()}?from=7#follow"
    assert "You follow this thread." in answer.content.decode()


def test_many_follows_are_listed_page_by_page(signed_in, group, ada, jonas):
    for number in range(PAGE_OF_FOLLOWS + 1):
        Thread.objects.start(group=group, author=jonas, title=f"Thread {number}.", body="B")
    client, url = signed_in(jonas), reverse("follow_settings", args=[group.pk])
    first = client.get(url).content.decode()
    assert f"Thread {PAGE_OF_FOLLOWS}." in first
    assert "Thread 0." not in first
    earlier = re.search(r'href="(\?before=\d+)#follows"', first)[1]
    assert "Thread 0." in client.get(url + earlier).content.decode()


def test_a_source_that_was_merged_while_the_thread_was_open_stays_muted(group, ada, jonas, curator):
    entries = topic_of(group).topic_entries.all()
    gone, kept = entries[0].source, entries[1].source
    thread = Thread.objects.start(group=group, author=ada, title="T", body="B", about=gone)
    Follow.objects.set_for(group.membership_of(jonas), is_muted=True, source=gone)
    Notification.objects.all().delete()
    merge_sources(gone, kept, by=curator)
    Post.objects.reply(thread=thread, author=ada, body="More")
    assert told(jonas) == []


def test_who_reads_no_notifications_has_a_bounded_number(monkeypatch, thread, ada, jonas):
    monkeypatch.setattr("readlist_site.base.notifications.notification.MOST_UNREAD", 3)
    posts = [reply(thread, jonas).pk for _ in range(5)]
    Notification.objects.trim()
    left = Notification.objects.visible_to(ada).unread().order_by("pk").values_list("facts__post", flat=True)
    assert list(left) == posts[-3:]


def test_who_reads_while_their_notifications_are_trimmed_keeps_the_rest(monkeypatch, thread, ada, jonas):
    monkeypatch.setattr("readlist_site.base.notifications.notification.MOST_UNREAD", 3)
    for _ in range(5):
        reply(thread, jonas)

    def read_after_counting(execute, sql, *rest):
        result = execute(sql, *rest)
        if "COUNT(" in sql.upper():
            Notification.objects.unread().update(read_at=timezone.now())
        return result

    with connection.execute_wrapper(read_after_counting):
        Notification.objects.trim()
    assert not Notification.objects.filter(obsolete_at__isnull=False).exists()


@pytest.mark.parametrize("of_source", [True, False])
def test_a_source_or_the_topic_of_a_summary_is_followed_from_a_thread_about_it(signed_in, group, ada, jonas, of_source):
    choose(group, jonas, Level.MINE)
    about = topic_of(group).topic_entries.first().source if of_source else show(ada, group).submission
    first = Thread.objects.start(group=group, author=ada, title="One", body="B", about=about)
    signed_in(jonas).post(reverse("follow_thread", args=[first.pk]), {"subject": "follow"})
    Notification.objects.all().delete()
    Thread.objects.start(group=group, author=ada, title="Two", body="B", about=about)
    assert told(jonas) == ["new_thread"]


def test_the_settings_list_what_is_followed_and_end_it(signed_in, group, thread, jonas):
    client, url = signed_in(jonas), reverse("follow_settings", args=[group.pk])
    assert "You muted this thread" not in client.get(url).content.decode()
    client.post(reverse("follow_thread", args=[thread.pk]), {"thread": "mute"})
    page = client.get(url).content.decode()
    assert "You muted this thread" in page
    key = page.partition('name="remove" value="')[2].partition('"')[0]
    client.post(url, {"remove": key})
    assert "You muted this thread" not in client.get(url).content.decode()
    assert client.post(url, {"follow_level": "some"}).status_code == 422
    assert url in client.get(reverse("notification_settings")).content.decode()


def test_who_is_quoted_is_told_of_that_alone(thread, ada, jonas, tomas):
    first = thread.posts.get()
    reply(thread, jonas, f"{first.quotation}I don’t think so.")
    assert (told(ada), told(tomas)) == (["quote"], ["reply"])
    # Words under somebody's name are no quotation without a link to a post of theirs, nor is a link in code.
    theirs = thread.posts.last().quotation
    reply(thread, tomas, "> **Jonas Lind**\n>\n> I was wrong about all of it")
    reply(thread, tomas, f"```\n{theirs}\n```")
    assert told(jonas) == ["reply", "reply"]
    reply(thread, tomas, theirs)
    assert told(jonas)[-1] == "quote"


def test_who_was_removed_is_told_that_and_nothing_any_more(group, thread, ada, jonas, tomas):
    reply(thread, jonas)
    reply(thread, ada)
    assert told(tomas) == ["reply", "reply"]
    remove_from_group(group.membership_of(tomas), by=ada)
    reply(thread, jonas)
    assert told(tomas) == ["removed"]
    assert send_due_emails(days(3)).failures == []
    (letter,) = [each for each in mail.outbox if each.to == [tomas.email]]
    assert "You were removed" in letter.subject
    assert thread.title not in letter.body


def test_a_deleted_post_is_told_to_nobody_and_sent_twice_it_is_told_once(thread, ada, jonas, tomas):
    post = reply(thread, jonas)
    other = Post.objects.reply(thread=thread, author=jonas, body="Again", idempotency_key=post.idempotency_key)
    again = Post.objects.reply(thread=thread, author=jonas, body="Again", idempotency_key=post.idempotency_key)
    assert other == again
    assert told(ada) == ["reply", "reply"]
    other.soft_delete(by=jonas)
    post.soft_delete(by=jonas)
    assert told(ada) == []


def test_a_reply_comes_with_the_daily_mail_and_what_is_off_not_at_all(signed_in, thread, ada, jonas):
    reply(thread, jonas)
    for day in (1.1, 1.2, 1.3):
        send_due_emails(days(day))
    assert [each.to for each in mail.outbox].count([ada.email]) == 1
    client = signed_in(ada)
    kinds = {"quote": "at_once", "reply": "off", "new_thread": "never"}
    page = client.get(reverse("notification_settings")).content.decode()
    assert page.lower().count("off, not even in the app") == 17
    EmailPreference.objects.set_for(ada, kinds)
    before = len(told(ada))
    reply(thread, jonas)
    assert len(told(ada)) == before


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_who_leaves_while_they_follow_a_thread_or_its_source_follows_nothing(group, ada, jonas):
    source = topic_of(group).topic_entries.first().source
    thread = Thread.objects.start(group=group, author=ada, title="T", body="B", about=source)

    def leave():
        leave_group(Membership.objects.get(person=jonas))

    for subject in ({"thread": thread}, {"source": source}):
        membership = group.membership_of(jonas)

        def follow(membership=membership, subject=subject):
            return Follow.objects.set_for(membership, is_muted=False, **subject)

        assert while_uncommitted(leave, follow) == [None, False]
        factories.join(group, jonas)
        # Whichever of the two was first.
        assert while_uncommitted(lambda: follow(group.membership_of(jonas)), leave)[1] is None
        assert not Follow.objects.exclude(membership__person=ada).exists()
        factories.join(group, jonas)
