"""What becomes of the rows of before the renames: values, drafts, reasons, and the permissions that a duty holds."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections, router
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE = [("groups", "0012_tell_what_fell_from_what_was_let_go"), ("notes", "0004_leave_reasons_to_groups")]
AFTER = [("groups", "0024_check_values"), ("notes", "0004_leave_reasons_to_groups")]
ACTIONS = ("add", "change", "delete", "view")


class ToTheOld:
    """A router for migrations that name no database."""

    def db_for_read(self, model, **hints):
        return "old"

    db_for_write = db_for_read


@pytest.fixture
def old(tmp_path, django_db_blocker, monkeypatch):
    """A connection to a database of its own, on the engine that is tested, which all models use."""
    monkeypatch.setattr(router, "routers", [ToTheOld()])
    default = connections.databases["default"]
    name = "before_the_renames"
    with django_db_blocker.unblock():
        if default["ENGINE"].endswith("sqlite3"):
            name = str(tmp_path / "old.sqlite3")
        else:
            with connections["default"].cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name}")
                cursor.execute(f"CREATE DATABASE {name}")
        connections.databases["old"] = {**default, "NAME": name, "TEST": {}}
        connection = connections["old"]
        yield connection
        connection.close()
        if not default["ENGINE"].endswith("sqlite3"):
            with connections["default"].cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")
    del connections["old"], connections.databases["old"]


def state_at(connection, where):
    """Migrate there, forwards or backwards; the models of that state."""
    executor = MigrationExecutor(connection)
    executor.migrate(where)
    return MigrationExecutor(connection).loader.project_state(where).apps


def make_rows(apps):
    """A round that four reviewed: one withdrew, one left, one paused, one lost the slot to a fifth."""
    now = timezone.now().replace(microsecond=0)

    def make(model, **fields):
        return apps.get_model(model).objects.create(**fields)

    author, willing, left, paused, late, next_one, back = (
        make("accounts.User", email=f"{name}@example.org", display_name=name)
        for name in ("author", "willing", "left", "paused", "late", "next", "back")
    )
    reading_list = make("catalog.ReadingList", slug="a", title="A")
    topic = make("catalog.Section", list=reading_list, kind="topic", title="T", position=1, level=2)
    prompt = make("catalog.Prompt", list=reading_list, text="Why?", position=1)
    summary = make("notes.Summary", author=author, topic=topic)
    revision = make("notes.Revision", summary=summary, number=1, lines=5)
    answer = make(
        "notes.Answer", revision=revision, prompt=prompt, prompt_text="Why?", position=1, body="So.",
        body_html="<p>So.</p>", renderer=1,
    )  # fmt: skip
    group = make("groups.Group", name="A", list=reading_list, owner=author)
    for person, rank in ((author, "member"), (paused, "moderator"), (back, "member")):
        make("groups.Membership", group=group, person=person, rank=rank)
    submission = make("groups.Submission", summary=summary, group=group)
    round = make("groups.Round", submission=submission, revision=revision, wanted=2)

    def asked(person, slot, ended=None, fell=False):
        claim = make(
            "groups.Claim", round=round, slot=slot, reviewer=person, ended_at=ended, taken_at=now - timedelta(9)
        )
        review = make(
            "groups.Review", round=round, claim=claim, reviewer=person, decision="changes", renderer=1,
            withdrawn_at=ended, fell=fell,
        )  # fmt: skip
        make("groups.Verdict", review=review, answer=answer, word="cant_tell")
        return review

    stands = asked(author, 1)
    asked(willing, 2, now - timedelta(days=5))
    asked(left, 2, now - timedelta(days=4), fell=True)
    make("groups.Departure", group=group, person=left, how="left", at=now - timedelta(days=4, milliseconds=40))
    asked(paused, 2, now - timedelta(days=3), fell=True)
    make("groups.Absence", person=paused, since=now - timedelta(days=3))
    asked(late, 2, now - timedelta(days=2), fell=True)
    make("groups.Claim", round=round, slot=2, reviewer=next_one, taken_at=now - timedelta(days=2))
    asked(back, 3, now - timedelta(days=1), fell=True)
    make(
        "groups.FormerReview", review=stands, decision="changes", said_at=now, corrected_at=now,
        verdicts=[{"answer": answer.pk, "prompt": "Why?", "word": "cant_tell", "comment": "cant_tell"}],
    )  # fmt: skip
    typed = {f"verdict_{prompt.pk}": "cant_tell", f"comment_{prompt.pk}": "cant_tell", "overall": ""}
    make(
        "groups.ReviewDraft", author=next_one, round=round, typed=typed,
        set_aside=[{"at": now.isoformat(), "typed": typed}],
    )  # fmt: skip
    make("groups.Reply", round=round, review=stands, word="later")
    invitation = make("groups.Invitation", group=group, most_uses=3)
    make("groups.Arrival", invitation=invitation, person=back)
    make("groups.Ban", group=group, person=left, lifted_at=now, lifted_by=author)
    make("groups.Acceptance", round=round, retracted_at=now)
    make("groups.Skip", round=round, reviewer=back, reason="time", words="Until Monday")
    thread = make("groups.Thread", group=group, title="Which?")
    make(
        "groups.Post", thread=thread, author=author, body="x", body_html="x", renderer=1, removed_at=now,
        removed_by=author, removed_as="author",
    )  # fmt: skip
    return typed


def test_rows_go_through_the_renames_and_back(old):
    apps = state_at(old, BEFORE)
    typed = make_rows(apps)

    now = state_at(old, AFTER)

    def get(model):
        return now.get_model("groups", model).objects

    reviews = {each.reviewer.display_name: each for each in get("Review").select_related("reviewer")}
    assert {each.decision for each in reviews.values()} == {"request_changes"}
    assert {name: each.change_request_ended_because for name, each in reviews.items()} == {
        "author": "", "willing": "withdrawn", "left": "reviewer_left", "paused": "reviewer_paused",
        "late": "slot_taken", "back": "reviewer_paused",
    }  # fmt: skip
    assert set(get("Verdict").values_list("value", flat=True)) == {"not_sure"}
    version = get("ReviewVersion").get()
    assert version.decision == "request_changes"
    [verdict] = version.verdicts
    assert (verdict["value"], verdict["comment"], "word" in verdict) == ("not_sure", "cant_tell", False)
    draft = get("ReviewDraft").get()
    after = {name: "not_sure" if name.startswith("verdict_") else text for name, text in typed.items()}
    [other] = draft.alternatives if hasattr(draft, "alternatives") else draft.set_aside
    assert (draft.typed, other["typed"]) == (after, after)
    assert get("ReviewRound").get().required_reviews == 2
    assert get("CommentReply").get().response == "later"
    assert get("Invitation").get().uses.count() == get("InvitationUse").count() == 1
    assert get("Invitation").get().max_uses == 3
    assert get("Group").get().membership_log.get().event == "left"
    assert get("Ban").get().unbanned_at
    assert get("Acceptance").get().removed_from_playbook_at
    assert get("Skip").get().explanation == "Until Monday"
    assert get("Post").get().deleted_as == "author"
    assert sorted(get("Membership").values_list("role", flat=True)) == ["member", "member", "moderator"]

    then = state_at(old, BEFORE)

    def old_rows(model):
        return then.get_model("groups", model).objects

    fell = {each.reviewer.display_name: each.fell for each in old_rows("Review").select_related("reviewer")}
    assert {name for name, each in fell.items() if each} == {"left", "paused", "late", "back"}
    assert set(old_rows("Review").values_list("decision", flat=True)) == {"changes"}
    assert set(old_rows("Verdict").values_list("word", flat=True)) == {"cant_tell"}
    assert old_rows("FormerReview").get().verdicts[0]["word"] == "cant_tell"
    assert old_rows("ReviewDraft").get().typed == typed


def codenames(apps, model):
    return {f"{action}_{model}" for action in ACTIONS}


@pytest.mark.parametrize("made_in_between", [False, True])
def test_who_had_a_permission_has_it_under_the_new_name(old, made_in_between):
    """Also where the permissions of the new names were made before the old ones were renamed, as after a migrate that
    stopped in between."""
    call_command("migrate", "groups", BEFORE[0][1], database="old", verbosity=0)
    call_command("migrate", "notes", BEFORE[1][1], database="old", verbosity=0)
    apps = MigrationExecutor(old).loader.project_state(BEFORE).apps
    types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    owner = apps.get_model("auth", "Group").objects.create(name="Moderators")
    person = apps.get_model(settings.AUTH_USER_MODEL).objects.create(email="a@example.org", display_name="A")
    if not types.filter(app_label="groups", model="round").exists():
        # What a migrate of the landed version left behind.
        for model in ("round", "reply", "formerreview", "departure", "arrival"):
            kind = types.create(app_label="groups", model=model)
            for action in ACTIONS:
                permissions.create(content_type=kind, codename=f"{action}_{model}", name=f"Can {action} {model}")
    kind = types.get(app_label="groups", model="round")
    owner.permissions.set(permissions.filter(content_type=kind, codename__in=["add_round", "view_round"]))
    person.user_permissions.set(permissions.filter(content_type=kind, codename="view_round"))
    if made_in_between:
        new = types.create(app_label="groups", model="reviewround")
        for action in ACTIONS:
            permissions.create(content_type=new, codename=f"{action}_reviewround", name=f"Can {action} review round")

    call_command("migrate", "groups", AFTER[0][1], database="old", verbosity=0)

    assert set(owner.permissions.values_list("codename", flat=True)) == {"add_reviewround", "view_reviewround"}
    assert list(person.user_permissions.values_list("codename", "name")) == [
        ("view_reviewround", "Can view review round")
    ]
    models = set(types.filter(app_label="groups").values_list("model", flat=True))
    assert models >= {"reviewround", "commentreply", "reviewversion", "membershiplogentry", "invitationuse"}
    assert not models & {"round", "reply", "formerreview", "departure", "arrival"}
    found = permissions.filter(content_type__app_label="groups", content_type__model="reviewround")
    assert sorted(found.values_list("codename", flat=True)) == [f"{action}_reviewround" for action in ACTIONS]

    if not made_in_between:
        call_command("migrate", "groups", BEFORE[0][1], database="old", verbosity=0)
        assert set(owner.permissions.values_list("codename", flat=True)) == {"add_round", "view_round"}
