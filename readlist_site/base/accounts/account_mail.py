"""The mails about an account that no setting turns off: to whom they go, and what they are made of."""

from datetime import tzinfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from .models import User


def address_to_mail(person: User) -> str:
    """Returns the address to which mail about the account goes; "" if there is none, or it was never confirmed where
    it must be."""
    if person.is_demo:
        return ""
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        return person.email
    return person.email if person.emailaddress_set.filter(email=person.email, verified=True).exists() else ""


def account_mail(name: str, context: dict, *, to: str, zone: tzinfo) -> EmailMessage:
    """Returns the mail of the templates `account/email/NAME_subject.txt` and `…_message.txt`, with times in this
    zone."""
    with timezone.override(zone):
        subject = render_to_string(f"account/email/{name}_subject.txt", context).strip()
        body = render_to_string(f"account/email/{name}_message.txt", context)
    return EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"})
