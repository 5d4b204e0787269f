"""What a mail says, and how its reader ends it."""

from itertools import groupby
from urllib.parse import urlsplit

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from readlist_site.accounts.links import site_address
from readlist_site.accounts.models import User

from .kinds import kind_named
from .models import Notice
from .templatetags.notification_text import sentence
from .unsubscribing import unsubscribe_path


def letter_for(person: User, notices: list[Notice]) -> EmailMessage:
    """One mail of all this: plain text, each thing with the way to it, and the ways to get less mail."""
    site = site_address()
    things = [list(alike) for _, alike in groupby(sorted(notices, key=_thing), key=_thing)]
    kinds = list(dict.fromkeys(notice.kind for notice in notices))
    context = {
        "person": person,
        "things": [{"notices": alike, "url": site + alike[-1].get_absolute_url()} for alike in things],
        "endings": [(kind_named(kind), site + unsubscribe_path(person, kind)) for kind in kinds],
        "no_mail": site + unsubscribe_path(person),
        "choices": site + reverse("notice_settings"),
    }
    with timezone.override(person.zone):
        subject, body = subject_of(things), render_to_string("notices/mail.txt", context)
    # Who ends a mail that tells of several kinds wants no more of any.
    end = unsubscribe_path(person, kinds[0] if len(kinds) == 1 else "")
    first = min(notices, key=lambda notice: notice.pk)
    headers = {
        # The same when it is sent again after a crash.
        "Message-ID": f"<notice-{first.pk}-{first.created_at:%Y%m%d%H%M%S}@{urlsplit(site).hostname}>",
        "List-Unsubscribe": f"<{site}{end}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, body, to=[person.email], headers=headers)


def subject_of(things: list[list[Notice]]) -> str:
    """The sentence itself, if there is but one; in one line, as a subject must be."""
    if len(things) > 1:
        return f"{len(things)} things to know from Readlist"
    return Truncator(" ".join(sentence(things[0][-1]).split())).chars(120)


def _thing(notice: Notice) -> tuple[str, str, int]:
    return notice.about, notice.kind
