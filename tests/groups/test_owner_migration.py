"""Groups of before, when several could own one: who owns them now."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE, AFTER = [("groups", "0002_replies_and_drafts")], [("groups", "0004_keep_one_owner")]


@pytest.fixture
def old(tmp_path, django_db_blocker):
    """A database of its own, as it was then: its connection, and its models."""
    kept = connections.databases["default"] | {
        "ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "old.sqlite3"), "OPTIONS": {}, "TEST": {},
    }  # fmt: skip
    connections.databases["old"] = kept
    connection = connections["old"]
    with django_db_blocker.unblock():
        yield connection, MigrationExecutor(connection).migrate(BEFORE).apps
        connection.close()
    del connections["old"], connections.databases["old"]


def test_of_several_owners_the_first_stays_one_and_what_nobody_is_in_is_archived(old):
    connection, apps = old
    User, Group = apps.get_model(settings.AUTH_USER_MODEL), apps.get_model("groups", "Group")
    reading_list = apps.get_model("catalog", "ReadingList").objects.using("old").create(slug="a", title="A")
    people = [
        User.objects.using("old").create(email=f"{name}@example.org", display_name=name)
        for name in ("late", "first", "moderator", "member")
    ]

    def make(name, *ranks):
        group = Group.objects.using("old").create(name=name, list=reading_list)
        for days, (person, rank) in enumerate(zip(people, ranks, strict=False)):
            place = group.memberships.create(person_id=person.pk, rank=rank)
            joined = timezone.now() - timedelta(days=days)
            group.memberships.filter(pk=place.pk).update(joined_at=joined)
        return group.pk

    several = make("Several", "owner", "owner", "moderator", "member")
    ownerless = make("Ownerless", "member", "member", "moderator", "member")
    empty = make("Empty")

    executor = MigrationExecutor(connection)
    now = executor.migrate(AFTER).apps.get_model("groups", "Group").objects.using("old")

    group = now.get(pk=several)
    assert group.owner.display_name == "first"
    assert group.archived_at is None
    ranks = dict(group.memberships.values_list("person__display_name", "rank"))
    assert ranks == {"late": "moderator", "first": "moderator", "moderator": "moderator", "member": "member"}
    assert now.get(pk=ownerless).owner.display_name == "moderator"
    assert now.get(pk=empty).owner is None
    assert now.get(pk=empty).archived_at
