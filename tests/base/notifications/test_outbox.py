"""Mail of what one was told: when it is due, what is in it, and that it goes once, whatever breaks on its way."""

import smtplib
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from readlist_site.base.notifications import outbox
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import optional_kinds
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import last_digest, lease, send_due_emails
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def minutes(count: float) -> datetime:
    """So many after noon."""
    return NOON + timedelta(minutes=count)


@pytest.fixture
def broken(monkeypatch):
    """A function: from now on sending to these addresses, or to anybody, raises this; with None, it works again."""

    def breaks(error: Exception | None, *addresses: str) -> None:
        def send(self, messages):
            if error and (not addresses or set(messages[0].to) & set(addresses)):
                raise error
            return real(self, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", send)

    real = EmailBackend.send_messages
    return breaks


def test_what_happens_to_a_thing_within_moments_is_one_mail(tell, ada):
    tell(ada, "Jonas asked for changes", at=NOON)
    assert send_due_emails(minutes(1)).mails == 0
    tell(ada, "Mei-Ling approved it", at=minutes(1))
    assert send_due_emails(minutes(2)).mails == 1
    assert send_due_emails(minutes(60)).mails == 0
    (letter,) = mail.outbox
    assert letter.to == [ada.email]
    assert letter.body.index("Jonas asked for changes") < letter.body.index("Mei-Ling approved it")


def test_a_mail_says_what_happened_leads_there_and_ends_itself(client, tell, ada, settings):
    settings.SITE_URL = "https://readlist.example.org"
    ada.time_zone = "Europe/Berlin"
    ada.save()
    notification = tell(ada, "Jonas asked for changes in your summary of Efficiency", at=NOON)
    send_due_emails(minutes(2))
    (letter,) = mail.outbox
    assert letter.subject == "Jonas asked for changes in your summary of Efficiency"
    assert "Hello Ada," in letter.body
    assert "(Wednesday 25 November, 13:00)" in letter.body
    assert f"https://readlist.example.org/notifications/{notification.pk}/" in letter.body
    assert "Unsubscribe from “Your summary is reviewed”:" in letter.body
    assert "https://readlist.example.org/notifications/settings/" in letter.body
    end = letter.extra_headers["List-Unsubscribe"]
    assert end.startswith("<https://readlist.example.org/notifications/unsubscription/")
    assert end.strip("<>") in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.post(urlsplit(end.strip("<>")).path).status_code == 200
    assert EmailPreference.objects.get().kind == "reviewed"


def test_where_the_site_has_no_address_a_mail_leads_to_this_machine(tell, ada, settings, monkeypatch):
    settings.SITE_URL = ""
    monkeypatch.setenv("PORT", "8123")
    tell(ada, at=NOON)
    send_due_emails(minutes(2))
    assert "http://localhost:8123/notifications/" in mail.outbox[0].body


def test_ending_a_mail_of_several_kinds_ends_all(client, tell, ada):
    tell(ada, "Jonas approved it", at=NOON)
    tell(ada, "It is revised", kind="revised", at=NOON)
    send_due_emails(minutes(2))
    (letter,) = mail.outbox
    assert letter.subject == "2 notifications from Readlist"
    client.post(urlsplit(letter.extra_headers["List-Unsubscribe"].strip("<>")).path)
    assert EmailPreference.objects.filter(mail="never").count() == len(optional_kinds())


def test_a_name_with_a_line_break_in_it_makes_no_second_header(tell, ada):
    tell(ada, "Jonas approved\nBcc: everybody@example.org", at=NOON)
    send_due_emails(minutes(2))
    assert mail.outbox[0].subject == "Jonas approved Bcc: everybody@example.org"
    assert mail.outbox[0].recipients() == [ada.email]


def test_what_was_seen_or_is_over_before_its_mail_goes_is_not_mailed(tell, ada):
    tell(ada, at=NOON).same_subject.mark_read()
    tell(ada, about="groups/1/submissions/2", at=NOON)
    Notification.objects.mark_obsolete(about="groups/1/submissions/2")
    assert send_due_emails(minutes(60)).mails == 0


@pytest.mark.parametrize("way", ["never", "daily"])
def test_one_s_choice_holds_also_for_what_waits_already(way, tell, ada):
    tell(ada, at=NOON)
    EmailPreference.objects.set_for(ada, {"reviewed": way})
    assert send_due_emails(minutes(2)).mails == 0
    # What was decided against stays so.
    EmailPreference.objects.set_for(ada, {"reviewed": "at_once"})
    assert send_due_emails(minutes(4)).mails == (way == "daily")


@pytest.mark.parametrize("field", ["is_demo", "is_closed"])
def test_neither_the_demo_nor_a_closed_account_gets_mail(field, tell, ada):
    tell(ada, at=NOON)
    if field == "is_demo":
        ada.is_demo = True
    else:
        ada.is_active = False
    ada.save()
    assert send_due_emails(minutes(2)).mails == 0
    assert not Notification.objects.pending_email().exists()


@pytest.mark.parametrize(("asked", "mails"), [("mandatory", 0), ("none", 1)])
def test_an_address_that_must_be_confirmed_first_gets_mail_then(asked, mails, tell, ada, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = asked
    ada.emailaddress_set.update(verified=False)
    tell(ada, at=NOON)
    assert send_due_emails(minutes(2)).mails == mails
    ada.emailaddress_set.update(verified=True)
    tell(ada, at=minutes(2))
    assert send_due_emails(minutes(4)).mails == 1


# The daily digest


def test_the_digest_comes_at_seven_where_its_reader_is(tell, ada):
    ada.time_zone = "America/New_York"  # 07:00 is 12:00 UTC in November
    ada.save()
    tell(ada, "A review is wanted", kind="wanted", at=NOON - timedelta(hours=20))
    tell(ada, "It is accepted", kind="accepted", about="groups/1/submissions/2", at=NOON - timedelta(hours=1))
    assert send_due_emails(minutes(-1)).mails == 0
    assert send_due_emails(NOON).mails == 1
    (letter,) = mail.outbox
    assert "A review is wanted" in letter.body
    assert "It is accepted" in letter.body
    tell(ada, "Another", kind="wanted", about="groups/1/submissions/3", at=minutes(1))
    assert send_due_emails(minutes(23 * 60)).mails == 0
    assert send_due_emails(minutes(24 * 60)).mails == 1


def test_a_digest_that_was_missed_for_days_is_late_and_complete(tell, ada):
    tell(ada, "A review is wanted", kind="wanted", at=NOON)
    tell(ada, "Another", kind="wanted", about="groups/1/submissions/2", at=minutes(3 * 24 * 60))
    assert send_due_emails(minutes(5 * 24 * 60)).mails == 1
    assert "A review is wanted" in mail.outbox[0].body
    assert "Another" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("UTC", "2026-11-25T06:59:59+00:00", "2026-11-24T07:00:00+00:00"),
        ("UTC", "2026-11-25T07:00:00+00:00", "2026-11-25T07:00:00+00:00"),
        # Summer time ends on 25 October: that day's seven is 25 hours after the one before.
        ("Europe/Berlin", "2026-10-25T05:59:59+00:00", "2026-10-24T05:00:00+00:00"),
        ("Europe/Berlin", "2026-10-25T06:00:00+00:00", "2026-10-25T06:00:00+00:00"),
        # It begins on 29 March: 23 hours.
        ("Europe/Berlin", "2026-03-29T04:59:59+00:00", "2026-03-28T06:00:00+00:00"),
        ("Europe/Berlin", "2026-03-29T05:00:00+00:00", "2026-03-29T05:00:00+00:00"),
        # Where it is tomorrow already, or half past.
        ("Pacific/Kiritimati", "2026-11-24T17:00:00+00:00", "2026-11-24T17:00:00+00:00"),
        ("Asia/Kolkata", "2026-11-25T01:29:59+00:00", "2026-11-24T01:30:00+00:00"),
    ],
)
def test_seven_is_seven_on_every_day_of_the_year(zone, now, due, ada):
    ada.time_zone = zone
    assert last_digest(ada, datetime.fromisoformat(now)) == datetime.fromisoformat(due)


# What breaks


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("nobody listens"),
        TimeoutError("no answer"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPAuthenticationError(535, b"who are you?"),
    ],
)
def test_an_outage_delays_mail_and_loses_none(error, tell, ada, jonas, broken):
    for person in (ada, jonas):
        tell(person, at=NOON)
    broken(error)
    sent = send_due_emails(minutes(2))
    assert (sent.mails, len(sent.failures)) == (0, 1)
    broken(None)
    assert send_due_emails(minutes(2)).mails == 1  # whom it did not come to
    assert send_due_emails(minutes(2) + outbox.RETRY).mails == 1
    assert sorted(letter.to for letter in mail.outbox) == sorted([[ada.email], [jonas.email]])
    assert send_due_emails(minutes(600)).mails == 0


def test_an_address_that_is_refused_keeps_nobody_elses_mail_and_is_tried_again_a_day_later(tell, ada, jonas, broken):
    for person in (ada, jonas):
        tell(person, at=NOON)
    broken(smtplib.SMTPRecipientsRefused({ada.email: (550, b"no such box")}), ada.email)
    sent = send_due_emails(minutes(2))
    assert (sent.mails, len(sent.failures)) == (1, 1)
    assert mail.outbox[0].to == [jonas.email]
    broken(None)
    assert send_due_emails(minutes(60)).mails == 0
    assert send_due_emails(minutes(2) + outbox.REFUSED).mails == 1


def test_who_dies_before_the_mail_is_gone_has_lost_none(tell, ada):
    tell(ada, at=NOON)
    lease(ada, ["reviewed"], minutes(2))
    assert send_due_emails(minutes(3)).mails == 0
    assert send_due_emails(minutes(2) + outbox.LEASE).mails == 1


def test_what_became_obsolete_in_the_hands_of_a_sender_is_not_mailed(tell, ada):
    notification = tell(ada, at=NOON)
    leased_by = lease(ada, ["reviewed"], minutes(2))
    Notification.objects.mark_obsolete(about=notification.about)
    assert outbox._send(ada, leased_by, mail.get_connection(), minutes(2)) == 0
    assert mail.outbox == []


def test_who_dies_between_the_mail_and_its_record_sends_the_same_mail_again(tell, ada, monkeypatch):
    notification = tell(ada, at=NOON)
    send_due_emails(minutes(2))
    Notification.objects.filter(pk=notification.pk).update(mailed_at=None)
    tell(ada, about="groups/1/submissions/2", at=minutes(3))
    assert send_due_emails(minutes(5)).mails == 1  # what came since waits for no lease
    assert send_due_emails(minutes(2) + outbox.LEASE).mails == 1
    first, since, again = (letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert first == again
    assert first != since


def test_a_mail_sent_again_that_says_more_is_no_duplicate_of_the_first(tell, ada):
    """The sender is killed after the server's yes, and something else happens before the lease is over."""
    notification = tell(ada, "Jonas asked for changes", at=NOON)
    send_due_emails(minutes(2))
    Notification.objects.filter(pk=notification.pk).update(mailed_at=None)
    tell(ada, "Mei-Ling approved it", at=minutes(2) + outbox.LEASE)
    assert send_due_emails(minutes(5) + outbox.LEASE).mails == 1
    first, again = mail.outbox
    assert "Mei-Ling" not in first.body
    assert "Mei-Ling" in again.body
    assert first.extra_headers["Message-ID"] != again.extra_headers["Message-ID"]


def test_a_mail_that_can_not_be_written_keeps_the_others_only_once(tell, ada, jonas, monkeypatch):
    for person in (ada, jonas):
        tell(person, at=NOON)
    write = outbox.notification_email

    def stumble(person, notifications):
        if person == ada:
            raise KeyError
        return write(person, notifications)

    monkeypatch.setattr(outbox, "notification_email", stumble)
    with pytest.raises(KeyError):
        send_due_emails(minutes(2))
    assert send_due_emails(minutes(2)).mails == 1
    assert mail.outbox[0].to == [jonas.email]


def test_the_hold_is_reckoned_from_when_it_is_taken_however_long_the_round_before_it(tell, ada, monkeypatch):
    tell(ada, at=timezone.now() - timedelta(hours=1))
    send_due_emails()
    assert Notification.objects.get().leased_until > timezone.now() + timedelta(minutes=14)


def test_any_number_of_people_are_looked_at_in_a_few_queries(tell, django_assert_num_queries):
    for number in range(12):
        tell(factories.make_user(), kind="wanted", about=str(number), at=NOON)
    with django_assert_num_queries(3):
        assert send_due_emails(minutes(2)).mails == 0
