"""Every page and mail that allauth may show is ours."""

from pathlib import Path

import pytest
from allauth.account import app_settings
from allauth.account import urls as allauth_urls
from django.conf import settings
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from pytest_django.asserts import assertNotContains

from readlist_site.base.accounts.reset_links import reset_link

pytestmark = pytest.mark.django_db

OURS = settings.BASE_DIR / "templates"
THEIRS = Path(allauth_urls.__file__).parent.parent / "templates" / "account"
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


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("mail_is_real", [True, False])
@pytest.mark.parametrize("person", ["nobody", "ada", "without a password"])
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
    response = client.get(reset_link(ada).removeprefix("http://127.0.0.1:8000"), follow=True)
    assert foreign(response) == []


def test_a_closed_door_is_ours(by_invitation, client):
    assert foreign(client.get("/accounts/signup/")) == []


def test_ways_in_that_we_do_not_offer_are_off(client):
    assert app_settings.LOGIN_BY_CODE_ENABLED is False
    assert app_settings.PASSWORD_RESET_BY_CODE_ENABLED is False
    assert app_settings.EMAIL_VERIFICATION_BY_CODE_ENABLED is False
    assert [name for name in NAMES if any(way in name for way in OFF)] == ["account_confirm_login_code"]
    assert client.get(reverse("account_confirm_login_code")).url == reverse("account_login")


@pytest.mark.parametrize("folder", ["email", "messages"])
def test_every_mail_and_message_is_ours(folder):
    names = sorted(path.name for path in (THEIRS / folder).glob("*.txt"))
    assert len(names) > 10
    left = [name for name in names if not is_ours(f"account/{folder}/{name}")]
    # Frames that only allauth's own mails use, and ways in that are off.
    assert [name for name in left if not any(way in name for way in (*OFF, "base_"))] == []
