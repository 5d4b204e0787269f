"""People at the administrators' desk."""

import pytest
from django.contrib.auth.models import Group as PermissionGroup
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from readlist_site.base.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return User.objects.make_administrator("host@example.org", "Hanna Host")


@pytest.fixture
def curators():
    return PermissionGroup.objects.get_or_create(name="Curators")[0]


@pytest.fixture
def curator(curators):
    person = make_user("Cora Curator", is_staff=True)
    person.groups.add(curators)
    return person


@pytest.fixture
def desk(signed_in, administrator):
    return signed_in(administrator)


def change(client, person: User, **changes):
    data = {"display_name": person.display_name, "email": person.email, "time_zone": "UTC", "is_active": "on"}
    return client.post(f"/admin/accounts/user/{person.pk}/change/", data | changes)


# Who comes in


def test_who_is_not_signed_in_signs_in_through_our_own_door(client):
    page = client.get("/admin/accounts/user/", follow=True)
    assertTemplateUsed(page, "account/login.html")
    assert page.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/accounts/user/")


def test_whoever_may_not_come_in_gets_a_plain_page_and_no_loop(signed_in, ada):
    page = signed_in(ada).get("/admin/", follow=True)
    assert page.status_code == 403
    assert len(page.redirect_chain) == 1
    assertContains(page, "You can’t open this page", status_code=403)


def test_curators_see_no_people(signed_in, curator):
    client = signed_in(curator)
    assertNotContains(client.get("/admin/"), "accounts")
    for path in ("", f"{curator.pk}/change/", f"{curator.pk}/password/", f"{curator.pk}/delete/", "add/"):
        assert client.get(f"/admin/accounts/user/{path}").status_code == 403


# What is seen


def test_people_are_found_by_name_and_address(desk, ada, jonas):
    for query in ("okafor", ada.email):
        page = desk.get("/admin/accounts/user/", {"q": query})
        assertContains(page, "Ada Okafor")
        assertNotContains(page, "Jonas Lind")


def test_the_desk_greets_by_name(desk):
    assertContains(desk.get("/admin/"), "<strong>Hanna Host</strong>")


@pytest.mark.parametrize("query", ["is_staff__exact=1", "groups__id__exact=1", "is_demo__exact=0", "o=1.-2"])
def test_people_are_filtered_and_sorted(desk, curators, query):
    assert desk.get(f"/admin/accounts/user/?{query}").status_code in {200, 302}


def test_no_password_is_seen(desk, ada):
    page = desk.get(f"/admin/accounts/user/{ada.pk}/change/")
    assertNotContains(page, ada.password)
    assertNotContains(page, ada.password.rpartition("$")[2])


def test_what_is_kept_elsewhere_is_not_here(desk):
    page = desk.get("/admin/")
    for superfluous in ("/admin/auth/", "/admin/account/", "/admin/accounts/user/add/"):
        assertNotContains(page, superfluous)
    assert desk.get("/admin/accounts/user/add/").status_code == 403


# What is changed


def test_making_a_curator(desk, ada, curators):
    page = change(desk, ada, groups=[curators.pk])
    assertContains(page, "Curators and administrators need this, too.")
    assertRedirects(change(desk, ada, groups=[curators.pk], is_staff="on"), "/admin/accounts/user/")
    ada.refresh_from_db()
    assert ada.is_staff
    assert list(ada.groups.all()) == [curators]
    assert not ada.is_superuser


def test_closing_an_account(desk, ada):
    change(desk, ada, is_active="")
    data = {"display_name": ada.display_name, "email": ada.email, "time_zone": "UTC"}
    desk.post(f"/admin/accounts/user/{ada.pk}/change/", data)
    ada.refresh_from_db()
    assert not ada.is_active


def test_a_corrected_address_is_the_one_to_sign_in_with(desk, ada):
    old = ada.email
    change(desk, ada, email="Ada@Example.com")
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert [(a.email, a.verified, a.primary) for a in ada.emailaddress_set.all()] == [("ada@example.com", True, True)]

    def signs_in(email: str) -> bool:
        return Client().post("/accounts/login/", {"login": email, "password": PASSWORD}).status_code == 302

    assert signs_in("ada@example.com")
    assert not signs_in(old)


def test_two_people_never_share_an_address(desk, ada, jonas):
    assertContains(change(desk, ada, email=jonas.email.upper()), "This address already has an account.")


def test_another_case_is_no_other_address(desk, ada):
    type(ada).objects.filter(pk=ada.pk).update(email_refused_at=timezone.now())
    before = list(ada.emailaddress_set.values())
    assert change(desk, ada, email=ada.email.upper()).status_code == 302
    assert list(ada.emailaddress_set.values()) == before
    ada.refresh_from_db()
    assert ada.email_refused_at


def test_people_of_the_demo_never_get_in(desk):
    person = make_user("Demo", is_demo=True)
    page = change(desk, person, is_staff="on")
    assertContains(page, "People of the demo group can’t open the administration.")
    person.refresh_from_db()
    assert not person.is_staff


@pytest.mark.parametrize(
    "changes", [{"display_name": "\0"}, {"email": "\0@x.org"}, {"time_zone": "\0"}, {"groups": "x"}]
)
def test_rubbish_is_answered_at_the_field(desk, ada, changes):
    assertContains(change(desk, ada, **changes), "errorlist")


def test_a_new_password_by_an_administrator(desk, ada):
    data = {"password1": "another reading room", "password2": "another reading room", "usable_password": "true"}
    assert desk.post(f"/admin/accounts/user/{ada.pk}/password/", data).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password("another reading room")


def test_nobody_is_deleted_but_an_account_can_be_closed(desk, group, ada):
    page = desk.get(f"/admin/accounts/user/{ada.pk}/change/")
    assertNotContains(page, "/delete/")
    assertContains(page, "If this is off, the account is closed")
    assert desk.post(f"/admin/accounts/user/{ada.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": ada.pk, "post": "yes"})
    assert group.owner == ada
