"""Where one is signed in, and signing out elsewhere."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from readlist_site.base.accounts.sessions.browser_name import browser_name
from readlist_site.base.accounts.sessions.session_list import end_all_sessions, purge_sessions
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PATH = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def sign_in(person, browser: str = FIREFOX, address: str = "192.0.2.1") -> Client:
    client = Client(HTTP_USER_AGENT=browser, REMOTE_ADDR=address)
    assert client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}).status_code == 302
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_every_session_is_listed_with_its_browser_and_place_and_this_one_first(ada, jonas):
    here, phone = sign_in(ada), sign_in(ada, SAFARI, "2001:db8::7")
    sign_in(jonas, "Opera OPR/1")
    page = here.get(PATH)
    assertContains(page, "<h2>Firefox on Windows</h2><p><b>This browser.</b>")
    assertContains(page, "<h2>Safari on iPhone</h2><p>Last seen")
    assertContains(page, "from 2001:db8::7.")
    assertNotContains(page, "Opera")
    assertContains(phone.get(PATH), "<h2>Safari on iPhone</h2><p><b>This browser.</b>")


def test_all_sessions_end_also_those_that_nothing_was_written_down_of(ada, jonas):
    mine, earlier, theirs = sign_in(ada), sign_in(ada), sign_in(jonas)
    UserSession.objects.filter(session_key__in=[earlier.session.session_key, theirs.session.session_key]).delete()
    end_all_sessions(ada)
    assert [is_signed_in(client) for client in (mine, earlier, theirs)] == [False, False, True]


def test_one_is_signed_out_from_afar(ada):
    here, phone, lost = sign_in(ada), sign_in(ada, SAFARI), sign_in(ada)
    page = here.post(PATH, {"session": row_of(lost).pk}, follow=True)
    assertContains(page, "Session signed out.")
    assert [is_signed_in(client) for client in (here, phone, lost)] == [True, True, False]


def test_a_browser_that_is_signed_out_from_afar_is_unknown_again_and_this_one_is_not(ada, limit_clock):
    here, lost = sign_in(ada), sign_in(ada)
    limit_clock(seconds=1)
    here.post(PATH)
    wrong = {"login": ada.email, "password": "guessed"}
    for client in (here, lost):
        client.post("/accounts/logout/")
    assert [Client().post("/accounts/login/", wrong).status_code for _ in range(11)][-1] == 429
    assert lost.post("/accounts/login/", wrong).status_code == 429
    assert here.post("/accounts/login/", {"login": ada.email, "password": PASSWORD}).status_code == 302


def test_all_others_are_signed_out_at_once(ada, jonas):
    here, phone, lost, theirs = sign_in(ada), sign_in(ada, SAFARI), sign_in(ada), sign_in(jonas)
    assertRedirects(here.post(PATH), PATH)
    assert [is_signed_in(client) for client in (here, phone, lost, theirs)] == [True, False, False, True]
    assertNotContains(here.get(PATH), "Sign out all other sessions")


@pytest.mark.parametrize("session", ["", "x", "-1", "9" * 40, "\0"])
def test_a_session_that_is_none_ends_none(ada, session):
    here, phone = sign_in(ada), sign_in(ada)
    assertRedirects(here.post(PATH, {"session": session}), PATH)
    assert is_signed_in(phone)


def test_nobody_signs_out_others(ada, jonas):
    here, theirs = sign_in(ada), sign_in(jonas)
    here.post(PATH, {"session": row_of(theirs).pk})
    assert is_signed_in(theirs)


def test_what_is_signed_out_meanwhile_is_sent_to_sign_in(ada):
    here, phone = sign_in(ada), sign_in(ada)
    here.post(PATH)
    assertRedirects(phone.post("/settings/", {}), "/accounts/login/?next=/settings/")


def test_sessions_from_before_a_new_password_are_over_and_not_listed(ada):
    here, phone = sign_in(ada), sign_in(ada, SAFARI)
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "a much better secret"})
    assert not is_signed_in(phone)
    assertNotContains(here.get(PATH), "Safari")
    assertContains(here.get(PATH), "This browser.")


@pytest.mark.soak_only
def test_the_page_asks_as_often_for_many_as_for_one(ada):
    here = sign_in(ada)
    here.get(PATH)
    with CaptureQueriesContext(connection) as few:
        here.get(PATH)
    for _ in range(5):
        sign_in(ada)
    with CaptureQueriesContext(connection) as many:
        here.get(PATH)
    assert len(many) == len(few)


# Last seen


def test_activity_is_written_down_once_in_ten_minutes_and_a_page_writes_nothing_between(ada):
    client = sign_in(ada)
    client.get("/settings/")
    long_ago = timezone.now() - timedelta(hours=1)
    UserSession.objects.update(last_seen_at=long_ago)
    with CaptureQueriesContext(connection) as queries:
        client.get("/settings/")
    assert not [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "WITH"))]
    assert row_of(client).last_seen_at == long_ago
    caches["process"].clear()  # ten minutes later
    client.get("/settings/", REMOTE_ADDR="192.0.2.9")
    assert row_of(client).last_seen_at > long_ago
    assert row_of(client).ip == "192.0.2.9"


def test_a_session_that_began_before_there_were_such_rows_is_listed_all_the_same(client, ada):
    client.force_login(ada)
    client.get("/settings/")
    assertContains(client.get(PATH), "This browser.")


def test_what_has_expired_is_forgotten(ada):
    old, new = sign_in(ada), sign_in(ada)
    key = old.session.session_key
    Session.objects.filter(session_key=key).update(expire_date=timezone.now())
    assert purge_sessions(timezone.now()) == 1
    assert not UserSession.objects.filter(session_key=key).exists()
    assert is_signed_in(new)


def test_an_address_that_nobody_knows_is_no_reason_not_to_sign_in(ada):
    client = sign_in(ada, address="")
    assertNotContains(client.get(PATH), "from ::")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on macOS"),
        ("curl/8.5", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_browsers_are_named_as_people_know_them(header, name):
    assert browser_name(header) == name
