"""Sends security notices to the owners of accounts: by a mail that can't be turned off, and by a notification. Run by
the tick."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from readlist_site.base.accounts.account_mail import account_mail, address_to_mail, mark_mailed, send_once
from readlist_site.base.accounts.language_choice import language_of
from readlist_site.base.accounts.reset_links import site_url
from readlist_site.base.accounts.security_notice import SecurityNotice
from readlist_site.base.accounts.sessions.browser_name import browser_name

from .kinds import NotificationKind
from .notification import Notification

SECURITY = "security"
KINDS = (NotificationKind(SECURITY, _("Security of your account"), "notifications/security.txt", None),)


def send_security_notices(now: datetime) -> tuple[int, list[str]]:
    """Tells each owner once; returns how many mails were sent, and the errors of those that were not.

    A notice's notification is made in the transaction that marks it as sent. If its mail can't be sent, another tick
    tries again."""
    due = SecurityNotice.objects.filter(sent_at=None).select_related("person").order_by("pk")
    sent = send_once(due, notice_mail, column="sent_at", now=now, mark=_mark)
    SecurityNotice.objects.purge(now)
    return sent


@transaction.atomic
def _mark(notice: SecurityNotice, column: str, now: datetime) -> bool:
    """Marks the notice as `mark_mailed` does, and notifies the owner. Notifying again changes nothing."""
    if not mark_mailed(notice, column, now):
        return False
    Notification.objects.notify(
        [notice.person],
        kind=SECURITY,
        key=f"security-{notice.pk}",
        about=f"security/{notice.pk}",
        facts={"event": notice.kind, "browser": _browser(notice)},
        url=reverse("usersessions_list" if notice.kind == SecurityNotice.Kind.NEW_BROWSER else "mfa_index"),
        now=notice.at,
    )
    return True


def _browser(notice: SecurityNotice) -> str:
    """Returns the browser's name in the owner's language."""
    with translation.override(language_of(notice.person)):
        return browser_name(notice.user_agent)


def notice_mail(notice: SecurityNotice) -> EmailMessage | None:
    """Returns the mail: what happened, when, in which browser, from where, and what to do if it was somebody else; None
    if the owner can't be mailed."""
    if not (notice.person.is_active and address_to_mail(notice.person)):
        return None
    context = {
        "notice": notice,
        "person": notice.person,
        "browser": _browser(notice),
        "sessions_url": site_url() + reverse("usersessions_list"),
        "password_url": site_url() + reverse("account_change_password"),
    }
    return account_mail(notice.kind, context, to=notice.person.email, person=notice.person)
