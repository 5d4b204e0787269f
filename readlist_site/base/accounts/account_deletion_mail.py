"""The mails to a person who deletes their account: when they have asked for it, and when it is done. Sent by the
tick."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.urls import reverse

from .account_deletion import AccountDeletion
from .account_mail import account_mail, address_to_mail, send_once
from .reset_links import site_url


def send_deletion_mails(now: datetime) -> tuple[int, list[str]]:
    """Mails each person once that they have asked, and once that it is done; returns how many mails were sent, and the
    errors of those that were not.

    If a mail can't be sent, another tick tries again."""
    due, sent = AccountDeletion.objects.to_mail(now).select_related("person"), []
    for column, is_done in (("requested_mailed_at", False), ("done_mailed_at", True)):
        rows = due.filter(done_at__isnull=not is_done)
        sent.append(send_once(rows, deletion_mail, column=column, now=now, after=_forget_address))
    AccountDeletion.objects.purge(now)
    return sum(mails for mails, _ in sent), [failure for _, failures in sent for failure in failures]


def _forget_address(deletion: AccountDeletion) -> None:
    AccountDeletion.objects.filter(pk=deletion.pk).update(email="")


def deletion_mail(deletion: AccountDeletion) -> EmailMessage | None:
    """Returns the mail that is due for this request; None if its person can't be mailed."""
    name, to = "account_deleted", deletion.email
    if not deletion.done_at:
        name, to = "account_deletion", address_to_mail(deletion.person)
    if not to:
        return None
    context = {"deletion": deletion, "person": deletion.person, "url": site_url() + reverse("delete_account")}
    return account_mail(name, context, to=to, person=deletion.person)
