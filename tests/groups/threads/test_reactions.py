"""Reactions to posts: one a person, shown with names, told to the author in the app and never by mail."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from groups.leaving.leave import leave_group
from groups.threads.post import Post
from groups.threads.reaction import Reaction
from groups.threads.thread import Thread
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from tests.groups.at_once import at_once
from tests.groups.reviewing import days


@pytest.fixture
def post(group, ada):
    """By Ada."""
    made = Thread.objects.start(group=group, author=ada, title="Which knob?", body="Words").posts.get()
    Notification.objects.all().delete()
    return made


def told(person) -> list[str]:
    return [each.kind for each in Notification.objects.visible_to(person).unread()]


def test_a_reaction_is_shown_with_names_and_another_takes_its_place(signed_in, post, ada, jonas, tomas):
    client, url = signed_in(jonas), reverse("react", args=[post.pk])
    client.post(url, {"kind": "agree"})
    signed_in(tomas).post(url, {"kind": "agree"})
    page = signed_in(ada).get(post.thread.get_absolute_url()).content.decode()
    assert re.search(r"<b>Agree</b>\s*<bdi[^>]*>Jonas and Tomás</bdi>", page)
    assert "aria-pressed" not in page  # the author presses none
    assert told(ada) == ["reaction", "reaction"]
    answer = client.post(url, {"kind": "changed"}, headers={"HX-Request": "true"}).content.decode()
    assert "Jonas" in answer.partition("Changed my mind")[2]
    assert answer.count('aria-pressed="true"') == 1
    assert 'value="changed"' not in answer  # pressed again, it is withdrawn
    client.post(url, {"kind": ""})
    assert list(Reaction.objects.values_list("person", "kind")) == [(tomas.pk, "agree")]
    assert told(ada) == ["reaction"]
    leave_group(post.thread.group.membership_of(tomas))
    assert "Tomás" not in signed_in(ada).get(post.thread.get_absolute_url()).content.decode()


def test_nobody_reacts_to_their_own_posts_or_to_deleted_ones_or_with_anything_else(signed_in, post, ada, jonas):
    url = reverse("react", args=[post.pk])
    signed_in(ada).post(url, {"kind": "thanks"})
    signed_in(jonas).post(url, {"kind": "boo"})
    post.soft_delete(by=ada)
    signed_in(jonas).post(url, {"kind": "thanks"})
    assert not Reaction.objects.exists()


def test_a_reaction_never_comes_by_mail(signed_in, post, ada, jonas):
    page = signed_in(ada).get(reverse("notification_settings")).content.decode()
    ways = page.partition('name="reaction"')[2].partition("</select>")[0]
    assert 'value="off"' in ways
    assert 'value="at_once"' not in ways
    Reaction.objects.react(post, jonas, "thanks")
    send_due_emails(days(3))
    assert mail.outbox == []
    EmailPreference.objects.set_for(ada, {"reaction": "off"})
    Notification.objects.all().delete()
    Reaction.objects.react(post, jonas, "agree")
    assert told(ada) == []


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_pressed_several_times_at_once_there_is_one_and_it_is_told_once(post, ada, jonas):
    def press():
        return Reaction.objects.react(Post.objects.get(pk=post.pk), jonas, "thanks")

    assert sorted(at_once(press, press, press)) == [False, False, True]
    assert Reaction.objects.count() == 1
    assert told(ada) == ["reaction"]
