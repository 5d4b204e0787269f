"""What becomes of the rows of before: who owns a group that several owned, why a text changed, what was let go."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections, router
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

# The last state in which everything has its first name.
BEFORE_THE_RENAMES = [("groups", "0014_say_when_time_accepts"), ("notes", "0004_leave_reasons_to_groups")]


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
    apps = executor.migrate(BEFORE_THE_RENAMES).apps
    rounds = apps.get_model("groups", "Round").objects.order_by("pk")
    assert [each.why for each in rounds] == ["", "Named it."] * 2
    assert all(each.shown_at == max(each.submitted_at, each.revision.created_at) for each in rounds)
    assert not hasattr(apps.get_model("notes", "Revision"), "why")


def test_what_fell_as_its_reviewer_left_or_went_away_was_not_let_go(old):
    before = [("groups", "0011_have_patience_with_each_text"), ("notes", "0004_leave_reasons_to_groups")]
    executor = MigrationExecutor(old)
    executor.migrate(before)
    apps = executor.loader.project_state(before).apps

    def make(model, **fields):
        return apps.get_model(model).objects.create(**fields)

    now = timezone.now()
    author, away, left, willing = (
        make("accounts.User", email=f"{name}@example.org", display_name=name)
        for name in ("author", "away", "left", "willing")
    )
    reading_list = make("catalog.ReadingList", slug="a", title="A")
    topic = make("catalog.Section", list=reading_list, kind="topic", title="T", position=1, level=2)
    summary = make("notes.Summary", author=author, topic=topic)
    revision = make("notes.Revision", summary=summary, number=1, lines=5)
    group = make("groups.Group", name="A", list=reading_list, owner=author)
    submission = make("groups.Submission", summary=summary, group=group)
    round = make("groups.Round", submission=submission, revision=revision, wanted=2)
    for slot, person in enumerate((away, left, willing), start=1):
        claim = make("groups.Claim", round=round, slot=slot, reviewer=person, ended_at=now)
        make(
            "groups.Review", round=round, claim=claim, reviewer=person, decision="changes", renderer=1, withdrawn_at=now
        )
    make("groups.Absence", person=away, since=now)
    make("groups.Departure", group=group, person=left, how="left", at=now - timedelta(milliseconds=40))
    make("groups.Departure", group=group, person=willing, how="left", at=now + timedelta(days=1))

    executor = MigrationExecutor(old)
    apps = executor.migrate(BEFORE_THE_RENAMES).apps
    reviews = apps.get_model("groups", "Review").objects.select_related("reviewer")
    assert {each.reviewer.display_name: each.fell for each in reviews} == {"away": True, "left": True, "willing": False}


def test_rounds_of_before_have_the_figures_of_before_and_say_when_time_accepts_them(old):
    before = [("groups", "0012_tell_what_fell_from_what_was_let_go"), ("notes", "0004_leave_reasons_to_groups")]
    executor = MigrationExecutor(old)
    executor.migrate(before)
    apps = executor.loader.project_state(before).apps

    def make(model, **fields):
        return apps.get_model(model).objects.create(**fields)

    now = timezone.now()
    author, *others = (
        make("accounts.User", email=f"{name}@example.org", display_name=name) for name in ("a", "b", "c", "d")
    )
    reading_list = make("catalog.ReadingList", slug="a", title="A")

    def shown(name, days, *decisions, **fields):
        """A round that was shown so many days ago, with what the others decided."""
        topic = make("catalog.Section", list=reading_list, kind="topic", title=name, position=1, level=2)
        summary = make("notes.Summary", author=author, topic=topic)
        revision = make("notes.Revision", summary=summary, number=1, lines=5)
        group = make("groups.Group", name=name, list=reading_list, owner=author, **fields)
        for person in (author, *others):
            group.memberships.create(person_id=person.pk)
        submission = make("groups.Submission", summary=summary, group=group)
        at = now - timedelta(days=days)
        round = make("groups.Round", submission=submission, revision=revision, wanted=2, submitted_at=at, shown_at=at)
        for slot, (person, decision) in enumerate(zip(others, decisions, strict=False), start=1):
            claim = make("groups.Claim", round=round, slot=slot, reviewer=person)
            make("groups.Review", round=round, claim=claim, reviewer=person, decision=decision, renderer=1)
        return round

    waits = shown("waits", 1, "approve")
    shown("nobody", 1)
    shown("blocked", 1, "approve", "approve", "changes")
    shown("archived", 1, "approve", archived_at=now)
    late = shown("late", 9, "approve")

    executor = MigrationExecutor(old)
    apps = executor.migrate(BEFORE_THE_RENAMES).apps
    rounds = {each.submission.group.name: each for each in apps.get_model("groups", "Round").objects.all()}
    assert {(each.claim_days, each.single_approval_days) for each in rounds.values()} == {(3, 7)}
    groups = apps.get_model("groups", "Group").objects
    assert set(groups.values_list("required_reviews", "claim_days", "single_approval_days")) == {(2, 3, 7)}
    assert rounds["waits"].accepts_at == waits.shown_at + timedelta(days=7)
    assert rounds["nobody"].accepts_at is rounds["blocked"].accepts_at is rounds["archived"].accepts_at is None
    assert late.shown_at + timedelta(days=7) < now <= rounds["late"].accepts_at
