"""Administrators need a second factor where the settings say so."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from readlist_site.base.accounts.models import User
from tests import factories
from tests.base.accounts.second_factor.test_codes import KEY, code_of, no_code_was_used  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def administrator(settings) -> User:
    settings.ADMIN_SECOND_FACTOR = True
    return factories.make_user("Hanna Host", is_staff=True, is_superuser=True)


def test_the_admin_opens_once_a_second_factor_is_there(client, administrator):
    factories.sign_in(client, administrator)
    for path in ("/admin/", "/admin/accounts/user/", "/admin/password_change/", "/admin/catalog/readinglist/"):
        assertRedirects(client.get(path), "/accounts/security/")
    assertContains(client.get("/accounts/security/"), "Add a second factor to open the administration")
    key = client.get("/accounts/security/app/add/").context["form"].secret
    client.post("/accounts/security/app/add/", {"code": code_of(key)})
    assert client.get("/admin/").status_code == 200
    assertNotContains(client.get("/accounts/security/"), "Add a second factor to open the administration")


def test_a_form_changes_nothing_without_it(client, administrator, ada):
    factories.sign_in(client, administrator)
    data = {"display_name": "Changed", "email": ada.email, "time_zone": "UTC"}
    assertRedirects(client.post(f"/admin/accounts/user/{ada.pk}/change/", data), "/accounts/security/")
    ada.refresh_from_db()
    assert ada.display_name == "Ada Okafor"


def test_a_session_from_before_is_asked_for_it(administrator):
    before = Client()
    before.force_login(administrator)
    factories.add_factors(administrator, key=KEY)
    asked = before.get("/admin/accounts/user/?q=x")
    assert asked.url == "/accounts/security/reauthenticate/?next=%2Fadmin%2Faccounts%2Fuser%2F%3Fq%3Dx"
    assertRedirects(before.post(asked.url, {"code": code_of()}), "/admin/accounts/user/?q=x")


def test_removing_it_closes_the_admin_again(client, administrator):
    factories.sign_in(client, administrator)
    key = client.get("/accounts/security/app/add/").context["form"].secret
    client.post("/accounts/security/app/add/", {"code": code_of(key)})
    client.post("/accounts/security/app/remove/")
    assertRedirects(client.get("/admin/"), "/accounts/security/")


def test_recovery_codes_alone_are_none(client, administrator):
    factories.add_factors(administrator)
    Authenticator.objects.exclude(type="recovery_codes").delete()
    factories.sign_in(client, administrator)
    assertRedirects(client.get("/admin/"), "/accounts/security/")


def test_curators_and_where_it_is_off_administrators_need_none(client, administrator, curator, settings):
    client.force_login(curator)
    assert client.get("/admin/").status_code == 200
    settings.ADMIN_SECOND_FACTOR = False
    client.force_login(administrator)
    assert client.get("/admin/").status_code == 200


def test_who_may_not_enter_is_told_so_and_not_to_set_one_up(client, administrator, ada):
    client.force_login(ada)
    assert client.get("/admin/", follow=True).status_code == 403
    assertRedirects(Client().get("/admin/"), "/admin/login/?next=/admin/", target_status_code=302)
