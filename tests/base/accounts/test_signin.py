"""In, out, and no further."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from readlist_site.base.accounts.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client, email: str, password: str = PASSWORD, query: str = ""):
    return client.post(f"/accounts/login/{query}", {"login": email, "password": password})


def signed_in_person(client):
    user = client.get("/").context["user"]
    return user if user.is_authenticated else None


def test_signing_in_leads_home(client, ada):
    assertRedirects(sign_in(client, ada.email), "/")
    assert signed_in_person(client) == ada


@pytest.mark.parametrize("typed", ["ADA@Example.ORG", "  ada@example.org  ", "Ada@example.org"])
def test_the_address_may_be_typed_in_any_case(client, typed):
    ada = User.objects.create_user("aDa@example.ORG", PASSWORD, display_name="Ada")
    sign_in(client, typed)
    assert signed_in_person(client) == ada


def test_signing_in_goes_on_to_where_one_was_bound(client, ada):
    assertRedirects(client.get("/groups/"), "/accounts/login/?next=/groups/")
    assertContains(client.get("/accounts/login/?next=/groups/"), 'name="next" value="/groups/"')
    assertContains(client.get("/accounts/login/?next=/groups/"), "/accounts/signup/?next=%2Fgroups%2F")
    assertRedirects(sign_in(client, ada.email, query="?next=/groups/"), "/groups/")


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)", "\0"])
def test_signing_in_never_leads_to_another_site(client, ada, elsewhere):
    assert client.post(
        "/accounts/login/", {"login": ada.email, "password": PASSWORD, "next": elsewhere}
    ).url.startswith("/")


def test_a_wrong_password_is_said_at_the_password_and_the_address_stays(client, ada):
    page = sign_in(client, ada.email, "not the password")
    assertContains(page, "Wrong e-mail or password.", status_code=422)
    assertContains(page, f'value="{ada.email}"', status_code=422)
    assertContains(page, 'aria-describedby="id_password_helptext id_password_error"', status_code=422)
    assertNotContains(page, "not the password", status_code=422)


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client, ada):
    def answer(email: str) -> str:
        return sign_in(client, email, "not the password").content.decode().replace(email, "")

    known, unknown = answer(ada.email), answer("nobody@example.org")
    for text in ("Wrong e-mail or password.", 'aria-invalid="true"'):
        assert known.count(text) == unknown.count(text) == 1


@pytest.mark.parametrize("password", ["", "\0", "x" * 100_000])
@pytest.mark.parametrize("email", ["", "priya@", "\0@example.org", "x" * 100_000])
def test_rubbish_is_answered_at_the_field(client, ada, email, password):
    page = sign_in(client, email, password)
    assertContains(page, 'aria-invalid="true"', status_code=422)


def test_a_closed_account_says_so_to_who_knows_its_password(client, ada):
    ada.is_active = False
    ada.save()
    assertRedirects(sign_in(client, ada.email), "/accounts/inactive/")
    assertContains(client.get("/accounts/inactive/"), "This account is closed")
    assertContains(sign_in(client, ada.email, "guessed wrong"), "Wrong e-mail or password", status_code=422)
    assert signed_in_person(client) is None


def test_closing_an_account_ends_its_sessions(client, ada):
    sign_in(client, ada.email)
    ada.is_active = False
    ada.save()
    assert signed_in_person(client) is None


def test_signing_out_asks_first_and_then_says_so(signed_in, ada):
    client = signed_in(ada)
    assertContains(client.get("/accounts/logout/"), "Sign out?")
    assert signed_in_person(client) == ada
    assertContains(client.post("/accounts/logout/", follow=True), "You are signed out.")
    assert signed_in_person(client) is None


def test_who_is_signed_in_is_not_asked_again(signed_in, ada):
    assertRedirects(signed_in(ada).get("/accounts/login/?next=/groups/"), "/groups/")
    assertRedirects(signed_in(ada).get("/accounts/signup/"), "/")


def test_an_answer_is_never_json(client, ada):
    page = client.get("/accounts/login/", headers={"accept": "application/json"})
    assert page.headers["Content-Type"].startswith("text/html")


def test_who_signs_in_from_a_page_of_the_list_comes_back_to_it(client, reading_list, ada):
    topic = reading_list.sections.filter(kind="topic").first()
    page = client.get(topic.get_absolute_url())
    assertContains(page, f'href="/accounts/login/?next={topic.get_absolute_url()}"')
    assertContains(page, f'href="/accounts/signup/?next={topic.get_absolute_url()}"')


def test_an_address_that_can_not_be_read_leads_nowhere(client, db):
    assert client.get("/accounts/login/", {"next": "http://[1"}).status_code == 200
