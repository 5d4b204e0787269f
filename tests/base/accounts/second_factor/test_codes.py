"""Authenticator apps and recovery codes."""

import time
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from readlist_site.base.accounts.reset_links import reset_link
from readlist_site.base.accounts.security_notice import SecurityNotice
from tests import factories
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.usefixtures("limit_clock")]

CODE = "/accounts/security/code/"
KEY = generate_totp_secret()


def code_of(key: str = KEY, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + steps))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def half_way(person, client: Client | None = None, path: str = "/accounts/login/") -> Client:
    """A browser in which the person has typed the password, and is asked for more."""
    client = client or Client()
    answer = client.post(path, {"login": person.email, "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, CODE)
    return client


@pytest.fixture(autouse=True)
def no_code_was_used() -> None:
    """allauth remembers used codes in the cache, by the person's key, which another test may have again."""
    cache.clear()


@pytest.fixture
def cautious(ada):
    """Ada, who has an authenticator app and recovery codes."""
    factories.add_factors(ada, key=KEY)
    return ada


@pytest.fixture
def recovery_codes(cautious) -> list[str]:
    return Authenticator.objects.get(user=cautious, type="recovery_codes").wrap().get_unused_codes()


# Setting it up


def test_an_app_is_added_by_its_code_and_recovery_codes_come_with_it(
    transactional_db, client, ada, real_mail, mailoutbox
):
    factories.sign_in(client, ada)
    page = client.get("/accounts/security/app/add/")
    key = page.context["form"].secret
    assertContains(page, f'<code class="secret">{key}</code>')
    assertContains(page, 'src="data:image/svg+xml;base64,')
    assertContains(client.post("/accounts/security/app/add/", {"code": "1"}), "Wrong code", status_code=422)
    assertRedirects(client.post("/accounts/security/app/add/", {"code": code_of(key)}), "/accounts/security/codes/")
    codes = client.get("/accounts/security/codes/").context["unused_codes"]
    assert len(codes) == 10
    file = client.get("/accounts/security/codes/download/")
    assert file.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert all(code in file.content.decode() for code in codes)
    assert file.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert [mail.subject for mail in mailoutbox] == ["An authenticator app was added to your account at Readlist"]


def test_new_codes_replace_the_former_ones(client, cautious, recovery_codes):
    factories.sign_in(client, cautious)
    assertContains(client.get("/accounts/security/codes/new/"), "Your 10 old codes will no longer work.")
    client.post("/accounts/security/codes/new/")
    assert not set(recovery_codes) & set(client.get("/accounts/security/codes/").context["unused_codes"])
    other = half_way(cautious)
    assert other.post(CODE, {"code": recovery_codes[0]}).status_code == 422


def test_with_the_last_factor_go_the_recovery_codes(client, cautious, real_mail, mailoutbox):
    factories.sign_in(client, cautious)
    passkey = Authenticator.objects.get(user=cautious, type="webauthn")
    assertRedirects(client.post("/accounts/security/app/remove/"), "/accounts/security/")
    assertRedirects(client.post(f"/accounts/security/passkeys/{passkey.pk}/remove/"), "/accounts/security/")
    assert not Authenticator.objects.exists()
    assert len(mailoutbox) == 2
    assert Client().post("/accounts/login/", {"login": cautious.email, "password": PASSWORD}).url == "/"


GUARDED = ["app/add/", "app/remove/", "codes/", "codes/new/", "codes/download/", "passkeys/add/"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("where", GUARDED)
def test_what_changes_or_shows_factors_asks_who_it_is(client, ada, where, method):
    ways, proof = "/accounts/reauthenticate/", {"password": PASSWORD}
    if where != "app/add/":
        factories.add_factors(ada, key=KEY)
        ways, proof = "/accounts/security/reauthenticate/", {"code": code_of()}
    client.force_login(ada)
    path, before = f"/accounts/security/{where}", Authenticator.objects.count()
    answer = getattr(client, method)(path)
    if answer.status_code != 405:
        assertRedirects(answer, f"{ways}?{urlencode({'next': path})}")
    assert Authenticator.objects.count() == before
    if method == "get":
        assertRedirects(client.post(answer.url, proof), path)


# Signing in


def test_the_password_alone_no_longer_signs_in_and_the_code_does(cautious):
    client = half_way(cautious, path="/accounts/login/?next=/notifications/")
    assert not is_signed_in(client)
    assertRedirects(client.get("/notifications/"), "/accounts/login/?next=/notifications/", target_status_code=302)
    assertContains(client.post(CODE, {"code": "000000"}), "Wrong code", status_code=422)
    assertRedirects(client.post(CODE, {"code": f" {code_of()[:3]} {code_of()[3:]}"}), "/notifications/")
    assert is_signed_in(client)


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (1, True), (3, False)])
def test_clocks_may_differ_by_half_a_minute(monkeypatch, cautious, steps, works):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # no half minute ends between code and answer
    assert (half_way(cautious).post(CODE, {"code": code_of(steps=steps)}).status_code == 302) is works


def test_a_code_works_once_as_long_as_it_is_right(cautious):
    code = code_of()
    assert half_way(cautious).post(CODE, {"code": code}).status_code == 302
    cache.clear()  # a cache forgets
    assert half_way(cautious).post(CODE, {"code": code}).status_code == 422


def test_a_recovery_code_works_once(cautious, recovery_codes):
    assert half_way(cautious).post(CODE, {"code": recovery_codes[0]}).status_code == 302
    assert half_way(cautious).post(CODE, {"code": recovery_codes[0]}).status_code == 422
    assert half_way(cautious).post(CODE, {"code": recovery_codes[1]}).status_code == 302


def test_who_gives_up_half_way_starts_again(cautious):
    client = half_way(cautious)
    assertRedirects(client.get("/accounts/login/"), CODE)
    client.post("/accounts/logout/", {"next": "/accounts/login/"})
    assertContains(client.get("/accounts/login/"), "Sign in")


@pytest.mark.parametrize("code", ["", "\0", "x" * 41, "١٢٣٤٥٦", "😀"])
def test_rubbish_is_a_wrong_code(cautious, code):
    assert half_way(cautious).post(CODE, {"code": code}).status_code == 422


def test_closed_accounts_stay_closed(cautious):
    client = half_way(cautious)
    type(cautious).objects.filter(pk=cautious.pk).update(is_active=False)
    client.post(CODE, {"code": code_of()})
    assertRedirects(client.get("/settings/"), "/accounts/login/?next=/settings/", fetch_redirect_response=False)


# Guessing


def test_codes_are_guessed_ten_times_an_hour_and_then_the_right_one_waits_too(cautious, limit_clock):
    client = half_way(cautious)
    assert [client.post(CODE, {"code": "000000"}).status_code for _ in range(10)] == [422] * 10
    answer = half_way(cautious).post(CODE, {"code": code_of()})
    assertContains(answer, "Too many wrong codes were entered. Try again in 60 minutes.", status_code=429)
    assert answer.headers["Retry-After"] == "3570"
    client.post(CODE, {"code": code_of()})
    notice = SecurityNotice.objects.get()
    assert (notice.person, notice.kind) == (cautious, SecurityNotice.Kind.WRONG_CODES), "told once"
    limit_clock(hours=1)
    assert client.post(CODE, {"code": code_of()}).status_code == 302


def test_who_knows_the_password_locks_out_no_browser_that_the_account_knows(cautious, recovery_codes):
    known = half_way(cautious)
    known.post(CODE, {"code": recovery_codes[0]})
    known.post("/accounts/logout/")
    stranger = half_way(cautious)
    assert [stranger.post(CODE, {"code": "1"}).status_code for _ in range(11)][-1] == 429
    assert half_way(cautious, known).post(CODE, {"code": code_of()}).status_code == 302


def test_right_codes_count_for_nothing(cautious, recovery_codes):
    for code in recovery_codes:
        assert half_way(cautious).post(CODE, {"code": code}).status_code == 302
    assert half_way(cautious).post(CODE, {"code": code_of()}).status_code == 302


def test_guessing_is_limited_where_one_is_asked_again_too(client, cautious):
    client.force_login(cautious)
    path = "/accounts/security/reauthenticate/?next=/settings/"
    assert [client.post(path, {"code": "1"}).status_code for _ in range(11)] == [422] * 10 + [429]


def test_a_code_is_enough_to_be_asked_again(client, cautious):
    client.force_login(cautious)
    path = "/accounts/security/codes/"
    assertRedirects(client.post(f"/accounts/security/reauthenticate/?next={path}", {"code": code_of()}), path)


def test_each_way_to_be_asked_leads_to_the_others(client, cautious):
    client.force_login(cautious)
    page = client.get("/accounts/security/reauthenticate/?next=/settings/")
    assertContains(page, 'href="/accounts/security/passkeys/reauthenticate/?next=%2Fsettings%2F"')
    page = client.get("/accounts/security/passkeys/reauthenticate/?next=/settings/")
    assertContains(page, 'href="/accounts/security/reauthenticate/?next=%2Fsettings%2F"')


def test_where_there_is_a_factor_the_password_alone_does_not_say_again_who_one_is(client, cautious):
    """Somebody who knows it, in a session of before, must not add a factor of their own, or take the others away."""
    client.force_login(cautious)
    client.post("/accounts/reauthenticate/?next=/settings/", {"password": PASSWORD})
    assert client.get("/accounts/security/passkeys/add/").status_code == 302
    client.post("/accounts/security/app/remove/")
    assert Authenticator.objects.filter(user=cautious, type="totp").exists()


def test_who_has_no_password_sets_none_without_the_factor(client, cautious):
    cautious.set_unusable_password()
    cautious.save()
    client.force_login(cautious)
    typed = {"password1": "a password of my own", "password2": "a password of my own"}
    assert client.post("/accounts/password/set/", typed).url.startswith("/accounts/security/reauthenticate/")
    cautious.refresh_from_db()
    assert not cautious.has_usable_password()


def test_a_new_password_by_mail_does_not_open_the_account_without_the_factor(client, cautious):
    form = client.get(reset_link(cautious).removeprefix("http://localhost:8000"), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "a much better secret"})
    answer = client.post("/accounts/login/", {"login": cautious.email, "password": "a much better secret"})
    assert answer.url == CODE
