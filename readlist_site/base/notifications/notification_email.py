"""What a mail says, and how its reader ends it."""

from itertools import groupby
from urllib.parse import urlsplit

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.reset_links import site_url

from .kinds import get_kind
from .notification import Notification
from .templatetags.notification_text import sentence
from .unsubscribe import unsubscribe_path


def notification_email(person: User, notifications: list[Notification]) -> EmailMessage:
    """One mail of all this: plain text, each thing with the way to it, and the ways to get less mail."""
    site = site_url()
    things = [list(alike) for _, alike in groupby(sorted(notifications, key=_subject_key), key=_subject_key)]
    kinds = list(dict.fromkeys(notification.kind for notification in notifications))
    context = {
        "person": person,
        "things": [{"notifications": alike, "url": site + alike[-1].get_absolute_url()} for alike in things],
        "endings": [(get_kind(kind), site + unsubscribe_path(person, kind)) for kind in kinds],
        "no_mail": site + unsubscribe_path(person),
        "choices": site + reverse("notification_settings"),
    }
    with timezone.override(person.zone):
        subject, body = email_subject(things), render_to_string("notifications/email.txt", context)
    # Who ends a mail that tells of several kinds wants no more of any.
    end = unsubscribe_path(person, kinds[0] if len(kinds) == 1 else "")
    first = min(notifications, key=lambda notification: notification.pk)
    headers = {
        # The same when it is sent again after a crash.
        "Message-ID": f"<notice-{first.pk}-{first.created_at:%Y%m%d%H%M%S}@{urlsplit(site).hostname}>",
        "List-Unsubscribe": f"<{site}{end}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, body, to=[person.email], headers=headers)


def email_subject(things: list[list[Notification]]) -> str:
    """The sentence itself, if there is but one; in one line, as a subject must be."""
    if len(things) > 1:
        return f"{len(things)} things to know from Readlist"
    return Truncator(" ".join(sentence(things[0][-1]).split())).chars(120)


def _subject_key(notification: Notification) -> tuple[str, str, int]:
    return notification.about, notification.kind
