"""The mails to a person who deletes their account: when they have asked for it, and when it is done. Sent by the
tick."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from readlist_site.base.web.log_format import error_text

from .account_deletion import AccountDeletion
from .account_mail import account_mail, address_to_mail
from .reset_links import site_url


def send_deletion_mails(now: datetime) -> tuple[int, list[str]]:
    """Mails each person once that they have asked, and once that it is done; returns how many mails were sent, and the
    errors of those that were not.

    A request is marked before its mail is sent, so that of several workers one sends it; if that fails, another tick
    tries again."""
    mails, failures = 0, []
    for deletion in AccountDeletion.objects.to_mail(now).select_related("person"):
        mark = "done_mailed_at" if deletion.done_at else "requested_mailed_at"
        this = AccountDeletion.objects.filter(pk=deletion.pk)
        if not this.filter(**{mark: None}).update(**{mark: now}):
            continue
        try:
            if mail := deletion_mail(deletion):
                mail.send()
                mails += 1
        except OSError as error:  # includes every error of smtplib
            this.update(**{mark: None})
            failures.append(error_text(error))
        else:
            this.update(email="")
    AccountDeletion.objects.purge(now)
    return mails, failures


def deletion_mail(deletion: AccountDeletion) -> EmailMessage | None:
    """Returns the mail that is due for this request; None if its person can't be mailed."""
    name, to, zone = "account_deleted", deletion.email, timezone.get_default_timezone()
    if not deletion.done_at:
        name, to, zone = "account_deletion", address_to_mail(deletion.person), deletion.person.zone
    if not to:
        return None
    context = {"deletion": deletion, "person": deletion.person, "url": site_url() + reverse("delete_account")}
    return account_mail(name, context, to=to, zone=zone)
