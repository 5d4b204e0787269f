"""The mail to a person for whose account too many wrong passwords were typed, sent by the tick."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from .account_mail import account_mail, send_once
from .reset_links import site_url
from .sign_in_lock_record import SignInLock

KEPT = timedelta(days=1)


def send_lock_mails(now: datetime) -> tuple[int, list[str]]:
    """Mails each owner once; returns how many mails were sent, and the errors of those that were not.

    If a mail can't be sent, another tick tries again until the lock is over. Locks that have been over for a day are
    deleted."""
    due = SignInLock.objects.filter(mailed_at=None, until__gt=now).select_related("person").order_by("pk")
    sent = send_once(due, lock_mail, column="mailed_at", now=now)
    SignInLock.objects.filter(until__lte=now - KEPT).delete()
    return sent


def lock_mail(lock: SignInLock) -> EmailMessage:
    """Returns the mail: what happened, until when, and how the owner still gets in."""
    context = {
        "person": lock.person,
        "until": lock.until,
        "most": settings.RATE_LIMITS["sign_in_account"][0],
        "reset_url": site_url() + reverse("account_reset_password"),
    }
    return account_mail("sign_in_locked", context, to=lock.person.email, person=lock.person)
