"""Tells a person by mail what became of their reply by mail, where that isn't what they expect."""

import logging
from collections.abc import Iterable
from email.message import EmailMessage as ReceivedMail

from django.core.mail import EmailMessage
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone, translation

from readlist_site.base.accounts.account_mail import address_to_mail
from readlist_site.base.accounts.language_choice import language_of
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.reset_links import site_url
from readlist_site.base.rate_limits.limit import Limit, LimitReached, person_key

log = logging.getLogger(__name__)


def send_note(
    person: User, received: ReceivedMail, thread: Model, *, reason: str, details: Iterable = (), url: str = ""
) -> bool:
    """Mail a note to the address on file, in the person's language: `reason` chooses its sentence, `details` are
    further ones. Says nothing above the limit of such notes. Return False if it couldn't be sent now, which is
    logged."""
    address = address_to_mail(person)
    limit = Limit.of("mail_note", person_key(person))
    try:
        limit.take()
    except LimitReached:
        return True
    with timezone.override(person.zone), translation.override(language_of(person)):
        context = {"person": person, "thread": thread, "reason": reason, "details": [str(each) for each in details]}
        context["url"] = site_url() + (url or thread.get_absolute_url())
        subject = render_to_string("groups/threads/mail/note_subject.txt", context).strip()
        body = render_to_string("groups/threads/mail/note.txt", context)
    answered = " ".join((received.get("Message-ID") or "").split())[:900]
    headers = {"Auto-Submitted": "auto-replied", **({"In-Reply-To": answered} if answered else {})}
    try:
        if address:
            EmailMessage(" ".join(subject.split()), body, to=[address], headers=headers).send()
    except (OSError, ValueError):  # OSError includes every error of smtplib
        log.warning("A note about a reply by mail could not be sent.", exc_info=True)
        limit.give_back()
        return False
    return True
