"""The doors: nobody guesses a password, and nobody locks out the owner of an account."""

from itertools import chain

import pytest
from django.contrib.auth import hashers
from django.core import mail, signing
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from readlist_site.base.accounts import known_browser, sign_in_limits
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.reset_links import reset_link
from readlist_site.base.accounts.sign_in_lock_mail import send_lock_mails
from readlist_site.base.accounts.sign_in_lock_record import SignInLock
from readlist_site.base.rate_limits.counter import Counter
from readlist_site.base.web.costly_work import CostlyWork
from readlist_site.run.gunicorn_conf import threads
from tests.factories import PASSWORD, make_user
from tests.groups.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limit_clock")]

ELSEWHERE = "198.51.100.7"
NEW = "a much better secret"


def sign_in(client: Client, email: str, password: str = PASSWORD, address: str = "192.0.2.1"):
    return client.post("/accounts/login/", {"login": email, "password": password}, REMOTE_ADDR=address)


def guess(times: int, email: str, client: Client | None = None, address: str = "192.0.2.1") -> list[int]:
    """Type a wrong password so many times, in a browser of its own each time unless one is given."""
    return [sign_in(client or Client(), email, "guessed", address).status_code for _ in range(times)]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """The passwords that are hashed meanwhile, which is what takes long."""
    hashes, encode = [], hashers.MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashes.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    return hashes


# Wrong passwords from one network where it is small.
SMALL = 20


@pytest.fixture
def small_network(settings) -> None:
    """The limit of a network is reached soon. That it is a hundred otherwise is seen below."""
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sign_in_network": (SMALL, 3600)}


@pytest.fixture
def known(ada) -> Client:
    """A browser in which Ada has signed in, and out again."""
    client = Client()
    sign_in(client, ada.email)
    client.post("/accounts/logout/")
    return client


def test_guessing_is_stopped_for_all_browsers_that_are_unknown_and_the_right_password_waits_too(ada, client, hashed):
    assert guess(10, ada.email) == [422] * 10
    hashed.clear()
    answer = sign_in(client, ada.email, address=ELSEWHERE)
    assertContains(answer, "Try again in 60 minutes.", status_code=429)
    assertContains(answer, f'value="{ada.email}"', status_code=429)
    assert answer.headers["Retry-After"] == "3570"
    assert not is_signed_in(client)
    assert hashed == [], "a refusal takes no time"


def test_after_the_hour_it_goes_on(ada, client, limit_clock):
    guess(11, ada.email)
    limit_clock(hours=1)
    sign_in(client, ada.email)
    assert is_signed_in(client)


def test_a_browser_that_has_signed_in_before_is_not_locked_out_by_others(ada, known, small_network):
    guess(SMALL + 11, ada.email)
    sign_in(known, ada.email)
    assert is_signed_in(known)


def test_a_known_browser_has_as_many_tries_of_its_own_and_takes_none_from_others(ada, known, client):
    assert guess(10, ada.email, known) == [422] * 10
    assertContains(sign_in(known, ada.email), "You entered a wrong password 10 times. Try again in", status_code=429)
    sign_in(client, ada.email)
    assert is_signed_in(client)


def test_a_browser_is_known_to_those_who_signed_in_with_it_and_to_nobody_else(known, ada, jonas):
    guess(10, jonas.email)
    assert sign_in(known, jonas.email).status_code == 429


def test_several_people_may_share_a_browser(client):
    people = [make_user() for _ in range(known_browser.MAX_PEOPLE + 1)]
    for person in people:
        sign_in(client, person.email)
        client.post("/accounts/logout/")
    for person in people:
        guess(10, person.email, address=f"192.0.2.{person.pk % 250}")
    assert [sign_in(client, person.email).status_code for person in people[:2]] == [429, 302]


@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "\x7f"])
def test_a_cookie_of_ones_own_making_is_worth_nothing(ada, client, cookie):
    client.cookies[known_browser.COOKIE] = cookie
    assert guess(11, ada.email, client)[-1] == 429


def test_a_cookie_signed_for_something_else_is_worth_nothing(ada, client):
    client.cookies[known_browser.COOKIE] = signing.dumps([(ada.pk, "x")])
    assert guess(11, ada.email, client)[-1] == 429


def test_scripts_do_not_see_the_cookie_and_other_pages_are_not_sent_it(known):
    cookie = known.cookies[known_browser.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/accounts/")
    assert "@" not in cookie.value


def test_right_passwords_count_for_nothing(ada):
    assert [sign_in(Client(), ada.email).status_code for _ in range(12)] == [302] * 12


def test_an_address_without_an_account_is_answered_the_same(ada):
    assert guess(11, ada.email) == guess(11, "nobody@example.org", address=ELSEWHERE) == [422] * 10 + [429]


@pytest.mark.parametrize("typed", ["ADA@Example.ORG", " ada@example.org "])
def test_an_address_in_other_letters_is_the_same(typed):
    make_user("Ada", email="ada@example.org")
    guess(10, "ada@example.org")
    assert guess(1, typed) == [429]


def test_a_network_that_guesses_at_many_accounts_is_stopped_and_others_are_not(ada):
    people = [f"person-{number}@example.org" for number in range(10)]
    assert [code for each in people for code in guess(10, each)] == [422] * 100
    assertContains(
        sign_in(Client(), ada.email), "Too many wrong passwords were entered in your network", status_code=429
    )
    assert sign_in(Client(), ada.email, address=ELSEWHERE).status_code == 302


def test_a_known_browser_is_not_stopped_by_others_in_its_network(ada, known, small_network):
    for number in range(2):
        guess(11, f"person-{number}@example.org")
    assert sign_in(Client(), ada.email).status_code == 429
    sign_in(known, ada.email)
    assert is_signed_in(known)


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_no_more_are_looked_at():
    ada = make_user("Ada")
    codes = at_once(*[lambda: guess(4, ada.email)] * 6)
    assert sorted(chain(*codes)) == [422] * 10 + [429] * 14


# The owner


def test_the_owner_is_mailed_once_in_an_hour_by_the_worker(ada, limit_clock):
    guess(12, ada.email)
    assert mail.outbox == [], "sending it there and then would tell by time who has an account"
    assert send_lock_mails(limit_clock()) == (1, [])
    guess(3, ada.email)
    assert send_lock_mails(limit_clock()) == (0, [])
    [letter] = mail.outbox
    assert letter.to == [ada.email]
    assert letter.subject == "Too many wrong passwords for your account at Readlist"
    assert "can’t sign in to your account until 9 March 2026, 13:00 UTC" in letter.body
    assert "/accounts/password/reset/" in letter.body
    limit_clock(hours=1)
    guess(12, ada.email)
    assert send_lock_mails(limit_clock()) == (1, [])
    send_lock_mails(limit_clock(days=3))
    assert not SignInLock.objects.exists()


def test_a_mail_that_could_not_go_is_tried_again(ada, limit_clock, monkeypatch):
    guess(12, ada.email)

    def refuse(self, messages):
        raise ConnectionRefusedError("nobody listens")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        assert send_lock_mails(limit_clock()) == (0, ["ConnectionRefusedError: nobody listens"])
    assert send_lock_mails(limit_clock()) == (1, [])


@pytest.mark.parametrize("why", ["closed", "of the demo", "unconfirmed", "nobody's"])
def test_nobody_else_is_mailed(real_mail, ada, limit_clock, why):
    if why == "unconfirmed":
        ada.emailaddress_set.update(verified=False)
    User.objects.filter(pk=ada.pk).update(is_active=why != "closed", is_demo=why == "of the demo")
    guess(12, "nobody@example.org" if why == "nobody's" else ada.email)
    assert send_lock_mails(limit_clock()) == (0, [])


def test_who_follows_a_reset_link_gets_in_with_that_browser(ada, client):
    guess(11, ada.email)
    form = client.get(reset_link(ada).removeprefix("http://localhost:8000"), follow=True)
    client.post(form.context["action_url"], {"password1": NEW})
    sign_in(client, ada.email, NEW)
    assert is_signed_in(client)
    assert sign_in(Client(), ada.email, NEW).status_code == 429


# The other doors


def test_a_signed_in_person_proves_who_they_are_whatever_others_type(signed_in, ada):
    guess(11, ada.email)
    client = signed_in(ada)
    assertRedirects(client.post("/accounts/reauthenticate/", {"password": PASSWORD}), "/")
    for _ in range(10):
        assert client.post("/accounts/reauthenticate/", {"password": "guessed"}).status_code == 422
    changed = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assertContains(changed, "You entered a wrong password 10 times. Try again in 60 minutes.", status_code=429)
    email = {"email": "ada@example.com", "password": PASSWORD, "action_add": ""}
    assert client.post("/accounts/email/", email).status_code == 429


def test_the_door_of_the_admin_is_the_same_one(curator):
    answer = Client().post("/admin/login/", {"username": curator.email, "password": PASSWORD})
    assertRedirects(answer, "/accounts/login/?next=%2Fadmin%2Flogin%2F")


@pytest.mark.parametrize("real", [True, False])
def test_from_one_network_ten_sign_up_in_an_hour(request, client, sign_up, hashed, real, settings):
    if real:
        request.getfixturevalue("real_mail")
    for number in range(10):
        assert sign_up(email=f"priya-{number}@example.org").status_code == 302
        client.cookies.clear()
    hashed.clear()
    answer = sign_up(email="priya@example.org")
    assertContains(answer, "Too many people signed up from your network. Try again in 60 minutes.", status_code=429)
    assertContains(answer, 'value="Priya Raman"', status_code=429)
    assert answer.headers["Retry-After"] == "3570"
    assert hashed == []
    assert User.objects.count() == 10


def test_what_was_mistyped_at_sign_up_counts_for_nothing(sign_up):
    for _ in range(12):
        assert sign_up(password1="short").status_code == 422
    assert sign_up().status_code == 302


def test_without_mail_ten_addresses_an_hour_are_told_to_have_an_account(sign_up, ada):
    for _ in range(10):
        assertContains(sign_up(email=ada.email), "This address already has an account.", status_code=422)
    answer = sign_up(email=ada.email)
    assert answer.status_code == 429
    assert "already has an account" not in answer.content.decode()


def test_whether_an_address_has_an_account_is_not_told_along_with_another_error(sign_up, ada):
    page = sign_up(email=ada.email, password1="short")
    assert "already has an account" not in page.content.decode()


def test_from_one_network_ten_ask_for_a_reset_link_in_an_hour(real_mail, client, ada):
    def ask(number):
        return client.post("/accounts/password/reset/", {"email": f"person-{number}@example.org"})

    assert [ask(number).status_code for number in range(10)] == [302] * 10
    answer = ask(10)
    assertContains(answer, "Too many links were requested from your network. Try again in 60 minutes.", status_code=429)
    assert len(mail.outbox) == 10


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_nobody_is_flooded_with_mail_from_many_networks(real_mail, client, email):
    make_user("Ada", email="ada@example.org")
    for number in range(8):
        answer = client.post("/accounts/password/reset/", {"email": email}, REMOTE_ADDR=f"192.0.2.{number}")
        assertRedirects(answer, "/accounts/password/reset/done/", fetch_redirect_response=False)
    assert len(mail.outbox) == 5


# What takes time is done whether there is an account or not


def test_signing_up_takes_as_long_for_an_address_that_has_an_account(real_mail, sign_up, hashed):
    make_user("Ada", email="ada@example.org")
    counts = []
    for email in ("ada@example.org", "priya@example.org"):
        hashed.clear()
        mail.outbox.clear()
        assertRedirects(sign_up(email=email), "/accounts/confirm-email/", fetch_redirect_response=False)
        counts.append((len(hashed), len(mail.outbox)))
    assert counts == [(1, 1)] * 2


def test_signing_in_takes_as_long_for_an_address_without_an_account(ada, hashed):
    counts = []
    for email in (ada.email, "nobody@example.org"):
        hashed.clear()
        guess(1, email)
        counts.append(len(hashed))
    assert counts == [1, 1]


def test_a_reset_link_and_the_mail_that_there_is_no_account_are_one_mail_each(real_mail, client, ada, hashed):
    for email in (ada.email, "nobody@example.org"):
        client.post("/accounts/password/reset/", {"email": email})
    assert [letter.to for letter in mail.outbox] == [[ada.email], ["nobody@example.org"]]


def test_right_passwords_are_looked_at_only_so_often(ada, client, settings, hashed):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"password": (2, 3600)}
    assert [sign_in(Client(), ada.email).status_code for _ in range(2)] == [302] * 2
    hashed.clear()
    assertContains(sign_in(client, ada.email), "You signed in too often. Try again", status_code=429)
    assert hashed == []
    assert sign_in(client, ada.email, address=ELSEWHERE).status_code == 302


def test_a_crowd_at_the_door_is_asked_to_try_again_and_counts_for_nothing(ada, client, hashed, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sign_in_limits, "_looking", CostlyWork(most=0))
        answer = sign_in(client, ada.email)
    assertContains(answer, "The server is busy", status_code=429)
    assert ada.email in answer.content.decode()
    assert (hashed, Counter.objects.count()) == ([], 0)
    assert sign_in(client, ada.email).status_code == 302


def test_a_crowd_at_the_door_leaves_threads_to_others():
    assert sign_in_limits.MOST_OF_NETWORK < sign_in_limits.MOST < threads - 2
