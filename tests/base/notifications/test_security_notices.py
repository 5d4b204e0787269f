"""Who owns an account is told of what somebody else may have done there."""

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from readlist_site.base.accounts.security_notice import KEPT, SecurityNotice
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.notifications.security_notices import send_security_notices
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


def sign_in(person, client: Client | None = None) -> Client:
    client = client or Client(HTTP_USER_AGENT=CHROME, REMOTE_ADDR="192.0.2.1")
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def tick() -> tuple[int, list[str]]:
    return send_security_notices(timezone.now())


@pytest.fixture
def at_home(ada, real_mail) -> Client:
    """The browser in which Ada signs in always, signed out."""
    client = sign_in(ada)
    client.post("/accounts/logout/")
    return client


def test_the_first_time_and_a_browser_that_is_known_are_no_news(at_home, ada):
    sign_in(ada, at_home)
    assert tick() == (0, [])
    assert not Notification.objects.exists()


def test_a_new_browser_is_told_of_once_by_mail_and_in_the_app(at_home, ada):
    client = sign_in(ada)
    assert tick() == (1, [])
    assert tick() == (0, [])
    [message] = mail.outbox
    assert (message.subject, message.to) == ("New sign-in to your account at Readlist", [ada.email])
    assert "Browser: Chrome on Linux" in message.body
    assert "IP address: 192.0.2.1" in message.body
    assert "http://localhost:8000/accounts/sessions/" in message.body
    page = client.get("/notifications/")
    assertContains(page, "Someone signed in to your account with a new browser: Chrome on Linux")
    assert client.get(Notification.objects.get().get_absolute_url()).url == "/accounts/sessions/"


def test_who_signed_in_can_not_have_the_mail_held_back(at_home, ada):
    client = sign_in(ada)
    assertNotContains(client.get(reverse("notification_settings")), "Security")
    assert tick() == (1, [])
    send_due_emails(timezone.now() + timezone.timedelta(days=2))
    assert len(mail.outbox) == 1, "and not a second time by the outbox"


def test_too_many_wrong_codes_are_told_of(at_home, ada, rf):
    SecurityNotice.objects.record(SecurityNotice.Kind.WRONG_CODES, ada, rf.get("/", HTTP_USER_AGENT="a\0b" * 200))
    assert tick() == (1, [])
    assert mail.outbox[0].subject == "Someone knows your password at Readlist"
    assert "Nobody has signed in." in mail.outbox[0].body
    assertContains(
        sign_in(ada, at_home).get("/notifications/"), "Someone entered your password and too many wrong codes"
    )


@pytest.mark.parametrize("why", ["closed", "not confirmed"])
def test_who_can_not_be_mailed_is_told_in_the_app(at_home, ada, why):
    sign_in(ada)
    if why == "closed":
        type(ada).objects.update(is_active=False)
    else:
        ada.emailaddress_set.update(verified=False)
    assert tick() == (0, [])


def test_while_the_mail_server_is_away_it_waits(at_home, ada, monkeypatch):
    sign_in(ada)
    send, away = EmailBackend.send_messages, [True]

    def sometimes(self, messages):
        if away:
            raise ConnectionRefusedError("away")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", sometimes)
    assert tick() == (0, ["ConnectionRefusedError: away"])
    away.clear()
    assert tick() == (1, [])
    assert Notification.objects.count() == 1


def test_old_notices_go_with_the_address_in_them(at_home, ada):
    sign_in(ada)
    tick()
    send_security_notices(timezone.now() + KEPT)
    assert not SecurityNotice.objects.exists()
