"""Mail of what people were told: who is due one, and sending it once.

A notification is its own place in the outbox: it waits for mail until `mailed_at` is written. Whoever sends takes a
person's notifications first, for as long as LEASE: one conditional update, so that of two senders one gets them. Only
then, outside any transaction, does the mail go, and `mailed_at` is written when the server has taken it. What happens
where:

- the mail server can't be reached: nothing is lost; the notifications are free again after RETRY;
- the sender is killed before the server has the mail: they are free again after LEASE;
- it is killed between the server's yes and the write: the mail goes a second time, after LEASE, under the same
  Message-ID, by which a mailbox can tell. Late or twice, never not at all."""

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

from .email_preference import EmailPreference
from .kinds import email_preferences_for
from .notification import Notification, NotificationQuerySet
from .notification_email import notification_email

# What happens to one thing within moments is one mail.
GRACE = timedelta(minutes=2)
# The hour of the daily digest, where its reader is.
DIGEST_AT = time(7)
LEASE = timedelta(minutes=15)
RETRY = timedelta(minutes=2)
# A server that won't take mail for an address today may take it tomorrow.
REFUSED = timedelta(days=1)


@dataclass
class SendResult:
    """How many mails went, and what kept others from going."""

    mails: int = 0
    failures: list[str] = field(default_factory=list)


def send_due_emails(now: datetime | None = None) -> SendResult:
    """Send every mail that is due; any number of processes may do so at once."""
    sent, connection = SendResult(), get_connection()
    for person, kinds in due(now or timezone.now()):
        at = now or timezone.now()
        leased_by = lease(person, kinds, at)
        try:
            connection.open()
            sent.mails += _send(person, leased_by, connection, at)
        except OSError as error:  # all that a mail server can say, too
            connection.close()
            sent.failures.append(f"{type(error).__name__}: {error}")
            refused = isinstance(error, SMTPRecipientsRefused)
            _leased(leased_by).update(leased_until=at + (REFUSED if refused else RETRY))
            if not refused and not isinstance(error, SMTPDataError):
                break  # it is the server's trouble: nobody else's mail would go, either
    connection.close()
    return sent


def due(now: datetime) -> Iterator[tuple[User, list[str]]]:
    """Who is due a mail, with the kinds that it is made of: what comes at once, or the day's digest.

    Where no mail is to come, now or ever, that is written down. Three queries, whatever waits."""
    waiting: dict[int, dict[str, datetime]] = {}
    firsts = _unleased(now).order_by().values("person", "kind").annotate(first=Min("created_at"))
    for person, kind, first in firsts.values_list("person", "kind", "first"):
        waiting.setdefault(person, {})[kind] = first
    people = User.objects.filter(pk__in=waiting).annotate(has_confirmed_email=Exists(_confirmed())).order_by("pk")
    mail = email_preferences_for(people)
    for person in people:
        firsts_of = {way: {} for way in EmailPreference.Mail.values}
        for kind, first in waiting[person.pk].items():
            way = (
                mail.get((person.pk, kind), EmailPreference.Mail.NEVER)
                if can_be_emailed(person)
                else EmailPreference.Mail.NEVER
            )
            firsts_of[way][kind] = first
        if never := firsts_of[EmailPreference.Mail.NEVER]:
            _unleased(now).filter(person=person, kind__in=never).update(mailed_at=now)
        for way, latest in (
            (EmailPreference.Mail.AT_ONCE, now - GRACE),
            (EmailPreference.Mail.DAILY, last_digest(person, now)),
        ):
            if firsts_of[way] and min(firsts_of[way].values()) <= latest:
                yield person, list(firsts_of[way])


def can_be_emailed(person: User) -> bool:
    """Whether a person, who came from `due`, gets mail at all: not to an address that is not shown to be theirs."""
    confirmed = person.has_confirmed_email or settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory"
    return person.is_active and not person.is_demo and confirmed


def last_digest(person: User, now: datetime) -> datetime:
    """When the latest daily digest was due. What was told before that and not mailed is late, by however many days."""
    here = now.astimezone(person.zone)
    this_morning = datetime.combine(here.date(), DIGEST_AT, tzinfo=person.zone)
    if this_morning.astimezone(UTC) > now:
        this_morning = datetime.combine(here.date() - timedelta(days=1), DIGEST_AT, tzinfo=person.zone)
    return this_morning.astimezone(UTC)


@transaction.atomic
def lease(person: User, kinds: list[str], now: datetime) -> UUID:
    """Take what is to be mailed to a person of these kinds, before any other sender does."""
    # Two senders wait for each other here, so that one of them gets it all.
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values("pk"))
    leased_by, free = uuid4(), _unleased(now).filter(person=person, kind__in=kinds)
    # What somebody settles or sees in this moment is left to the next tick: a sender waits for nobody's act.
    keys = list(free.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Notification.objects.filter(pk__in=keys).update(leased_by=leased_by, leased_until=now + LEASE)
    return leased_by


def _send(person: User, leased_by: UUID, connection, now: datetime) -> int:
    notifications = list(_leased(leased_by).order_by("pk"))
    if not notifications:
        return 0
    connection.send_messages([notification_email(person, notifications)])
    _leased(leased_by).update(mailed_at=now)
    return 1


def _unleased(now: datetime) -> NotificationQuerySet:
    return Notification.objects.pending_email().filter(Q(leased_until=None) | Q(leased_until__lte=now))


def _leased(leased_by: UUID) -> NotificationQuerySet:
    return Notification.objects.filter(leased_by=leased_by, mailed_at=None)


def _confirmed():
    return EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=True)
