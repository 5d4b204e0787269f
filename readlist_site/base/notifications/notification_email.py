"""The subject, body and headers of notification e-mails."""

from hashlib import sha256
from itertools import groupby
from urllib.parse import urlsplit

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import ngettext

from readlist_site.base.accounts.language_choice import language_of
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.reset_links import site_url

from .kinds import get_kind
from .mail_reply import mail_reply_to
from .notification import Notification
from .templatetags.notification_text import sentence
from .unsubscribe import unsubscribe_path


def notification_email(person: User, notifications: list[Notification]) -> EmailMessage:
    """Returns one plain-text e-mail about all these notifications, grouped by subject, with links to each and to
    unsubscribe; one that can be replied to has what it is about, too."""
    site, reply = site_url(), mail_reply_to(person, notifications)
    things = [
        list(same_subject) for _, same_subject in groupby(sorted(notifications, key=_subject_key), key=_subject_key)
    ]
    kinds = list(dict.fromkeys(notification.kind for notification in notifications))
    context = {
        "person": person,
        "reply": reply,
        "things": [
            {"notifications": same_subject, "url": site + same_subject[-1].get_absolute_url()}
            for same_subject in things
        ],
        "unsubscribe_links": [(get_kind(kind), site + unsubscribe_path(person, kind)) for kind in kinds],
        "unsubscribe_all_url": site + unsubscribe_path(person),
        "settings_url": site + reverse("notification_settings"),
    }
    with timezone.override(person.zone), translation.override(language_of(person)):
        subject, body = email_subject(things), render_to_string("notifications/email.txt", context)
    # Unsubscribing from an e-mail about several kinds ends e-mails of all kinds.
    unsubscribe = unsubscribe_path(person, kinds[0] if len(kinds) == 1 else "")
    # Of the content, so that an e-mail sent again after a crash has the same id, and one that says more has another.
    parts = [person.email, subject, body, *(str(notification.pk) for notification in notifications)]
    identity = sha256("\0".join(parts).encode()).hexdigest()[:40]
    headers = {
        "Message-ID": f"<{identity}@{urlsplit(site).hostname}>",
        "List-Unsubscribe": f"<{site}{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    reply_to = [reply.address] if reply else None
    return EmailMessage(subject, body, to=[person.email], headers=headers, reply_to=reply_to)


def email_subject(things: list[list[Notification]]) -> str:
    """Returns the sentence of the latest notification, on one line, if all are about one thing; else their number."""
    if len(things) > 1:
        number = len(things)
        return ngettext("%(number)s notification from Readlist", "%(number)s notifications from Readlist", number) % {
            "number": number
        }
    return Truncator(" ".join(sentence(things[0][-1]).split())).chars(120)


def _subject_key(notification: Notification) -> tuple[str, str, int]:
    return notification.about, notification.kind
