"""Every page and mail that allauth may show is ours."""

from itertools import product
from pathlib import Path

import pytest
from allauth.account import app_settings
from allauth.account import urls as allauth_urls
from django.conf import settings
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from pytest_django.asserts import assertNotContains

from readlist_site.base.accounts.reset_links import reset_link
from tests.length import some

pytestmark = pytest.mark.django_db

OURS = settings.BASE_DIR / "templates"
THEIRS = Path(allauth_urls.__file__).parent.parent / "templates"
NAMES = [pattern.name for pattern in allauth_urls.urlpatterns]

# Ways in that are switched off; the one address that stands all the same leads back to sign-in.
OFF = ("code", "phone", "passkey")


def path_of(name: str) -> str:
    for arguments in ([], ["x"], ["1", "x"]):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError(f"No path for {name}")


def is_ours(template: str) -> bool:
    return Path(get_template(template).origin.name).is_relative_to(OURS)


def foreign(response) -> list[str]:
    """The templates of a page that stand neither in our folder nor among Django's widgets."""
    origins = [Path(template.origin.name) for template in response.templates if template.origin]
    return [str(path) for path in origins if "allauth" in path.parts]


WAYS = list(product(NAMES, ["get", "post"], [True, False], ["nobody", "ada", "without a password"]))


@pytest.mark.soak
@pytest.mark.parametrize(("name", "method", "mail_is_real", "person"), some(WAYS, 0, of=5))
def test_every_page_is_ours(client, ada, settings, name, method, mail_is_real, person):
    settings.EMAIL_IS_REAL = mail_is_real
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory" if mail_is_real else "none"
    if person == "without a password":
        ada.set_unusable_password()
        ada.save()
    if person != "nobody":
        client.force_login(ada)
    response = getattr(client, method)(path_of(name))
    # Pages that only show something take no POST, and a form that is sent empty is invalid.
    expected = {200, 302} | ({405, 422} if method == "post" else set())
    expected |= {403} if (person, name) == ("without a password", "account_reauthenticate") else set()
    expected |= {404} if name == "account_confirm_email" else set()
    assert response.status_code in expected
    assert foreign(response) == []
    if response.status_code == 200:
        assert "base.html" in [template.name for template in response.templates]
        assertNotContains(response, "style=")


def test_the_page_behind_a_link_is_ours(client, ada):
    response = client.get(reset_link(ada).removeprefix("http://localhost:8000"), follow=True)
    assert foreign(response) == []


def test_a_closed_door_is_ours(by_invitation, client):
    assert foreign(client.get("/accounts/signup/")) == []


def test_ways_in_that_we_do_not_offer_are_off(client):
    assert app_settings.LOGIN_BY_CODE_ENABLED is False
    assert app_settings.PASSWORD_RESET_BY_CODE_ENABLED is False
    assert app_settings.EMAIL_VERIFICATION_BY_CODE_ENABLED is False
    assert [name for name in NAMES if any(way in name for way in OFF)] == ["account_confirm_login_code"]
    assert client.get(reverse("account_confirm_login_code")).url == reverse("account_login")


@pytest.mark.parametrize("app", ["account", "mfa", "usersessions", "socialaccount"])
def test_every_mail_and_message_is_ours(app):
    names = sorted(str(path.relative_to(THEIRS)) for path in (THEIRS / app).rglob("*.txt"))
    left = [name for name in names if not is_ours(name)]
    # Frames that only allauth's own mails use, ways in that are off, and what a view of ours says itself.
    unused = (*OFF, "base_", "usersessions/messages")
    assert names
    assert [name for name in left if not any(way in name.replace("recovery_codes", "") for way in unused)] == []


@pytest.mark.parametrize("app", ["mfa", "usersessions", "socialaccount"])
def test_every_page_of_passkeys_sessions_and_accounts_elsewhere_is_ours(app):
    names = sorted(str(path.relative_to(THEIRS)) for path in (THEIRS / app).rglob("*.html"))
    # Frames and pieces that only allauth's own pages use, lists that stand on the page "Security", and what is off.
    unused = ("base", "snippets", "authenticator_list", "trust", "signup_form", "login_redirect")
    assert [name for name in names if not any(part in name for part in unused) and not is_ours(name)] == []
