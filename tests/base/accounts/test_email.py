"""Changing the address one signs in with."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

NEW = "ada@example.com"


def change(client, email: str = NEW, password: str = PASSWORD):
    return client.post("/accounts/email/", {"email": email, "password": password, "action_add": ""})


def signs_in(email: str) -> bool:
    return Client().post("/accounts/login/", {"login": email, "password": PASSWORD}).url == "/"


def test_the_page_says_the_address_and_writes_nothing(signed_in, ada):
    client = signed_in(ada)
    client.get("/settings/")  # the session was seen
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/accounts/email/")
    assertContains(page, ada.email)
    assertContains(page, "The new address replaces the old one at once.")
    assert [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "WITH"))] == []


def test_without_mail_the_new_address_counts_at_once(signed_in, ada):
    old = ada.email
    assertRedirects(change(signed_in(ada), NEW.upper()), "/accounts/email/")
    ada.refresh_from_db()
    assert ada.email == NEW
    assert signs_in(NEW)
    assert Client().post("/accounts/login/", {"login": old, "password": PASSWORD}).status_code == 422


def test_it_takes_the_password(signed_in, ada):
    assertContains(change(signed_in(ada), password="guessed"), "Wrong password.", status_code=422)
    assertContains(change(signed_in(ada), password=""), "Fill in this field.", status_code=422)
    ada.refresh_from_db()
    assert ada.email != NEW


@pytest.mark.parametrize("email", ["", "ada@", "\0", "x" * 5000])
def test_a_wrong_address_is_explained(signed_in, ada, email):
    assertContains(change(signed_in(ada), email), 'aria-invalid="true"', status_code=422)


def test_my_own_address_is_no_change(signed_in, ada):
    assertContains(change(signed_in(ada), ada.email), "This is already your address.", status_code=422)


def test_without_mail_an_address_that_is_taken_is_refused(signed_in, ada, jonas):
    answer = change(signed_in(ada), jonas.email)
    assertContains(answer, "This address already has an account.", status_code=422)


@pytest.mark.parametrize("action", ["action_send", "action_remove", "action_primary", "nothing", "action_add"])
@pytest.mark.parametrize("email", ["\0", "nobody@example.org", "", "mine"])
def test_rubbish_changes_nothing(signed_in, ada, action, email):
    email = ada.email if email == "mine" else email
    response = signed_in(ada).post("/accounts/email/", {"email": email, action: ""})
    assert response.status_code in {200, 302, 422}
    ada.refresh_from_db()
    assert signs_in(ada.email)


# With real mail


def test_with_mail_the_new_address_counts_once_it_is_confirmed(real_mail, signed_in, ada, mailoutbox, link_in):
    old, client = ada.email, signed_in(ada)
    page = client.post("/accounts/email/", {"email": NEW, "password": PASSWORD, "action_add": ""}, follow=True)
    assertContains(page, f"We sent a confirmation link to {NEW}.")
    assertContains(page, f"{NEW} is not confirmed yet")
    ada.refresh_from_db()
    assert ada.email == old
    assert mailoutbox[-1].to == [NEW]
    assertRedirects(client.post(link_in()), "/settings/")
    ada.refresh_from_db()
    assert ada.email == NEW
    assert mailoutbox[-1].to == [old]
    assert f"to {NEW}. Sign in with the new address." in mailoutbox[-1].body
    assert signs_in(NEW)


def test_a_change_under_way_can_be_sent_again_and_called_off(real_mail, signed_in, ada, mailoutbox):
    client = signed_in(ada)
    change(client)
    client.post("/accounts/email/", {"email": NEW, "action_send": ""})
    assert [message.to for message in mailoutbox] == [[NEW], [NEW]]
    page = client.post("/accounts/email/", {"email": NEW, "action_remove": ""}, follow=True)
    assertContains(page, "Your address has not changed.")
    assertNotContains(page, "is not confirmed yet")
    assert list(ada.emailaddress_set.values_list("email", flat=True)) == [ada.email]


def test_only_the_last_change_is_under_way(real_mail, signed_in, ada):
    client = signed_in(ada)
    change(client)
    change(client, "ada@example.net")
    assert set(ada.emailaddress_set.values_list("email", flat=True)) == {ada.email, "ada@example.net"}


def test_an_address_of_somebody_else_can_not_be_confirmed(real_mail, signed_in, ada, jonas, link_in):
    client = signed_in(ada)
    assertRedirects(change(client, jonas.email), "/accounts/email/")
    assertContains(client.get(link_in()), "is already confirmed for another account")
    client.post(link_in())
    ada.refresh_from_db()
    assert ada.email != jonas.email


def test_an_address_never_confirmed_is_not_lost_by_changing_it(real_mail, signed_in, ada):
    ada.emailaddress_set.update(verified=False)
    client = signed_in(ada)
    change(client)
    ada.refresh_from_db()
    assert ada.email
    assert ada.emailaddress_set.filter(email=ada.email, primary=True).exists()


def test_an_address_that_another_account_took_while_i_confirmed_it_is_not_mine(real_mail, signed_in, ada, link_in):
    """A sign-up with an address that nobody confirmed, after this change of address began."""
    client = signed_in(ada)
    change(client)
    other = make_user("Eve")
    type(other).objects.filter(pk=other.pk).update(email=NEW)
    assert client.post(link_in()).status_code == 302
    ada.refresh_from_db()
    assert ada.email != NEW
    assert ada.emailaddress_set.filter(email=ada.email, primary=True, verified=True).exists()
    assertContains(client.get("/settings/"), "is already confirmed for another account")


@pytest.mark.parametrize("has_mail", [False, True])
def test_nobody_tries_many_addresses(signed_in, ada, settings, has_mail):
    settings.EMAIL_IS_REAL, settings.RATE_LIMITS = has_mail, settings.RATE_LIMITS | {"change_email": (2, 24 * 3600)}
    client = signed_in(ada)
    for number in range(2):
        assert change(client, f"other-{number}@example.com").status_code == 302
    answer = change(client, "other-3@example.com")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_who_has_no_password_chooses_one_first(signed_in, ada):
    ada.set_unusable_password()
    ada.save()
    client = signed_in(ada)
    assertContains(client.get("/accounts/email/"), 'href="/accounts/password/set/"')
    assert change(client, NEW).status_code == 422
    assertContains(client.get("/settings/"), "Set password")
