"""An address that the mail server refuses: its person and the administrators see it, until it is mended."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend

from readlist_site.base.notifications.outbox import send_due_emails
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAID = "Your e-mail address doesn’t work"


@pytest.fixture
def refuse(monkeypatch, tell, ada):
    """A function: a mail to Ada at this hour, which the server answers with this code; 250 accepts it."""
    real = EmailBackend.send_messages

    def send_at(hour: float, code: int):
        def send(self, messages):
            if code == 250:
                return real(self, messages)
            raise smtplib.SMTPRecipientsRefused({ada.email: (code, b"ada@example.org is unknown")})

        at = NOON + timedelta(hours=hour)
        tell(ada, at=at - timedelta(minutes=5))
        monkeypatch.setattr(EmailBackend, "send_messages", send)
        sent = send_due_emails(at)
        ada.refresh_from_db()
        return sent

    return send_at


def test_its_person_sees_since_when_on_each_page_until_a_mail_goes_through(refuse, signed_in, ada):
    refuse(0, 550)
    refuse(30, 550)
    assert ada.email_refused_at == NOON
    for url in ("/", "/notifications/settings/", "/accounts/email/"):
        page = signed_in(ada).get(url).content.decode()
        assert SAID in page
        assert "since 25 November 2026" in page
    refuse(60, 250)
    assert ada.email_refused_at is None
    assert SAID not in signed_in(ada).get("/").content.decode()


def test_a_server_that_says_try_again_refuses_no_address(refuse, ada):
    refuse(0, 451)
    assert ada.email_refused_at is None


def test_nobody_else_sees_it_but_administrators(refuse, signed_in, ada, jonas):
    refuse(0, 550)
    assert SAID not in signed_in(jonas).get("/").content.decode()
    administrator = signed_in(make_user("Ida", is_staff=True, is_superuser=True))
    listed = administrator.get("/admin/accounts/user/?email=refused").content.decode()
    assert ada.email in listed
    assert jonas.email not in listed


def test_a_new_address_begins_anew(refuse, ada, signed_in):
    refuse(0, 550)
    ada.change_email("ada@new.example", verified=True)
    ada.refresh_from_db()
    assert ada.email_refused_at is None


def test_a_refusal_of_an_address_that_was_changed_meanwhile_says_nothing_of_the_new_one(ada):
    type(ada).objects.filter(pk=ada.pk).update(email="ada@new.example")
    ada.note_delivery(refused_at=NOON)
    ada.refresh_from_db()
    assert ada.email_refused_at is None


def test_what_is_logged_of_it_names_no_address(refuse):
    assert refuse(0, 550).failures == ["SMTPRecipientsRefused"]
