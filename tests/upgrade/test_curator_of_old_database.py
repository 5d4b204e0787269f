"""A curator of an instance of the version before signs in after the upgrade, and may do what they could.

Models that were renamed since then bring their content types, their permissions and the admin's log with them."""

import pytest
from django.apps import apps as installed
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.management import call_command
from django.db import connections, router
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

# The last migrations of that version, and what curators could do there: verbs by model.
LANDED = [
    ("accounts", "0001_begin"),
    ("notices", "0003_find_by_thing"),
    ("catalog", "0013_doi_of_publishers"),
    ("notes", "0004_leave_reasons_to_groups"),
    ("groups", "0012_tell_what_fell_from_what_was_let_go"),
]
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
# What they are called in a later version.
NEW_NAMES = {"second": "suggestionvote", "doubt": "linkissue"}
OURS = ("accounts", "notices", "catalog", "notes", "groups")


class ToTheOld:
    """Every query goes to the old database."""

    def db_for_read(self, model, **hints):
        return "old"

    db_for_write = db_for_read


@pytest.fixture
def old(tmp_path, django_db_blocker, monkeypatch):
    """A connection to a database of its own, at the last migrations of that version."""
    monkeypatch.setattr(router, "routers", [ToTheOld()])
    connections.databases["old"] = connections.databases["default"] | {
        "ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "old.sqlite3"), "OPTIONS": {}, "TEST": {},
    }  # fmt: skip
    connection = connections["old"]
    with django_db_blocker.unblock():
        yield connection
        connection.close()
    del connections["old"], connections.databases["old"]


def landed(connection):
    """The models of that version, in a database that its `migrate` has made."""
    executor = MigrationExecutor(connection)
    others = [key for key in executor.loader.graph.leaf_nodes() if key[0] not in OURS]
    apps = executor.migrate([*others, *LANDED]).apps
    for config in apps.get_app_configs():
        config.models_module = True
        for make in (create_contenttypes, create_permissions):
            make(config, verbosity=0, using=connection.alias, apps=apps)
    return apps


def today(model: str) -> str:
    """What a model of the catalogue is called now."""
    new = NEW_NAMES.get(model, model)
    return new if new in installed.all_models["catalog"] else model


def test_a_curator_of_before_does_after_the_upgrade_what_they_did(old):
    apps = landed(old)
    group = apps.get_model("auth", "Group").objects.get(name="Curators")
    before = {(each.content_type.model, each.codename.partition("_")[0]) for each in group.permissions.all()}
    assert before == {(model, verb) for model, verbs in RIGHTS.items() for verb in verbs}
    User = apps.get_model(settings.AUTH_USER_MODEL)
    person = User.objects.create(email="cora@example.org", display_name="Cora", is_staff=True, is_active=True)
    person.groups.add(group)
    source = apps.get_model("catalog", "Source").objects.create(
        canonical_url="https://example.org/a", url="https://example.org/a", listed_title="A source", kind="paper"
    )
    doubt = apps.get_model("catalog", "Doubt").objects.create(source=source, kind="dead")
    kind = apps.get_model("contenttypes", "ContentType").objects.get(app_label="catalog", model="doubt")
    apps.get_model("admin", "LogEntry").objects.create(
        user=person, content_type=kind, object_id=str(doubt.pk), object_repr="A source", action_flag=2,
        change_message="Asked the publisher.",
    )  # fmt: skip

    call_command("migrate", database="old", verbosity=0)

    curator = installed.get_model(settings.AUTH_USER_MODEL).objects.get(email="cora@example.org")
    assert curator.get_all_permissions() == {
        f"catalog.{verb}_{today(model)}" for model, verbs in RIGHTS.items() for verb in verbs
    }
    client = Client()
    client.force_login(curator)
    for model in RIGHTS:
        if admin.site.is_registered(installed.get_model("catalog", today(model))):
            assert client.get(f"/admin/catalog/{today(model)}/").status_code == 200
    index = client.get("/admin/").content.decode()
    queue = f"/admin/catalog/{today('doubt')}/"
    assert f'href="{queue}"' in index
    assert "A source" in client.get(queue).content.decode()
    assert "Asked the publisher." in client.get(f"{queue}{doubt.pk}/history/").content.decode()
    assert "A source" in client.get("/admin/catalog/doubt/", follow=True).content.decode()


def test_no_permission_is_left_of_a_model_that_is_no_more(old):
    landed(old)
    call_command("migrate", database="old", verbosity=0)

    permissions = installed.get_model("auth", "Permission").objects.filter(content_type__app_label__in=OURS)
    models = {each.content_type.model for each in permissions.select_related("content_type")}
    assert models == {
        name for app in OURS for name, model in installed.all_models[app].items() if not model._meta.auto_created
    }
    names = {(each.codename, each.name) for each in permissions}
    assert names == {
        (f"{verb}_{model._meta.model_name}", f"Can {verb} {model._meta.verbose_name_raw}")
        for app in OURS
        for model in installed.all_models[app].values()
        if not model._meta.auto_created
        for verb in model._meta.default_permissions
    }
