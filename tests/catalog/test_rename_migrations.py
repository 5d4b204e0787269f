"""A database of before the models got their standard names: nobody loses a row, a right or a choice."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.management import inject_rename_contenttypes_operations
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from catalog.curation.suggestion import SuggestionVote
from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList
from catalog.outline.section import Section
from catalog.sources.source import Source
from catalog.sources.source_alias import SourceAlias
from notes.draft import Draft
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.unsubscribe import unsubscribe_token

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [
    ("groups", "0012_tell_what_fell_from_what_was_let_go"),
    ("notes", "0004_leave_reasons_to_groups"),
    ("notices", "0003_find_by_thing"),
    ("catalog", "0013_doi_of_publishers"),
    ("auth", "0012_alter_user_first_name_max_length"),
    ("contenttypes", "0002_remove_content_type_name"),
]
ASIDE = {"at": "2026-01-01T00:00:00+00:00", "answers": {}, "based_on": [], "beside": {"why": "It was wrong."}}


def migrate(targets: list[tuple[str, str]]):
    """The apps as they are at these migrations. Content types follow, as `manage.py migrate` lets them."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(targets)
    inject_rename_contenttypes_operations(plan=plan, using=connection.alias)
    state = executor.migrate(targets, plan=plan)
    ContentType.objects.clear_cache()
    return state.apps


@pytest.fixture
def before() -> Iterator:
    """The apps of before, with all tables as they were; whatever happens the tables of today come back."""
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    try:
        yield migrate(BEFORE)
    finally:
        migrate(latest)


def after() -> None:
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def rows(apps) -> dict[str, object]:
    """One of each model that is renamed, as the landed version wrote it, and the people whose they are."""
    person, source = apps.get_model("accounts", "User"), apps.get_model("catalog", "Source")
    ada = person.objects.create(email="ada@example.org", display_name="Ada", password="!")
    cora = person.objects.create(email="cora@example.org", display_name="Cora", password="!", is_staff=True)
    cora.groups.add(apps.get_model("auth", "Group").objects.get(name="Curators"))
    permissions = apps.get_model("auth", "Permission").objects
    ada.user_permissions.add(permissions.get(codename="view_nextcheck"))
    reading_list = apps.get_model("catalog", "ReadingList").objects.create(
        slug="l", title="L", is_default=True, method_as_read={"steps": ["Read"]}
    )
    section = apps.get_model("catalog", "Section").objects.create(
        list=reading_list, title="Topic", kind="topic", position=1, level=1, as_read={"title": "Topic"}
    )
    alpha = source.objects.create(
        canonical_url="a.org", url="https://a.org", listed_title="A", facts_as_read={"year": 1}
    )
    doubts, now = apps.get_model("catalog", "Doubt").objects, timezone.now()
    doubts.create(source=alpha, kind="dead", note="404")
    doubts.create(source=alpha, kind="moved", settled_at=now, settled_by=cora, how="dismissed", reason="It is fine.")
    apps.get_model("catalog", "NextCheck").objects.create(source=alpha, host="a.org", held_until=now)
    apps.get_model("catalog", "SourceAlias").objects.create(source=alpha, canonical_url="old.org", former=77)
    suggestion = apps.get_model("catalog", "Suggestion").objects.create(
        topic=section, by=cora, url="https://c.org", canonical_url="c.org", title="C", why="It is new."
    )
    apps.get_model("catalog", "Second").objects.create(suggestion=suggestion, person=ada)
    notices = apps.get_model("notices", "Notice").objects
    notices.create(person=ada, kind="wanted", key="wanted-1", about="groups/1", text="One", url="/")
    notices.create(
        person=ada, kind="revised", key="revised-2", about="g", text="Two", url="/", seen_at=now, over_at=now
    )
    apps.get_model("notices", "Choice").objects.create(person=ada, kind="wanted", mail="never")
    apps.get_model("notes", "Draft").objects.create(
        author=ada, topic=section, base=2, beside={"why": "So."}, set_aside=[ASIDE], answers={"1": "Text"}
    )
    return {"now": now}


def test_every_row_is_there_under_its_new_name(before):
    now = rows(before)["now"]
    after()
    ada, cora = User.objects.get(email="ada@example.org"), User.objects.get(email="cora@example.org")
    alpha = Source.objects.get()
    assert (alpha.last_imported, alpha.link_issue.note) == ({"year": 1}, "404")
    resolved = LinkIssue.objects.resolved().get()
    assert (resolved.resolution, resolved.resolved_by, resolved.resolved_at) == ("dismissed", cora, now)
    assert LinkSchedule.objects.get().leased_until == now
    assert SourceAlias.objects.get().merged_source_id == 77
    assert SuggestionVote.objects.get().person == ada
    assert Section.objects.get().last_imported == {"title": "Topic"}
    assert ReadingList.objects.get().last_imported_method == {"steps": ["Read"]}
    draft = Draft.objects.get()
    assert (draft.base_number, draft.extra) == (2, {"why": "So."})
    assert draft.alternatives == [{"at": ASIDE["at"], "answers": {}, "based_on": [], "extra": ASIDE["beside"]}]


def test_nobody_is_notified_twice_and_an_unsubscribe_link_of_before_still_works(before):
    rows(before)
    token = unsubscribe_token(before.get_model("accounts", "User").objects.get(email="ada@example.org"), "reviewed")
    after()
    ada = User.objects.get(email="ada@example.org")
    assert list(Notification.objects.order_by("pk").values_list("kind", "key")) == [
        ("wanted", "wanted-1"),
        ("revised", "revised-2"),
    ]
    assert Notification.objects.unread().get().key == "wanted-1"
    Notification.objects.notify([ada], kind="wanted", key="wanted-1", about="groups/1", facts={}, url="/")
    assert Notification.objects.count() == 2
    assert Client().post(f"/notices/end/{token}/").status_code == 200
    assert dict(EmailPreference.objects.values_list("kind", "mail")) == {"wanted": "never", "reviewed": "never"}


def test_a_curator_of_before_still_resolves_link_issues(before):
    rows(before)
    after()
    cora = User.objects.get(email="cora@example.org")
    client = Client()
    client.force_login(cora)
    assert cora.has_perms(["catalog.view_linkissue", "catalog.change_linkissue", "catalog.view_suggestionvote"])
    assert User.objects.get(email="ada@example.org").has_perm("catalog.view_linkschedule")
    assert "404" in client.get("/admin/catalog/linkissue/").content.decode()
    issue = LinkIssue.objects.open().get()
    answer = client.post(
        f"/admin/catalog/linkissue/{issue.pk}/settlement/", {"how": "dismissed", "reason": "It answers here."}
    )
    assert answer.status_code == 302
    assert not LinkIssue.objects.open().exists()
    # No permission is left over, or was made twice.
    ours = Permission.objects.filter(content_type__app_label__in=["catalog", "notices"])
    names = list(ours.values_list("codename", "content_type__model"))
    assert len(names) == len(set(names))
    assert not [
        name for name, _ in names if name.partition("_")[2] in {"doubt", "second", "nextcheck", "notice", "choice"}
    ]
    assert all(name.endswith(f"_{model}") for name, model in names)
    assert ours.get(codename="view_linkissue").name == "Can view link issue"


def test_rights_come_together_where_both_names_were_made(before):
    """`manage.py migrate catalog 0020` makes the permissions of the new names before the next migration renames."""
    rows(before)
    here = [(app, name) for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes() if app != "catalog"]
    migrate([*here, ("catalog", "0020_standard_names")])
    old = Permission.objects.get(codename="view_doubt")
    Permission.objects.create(codename="view_linkissue", name="Can view", content_type=old.content_type)
    after()
    assert User.objects.get(email="cora@example.org").has_perm("catalog.view_linkissue")
    assert Permission.objects.filter(codename__in=["view_doubt", "view_linkissue"]).count() == 1


def test_all_of_it_can_be_undone(before):
    rows(before)
    after()
    apps = migrate(BEFORE)
    doubts = apps.get_model("catalog", "Doubt").objects.order_by("pk")
    assert list(doubts.values_list("kind", "how", "reason")) == [
        ("dead", "", ""),
        ("moved", "dismissed", "It is fine."),
    ]
    assert apps.get_model("notices", "Notice").objects.filter(over_at=None).get().key == "wanted-1"
    assert apps.get_model("notes", "Draft").objects.get().set_aside == [ASIDE]
    curators = apps.get_model("auth", "Group").objects.get(name="Curators")
    assert curators.permissions.filter(codename__in=["view_doubt", "change_doubt"]).count() == 2


def test_facts_from_before_there_were_link_issues_open_one_each(before):
    """The landed migration 0007 on rows of its time."""
    apps = before
    sources, doubts = apps.get_model("catalog", "Source").objects, apps.get_model("catalog", "Doubt").objects
    sources.create(
        canonical_url="a.org", url="https://a.org", listed_title="A", leads_to_listed="no", link_note="A shop"
    )
    sources.create(canonical_url="b.org", url="https://b.org", listed_title="B", better_url="https://b.org/new")
    sources.create(canonical_url="c.org", url="https://c.org", listed_title="C", leads_to_listed="yes")
    migration = import_module("catalog.migrations.0007_first_doubts")
    with connection.schema_editor() as editor:
        for _ in range(2):
            migration.open_doubts(apps, editor)
    found = doubts.order_by("pk").values_list("kind", "note", "better_url")
    assert list(found) == [("elsewhere", "A shop", ""), ("unconfirmed", "", "https://b.org/new")]
