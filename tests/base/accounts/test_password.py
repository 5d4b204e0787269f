"""Forgotten, changed, chosen anew."""

import re

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from readlist_site.base.accounts.reset_links import reset_link
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "another reading room"


def signs_in(client, person, password: str) -> bool:
    return client.post("/accounts/login/", {"login": person.email, "password": password}).status_code == 302


def without_token(page) -> str:
    """A page without the token of its forms, which differs each time."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", page.content.decode())


# Forgotten, where no mail is sent


def test_without_mail_the_page_says_whom_to_ask_and_asks_for_nothing(client):
    page = client.get("/accounts/password/reset/")
    assertContains(page, "This Readlist sends no e-mail")
    assertContains(page, "Ask its administrator for a link")
    assertNotContains(page, 'name="email"')


def test_without_mail_nothing_is_promised_or_sent_whoever_asks(client, ada):
    pages = []
    for email in (ada.email, "nobody@example.org"):
        page = client.post("/accounts/password/reset/", {"email": email}, follow=True)
        assertRedirects(page, "/accounts/password/reset/done/")
        assertNotContains(page, "on its way")
        pages.append(without_token(page))
    assert pages[0] == pages[1]
    assert mail.outbox == []


# Forgotten, with real mail


def test_a_link_in_the_mail_leads_to_a_new_password(real_mail, client, ada, mailoutbox, link_in):
    page = client.post("/accounts/password/reset/", {"email": ada.email.upper()}, follow=True)
    assertContains(page, "If there is an account with this address")
    assert [message.to for message in mailoutbox] == [[ada.email]]
    assert mailoutbox[0].subject == "Reset your password at Readlist"
    form = client.get(link_in(), follow=True)
    action = form.context["action_url"]
    assert "set-password" in action
    assertContains(client.post(action, {"password1": "short"}), "Use at least 10 characters", status_code=422)
    assertRedirects(client.post(action, {"password1": NEW}), "/accounts/password/reset/key/done/")
    done = client.get("/accounts/password/reset/key/done/")
    assertContains(done, "Your password was changed")
    assertContains(done, "/accounts/security/")
    assert signs_in(client, ada, NEW)
    assert "was changed with the link that we sent you" in mailoutbox[-1].body


def test_the_answer_is_the_same_for_an_unknown_address(real_mail, client, ada, mailoutbox):
    known = client.post("/accounts/password/reset/", {"email": ada.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert without_token(known) == without_token(unknown)
    assert known.redirect_chain == unknown.redirect_chain
    assert "but it has no account" in mailoutbox[-1].body


@pytest.mark.parametrize("address", ["", "priya@", "\0", "x" * 5000])
@pytest.mark.parametrize("mail_is_real", [True, False])
def test_rubbish_for_an_address_is_no_error(settings, client, address, mail_is_real):
    settings.EMAIL_IS_REAL = mail_is_real
    assert client.post("/accounts/password/reset/", {"email": address}, follow=True).status_code == 422


# By a link


def test_a_link_works_once(client, ada):
    path = reset_link(ada).removeprefix("http://localhost:8000")
    form = client.get(path, follow=True)
    client.post(form.context["action_url"], {"password1": NEW})
    client.cookies.clear()
    assertContains(client.get(path, follow=True), "This link no longer works")


def test_a_link_is_over_once_the_address_changed(client, ada):
    path = reset_link(ada).removeprefix("http://localhost:8000")
    ada.change_email("ada@example.com", verified=True)
    assertContains(client.get(path, follow=True), "This link no longer works")


@pytest.mark.parametrize("key", ["0-x", "zzzzzzzzzzzzzzzzzzzz-abc", "1-set-password", "1-\0", "1-" + "x" * 3000])
def test_a_broken_link_says_so(client, key):
    assertContains(client.get(f"/accounts/password/reset/key/{key}/"), "This link no longer works")
    assertContains(client.post(f"/accounts/password/reset/key/{key}/", {"password1": NEW}), "no longer works")


def test_somebody_elses_link_signs_me_out_first(signed_in, ada, jonas):
    client = signed_in(jonas)
    form = client.get(reset_link(ada).removeprefix("http://localhost:8000"), follow=True)
    assertContains(form, "Choose a new password")
    assertContains(form, "You are signed out.")
    assertNotContains(form, "Jonas Lind")


# Changed


def test_changing_the_password_says_so_and_keeps_me_signed_in(signed_in, client, ada):
    mine = signed_in(ada)
    page = mine.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW}, follow=True)
    assertRedirects(page, "/settings/")
    assertContains(page, "Password changed.")
    assert signs_in(client, ada, NEW)
    assert not signs_in(Client(), ada, PASSWORD)


def test_changing_the_password_signs_other_devices_out(signed_in, ada):
    other = signed_in(ada)
    signed_in(ada).post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert other.get("/settings/").status_code == 302


def test_changing_the_password_takes_the_old_one(signed_in, client, ada):
    page = signed_in(ada).post("/accounts/password/change/", {"oldpassword": "guessed", "password1": NEW})
    assertContains(page, "Wrong password.", status_code=422)
    assert signs_in(client, ada, PASSWORD)


def test_a_password_may_not_be_my_name(signed_in, ada):
    page = signed_in(ada).post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "Ada Okafor"})
    assertContains(page, "too similar to your name or address", status_code=422)


def test_the_owner_hears_of_it_where_there_is_mail(real_mail, signed_in, ada, mailoutbox):
    signed_in(ada).post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert mailoutbox[-1].to == [ada.email]
    assert "If this wasn’t you, tell an administrator of this Readlist at once." in mailoutbox[-1].body


def test_who_has_no_password_chooses_one(signed_in, client, ada):
    ada.set_unusable_password()
    ada.save()
    mine = signed_in(ada)
    assertRedirects(mine.get("/accounts/password/change/"), "/accounts/password/set/")
    assertRedirects(mine.post("/accounts/password/set/", {"password1": NEW}), "/settings/")
    assert signs_in(client, ada, NEW)


def test_proving_to_be_oneself(signed_in, ada):
    client = signed_in(ada)
    assertContains(client.get("/accounts/reauthenticate/"), "Confirm it’s you")
    assertContains(
        client.post("/accounts/reauthenticate/", {"password": "guessed"}), "Wrong password.", status_code=422
    )
    assertRedirects(client.post("/accounts/reauthenticate/?next=/settings/", {"password": PASSWORD}), "/settings/")


# Who has signed up with somebody else's address


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_reset_ends_sign_ins_from_elsewhere_unless_the_address_was_confirmed(client, ada, is_confirmed):
    """Somebody may have signed up with Ada's address before she did, by an account of theirs elsewhere."""
    ada.emailaddress_set.update(verified=is_confirmed)
    SocialAccount.objects.create(user=ada, provider="github", uid="7")
    page = client.get(reset_link(ada).removeprefix("http://localhost:8000"), follow=True)
    client.post(page.context["action_url"], {"password1": NEW})
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert SocialAccount.objects.exists() == is_confirmed
