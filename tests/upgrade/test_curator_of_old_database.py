"""A curator of an instance of the version before signs in after the upgrade, and may do what they could.

Models that were renamed since then bring their content types, their permissions and the admin's log with them."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from catalog.links.link_issue import LinkIssue
from readlist_site.base.accounts.models import User
from tests.upgrade.old_rows import RIGHTS

pytestmark = pytest.mark.usefixtures("upgraded")

# What they are called in a later version.
NEW_NAMES = {"second": "suggestionvote", "doubt": "linkissue"}
OURS = ("accounts", "notices", "catalog", "notes", "groups")


def today(model: str) -> str:
    """What a model of the catalogue is called now."""
    return NEW_NAMES.get(model, model)


def test_a_curator_of_before_does_after_the_upgrade_what_they_did():
    curator = User.objects.get(email="cora@example.org")
    assert curator.get_all_permissions() == {
        f"catalog.{verb}_{today(model)}" for model, verbs in RIGHTS.items() for verb in verbs
    }
    client = Client()
    client.force_login(curator)
    for model in RIGHTS:
        if admin.site.is_registered(apps.get_model("catalog", today(model))):
            assert client.get(f"/admin/catalog/{today(model)}/").status_code == 200
    index = client.get("/admin/").content.decode()
    queue = "/admin/catalog/linkissue/"
    assert f'href="{queue}"' in index
    assert "https://a.org" in client.get(queue).content.decode()
    issue = LinkIssue.objects.open().get(source__canonical_url="a.org")
    assert "Asked the publisher." in client.get(f"{queue}{issue.pk}/history/").content.decode()
    assert "https://a.org" in client.get("/admin/catalog/doubt/", follow=True).content.decode()


def test_no_permission_is_left_of_a_model_that_is_no_more():
    permissions = Permission.objects.filter(content_type__app_label__in=OURS)
    models = {each.content_type.model for each in permissions.select_related("content_type")}
    assert models == {
        name for app in OURS for name, model in apps.all_models[app].items() if not model._meta.auto_created
    }
    names = {(each.codename, each.name) for each in permissions}
    assert names == {
        (f"{verb}_{model._meta.model_name}", f"Can {verb} {model._meta.verbose_name_raw}")
        for app in OURS
        for model in apps.all_models[app].values()
        if not model._meta.auto_created
        for verb in model._meta.default_permissions
    }
