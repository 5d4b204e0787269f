"""The mails about an account that no setting turns off: to whom they go, what they are made of, and that each is sent
once."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone, translation

from readlist_site.base.web.log_format import error_text

from .language_choice import language_of
from .models import User

Row = TypeVar("Row", bound=Model)


def address_to_mail(person: User) -> str:
    """Returns the address to which mail about the account goes; "" if there is none, or it was never confirmed where
    it must be."""
    if person.is_demo:
        return ""
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        return person.email
    return person.email if person.emailaddress_set.filter(email=person.email, verified=True).exists() else ""


def account_mail(name: str, context: dict, *, to: str, person: User | None) -> EmailMessage:
    """Returns the mail of the templates `account/email/NAME_subject.txt` and `…_message.txt`, in the person's language
    and time zone; in the instance's for a person that is no more."""
    zone = person.zone if person else timezone.get_default_timezone()
    language = language_of(person) if person else settings.LANGUAGE_CODE
    with timezone.override(zone), translation.override(language):
        subject = render_to_string(f"account/email/{name}_subject.txt", context).strip()
        body = render_to_string(f"account/email/{name}_message.txt", context)
    return EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"})


def mark_mailed(row: Model, column: str, now: datetime) -> bool:
    """Writes into this column of the row that its mail is sent now. Returns False if another worker did so before."""
    return bool(type(row).objects.filter(pk=row.pk, **{column: None}).update(**{column: now}))


def send_once(
    rows: Iterable[Row],
    make: Callable[[Row], EmailMessage | None],
    *,
    column: str,
    now: datetime,
    mark: Callable[[Row, str, datetime], bool] = mark_mailed,
    after: Callable[[Row], object] = lambda row: None,
) -> tuple[int, list[str]]:
    """Sends the mail that `make` returns of each row, if any; returns how many were sent, and the errors of those that
    were not.

    `column` is the one of a row that says when its mail was sent. It is written by `mark` before the mail is sent, so
    that of several workers one sends it, and emptied if that fails, so that another tick tries again. `after` is called
    with each row that is done."""
    mails, failures = 0, []
    for row in rows:
        if not mark(row, column, now):
            continue
        try:
            if mail := make(row):
                mail.send()
                mails += 1
        except OSError as error:  # includes every error of smtplib
            type(row).objects.filter(pk=row.pk).update(**{column: None})
            failures.append(error_text(error))
        else:
            after(row)
    return mails, failures
