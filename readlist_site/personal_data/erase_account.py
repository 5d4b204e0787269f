"""Deletes accounts: those whose day has come, each in one transaction, and again those that a backup brought back."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from catalog.curation.erasure import erase_proposals
from groups.leaving.erasure import (
    erase_texts,
    forget_in_notifications,
    leave_all_groups,
    lock_groups_of,
    shared_revisions,
)
from groups.reports.report import erase_reports
from groups.threads.quotations import Quotations
from notes.erasure import delete_unshared, erase_answers
from readlist_site.base.accounts.account_deletion import AccountDeletion, LastAdministrator
from readlist_site.base.accounts.account_mail import address_to_mail
from readlist_site.base.accounts.erasure_log import Erasure, erased_people, log_erasure
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.sessions.session_list import end_all_sessions
from readlist_site.base.images.sweep import erase_images
from readlist_site.base.jobs import job_file
from readlist_site.base.jobs.job import Job
from readlist_site.base.text import render_stored
from readlist_site.base.web.log_format import error_text

from .group_export import GROUP_EXPORT

log = logging.getLogger(__name__)


def delete_due_accounts(now: datetime) -> tuple[int, list[str]]:
    """Deletes the accounts whose day has come; returns how many, and the reasons why others could not be deleted.

    Each is written to the erasure log first, then deleted in one transaction, once, however many workers do this. What
    fails or is interrupted is tried again later. That of the last administrator waits until there is another."""
    done, failures = 0, []
    for deletion in AccountDeletion.objects.due(now).select_related("person"):
        try:
            done += _carry_out(deletion, now)
        except LastAdministrator:
            continue
        except Exception as error:  # whatever it is, the others' accounts and mails don't wait for it
            log.exception("An account could not be deleted, and will be tried again.")
            failures.append(error_text(error))
    return done, failures


def _carry_out(deletion: AccountDeletion, now: datetime) -> bool:
    if not AccountDeletion.objects.start(deletion, now):
        return False
    person, texts = deletion.person, deletion.erases_texts
    log_erasure(Erasure.of(person, texts=texts, now=now))
    address, rendered = address_to_mail(person), prepare(person, texts=texts)
    with transaction.atomic():
        # A worker that was thought to be dead may be here, too: the second finds it done.
        waiting = AccountDeletion.objects.select_for_update().filter(pk=deletion.pk, done_at=None)
        if not waiting.filter(person=person).exists():
            return False
        waiting.update(done_at=now, email=address)
        erase_account(person, texts=texts, rendered=rendered, now=now)
    return True


def erase_again(erasures: Iterable[Erasure], now: datetime | None = None) -> int:
    """Deletes the accounts of these lines of an erasure log that are in the database, since a backup was restored.
    Returns how many there were. Nobody is mailed again."""
    done, now = 0, now or timezone.now()
    for erasure, person in erased_people(erasures):
        rendered = prepare(person, texts=erasure.texts)
        with transaction.atomic():
            AccountDeletion.objects.filter(person=person).delete()
            erase_account(person, texts=erasure.texts, rendered=rendered, now=now)
        done += 1
    return done


def prepare(person: User, *, texts: bool) -> dict[str, str]:
    """Ends the person's sessions, and returns the HTML of others' posts without quotations of theirs: what would take
    long while groups are locked."""
    end_all_sessions(person)
    return {body: render_stored(body) for _, body in Quotations(person).in_posts()} if texts else {}


@transaction.atomic
def erase_account(person: User, *, texts: bool, rendered: dict[str, str], now: datetime) -> None:
    """Deletes an account, with the files of its exports. What others can read stays without a name, or, with `texts`,
    as `DELETED_TEXT`. Their images go that no text shows, or, with `texts`, all. Locks the person's groups, then the
    person."""
    groups = lock_groups_of(person, texts=texts)
    list(User.objects.select_for_update().filter(pk=person.pk).values("pk"))
    delete_unshared(person, list(shared_revisions(person).values_list("revision", flat=True)))
    ended = leave_all_groups(person, groups)
    forget_in_notifications(person)
    if texts:
        Quotations(person).erase(rendered)
        erase_texts(person, groups, ended, now)
        erase_answers(person)
        erase_proposals(person)
        erase_reports(person)
    erase_images(person, texts=texts)
    exports = Job.objects.filter(person=person)
    if texts:
        # What others have exported has the texts, too.
        of_groups = Job.objects.filter(kind=GROUP_EXPORT.name, facts__group__in=[group.pk for group in groups])
        for job in of_groups.unfinished():
            job.cancel()
        exports |= of_groups
    tokens = list(exports.filter(token__isnull=False).values_list("token", flat=True))
    transaction.on_commit(lambda: [job_file.delete(token) for token in tokens])
    about_them = {"content_type": ContentType.objects.get_for_model(User), "object_id": str(person.pk)}
    LogEntry.objects.filter(**about_them).update(object_repr="–")
    User.objects.get(pk=person.pk).delete()
