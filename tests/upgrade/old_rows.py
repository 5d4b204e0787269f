"""What people wrote in earlier versions, in a database that has come through all migrations since.

Rows are written with the models of their time, and go through the landed migrations once: tests read what became of
them. `build` makes the database.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module

from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

# Where rows are written: while several people owned a group, while a revision said itself why it came, and by the last
# version that landed before the renames.
SEVERAL_OWNERS = [("catalog", "0006_source_alias"), ("groups", "0002_replies_and_drafts")]
REASONS_OF_REVISIONS = [("groups", "0009_set_aside"), ("notes", "0003_set_aside")]
LANDED = [
    ("accounts", "0001_begin"),
    ("notices", "0003_find_by_thing"),
    ("catalog", "0013_doi_of_publishers"),
    ("notes", "0004_leave_reasons_to_groups"),
    ("groups", "0012_tell_what_fell_from_what_was_let_go"),
]
# The models of the catalogue have their new names here, their permissions not yet.
BETWEEN = [("catalog", "0020_standard_names")]

ACTIONS = ("add", "change", "delete", "view")
# What curators could do in the landed version: verbs by model.
RIGHTS = {
    "readinglist": {"view", "add", "change"},
    "section": {"view", "add", "change", "delete"},
    "entry": {"view", "add", "change", "delete"},
    "source": {"view", "add", "change", "delete"},
    "prompt": {"view", "add", "change"},
    "methodstep": {"view", "add", "change", "delete"},
    "change": {"view"},
    "linkcheck": {"view"},
    "second": {"view"},
    "upload": {"view", "add", "change"},
    "doubt": {"view", "change"},
    "suggestion": {"view", "change"},
    "report": {"view", "change"},
}
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ASIDE = {"at": "2026-01-01T00:00:00+00:00", "answers": {}, "based_on": [], "beside": {"why": "It was wrong."}}
Make = Callable[..., object]


def build() -> None:
    """Begin with an empty database, and bring it to today."""
    make = maker(migrate(SEVERAL_OWNERS))
    make_groups_of_several_owners(make)
    make_facts_of_links(make)
    make = maker(migrate(REASONS_OF_REVISIONS))
    make_reasons(make)
    make_requests_that_ended(make)
    apps = migrate_to_landed()
    make_permissions(apps)
    make = maker(apps)
    make_curator(make, apps)
    make_catalogue(make, apps)
    make_review(make)
    make_rounds_that_wait(make)
    make_holders_of_permissions(make, apps)
    find_facts_of_links_again(apps)
    make_permission_in_between(migrate(BETWEEN))
    call_command("migrate", verbosity=0)


def migrate(targets: list[tuple[str, str]]):
    """Go there, forwards or backwards; the models of all that is applied then. What others do before a migration is
    done, as by `manage.py migrate`: content types follow, triggers go."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(targets)
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=connection.alias, plan=plan)
    executor.migrate(targets, plan=plan)
    ContentType.objects.clear_cache()
    # What going backwards returns knows migrations that are undone.
    return MigrationExecutor(connection)._create_project_state(with_applied_migrations=True).apps


def migrate_to_landed():
    """The models of that version; what others ship is as it is today."""
    ours = {app for app, _ in LANDED}
    others = [key for key in MigrationExecutor(connection).loader.graph.leaf_nodes() if key[0] not in ours]
    return migrate([*others, *LANDED])


def maker(apps) -> Make:
    """A function: make("app.Model", field=value, …)."""
    return lambda name, /, **fields: apps.get_model(name).objects.create(**fields)


def make_people(make: Make, *names: str) -> list:
    return [make("accounts.User", email=f"{name}@example.org", display_name=name, password="!") for name in names]


def make_permissions(apps) -> None:
    """As Django does after each migrate."""
    for config in apps.get_app_configs():
        config.models_module = True
        for each in (create_contenttypes, create_permissions):
            each(config, verbosity=0, using=connection.alias, apps=apps)


def make_groups_of_several_owners(make: Make) -> None:
    people = make_people(make, "late", "first", "moderator", "member")
    reading_list = make("catalog.ReadingList", slug="several", title="Several")
    now = timezone.now()
    for name, *ranks in (
        ("Several", "owner", "owner", "moderator", "member"),
        ("Ownerless", "member", "member", "moderator", "member"),
        ("Empty",),
    ):
        group = make("groups.Group", name=name, list=reading_list)
        for days, (person, rank) in enumerate(zip(people, ranks, strict=False)):
            place = make("groups.Membership", group=group, person=person, rank=rank)
            group.memberships.filter(pk=place.pk).update(joined_at=now - timedelta(days=days))


def make_facts_of_links(make: Make) -> None:
    """Of before there were doubts."""
    for key, facts in {
        "facts-a.org": {"leads_to_listed": "no", "link_note": "A shop"},
        "facts-b.org": {"better_url": "https://b.org/new"},
        "facts-c.org": {"leads_to_listed": "yes"},
    }.items():
        make("catalog.Source", canonical_url=key, url=f"https://{key}", listed_title=key, **facts)


def find_facts_of_links_again(apps) -> None:
    """Doubts that are open are not opened again."""
    with connection.schema_editor() as editor:
        import_module("catalog.migrations.0007_first_doubts").open_doubts(apps, editor)


def make_summary(make: Make, author, reading_list, name: str, **fields):
    topic = make("catalog.Section", list=reading_list, kind="topic", title=name, position=1, level=2)
    return make("notes.Summary", author=author, topic=topic, **fields)


def make_reasons(make: Make) -> None:
    """A text that came twice, in two groups."""
    [author] = make_people(make, "twice")
    reading_list = make("catalog.ReadingList", slug="reasons", title="Reasons")
    summary, now = make_summary(make, author, reading_list, "Reasons"), timezone.now()
    for number, why in enumerate(("", "Named it."), start=1):
        written = now + timedelta(days=number - 1)
        make("notes.Revision", summary=summary, number=number, lines=5, why=why, created_at=written)
    for name in ("Reasons one", "Reasons two"):
        group = make("groups.Group", name=name, list=reading_list, owner=author)
        submission = make("groups.Submission", summary=summary, group=group)
        for revision in summary.revisions.order_by("number"):
            make("groups.Round", submission=submission, revision=revision, wanted=1)


def make_requests_that_ended(make: Make) -> None:
    """Three of one moment: a reviewer went away in it, one left, and one had time to think."""
    author, away, left, willing = make_people(make, "ended-author", "ended-away", "ended-left", "ended-willing")
    reading_list, now = make("catalog.ReadingList", slug="ended", title="Ended"), timezone.now()
    summary = make_summary(make, author, reading_list, "Ended")
    revision = make("notes.Revision", summary=summary, number=1, lines=5)
    group = make("groups.Group", name="Ended", list=reading_list, owner=author)
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


def make_curator(make: Make, apps) -> None:
    """Cora, with the duty as it was, and what she did in the admin."""
    duty = apps.get_model("auth", "Group").objects.get(name="Curators")
    could = {(each.content_type.model, each.codename.partition("_")[0]) for each in duty.permissions.all()}
    assert could == {(model, verb) for model, verbs in RIGHTS.items() for verb in verbs}
    [cora] = make_people(make, "cora")
    apps.get_model("accounts", "User").objects.filter(pk=cora.pk).update(is_staff=True)
    cora.groups.add(duty)
    source = make(
        "catalog.Source", canonical_url="a.org", url="https://a.org", listed_title="A", facts_as_read={"year": 1}
    )
    doubt = make("catalog.Doubt", source=source, kind="dead", note="404")
    kind = apps.get_model("contenttypes", "ContentType").objects.get(app_label="catalog", model="doubt")
    make(
        "admin.LogEntry", user=cora, content_type=kind, object_id=str(doubt.pk), object_repr="A", action_flag=2,
        change_message="Asked the publisher.",
    )  # fmt: skip


def make_catalogue(make: Make, apps) -> None:
    """One of each model that is renamed, and of what says a renamed thing."""
    [ada] = make_people(make, "ada")
    cora = apps.get_model("accounts", "User").objects.get(email="cora@example.org")
    alpha = apps.get_model("catalog", "Source").objects.get(canonical_url="a.org")
    ada.user_permissions.add(apps.get_model("auth", "Permission").objects.get(codename="view_nextcheck"))
    reading_list = make("catalog.ReadingList", slug="l", title="L", is_default=True, method_as_read={"steps": ["Read"]})
    topic = make(
        "catalog.Section",
        list=reading_list,
        title="Topic",
        kind="topic",
        position=1,
        level=1,
        as_read={"title": "Topic"},
    )
    make(
        "catalog.Doubt", source=alpha, kind="moved", settled_at=NOW, settled_by=cora, how="dismissed",
        reason="It is fine.",
    )  # fmt: skip
    make("catalog.NextCheck", source=alpha, host="a.org", held_until=NOW)
    make("catalog.SourceAlias", source=alpha, canonical_url="old.org", former=77)
    suggestion = make(
        "catalog.Suggestion", topic=topic, by=cora, url="https://c.org", canonical_url="c.org", title="C", why="New."
    )
    make("catalog.Second", suggestion=suggestion, person=ada)
    make("notices.Notice", person=ada, kind="wanted", key="wanted-1", about="groups/1", text="One", url="/")
    make(
        "notices.Notice", person=ada, kind="revised", key="revised-2", about="g", text="Two",
        url="/topics/7/#entry-12", seen_at=NOW, over_at=NOW,
    )  # fmt: skip
    make("notices.Choice", person=ada, kind="wanted", mail="never")
    make(
        "notes.Draft", author=ada, topic=topic, base=2, beside={"why": "So."}, set_aside=[ASIDE], answers={"1": "Text"}
    )


def make_review(make: Make) -> None:
    """A round that several reviewed: one withdrew, one left, one paused, one lost the slot to another."""
    author, willing, left, paused, late, next_one, back = make_people(
        make, "author", "willing", "left", "paused", "lost", "next", "back"
    )
    reading_list = make("catalog.ReadingList", slug="a", title="A")
    prompt = make("catalog.Prompt", list=reading_list, text="Why?", position=1)
    summary = make_summary(make, author, reading_list, "T")
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
            "groups.Claim", round=round, slot=slot, reviewer=person, ended_at=ended, taken_at=NOW - timedelta(9)
        )
        review = make(
            "groups.Review", round=round, claim=claim, reviewer=person, decision="changes", renderer=1,
            withdrawn_at=ended, fell=fell,
        )  # fmt: skip
        make("groups.Verdict", review=review, answer=answer, word="cant_tell")
        return review

    stands = asked(author, 1)
    asked(willing, 2, NOW - timedelta(days=5))
    asked(left, 2, NOW - timedelta(days=4), fell=True)
    make("groups.Departure", group=group, person=left, how="left", at=NOW - timedelta(days=4, milliseconds=40))
    asked(paused, 2, NOW - timedelta(days=3), fell=True)
    make("groups.Absence", person=paused, since=NOW - timedelta(days=3))
    asked(late, 2, NOW - timedelta(days=2), fell=True)
    make("groups.Claim", round=round, slot=2, reviewer=next_one, taken_at=NOW - timedelta(days=2))
    asked(back, 3, NOW - timedelta(days=1), fell=True)
    make(
        "groups.FormerReview", review=stands, decision="changes", said_at=NOW, corrected_at=NOW,
        verdicts=[{"answer": answer.pk, "prompt": "Why?", "word": "cant_tell", "comment": "cant_tell"}],
    )  # fmt: skip
    typed = typed_in(prompt.pk, "cant_tell")
    make(
        "groups.ReviewDraft", author=next_one, round=round, typed=typed,
        set_aside=[{"at": NOW.isoformat(), "typed": typed}],
    )  # fmt: skip
    make("groups.Reply", round=round, review=stands, word="later")
    invitation = make("groups.Invitation", group=group, most_uses=3)
    make("groups.Arrival", invitation=invitation, person=back)
    make("groups.Ban", group=group, person=left, lifted_at=NOW, lifted_by=author)
    make("groups.Acceptance", round=round, retracted_at=NOW)
    make("groups.Skip", round=round, reviewer=back, reason="time", words="Until Monday")
    thread = make("groups.Thread", group=group, title="Which?")
    make(
        "groups.Post", thread=thread, author=author, body="x", body_html="x", renderer=1, removed_at=NOW,
        removed_by=author, removed_as="author",
    )  # fmt: skip


def typed_in(prompt: int, verdict: str) -> dict[str, str]:
    """What stands in the draft of a review. Its comment is a word that only verdicts lose."""
    return {f"verdict_{prompt}": verdict, f"comment_{prompt}": "cant_tell", "overall": ""}


def make_rounds_that_wait(make: Make) -> None:
    """Rounds that were shown one day ago, and one that was nine days ago, with what others decided."""
    author, *others = make_people(make, "waits-a", "waits-b", "waits-c", "waits-d")
    reading_list, now = make("catalog.ReadingList", slug="waits", title="Waits"), timezone.now()
    for name, days, decisions, archived_at in (
        ("waits", 1, ["approve"], None),
        ("nobody", 1, [], None),
        ("blocked", 1, ["approve", "approve", "changes"], None),
        ("archived", 1, ["approve"], now),
        ("late", 9, ["approve"], None),
    ):
        summary = make_summary(make, author, reading_list, name)
        revision = make("notes.Revision", summary=summary, number=1, lines=5)
        group = make("groups.Group", name=name, list=reading_list, owner=author, archived_at=archived_at)
        for person in (author, *others):
            make("groups.Membership", group=group, person=person)
        submission, at = make("groups.Submission", summary=summary, group=group), now - timedelta(days=days)
        round = make("groups.Round", submission=submission, revision=revision, wanted=2, submitted_at=at, shown_at=at)
        for slot, (person, decision) in enumerate(zip(others, decisions, strict=False), start=1):
            claim = make("groups.Claim", round=round, slot=slot, reviewer=person)
            make("groups.Review", round=round, claim=claim, reviewer=person, decision=decision, renderer=1)


def make_holders_of_permissions(make: Make, apps) -> None:
    """A duty and a person. Of replies, permissions of the new name are there already, as after a migrate that stopped
    in between."""
    types, permissions = (apps.get_model(name).objects for name in ("contenttypes.ContentType", "auth.Permission"))
    duty = make("auth.Group", name="Moderators")
    [person] = make_people(make, "holder")
    for model in ("round", "reply"):
        kind = types.get(app_label="groups", model=model)
        duty.permissions.add(*permissions.filter(content_type=kind, codename__in=[f"add_{model}", f"view_{model}"]))
        person.user_permissions.add(permissions.get(content_type=kind, codename=f"view_{model}"))
    new = make("contenttypes.ContentType", app_label="groups", model="commentreply")
    for action in ACTIONS:
        name = f"Can {action} comment reply"
        make("auth.Permission", content_type=new, codename=f"{action}_commentreply", name=name)


def make_permission_in_between(apps) -> None:
    """`manage.py migrate catalog 0020` makes permissions of the new names before the next migration renames."""
    old = apps.get_model("auth", "Permission").objects.get(codename="view_second")
    apps.get_model("auth", "Permission").objects.create(
        codename="view_suggestionvote", name="Can view suggestion vote", content_type=old.content_type
    )
