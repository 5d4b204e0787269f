"""An archived group: everything is read, nothing changes."""

import re
from functools import partial
from html import unescape as html_unescape
from itertools import product
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.urls import resolve, reverse

from groups.leaving.archive import archive_group
from groups.leaving.leave import leave_group
from groups.members.group import Group, GroupArchived
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.threads.post import Post
from groups.threads.thread import Thread
from tests.groups.reviewing import days, say
from tests.house.addresses import ADDRESSES, MEMBERS
from tests.house.forms import HEADERS, targets
from tests.house.world import make_world
from tests.length import some

# What is one's own, or the owner's way back, goes on working.
STILL = {
    "membership", "leave", "transfer_ownership", "archive", "reopen", "revoke", "restore", "mark_unread",
    "mark_all_read", "follow_thread", "follow_settings", "feed_address", "mute_member",
}  # fmt: skip
# What is kept of a group, by the model: drafts and marks are a person's own.
KEPT = [
    model
    for model in apps.get_app_config("groups").get_models()
    if model.__name__ not in {"ReviewDraft", "PostDraft", "ReadPosition", "Follow", "Guest", "Absence", "Mute"}
]
# With these a form that has any would be accepted.
SENT = {
    "name": "Otherwise", "role": "moderator", "body": "Words.", "title": "Which?", "why": "So.", "word": "later",
    "decision": "approve", "confirmed": "True", "reason": "time", "base": "0", "days": "7",
}  # fmt: skip

REFUSAL = "is archived. You can read everything in it, but you can’t change anything."

# A form's own word for what another form calls by the same name.
SAYS = {
    "webhook": {"url": "https://chat.example.org/hooks/2", "format": "json", "events": "thread"},
    "edit_review": {"base": "given.0"},
    "handle": {"handle": "another"},
    "react": {"kind": "thanks"},
    "close_thread": {"reason": "It is said."},
    "thread_settings": {"kind": "question"},
    "handle_report": {"outcome": "dismissed"},
    "report_post": {"reason": "spam"},
    "report_comment": {"reason": "spam"},
    "report_reply": {"reason": "spam"},
    "report_name": {"reason": "spam"},
}
# Whom it is about: in the world the author has asked the member for a review.
WHOM = {"request_review": "owner", "withdraw_review_request": "member"}


@pytest.fixture
def world(db):
    """Its thread asks a question, so that a post can be marked as the answer."""
    world = make_world()
    Thread.objects.filter(pk=world.thread.pk).update(kind=Thread.Kind.QUESTION)
    return world


@pytest.fixture
def group(world):
    archive_group(world.group, by=world.people["owner"])
    return world.group


def rows():
    """All that stands in the tables of groups."""
    return {model: list(model._base_manager.order_by("pk").values()) for model in KEPT}


def of_the_group():
    """The addresses at which something in a group can be changed: those that a stranger has no part in, but for what
    is nobody's but its author's: drafts, jobs, second factors, and what one has suggested for the list. An export
    changes nothing."""
    other = {"withdraw_suggestion", "cancel_job", "export_group"}
    posts = {name: each for name, each in ADDRESSES.items() if each.post and "stranger" not in each.post}
    return {
        name: each
        for name, each in posts.items()
        if not name.startswith("mfa_") and not name.endswith("draft") and name not in other
    }


def sent_by(world, role):
    """What each form of the group is sent, by somebody who may."""
    verdicts = {f"verdict_{prompt.pk}": "holds" for prompt in world.list.prompts.all()}
    for name, address in of_the_group().items():
        if name not in STILL and role in address.post:
            url, data = address.url(name, world), SENT | verdicts | {"round": world.round.pk} | SAYS.get(name, {})
            data |= {"person": world.people[WHOM[name]].pk} if name in WHOM else {}
            data |= {"post": world.thread.posts.last().pk} if name == "mark_answer" else {}
            yield name, partial(world.client(role).post, url, data)


@pytest.mark.one_engine
def test_in_a_group_that_goes_on_each_of_these_changes_something(world):
    """What is compared below would be seen. Letting go of a request has a test of its own: here nobody made one."""
    idle = set(of_the_group()) - STILL - {"withdraw_change_request"}
    for role in MEMBERS:
        for name, send in sent_by(world, role):
            if name not in idle:
                continue
            before = rows()
            with world.undone():
                send()
                idle -= {name} if rows() != before else set()
    assert idle == set()


@pytest.mark.parametrize("role", sorted(MEMBERS))
@pytest.mark.one_engine
def test_nothing_that_is_sent_changes_it(world, group, role):
    before = rows()
    for name, send in sent_by(world, role):
        assert send().status_code < 500, name
        assert rows() == before, name


def test_a_summary_is_not_submitted_to_it(world, group):
    author = world.people["author"]
    prompts = {f"answer_{prompt.pk}": "A word." for prompt in world.list.prompts.all()}
    before = rows()
    world.client("author").post(reverse("submit", args=[world.topic.pk]), prompts | {"group": group.pk, "why": "So."})
    assert rows() == before
    with pytest.raises(GroupArchived):
        Submission.objects.submit(author.summaries.first().revisions.last(), group)


@pytest.mark.parametrize("role", sorted(MEMBERS))
@pytest.mark.one_engine
def test_everything_is_read_and_says_so(world, group, role):
    for name in ("group", "members", "reviews", "playbook", "threads", "submission", "thread", "leave"):
        response = world.client(role).get(ADDRESSES[name].url(name, world))
        assert response.status_code == 200, name
        assert "is archived</h2>" in response.content.decode(), name


def test_a_request_for_changes_stays_as_it_is(world):
    asked = say(world.round, world.people["reviewer"], "request_changes", "The slice?")
    archive_group(world.group, by=world.people["owner"])
    world.client("reviewer").post(reverse("withdraw_change_request", args=[world.round.submission_id]))
    asked.refresh_from_db()
    assert asked.withdrawn_at is None


def test_who_tries_is_told(world, group):
    url = reverse("unban", args=[world.ban.pk])
    page = world.client("owner").post(url, follow=True).content.decode()
    assert REFUSAL in page
    response = world.client("owner").post(url, headers={"hx-request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, group.get_absolute_url())


# What each form holds that somebody may have typed while the group was archived: who, where, in which field.
TYPED = {
    "posts": ("member", "body"),
    "reply_to_comment": ("member", "body"),
    "edit_post": ("author", "body"),
    "new_thread": ("member", "body"),
    "group_settings": ("owner", "name"),
    "webhook": ("owner", "url"),
    "thread_settings": ("author", "title"),
    "close_thread": ("author", "reason"),
    "handle": ("member", "handle"),
    "remove_member": ("owner", "why"),
    "handle_report": ("owner", "note"),
    "report_post": ("member", "text"),
    "report_comment": ("author", "text"),
    "report_reply": ("member", "text"),
    "report_name": ("author", "text"),
    "skip": ("reviewer", "explanation"),
    "review": ("reviewer", "overall"),
    "edit_review": ("reviewer", "overall"),
}
# Buttons and choices alone.
NOTHING_TYPED = {
    "leave", "membership", "set_role", "transfer_ownership", "unban", "archive", "reopen", "revoke", "invitations",
    "next_review", "claim", "release", "withdraw_change_request", "withdraw", "remove_from_playbook", "restore",
    "request_review", "withdraw_review_request", "decline_review_request",
    "resolve_comment", "reopen_comment", "delete_comment_message", "delete_post", "mark_unread", "mark_all_read",
    "follow_thread", "follow_settings", "pin_thread", "mark_answer", "react",
    "feed_address", "mute_member", "webhook_secret", "send_webhook_test", "resume_webhook", "remove_webhook",
}  # fmt: skip
TEXT = "Typed while it was closed."
# One word, where a handle or an address has its box.
TEXTS = {"handle": "typed-meanwhile", "webhook": "https://chat.example.org/typed-meanwhile"}


def test_every_form_of_a_group_is_looked_at_below():
    assert set(of_the_group()) == set(TYPED) | NOTHING_TYPED


@pytest.mark.one_engine
@pytest.mark.parametrize("name", TYPED)
def test_what_was_typed_while_the_group_was_archived_stays_in_its_box(world, group, name):
    (role, box), text = TYPED[name], TEXTS.get(name, TEXT)
    sent = dict(sent_by(world, role))[name]
    url, data = sent.args
    response = world.client(role).post(url, data | {box: text})
    page = response.content.decode()
    assert response.status_code == 409
    assert REFUSAL in page
    assert text in page


@pytest.mark.parametrize("name", ["posts", "edit_post"])
def test_what_was_typed_in_place_stays_there(world, group, name):
    """The answer takes the place of the form, with the text in it: the page is not left."""
    role, _ = TYPED[name]
    url = ADDRESSES[name].url(name, world)
    response = world.client(role).post(url, {"body": TEXT, "base": "0"}, headers={"hx-request": "true"})
    assert response.status_code == 409
    assert "HX-Redirect" not in response.headers
    assert REFUSAL in response.content.decode()
    assert f"{TEXT}</textarea>" in response.content.decode()


def test_a_text_for_a_thread_that_was_kept_before_can_still_be_read(world):
    client, url = world.client("member"), reverse("new_thread", args=[world.group.pk])
    client.post(reverse("thread_draft", args=[world.group.pk]), {"title": "Why?", "body": TEXT})
    client.post(reverse("reply_draft", args=[world.thread.pk]), {"body": TEXT})
    archive_group(world.group, by=world.people["owner"])
    assert TEXT in client.get(url).content.decode()
    assert "Start thread</button>" not in client.get(url).content.decode()
    page = client.get(world.thread.get_absolute_url()).content.decode()
    assert TEXT in page
    assert "Post reply</button>" not in page


def test_who_left_while_typing_gets_the_text_back(world):
    leave_group(world.group.membership_of(world.people["member"]))
    for name in ("posts", "new_thread"):
        response = world.client("member").post(ADDRESSES[name].url(name, world), {"title": "Why?", "body": TEXT})
        assert response.status_code == 404
        assert f"{TEXT}</textarea>" in response.content.decode()


def links(html):
    """Where the links of a page lead, on this site."""
    return {html_unescape(url) for url in re.findall(r'<a [^>]*href="(/[^"#]*)', html)}


@pytest.mark.soak
@pytest.mark.one_engine
def test_nothing_is_offered_that_is_then_refused(world, group):
    """From every page that names the group each link is followed and each form sent, once for each kind. The owner,
    who is offered most, stands for all in the short run."""
    offered = {}
    for role, (name, address) in product(some(("author", "owner", "reviewer"), 1), ADDRESSES.items()):
        if role in (address.get or ()) and not name.startswith("account_"):
            url = address.url(name, world)
            with world.undone():
                response = world.client(role).get(url)
            if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
                continue
            html = response.content.decode()
            for link in links(html):
                kind = (resolve(urlsplit(link).path).view_name, urlsplit(link).query[:6])
                offered.setdefault(kind, (role, url, link, None))
            for target in targets(html, url):
                kind = (resolve(urlsplit(target.url).path).view_name, target.method, target.by)
                offered.setdefault(kind, (role, url, target.url, target))
    refused = []
    for role, page, url, target in offered.values():
        if resolve(urlsplit(url).path).view_name == "account_logout":
            continue
        # Undone each time: what the last one was told is not told to the next.
        with world.undone():
            client = world.client(role)
            if target is None or target.method == "get":
                answer = client.get(url, follow=True)
            else:
                data = target.fields | {name: SENT.get(name, TEXT) for name in target.typed}
                answer = client.post(url, data, headers=HEADERS[target.by], follow=True)
        if REFUSAL in b"".join(answer).decode(errors="replace"):
            refused.append(f"{page} offers {role} {url}")
    assert not refused, "\n".join(refused)
    assert len(offered) > 20


def test_nobody_waits_in_it(world, group):
    reviewer = world.people["reviewer"]
    assert not ReviewRound.objects.awaiting_review().exists()
    assert not reviewer.claims.model.objects.awaited_from(reviewer).exists()


def test_time_accepts_nothing_in_it(world, group):
    assert ReviewRound.objects.accept_due(days(30)) == 0


def test_no_link_lets_anybody_in(world, group):
    assert not world.invitation.is_open
    assert world.client("stranger").get(world.invitation.get_absolute_url()).status_code == 410
    with pytest.raises(GroupArchived):
        Invitation.objects.make(group, world.people["owner"])


def test_its_owner_lets_it_go_on(world, group):
    client = world.client("owner")
    assert "Reopen group" in client.get(reverse("group_settings", args=[group.pk])).content.decode()
    client.post(reverse("reopen", args=[group.pk]))
    assert world.client("reviewer").get(reverse("review", args=[world.round.submission_id])).status_code == 200
    Post.objects.reply(thread=Thread.objects.get(pk=world.thread.pk), author=world.people["member"], body="On we go.")


def test_archiving_twice_keeps_the_first_time(world, group):
    first = group.archived_at
    archive_group(Group.objects.get(pk=group.pk), by=world.people["owner"])
    assert Group.objects.get(pk=group.pk).archived_at == first


def test_its_owner_is_asked_before(world):
    owner, url = world.client("owner"), reverse("archive", args=[world.group.pk])
    settings = reverse("group_settings", args=[world.group.pk])
    page = owner.get(settings).content.decode()
    assert f'href="{url}"' in page
    assert f'action="{url}"' not in page
    assert 'class="button danger">' in owner.get(url).content.decode()
    assert not Group.objects.get(pk=world.group.pk).archived_at
    assert owner.post(url).url == settings
    assert Group.objects.get(pk=world.group.pk).archived_at
    assert owner.get(url).url == settings


@pytest.mark.parametrize("role", ["member", "author", "stranger", "former"])
def test_only_its_owner_archives_it(world, role):
    for name in ("archive", "reopen"):
        assert world.client(role).post(reverse(name, args=[world.group.pk])).status_code == 404
    assert not Group.objects.get(pk=world.group.pk).archived_at


def test_a_member_may_still_leave_it(world, group):
    world.client("member").post(reverse("leave", args=[group.pk]))
    assert not Membership.objects.filter(group=group, person=world.people["member"]).exists()
