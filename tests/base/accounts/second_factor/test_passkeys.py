"""Passkeys, answered by software; with a browser's own in tests/browser/test_security.py."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests import factories
from tests.factories import PASSWORD
from tests.passkey import Passkey

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

ADD, LOGIN = "/accounts/security/passkeys/add/", "/accounts/login/passkey/"


def browser() -> Client:
    """One that is at the name of this machine."""
    return Client(SERVER_NAME="localhost")


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def add(client: Client, name: str = "Laptop", passkey: Passkey | None = None):
    passkey = passkey or Passkey()
    options = client.get(ADD).context["js_data"]["creation_options"]
    answer = client.post(ADD, {"name": name, "credential": json.dumps(passkey.create(json.loads(json.dumps(options))))})
    return passkey, answer


def challenge(client: Client) -> dict:
    return client.get(LOGIN, headers={"X-Requested-With": "fetch"}).json()


@pytest.fixture
def passkey(ada) -> Passkey:
    """One of Ada's, who has an authenticator app, too."""
    made = Passkey()
    factories.add_factors(ada, passkey=made)
    return made


def test_a_passkey_is_added_renamed_and_removed(ada, real_mail, mailoutbox):
    client = factories.sign_in(browser(), ada)
    _, answer = add(client, "Lap\u202etop")
    assertRedirects(answer, "/accounts/security/codes/")
    assertContains(client.get("/accounts/security/"), "<h3>Laptop</h3>")
    row = Authenticator.objects.get(type="webauthn")
    path = f"/accounts/security/passkeys/{row.pk}/"
    assertContains(client.post(path, {"name": " "}), "Fill in this field.", status_code=422)
    assertRedirects(client.post(path, {"name": "Phone"}), "/accounts/security/")
    assertContains(client.get(f"{path}remove/"), "Remove passkey “Phone”?")
    assertRedirects(client.post(f"{path}remove/"), "/accounts/security/")
    assert not Authenticator.objects.exists()
    assert [" ".join(mail.subject.split()[:4]) for mail in mailoutbox] == [
        "A passkey was added",
        "A passkey was removed",
    ]


def test_one_without_a_name_gets_one_since_the_device_has_made_it(ada):
    client = factories.sign_in(browser(), ada)
    add(client, "")
    add(client, " ")
    names = [str(each) for each in Authenticator.objects.filter(type="webauthn").order_by("pk")]
    assert names == ["Passkey", "Passkey 2"]


def test_devices_are_asked_for_one_that_signs_in_alone_and_not_for_one_twice(ada, passkey):
    client = factories.sign_in(browser(), ada)
    options = client.get(ADD).context["js_data"]["creation_options"]["publicKey"]
    assert options["authenticatorSelection"]["residentKey"] == "preferred"
    assert len(options["excludeCredentials"]) == 1
    assert options["rp"] == {"id": "localhost", "name": "Readlist"}


def test_a_passkey_signs_in_without_a_password_and_goes_on_where_one_was_headed(ada, passkey):
    client = browser()
    answer = client.post(f"{LOGIN}?next=/notifications/", {"credential": json.dumps(passkey.get(challenge(client)))})
    assertRedirects(answer, "/notifications/")
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_who_holds_a_passkey_must_be_known_to_it_to_sign_in_alone(ada, jonas, passkey):
    """Even if the challenge was made for a second factor, of which less is asked."""
    client = browser()
    factories.add_factors(jonas)
    client.post("/accounts/login/", {"login": jonas.email, "password": PASSWORD})
    options = client.get("/accounts/security/code/").context["js_data"]["request_options"]
    answer = passkey.get(json.loads(json.dumps(options)), is_verified=False)
    client.post(LOGIN, {"credential": json.dumps(answer)})
    assert not is_signed_in(client)


def test_a_passkey_is_a_second_factor(ada, passkey):
    client = browser()
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    page = client.get("/accounts/security/code/")
    options = page.context["js_data"]["request_options"]
    answer = {"credential": json.dumps(passkey.get(json.loads(json.dumps(options))))}
    assertRedirects(client.post("/accounts/security/code/", answer), "/")
    assert is_signed_in(client)


def test_a_passkey_is_enough_to_be_asked_again(ada, passkey):
    client = browser()
    client.force_login(ada)
    path = "/accounts/security/passkeys/reauthenticate/?next=/accounts/security/codes/"
    options = client.get(path).context["js_data"]["request_options"]
    wrong = client.post(path, {"credential": "{}"})
    assertRedirects(wrong, path, fetch_redirect_response=False)
    options = client.get(path).context["js_data"]["request_options"]
    answer = {"credential": json.dumps(passkey.get(json.loads(json.dumps(options))))}
    assertRedirects(client.post(path, answer), "/accounts/security/codes/")


def test_a_challenge_is_answered_once(ada, passkey):
    client = browser()
    answer = {"credential": json.dumps(passkey.get(challenge(client)))}
    client.post(LOGIN, answer)
    client.post("/accounts/logout/")
    assertRedirects(client.post(LOGIN, answer), "/accounts/login/")
    assert not is_signed_in(client)


def test_no_other_site_signs_in_with_it(ada, passkey):
    client = browser()
    passkey.origin = "https://localhost.evil.example"
    page = client.post(LOGIN, {"credential": json.dumps(passkey.get(challenge(client)))}, follow=True)
    assertContains(page, "This passkey was not accepted. Try again.")
    assert not is_signed_in(client)


def test_one_that_was_removed_no_longer_signs_in(ada, passkey):
    Authenticator.objects.filter(type="webauthn").delete()
    client = browser()
    client.post(LOGIN, {"credential": json.dumps(passkey.get(challenge(client)))})
    assert not is_signed_in(client)


def test_one_of_somebody_else_does_not_sign_in_as_me(ada, jonas, passkey):
    client = browser()
    theirs = Passkey()
    factories.add_factors(jonas, passkey=theirs)
    passkey.user_handle = theirs.user_handle
    client.post(LOGIN, {"credential": json.dumps(passkey.get(challenge(client)))})
    assert not is_signed_in(client)


def test_nobody_reaches_the_passkeys_of_others(ada, jonas, passkey):
    client, row = factories.sign_in(browser(), jonas), Authenticator.objects.get(user=ada, type="webauthn")
    for path in ("", "remove/"):
        assert client.get(f"/accounts/security/passkeys/{row.pk}/{path}").status_code == 404
        assert client.post(f"/accounts/security/passkeys/{row.pk}/{path}", {"name": "x"}).status_code == 404
    assertNotContains(client.get("/accounts/security/"), "Laptop")


def mangled(answer: dict) -> list:
    """Answers that no browser gives."""
    parts = answer["response"]
    return [
        *(
            "",
            "x",
            "null",
            "5",
            "[]",
            "{}",
            '{"response": 7}',
            '{"id": 1, "rawId": 2, "type": 3, "response": {}}',
            "NaN",
        ),
        *(json.dumps({**answer, name: None}) for name in ("rawId", "response", "clientExtensionResults")),
        *(json.dumps({**answer, "response": {**parts, name: bad}}) for name in parts for bad in ("", "AAAA", "\0", 1)),
        json.dumps({**answer, "id": "x" * 30_000}),
    ]


def test_rubbish_is_not_accepted_and_never_a_fault_of_ours(ada, passkey):
    client = browser()
    for credential in mangled(passkey.get(challenge(client))):
        challenge(client)
        assert client.post(LOGIN, {"credential": credential}).url == "/accounts/login/"
    assert not is_signed_in(client)
    factories.sign_in(client, ada)
    before = Authenticator.objects.count()
    made = Passkey().create(json.loads(json.dumps(client.get(ADD).context["js_data"]["creation_options"])))
    for credential in mangled(made):
        client.get(ADD)
        assert client.post(ADD, {"name": "Kept name", "credential": credential}).status_code == 422
    assert Authenticator.objects.count() == before


def test_the_challenge_is_for_scripts_and_limited_by_network(client, settings, limit_clock):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"passkey": (1, 3600)}
    assertRedirects(client.get(f"{LOGIN}?next=/list/"), "/accounts/login/?next=%2Flist%2F")
    assert client.get(LOGIN, headers={"X-Requested-With": "fetch"}).status_code == 200
    answer = Client().get(LOGIN, headers={"X-Requested-With": "fetch"})
    assertContains(answer, "Too many people signed in from your network.", status_code=429)


def test_opening_the_sign_in_page_begins_no_session(client):
    client.get("/accounts/login/")
    assert "sessionid" not in client.cookies
