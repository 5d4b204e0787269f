"""The mail to a person for whose account too many wrong passwords were typed, sent by the tick."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from readlist_site.base.web.log_format import error_text

from .account_mail import account_mail
from .reset_links import site_url
from .sign_in_lock import SignInLock

KEPT = timedelta(days=1)


def send_lock_mails(now: datetime) -> tuple[int, list[str]]:
    """Mails each owner once; returns how many mails were sent, and the errors of those that were not.

    A lock is marked before its mail is sent, so that of several workers one sends it; if that fails, another tick tries
    again until the lock is over. Locks that have been over for a day are deleted."""
    mails, failures = 0, []
    for lock in SignInLock.objects.filter(mailed_at=None, until__gt=now).select_related("person").order_by("pk"):
        this = SignInLock.objects.filter(pk=lock.pk)
        if not this.filter(mailed_at=None).update(mailed_at=now):
            continue
        try:
            lock_mail(lock).send()
            mails += 1
        except OSError as error:  # includes every error of smtplib
            this.update(mailed_at=None)
            failures.append(error_text(error))
    SignInLock.objects.filter(until__lte=now - KEPT).delete()
    return mails, failures


def lock_mail(lock: SignInLock) -> EmailMessage:
    """Returns the mail: what happened, until when, and how the owner still gets in."""
    context = {
        "person": lock.person,
        "until": lock.until,
        "most": settings.RATE_LIMITS["sign_in_account"][0],
        "reset_url": site_url() + reverse("account_reset_password"),
    }
    return account_mail("sign_in_locked", context, to=lock.person.email, zone=lock.person.zone)
