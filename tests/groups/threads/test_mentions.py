"""Mentions: who is meant by "@ada", who is told, and how it is shown after they have changed their handle."""

import pytest
from django.urls import reverse

from groups.leaving.leave import leave_group
from groups.members.handle import handle_key, make_handle
from groups.members.membership import Membership
from groups.threads.follow import Follow
from groups.threads.mentions import MOST_MENTIONED, handles_in
from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.notification import Notification
from readlist_site.run.tick import tick
from tests import factories
from tests.groups.reviewing import days


@pytest.fixture
def thread(group, ada, jonas, tomas):
    """By Ada; Jonas and Tomás are told of what concerns them only."""
    made = Thread.objects.start(group=group, author=ada, title="Which knob?", body="Words")
    Membership.objects.update(follow_level="mine")
    Notification.objects.all().delete()
    return made


def say(thread, author, body: str) -> Post:
    return Post.objects.reply(thread=Thread.objects.get(pk=thread.pk), author=author, body=body)


def told(person) -> list[str]:
    return [each.kind for each in Notification.objects.visible_to(person).unread().order_by("pk")]


def test_everybody_has_a_handle_of_their_own_by_their_name(group, ada, jonas):
    namesake = factories.join(group, factories.make_user("Ada Lovelace"))
    again = factories.join(group, factories.make_user("Ada Lovelace"))
    found = dict(group.memberships.values_list("person", "handle"))
    assert [found[each.pk] for each in (ada, jonas, namesake, again)] == [
        "ada", "jonas", "ada-lovelace", "ada-lovelace-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Tomás", "tomás"),
        ("GROUP", "group-2"),
        ("王小明", "王小明"),
        ("…", "member"),
        ("O’Neill, P.", "o"),
        ("x" * 60, "x" * 30),
    ],
)
def test_a_handle_is_made_of_any_name(name, handle):
    assert make_handle(name, set()) == handle
    assert make_handle(name, {handle_key(handle)}) != handle


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("@ada and @Jonas-Lind, @ada.", ["ada", "jonas-lind"]),
        ("(@ada) **@jonas** @Ada's", ["ada", "jonas"]),
        ("mail ada@jonas.org, x.@ada, a/@b, @@ada", []),
        ("`@ada`\n\n```\n@ada\n```\n\n    @ada\n\n$@ada$", []),
        ("[@ada](https://example.org/@jonas)", []),
        ("> @jonas\n\n@ada", ["ada"]),
    ],
)
def test_handles_are_found_in_text_alone(thread, jonas, body, found):
    assert handles_in(say(thread, jonas, body).body_html, quoted=False) == found


def test_who_is_mentioned_is_told_of_that_and_nobody_else(thread, ada, jonas, tomas):
    say(thread, jonas, "What do you think, @TOMÁS? And @nobody, and @jonas?")
    assert (told(ada), told(jonas), told(tomas)) == (["reply"], [], ["mention"])


def test_in_a_muted_thread_one_is_told_of_a_mention_by_name_and_of_nothing_else(thread, ada, jonas, tomas):
    member = thread.group.membership_of(tomas)
    post = say(thread, tomas, "I think so.")
    Follow.objects.set_for(member, is_muted=True, thread=thread)
    say(thread, ada, f"{post.quotation}Really, @group?")
    assert told(tomas) == []
    say(thread, jonas, "@tomás?")
    assert told(tomas) == ["mention"]
    Membership.objects.filter(pk=member.pk).update(follow_level="nothing")
    say(thread, jonas, "@tomás?")
    assert told(tomas) == ["mention", "mention"]
    say(thread, ada, "@group?")
    assert told(tomas) == ["mention", "mention"]


def test_who_wants_nothing_but_mentions_gets_those_by_name(thread, ada, jonas, tomas):
    Membership.objects.filter(person=tomas).update(follow_level="nothing")
    say(thread, ada, "And you, @group?")
    say(thread, jonas, "No.")
    assert told(tomas) == []
    say(thread, jonas, "But @tomás may know.")
    assert told(tomas) == ["mention"]


def test_an_edit_tells_those_whom_it_mentions_first_once(thread, ada, jonas, tomas):
    post = say(thread, jonas, "What do you think?")
    assert told(tomas) == []
    post.edit("What do you think, @tomás and @ada?")
    assert (told(ada), told(tomas)) == (["mention"], ["mention"])
    post.edit("What do you think, @tomás and @ada, and you?")
    assert (told(ada), told(tomas)) == (["mention"], ["mention"])


def test_who_was_told_of_the_post_is_told_of_the_mention_once_and_by_its_mail(thread, ada, jonas):
    post = say(thread, jonas, "What do you think?")
    Notification.objects.update(mailed_at=post.created_at)
    Notification.objects.mark_read()
    post.edit("What do you think, @ada?")
    assert told(ada) == ["mention"]
    assert Notification.objects.visible_to(ada).pending_email().count() == 1
    Notification.objects.update(mailed_at=post.created_at)
    Notification.objects.mark_read()
    post.edit("What do you think?")
    post.edit("What do you think, @ada, in the end?")
    assert told(ada) == []
    assert Notification.objects.visible_to(ada).count() == 1


def test_who_wants_no_mentions_keeps_what_they_were_told_of_the_post(thread, ada, jonas):
    EmailPreference.objects.create(person=ada, kind="mention", mail=EmailPreference.Mail.OFF)
    post = say(thread, jonas, "What do you think?")
    post.edit("What do you think, @ada?")
    assert told(ada) == ["reply"]


def test_without_its_accents_a_handle_means_the_same_person(signed_in, thread, ada, jonas, tomas):
    post = say(thread, jonas, "What do you think, @Tomas, and @àda?")
    assert (told(ada), told(tomas)) == (["mention"], ["mention"])
    assert post.mentions == {"tomas": tomas.pk, "àda": ada.pk}
    assert f"#member-{tomas.pk}" in signed_in(ada).get(thread.get_absolute_url()).content.decode()


def test_what_is_nobodys_handle_is_said_and_posted(signed_in, group, thread, ada, jonas, tomas):
    client = signed_in(jonas)
    sent = client.post(reverse("posts", args=[thread.pk]), {"body": "Ask @niemand, @ada or `@no`."}, follow=True)
    assert ["@niemand" in str(each) and "@ada" not in str(each) for each in sent.context["messages"]] == [True]
    post = thread.posts.last()
    saved = client.post(reverse("edit_post", args=[post.pk]), {"body": "@nemo and @niemand", "base": 0}, follow=True)
    assert ["@nemo" in str(each) and "@niemand" in str(each) for each in saved.context["messages"]] == [True]
    begun = {"title": "Who?", "body": "@nemo", "kind": "discussion", "about": ""}
    started = client.post(reverse("new_thread", args=[group.pk]), begun, follow=True)
    assert ["@nemo" in str(each) for each in started.context["messages"]] == [True]
    in_place = {"body": "@niemand", "after": post.pk}
    answer = client.post(reverse("posts", args=[thread.pk]), in_place, headers={"HX-Request": "true"})
    assert "@niemand" in answer.content.decode().partition("messages")[2]


def test_only_moderators_mention_the_whole_group(thread, signed_in, ada, jonas, tomas):
    said = []
    for person in (jonas, ada):
        page = signed_in(person).post(reverse("posts", args=[thread.pk]), {"body": "@group?"}, follow=True)
        said.append([str(each) for each in page.context["messages"]])
        assert told(tomas) == ([] if person == jonas else ["mention"])
    assert told(jonas) == ["mention"]
    assert said == [["Only owner and moderators can mention the whole group with @group."], []]


PAST_LIMIT = "A post can notify at most 25 members by name. The others it mentions are not notified."


@pytest.fixture
def crowd(group, thread):
    """Two more than are told of one post; they are told of what concerns them only."""
    people = [factories.join(group, factories.make_user(f"Person{number} X")) for number in range(MOST_MENTIONED + 2)]
    Membership.objects.update(follow_level="mine")
    return people


def calls(group, people) -> str:
    return " ".join(f"@{each.handle}" for each in group.memberships.filter(person__in=people).order_by("pk"))


def test_of_very_many_that_are_mentioned_the_first_are_told_and_the_author_learns_it(
    signed_in, thread, group, ada, crowd
):
    said = []
    for body in (f"@ada {calls(group, crowd)}", f"@ada {calls(group, crowd[:-2])}"):
        page = signed_in(ada).post(reverse("posts", args=[thread.pk]), {"body": body}, follow=True)
        said.append([str(each) for each in page.context["messages"]])
    assert said == [[PAST_LIMIT], []]
    assert [told(each) for each in crowd] == [["mention", "mention"]] * MOST_MENTIONED + [[], []]


def test_edits_of_a_post_tell_no_more_people_than_one_post(signed_in, thread, group, ada, crowd):
    post = say(thread, ada, calls(group, crowd[:20]))
    client, said = signed_in(ada), []
    for base, body in enumerate((calls(group, crowd[20:]), calls(group, crowd[:25]), "@group")):
        saved = client.post(reverse("edit_post", args=[post.pk]), {"body": body, "base": base}, follow=True)
        said.append([str(each) for each in saved.context["messages"]])
        left_out = [each for each in crowd if not told(each)]
        assert left_out == ([] if body == "@group" else crowd[25:])
    assert said == [[PAST_LIMIT], [], []]
    assert {len(told(each)) for each in crowd} == {1}


def test_a_mention_means_the_same_person_after_a_new_handle(signed_in, group, thread, ada, jonas, tomas):
    post = say(thread, ada, "Ask @jonas, not `@jonas`.")
    client = signed_in(jonas)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert f'<a class="mention" href="{reverse("members", args=[group.pk])}#member-{jonas.pk}">@jonas</a>' in page
    client.post(reverse("handle", args=[group.pk]), {"handle": "@Lind"})
    signed_in(tomas).post(reverse("handle", args=[group.pk]), {"handle": "jonas"})
    page = client.get(thread.get_absolute_url()).content.decode()
    assert f'#member-{jonas.pk}">@lind</a>' in page
    assert "<code>@jonas</code>" in page
    # What was written stays so when the post is edited, too.
    Notification.objects.all().delete()
    Post.objects.get(pk=post.pk).edit("Do ask @jonas.")
    assert (told(jonas), told(tomas)) == (["mention"], [])
    leave_group(group.membership_of(jonas))
    page = signed_in(ada).get(thread.get_absolute_url()).content.decode()
    assert "Do ask @jonas." in page
    assert 'class="mention"' not in page


def test_a_handle_that_is_taken_or_none_is_refused_and_stays_typed(signed_in, group, jonas):
    client, url = signed_in(jonas), reverse("handle", args=[group.pk])
    for handle, status in (("ada", 409), ("аda", 409), ("ADA", 409), ("a b", 422), ("", 422), ("group", 422)):
        answer = client.post(url, {"handle": handle})
        assert answer.status_code == status
        assert f'value="{handle}"' in answer.content.decode() or not handle
    assert group.membership_of(jonas).handle == "jonas"
    assert (
        "Others can now mention you as @lind-7." in client.post(url, {"handle": "Lind-7"}, follow=True).content.decode()
    )


def test_the_handles_of_a_group_are_for_its_members(signed_in, group, ada, jonas, stranger):
    url = reverse("handles", args=[group.pk])
    found = signed_in(jonas).get(url).json()["handles"]
    assert {"handle": "ada", "name": "Ada Okafor"} in found
    assert "group" not in [each["handle"] for each in found]
    assert signed_in(ada).get(url).json()["handles"][-1]["handle"] == "group"
    assert signed_in(stranger).get(url).status_code == 404


def test_who_joined_through_an_older_server_is_given_a_handle_by_the_tick(group, jonas):
    Membership.objects.filter(person=jonas).update(handle="", handle_key="")
    tick(days(2))
    assert group.membership_of(jonas).handle == "jonas"
