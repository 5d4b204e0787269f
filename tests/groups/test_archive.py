"""An archived group: everything is read, nothing changes."""

from functools import partial

import pytest
from django.apps import apps
from django.urls import reverse

from groups.models import Archived, Group, Invitation, Membership, Post, Round, Submission, Thread
from tests.groups.reviewing import days, say
from tests.house.addresses import ADDRESSES, MEMBERS
from tests.house.world import make_world

# What is one's own, or the owner's way back, goes on working.
STILL = {"membership", "leave", "ownership", "archive", "reopen", "revoke", "restore"}
# What is kept of a group, by the model: drafts and marks are a person's own.
KEPT = [
    model
    for model in apps.get_app_config("groups").get_models()
    if model.__name__ not in {"ReviewDraft", "PostDraft", "ReadMark", "Guest", "Absence"}
]
# With these a form that has any would be accepted.
SENT = {
    "name": "Otherwise", "rank": "moderator", "body": "Words.", "title": "Which?", "why": "So.", "word": "later",
    "decision": "approve", "confirmed": "True", "reason": "time", "base": "0", "days": "7",
}  # fmt: skip

# A form's own word for what another form calls by the same name.
SAYS = {"correct": {"base": "given.0"}}


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def group(world):
    world.group.archive(by=world.people["owner"])
    return world.group


def rows():
    """All that stands in the tables of groups."""
    return {model: list(model._base_manager.order_by("pk").values()) for model in KEPT}


def of_the_group():
    """The addresses at which something in a group can be changed: those that a stranger has no part in, but for what
    is nobody's but its author's: drafts, and what one has suggested for the list."""
    posts = {name: each for name, each in ADDRESSES.items() if each.post and "stranger" not in each.post}
    return {name: each for name, each in posts.items() if not name.endswith("draft") and name != "take_back"}


def sent_by(world, role):
    """What each form of the group is sent, by somebody who may."""
    verdicts = {f"verdict_{prompt.pk}": "holds" for prompt in world.list.prompts.all()}
    for name, address in of_the_group().items():
        if name not in STILL and role in address.post:
            url, data = address.url(name, world), SENT | verdicts | {"round": world.round.pk} | SAYS.get(name, {})
            yield name, partial(world.client(role).post, url, data)


def test_in_a_group_that_goes_on_each_of_these_changes_something(world):
    """What is compared below would be seen. Letting go of a request has a test of its own: here nobody made one."""
    idle = set(of_the_group()) - STILL - {"let_go"}
    for role in MEMBERS:
        for name, send in sent_by(world, role):
            before = rows()
            with world.undone():
                send()
                idle -= {name} if rows() != before else set()
    assert idle == set()


@pytest.mark.parametrize("role", sorted(MEMBERS))
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
    with pytest.raises(Archived):
        Submission.objects.submit(author.summaries.first().revisions.last(), group)


@pytest.mark.parametrize("role", sorted(MEMBERS))
def test_everything_is_read_and_says_so(world, group, role):
    for name in ("group", "members", "reviews", "playbook", "threads", "submission", "thread", "leave"):
        response = world.client(role).get(ADDRESSES[name].url(name, world))
        assert response.status_code == 200, name
        assert "is archived</h2>" in response.content.decode(), name


def test_a_request_for_changes_stays_as_it_is(world):
    asked = say(world.round, world.people["reviewer"], "changes", "The slice?")
    world.group.archive(by=world.people["owner"])
    world.client("reviewer").post(reverse("let_go", args=[world.round.submission_id]))
    asked.refresh_from_db()
    assert asked.withdrawn_at is None


def test_who_tries_is_told(world, group):
    url = reverse("posts", args=[world.thread.pk])
    page = world.client("member").post(url, {"body": "Me, too."}, follow=True).content.decode()
    assert "is archived: everything can be read, and nothing changed." in page
    response = world.client("member").post(url, {"body": "Me, too."}, headers={"hx-request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, group.get_absolute_url())


def test_nobody_waits_in_it(world, group):
    reviewer = world.people["reviewer"]
    assert not Round.objects.awaiting_review().exists()
    assert not reviewer.claims.model.objects.held_by(reviewer).exists()


def test_time_accepts_nothing_in_it(world, group):
    assert Round.objects.accept_due(days(30)) == 0


def test_no_link_lets_anybody_in(world, group):
    assert not world.invitation.is_open
    assert world.client("stranger").get(world.invitation.get_absolute_url()).status_code == 410
    with pytest.raises(Archived):
        Invitation.objects.make(group, world.people["owner"])


def test_its_owner_lets_it_go_on(world, group):
    client = world.client("owner")
    assert "Let the group go on" in client.get(reverse("group_settings", args=[group.pk])).content.decode()
    client.post(reverse("reopen", args=[group.pk]))
    assert world.client("reviewer").get(reverse("review", args=[world.round.submission_id])).status_code == 200
    Post.objects.reply(thread=Thread.objects.get(pk=world.thread.pk), author=world.people["member"], body="On we go.")


def test_archiving_twice_keeps_the_first_time(world, group):
    first = group.archived_at
    Group.objects.get(pk=group.pk).archive(by=world.people["owner"])
    assert Group.objects.get(pk=group.pk).archived_at == first


@pytest.mark.parametrize("role", ["member", "author", "stranger", "former"])
def test_only_its_owner_archives_it(world, role):
    for name in ("archive", "reopen"):
        assert world.client(role).post(reverse(name, args=[world.group.pk])).status_code == 404
    assert not Group.objects.get(pk=world.group.pk).archived_at


def test_a_member_may_still_leave_it(world, group):
    world.client("member").post(reverse("leave", args=[group.pk]))
    assert not Membership.objects.filter(group=group, person=world.people["member"]).exists()
