"""Tells the owners of accounts what somebody else may have done there: by a mail that can't be turned off, and by a
notification. Run by the tick."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse

from readlist_site.base.accounts.account_mail import account_mail, address_to_mail
from readlist_site.base.accounts.reset_links import site_url
from readlist_site.base.accounts.security_notice import SecurityNotice
from readlist_site.base.accounts.sessions.browser_name import browser_name
from readlist_site.base.web.log_format import error_text

from .kinds import NotificationKind
from .notification import Notification

SECURITY = "security"
KINDS = (NotificationKind(SECURITY, "Security of your account", "notifications/security.txt", None),)


def send_security_notices(now: datetime) -> tuple[int, list[str]]:
    """Tells each owner once; returns how many mails were sent, and the errors of those that were not.

    A notice is marked, and its notification made, before its mail is sent, so that of several workers one sends it; if
    that fails, another tick tries again."""
    mails, failures = 0, []
    for notice in SecurityNotice.objects.filter(sent_at=None).select_related("person").order_by("pk"):
        if not _take(notice, now):
            continue
        try:
            if notice.person.is_active and address_to_mail(notice.person):
                notice_mail(notice).send()
                mails += 1
        except OSError as error:  # includes every error of smtplib
            SecurityNotice.objects.filter(pk=notice.pk).update(sent_at=None)
            failures.append(error_text(error))
    SecurityNotice.objects.purge(now)
    return mails, failures


@transaction.atomic
def _take(notice: SecurityNotice, now: datetime) -> bool:
    """Returns whether this caller is the one to tell. Making the notification again changes nothing."""
    if not SecurityNotice.objects.filter(pk=notice.pk, sent_at=None).update(sent_at=now):
        return False
    Notification.objects.notify(
        [notice.person],
        kind=SECURITY,
        key=f"security-{notice.pk}",
        about=f"security/{notice.pk}",
        facts={"event": notice.kind, "browser": browser_name(notice.user_agent)},
        url=reverse("usersessions_list" if notice.kind == SecurityNotice.Kind.NEW_BROWSER else "mfa_index"),
        now=notice.at,
    )
    return True


def notice_mail(notice: SecurityNotice) -> EmailMessage:
    """Returns the mail: what happened, when, in which browser, from where, and what to do if it was somebody else."""
    context = {
        "notice": notice,
        "browser": browser_name(notice.user_agent),
        "sessions_url": site_url() + reverse("usersessions_list"),
        "password_url": site_url() + reverse("account_change_password"),
    }
    return account_mail(notice.kind, context, to=notice.person.email, zone=notice.person.zone)
