"""Signing in and up by a provider that speaks OpenID Connect: a real one, on this machine."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from readlist_site.base.accounts.models import User
from tests import factories
from tests.base.accounts.providers.conftest import app_at
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

SIGNUP = "/accounts/connected/signup/"


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sign_up(client: Client, **changes):
    data = {"display_name": "Noor Aziz", "email": "noor@uni.example", "time_zone": "Europe/Berlin"}
    return client.post(SIGNUP, data | changes)


def test_signing_up_asks_for_the_name_and_goes_on_where_one_was_headed(client, come_from):
    assertRedirects(come_from("Noor@uni.example", query="?next=/notifications/"), SIGNUP)
    page = client.get(SIGNUP)
    assertContains(page, 'value="Noor Aziz"')
    assertContains(page, 'value="noor@uni.example"')
    assertRedirects(sign_up(client, display_name=" Noor  A. "), "/notifications/")
    noor = User.objects.get(email="noor@uni.example")
    assert (noor.display_name, noor.time_zone, noor.has_usable_password()) == ("Noor A.", "Europe/Berlin", False)
    assert noor.emailaddress_set.get().verified
    account = SocialAccount.objects.get(user=noor)
    assert account.provider == "oidc"
    assert account.extra_data.keys() <= {"email", "name", "preferred_username", "login"}, "no more than names it"


def test_signing_in_again_opens_the_same_account_whatever_its_address_is_now(client, come_from):
    come_from("lea@uni.example")
    sign_up(client, email="lea@elsewhere.example")
    lea = User.objects.get(email="lea@elsewhere.example")
    other = Client()
    assertRedirects(come_from("lea@uni.example", by=other), "/")
    assert other.session["_auth_user_id"] == str(lea.pk)


def test_a_name_and_an_address_that_are_wrong_are_said_at_the_field(client, come_from):
    come_from("ben@uni.example")
    page = sign_up(client, display_name=" ", email="ben@")
    assertContains(page, "Write a name with at least one letter.", status_code=422)
    assertContains(page, "Something is missing after the @", status_code=422)
    assert sign_up(client, email="ben@uni.example").status_code == 302


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_at_the_provider_never_opens_the_account_that_has_it_here(client, come_from, ada, verified):
    assertRedirects(come_from(ada.email, verified=verified, name="Mallory"), SIGNUP)
    page = sign_up(client, email=ada.email)
    assertContains(page, "Sign in to it, and connect your Example University account there.", status_code=422)
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_where_mail_is_sent_the_owner_of_that_address_is_mailed_and_nobody_else_is_told(
    client, come_from, ada, real_mail, mailoutbox
):
    come_from(ada.email, name="Mallory")
    assertRedirects(sign_up(client, email=ada.email), "/accounts/confirm-email/")
    assert [mail.to for mail in mailoutbox] == [[ada.email]]
    assert (SocialAccount.objects.count(), User.objects.count(), is_signed_in(client)) == (0, 1, False)


def test_an_address_that_the_provider_has_not_confirmed_is_confirmed_by_mail(
    client, come_from, real_mail, link_in, mailoutbox
):
    come_from("mia@uni.example", verified=False, query="?next=/notifications/")
    assertRedirects(sign_up(client, email="mia@uni.example", next="/notifications/"), "/accounts/confirm-email/")
    assert not is_signed_in(client)
    assert "next=/notifications/" in link_in().replace("%2F", "/")
    client.post(link_in())
    assert is_signed_in(client)


def test_an_address_that_is_typed_instead_is_not_confirmed_by_the_provider(client, come_from, real_mail):
    come_from("eve@uni.example", verified=True)
    assertRedirects(sign_up(client, email="someone@else.example"), "/accounts/confirm-email/")
    assert not User.objects.get(email="someone@else.example").emailaddress_set.get().verified


def test_where_sign_up_is_by_invitation_a_provider_is_no_way_round(client, come_from, by_invitation):
    page = come_from("ida@uni.example")
    assertContains(page, "Sign-up is by invitation")
    assert not User.objects.exists()


def test_an_invitation_goes_with_who_signs_up(client, come_from, settings, group):
    settings.SIGNUP = "invitation"
    link = group.invitations.create(invited_by=group.owner).get_absolute_url()
    assert client.post(link).status_code == 302
    come_from("ola@uni.example", query=f"?next={link}")
    assertRedirects(sign_up(client, email="ola@uni.example"), link)
    assert User.objects.get(email="ola@uni.example").pk


def test_the_domains_hold_for_a_provider_too(client, come_from, settings):
    settings.SIGNUP_DOMAINS = ["lab.example"]
    come_from("kim@uni.example")
    assert sign_up(client, email="kim@uni.example").status_code == 422
    assert not User.objects.exists()


def test_an_account_with_a_second_factor_is_asked_for_it(client, come_from):
    come_from("zoe@uni.example")
    sign_up(client, email="zoe@uni.example")
    factories.add_factors(User.objects.get())
    other = Client()
    assertRedirects(come_from("zoe@uni.example", by=other), "/accounts/security/code/")
    assert not is_signed_in(other)


def test_who_has_an_account_connects_it_after_saying_the_password_again_and_disconnects_it(
    come_from, signed_in, ada, real_mail, mailoutbox
):
    client = signed_in(ada)
    assertRedirects(come_from("ada@uni.example", query="?process=connect", by=client), "/accounts/reauthenticate/")
    assert not SocialAccount.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    account = SocialAccount.objects.get(user=ada)
    assert "was connected" in mailoutbox[-1].subject
    other = Client()
    come_from("ada@uni.example", by=other)
    assert other.session["_auth_user_id"] == str(ada.pk)
    page = client.get("/accounts/connected/")
    assertContains(page, "Example University")
    assertRedirects(client.post("/accounts/connected/", {"account": account.pk}), "/accounts/connected/")
    assert not SocialAccount.objects.exists()
    assert "was disconnected" in mailoutbox[-1].subject


def test_the_only_way_to_sign_in_is_not_disconnected(client, come_from):
    come_from("uli@uni.example")
    sign_up(client, email="uli@uni.example")
    page = client.post("/accounts/connected/", {"account": SocialAccount.objects.get().pk})
    assertContains(page, "Set a password first.", status_code=422)


def test_an_account_of_a_provider_that_is_gone_is_named_and_disconnected(client, settings, ada):
    factories.sign_in(client, ada)
    account = SocialAccount.objects.create(user=ada, provider="oidc", uid="7")
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assertContains(client.get("/accounts/connected/"), "oidc")
    assertRedirects(client.post("/accounts/connected/", {"account": account.pk}), "/accounts/connected/")
    assert not SocialAccount.objects.exists()


def test_nobody_disconnects_the_account_of_somebody_else(client, ada, jonas):
    factories.sign_in(client, ada)
    account = SocialAccount.objects.create(user=jonas, provider="oidc", uid="8")
    assert client.post("/accounts/connected/", {"account": account.pk}).status_code == 422
    assert SocialAccount.objects.exists()


# What goes wrong


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=y", "?error=server_error", "?state=%00&code=%00"])
def test_an_answer_that_nobody_asked_for_signs_nobody_in(client, provider, query):
    answer = client.get(f"/accounts/oidc/login/callback/{query}")
    assertContains(answer, "Sign-in with Example University failed", status_code=401)


def test_who_cancels_there_is_told_so(client, provider):
    page = client.post("/accounts/oidc/login/")
    state = page.context["url"].partition("state=")[2].partition("&")[0]
    answer = client.get(f"/accounts/oidc/login/callback/?state={state}&error=access_denied", follow=True)
    assertContains(answer, "You cancelled at the other site.")


@pytest.mark.parametrize("path", ["", "/accounts/login"])
def test_a_provider_that_can_not_be_reached_or_answers_nonsense_is_told_of(client, settings, provider_url, path):
    settings.SOCIALACCOUNT_PROVIDERS = app_at(f"{provider_url}{path}" if path else "http://localhost:9")
    answer = client.post("/accounts/oidc/login/")
    assertContains(answer, "Sign-in with Example University failed", status_code=401)


def test_opening_the_address_asks_first_since_a_link_may_not_sign_in(client, provider):
    assertContains(client.get("/accounts/oidc/login/"), "Continue with Example University?")


def test_too_many_from_one_network_wait(client, provider, settings, limit_clock):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"provider": (1, 3600)}
    assert client.post("/accounts/oidc/login/").status_code == 200
    assert Client().post("/accounts/oidc/login/").status_code == 429


# Where no provider is set


@pytest.mark.parametrize("path", ["oidc/login/", "oidc/login/callback/", "github/login/", "github/login/callback/"])
def test_without_a_provider_in_the_settings_there_is_no_such_page(client, path):
    for method in (client.get, client.post):
        assert method(f"/accounts/{path}").status_code == 404


def test_the_sign_in_page_offers_what_the_settings_name(client, provider, settings):
    for page in ("/accounts/login/?next=/list/", "/accounts/signup/?next=/list/"):
        assertContains(client.get(page), "Continue with Example University")
        assertContains(client.get(page), 'action="/accounts/oidc/login/?process=login&amp;next=%2Flist%2F"')
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assertNotContains(client.get("/accounts/login/"), "Continue with")


def test_the_sign_up_page_of_nobody_leads_to_sign_in(client):
    assertRedirects(client.get(SIGNUP), "/accounts/login/")
    assertRedirects(sign_up(client), "/accounts/login/")
