"""What becomes of the rows of before: who owns a group that several owned, and why a text changed."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections, router
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone


class ToTheOld:
    """A router for migrations that name no database."""

    def db_for_read(self, model, **hints):
        return "old"

    db_for_write = db_for_read


@pytest.fixture
def old(tmp_path, django_db_blocker, monkeypatch):
    """A connection to a database of its own, which all models use."""
    monkeypatch.setattr(router, "routers", [ToTheOld()])
    kept = connections.databases["default"] | {
        "ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "old.sqlite3"), "OPTIONS": {}, "TEST": {},
    }  # fmt: skip
    connections.databases["old"] = kept
    connection = connections["old"]
    with django_db_blocker.unblock():
        yield connection
        connection.close()
    del connections["old"], connections.databases["old"]


def test_of_several_owners_the_first_stays_one_and_what_nobody_is_in_is_archived(old):
    apps = MigrationExecutor(old).migrate([("groups", "0002_replies_and_drafts")]).apps
    User, Group = apps.get_model(settings.AUTH_USER_MODEL), apps.get_model("groups", "Group")
    reading_list = apps.get_model("catalog", "ReadingList").objects.create(slug="a", title="A")
    people = [
        User.objects.create(email=f"{name}@example.org", display_name=name)
        for name in ("late", "first", "moderator", "member")
    ]

    def make(name, *ranks):
        group = Group.objects.create(name=name, list=reading_list)
        for days, (person, rank) in enumerate(zip(people, ranks, strict=False)):
            place = group.memberships.create(person_id=person.pk, rank=rank)
            joined = timezone.now() - timedelta(days=days)
            group.memberships.filter(pk=place.pk).update(joined_at=joined)
        return group.pk

    several = make("Several", "owner", "owner", "moderator", "member")
    ownerless = make("Ownerless", "member", "member", "moderator", "member")
    empty = make("Empty")

    apps = MigrationExecutor(old).migrate([("groups", "0004_keep_one_owner")]).apps
    now = apps.get_model("groups", "Group").objects

    group = now.get(pk=several)
    assert group.owner.display_name == "first"
    assert group.archived_at is None
    ranks = dict(group.memberships.values_list("person__display_name", "rank"))
    assert ranks == {"late": "moderator", "first": "moderator", "moderator": "moderator", "member": "member"}
    assert now.get(pk=ownerless).owner.display_name == "moderator"
    assert now.get(pk=empty).owner is None
    assert now.get(pk=empty).archived_at


def test_each_group_keeps_the_reason_that_it_was_told(old):
    apps = MigrationExecutor(old).migrate([("groups", "0009_set_aside"), ("notes", "0003_set_aside")]).apps

    def make(model, **fields):
        return apps.get_model(model).objects.create(**fields)

    author = make("accounts.User", email="a@example.org", display_name="A")
    reading_list = make("catalog.ReadingList", slug="a", title="A")
    topic = make("catalog.Section", list=reading_list, kind="topic", title="T", position=1, level=2)
    summary = make("notes.Summary", author=author, topic=topic)
    for number, why in enumerate(("", "Named it."), start=1):
        written = timezone.now() + timedelta(days=number - 1)
        make("notes.Revision", summary=summary, number=number, lines=5, why=why, created_at=written)
    for name in ("One", "Two"):
        group = make("groups.Group", name=name, list=reading_list, owner=author)
        submission = make("groups.Submission", summary=summary, group=group)
        for revision in summary.revisions.order_by("number"):
            make("groups.Round", submission=submission, revision=revision, wanted=1)

    executor = MigrationExecutor(old)
    apps = executor.migrate(executor.loader.graph.leaf_nodes()).apps
    rounds = apps.get_model("groups", "Round").objects.order_by("pk")
    assert [each.why for each in rounds] == ["", "Named it."] * 2
    assert all(each.shown_at == max(each.submitted_at, each.revision.created_at) for each in rounds)
    assert not hasattr(apps.get_model("notes", "Revision"), "why")
