"""Sends notifications by e-mail, each once.

The notifications are the outbox: each waits until `mailed_at` is set. A sender first leases a person's notifications
for LEASE, by one conditional update, so that of two senders only one gets them. It then sends the e-mail outside any
transaction, and sets `mailed_at` once the mail server has accepted it. After a failure:

- the mail server can't be reached: the notifications are due again after RETRY;
- the sender is killed before the server accepts the e-mail: they are due again after LEASE;
- the sender is killed between acceptance and the update: the e-mail is sent a second time after LEASE, with the
  same Message-ID, so that mailboxes can recognise the duplicate. If notifications have come since, that e-mail has
  them, too, and so another Message-ID: a mailbox never drops it as a duplicate."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q
from django.utils import timezone

from readlist_site.base.accounts.models import User
from readlist_site.base.web.log_format import error_text

from .email_preference import EmailPreference
from .kinds import email_preferences_for
from .notification import Notification, NotificationQuerySet
from .notification_email import notification_email

# Waits this long, so that several events in quick succession are one e-mail.
GRACE = timedelta(minutes=2)
# In the person's time zone.
DIGEST_AT = time(7)
LEASE = timedelta(minutes=15)
RETRY = timedelta(minutes=2)
# The mail server rejected the address: try again tomorrow.
REFUSED = timedelta(days=1)


@dataclass
class SendResult:
    """How many e-mails were sent, and the errors of those that were not."""

    mails: int = 0
    failures: list[str] = field(default_factory=list)


def send_due_emails(now: datetime | None = None) -> SendResult:
    """Sends every e-mail that is due. Safe to run in several processes at once."""
    sent, connection = SendResult(), get_connection()
    for person, kinds in due(now or timezone.now()):
        at = now or timezone.now()
        leased_by = lease(person, kinds, at)
        try:
            connection.open()
            sent.mails += _send(person, leased_by, connection, at)
        except OSError as error:  # includes every error of smtplib
            connection.close()
            sent.failures.append(error_text(error))
            is_refused = isinstance(error, SMTPRecipientsRefused)
            if is_refused and is_permanent(error):
                person.note_delivery(refused_at=at)
            _leased(leased_by).update(leased_until=at + (REFUSED if is_refused else RETRY))
            if not is_refused and not isinstance(error, SMTPDataError):
                break  # the server is unavailable: other e-mails would fail, too
    connection.close()
    return sent


def due(now: datetime) -> Iterator[tuple[User, list[str]]]:
    """Yields each person who is due an e-mail, with its kinds: those sent at once, or those of the daily digest.

    Sets `mailed_at` on notifications that are never to be e-mailed. Three queries, however many notifications wait."""
    waiting: dict[int, dict[str, datetime]] = {}
    firsts = _unleased(now).order_by().values("person", "kind").annotate(first=Min("created_at"))
    for person, kind, first in firsts.values_list("person", "kind", "first"):
        waiting.setdefault(person, {})[kind] = first
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=True)
    people = User.objects.filter(pk__in=waiting).annotate(has_confirmed_email=Exists(confirmed)).order_by("pk")
    preferences = email_preferences_for(people)
    for person in people:
        firsts_by_preference = {preference: {} for preference in EmailPreference.Mail.values}
        for kind, first in waiting[person.pk].items():
            preference = (
                preferences.get((person.pk, kind), EmailPreference.Mail.NEVER)
                if can_be_emailed(person)
                else EmailPreference.Mail.NEVER
            )
            firsts_by_preference[preference][kind] = first
        off = firsts_by_preference[EmailPreference.Mail.OFF]
        if never := [*firsts_by_preference[EmailPreference.Mail.NEVER], *off]:
            _unleased(now).filter(person=person, kind__in=never).update(mailed_at=now)
        for preference, latest in (
            (EmailPreference.Mail.AT_ONCE, now - GRACE),
            (EmailPreference.Mail.DAILY, last_digest(person, now)),
        ):
            if firsts_by_preference[preference] and min(firsts_by_preference[preference].values()) <= latest:
                yield person, list(firsts_by_preference[preference])


def can_be_emailed(person: User) -> bool:
    """Returns whether a person, as annotated by `due`, gets e-mails at all: not without a confirmed address, if
    confirmation is mandatory."""
    confirmed = person.has_confirmed_email or settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory"
    return person.is_active and not person.is_demo and confirmed


def last_digest(person: User, now: datetime) -> datetime:
    """Returns when the person's latest daily digest was due. Earlier notifications that weren't mailed are overdue."""
    local = now.astimezone(person.zone)
    this_morning = datetime.combine(local.date(), DIGEST_AT, tzinfo=person.zone)
    if this_morning.astimezone(UTC) > now:
        this_morning = datetime.combine(local.date() - timedelta(days=1), DIGEST_AT, tzinfo=person.zone)
    return this_morning.astimezone(UTC)


@transaction.atomic
def lease(person: User, kinds: list[str], now: datetime) -> UUID:
    """Leases the person's pending notifications of these kinds, under a lock on the person's row. Returns the id of the
    lease."""
    # Serialises senders for this person, so that one of them gets all notifications.
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values("pk"))
    leased_by, pending = uuid4(), _unleased(now).filter(person=person, kind__in=kinds)
    # Skips rows that a request is updating right now; the next tick handles them.
    keys = list(pending.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Notification.objects.filter(pk__in=keys).update(leased_by=leased_by, leased_until=now + LEASE)
    return leased_by


def _send(person: User, leased_by: UUID, connection, now: datetime) -> int:
    # Without those that became obsolete meanwhile, as when the person was removed from the group.
    notifications = list(_leased(leased_by).unread().order_by("pk"))
    if not notifications:
        return 0
    connection.send_messages([notification_email(person, notifications)])
    _leased(leased_by).update(mailed_at=now)
    person.note_delivery(refused_at=None)
    return 1


def is_permanent(refusal: SMTPRecipientsRefused) -> bool:
    """Returns whether the mail server refuses the address for good. A code below 500 says to try again later, as some
    servers do with every first mail."""
    return all(code >= 500 for code, _ in refusal.recipients.values())


def _unleased(now: datetime) -> NotificationQuerySet:
    return Notification.objects.pending_email().filter(Q(leased_until=None) | Q(leased_until__lte=now))


def _leased(leased_by: UUID) -> NotificationQuerySet:
    return Notification.objects.filter(leased_by=leased_by, mailed_at=None)
