"""What was typed survives signing in with a provider after a session that ended, without JavaScript."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from pytest_django.asserts import assertContains

from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.accounts import interrupted_form
from readlist_site.base.accounts.interrupted_form import FIELD
from readlist_site.base.accounts.models import User
from tests import factories
from tests.base.accounts.providers.conftest import app_at
from tests.house.forms import targets

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

TEXT = "It halves the steps, until the noise scale.\n\nThen it only costs: “twice” <b>$B$</b>."
NOOR = "noor@uni.example"


@pytest.fixture
def member(client, come_from, group) -> User:
    """Signed in with the provider, and in a group."""
    come_from(NOOR)
    client.post("/accounts/connected/signup/", {"display_name": "Noor Aziz", "email": NOOR, "time_zone": "UTC"})
    person = User.objects.get(email=NOOR)
    factories.join(group, person)
    return person


@pytest.fixture
def thread(group, member):
    return Thread.objects.start(group=group, author=member, title="Which knob?", body="I ask here.")


@pytest.fixture
def carried(thread) -> str:
    """What the sign-in page carries after a post by nobody."""
    url = reverse("thread", args=[thread.pk])
    refused = Client().post(
        reverse("posts", args=[thread.pk]),
        urlencode({"body": TEXT}),
        content_type="application/x-www-form-urlencoded",
        headers={"referer": f"http://testserver{url}"},
    )
    forms = [each for each in targets(refused.content.decode(), url) if each.url.startswith("/accounts/oidc/login/")]
    return forms[0].fields[FIELD]


def given_back(page) -> list[str]:
    """The typed texts of the page that gives them back."""
    return [] if "interrupted" not in page.context else page.context["interrupted"].texts


def test_who_signs_in_with_a_provider_gets_back_what_they_typed_and_sends_it(come_from, carried, thread):
    browser = Client()
    back = come_from(NOOR, by=browser, carried=carried)
    assert (back.status_code, given_back(back)) == (200, [TEXT])
    form = next(each for each in targets(back.content.decode(), "/") if each.url == reverse("posts", args=[thread.pk]))
    assert browser.post(form.url, form.fields).status_code == 302
    assert Post.objects.latest("pk").body.replace("\r\n", "\n") == TEXT
    assert come_from(NOOR, by=Client()).status_code == 302, "another browser gets nothing"


def test_a_second_factor_does_not_lose_it(come_from, carried, member):
    key = generate_totp_secret()
    factories.add_factors(member, key=key)
    browser = Client()
    assert come_from(NOOR, by=browser, carried=carried).url == "/accounts/security/code/"
    back = browser.post(
        "/accounts/security/code/", {"code": format_hotp_value(hotp_value(key, int(time.time()) // 30))}
    )
    assert given_back(back) == [TEXT]


def test_who_signs_up_instead_does_not_lose_it(come_from, carried):
    browser = Client()
    come_from("second@uni.example", by=browser, carried=carried)
    data = {"display_name": "Noor again", "email": "second@uni.example", "time_zone": "UTC"}
    assert given_back(browser.post("/accounts/connected/signup/", data)) == [TEXT]


def test_who_cancels_there_finds_it_on_the_sign_in_page(provider, carried):
    browser = Client()
    page = browser.post("/accounts/oidc/login/", {FIELD: carried})
    state = page.context["url"].partition("state=")[2].partition("&")[0]
    back = browser.get(f"/accounts/oidc/login/callback/?state={state}&error=access_denied")
    assert (back.status_code, given_back(back)) == (401, [TEXT])
    assert "no-store" in back.headers["Cache-Control"]


def test_a_provider_that_can_not_be_reached_does_not_lose_it(settings, carried):
    settings.SOCIALACCOUNT_PROVIDERS = app_at("http://localhost:9")
    back = Client().post("/accounts/oidc/login/", {FIELD: carried})
    assert (back.status_code, given_back(back)) == (401, [TEXT])


@pytest.mark.parametrize("answer", [[], {"access_token": "a", "expires_in": "soon"}])
def test_a_provider_that_answers_nonsense_does_not_lose_it(come_from, carried, monkeypatch, answer):
    monkeypatch.setattr(OAuth2Client, "get_access_token", lambda *args, **kwargs: answer)
    back = come_from(NOOR, by=Client(), carried=carried)
    assert (back.status_code, given_back(back)) == (401, [TEXT])


def test_a_session_that_holds_it_expires_soon_until_somebody_signs_in(come_from, carried, member):
    browser, soon = Client(), timezone.now() + timedelta(minutes=61)

    def expires_soon() -> bool:
        return Session.objects.get(pk=browser.session.session_key).expire_date < soon

    for field, held in (({}, False), ({FIELD: carried}, True)):
        begun = browser.post("/accounts/oidc/login/", field)
        assert expires_soon() == held
    assert begun.cookies["sessionid"]["max-age"] == 3600
    factories.add_factors(member, key=generate_totp_secret())
    come_from(NOOR, by=browser, carried=carried)
    assert expires_soon(), "a second factor is missing"
    member.authenticator_set.all().delete()
    come_from(NOOR, by=browser, carried=carried)
    assert not expires_soon()


def test_a_session_that_holds_it_for_a_second_factor_expires_soon(ada, carried):
    factories.add_factors(ada, key=generate_totp_secret())
    browser = Client()
    browser.post("/accounts/login/", {"login": ada.email, "password": factories.PASSWORD, FIELD: carried})
    session = Session.objects.get(pk=browser.session.session_key)
    assert FIELD in session.get_decoded()
    assert session.expire_date < timezone.now() + timedelta(minutes=61)


def test_a_session_does_not_hold_one_that_is_too_long_and_the_page_says_so(provider, carried, monkeypatch):
    monkeypatch.setattr(interrupted_form, "MAX_SEALED_LENGTH", len(carried) - 1)
    browser = Client()
    browser.post("/accounts/oidc/login/", {FIELD: carried})
    assert carried not in str(dict(browser.session))
    page = browser.post("/accounts/login/", {FIELD: carried})
    assert given_back(page) == [TEXT]
    form = next(each for each in targets(page.content.decode(), "/") if each.url.startswith("/accounts/oidc/login/"))
    assert FIELD not in form.fields
    assertContains(page, "Your text is too long to be kept", status_code=422)


def test_what_readlist_has_not_sealed_is_not_kept(come_from, member):
    browser = Client()
    assert come_from(NOOR, by=browser, carried="made up").status_code == 302
