"""Requests to delete an account, each with the day on which the worker carries it out."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Q

GRACE = timedelta(days=14)
# What is begun and neither done nor begun anew within this time was interrupted, and is taken up again.
LEASE = timedelta(minutes=15)
# How long the last mail is tried; until then the address is kept.
MAIL_TRIED_FOR = timedelta(days=3)


class LastAdministrator(Exception):
    """The account is that of the only administrator."""


def is_last_administrator(person) -> bool:
    """Returns whether no other open account is an administrator's."""
    administrators = get_user_model().objects.filter(is_active=True, is_staff=True, is_superuser=True)
    keys = set(administrators.values_list("pk", flat=True))
    return keys == {person.pk}


def _refuse_last_administrator(person) -> None:
    """Locks the administrators' rows until the transaction ends, so that of two who go at once one stays. Raises
    LastAdministrator."""
    if person.is_superuser:
        people = get_user_model().objects.filter(is_superuser=True)
        list(people.select_for_update(no_key=True).order_by("pk").values("pk"))
        if is_last_administrator(person):
            raise LastAdministrator


class AccountDeletionQuerySet(models.QuerySet["AccountDeletion"]):
    @transaction.atomic
    def request(self, person, *, erases_texts: bool, now: datetime) -> "AccountDeletion":
        """Requests the deletion of an account in GRACE, and returns the request: the present one if there is one, as
        it was made. Raises LastAdministrator."""
        _refuse_last_administrator(person)
        asked = {"requested_at": now, "due_at": now + GRACE, "erases_texts": erases_texts}
        deletion, _ = self.get_or_create(person=person, defaults=asked)
        _set_due(person.pk, deletion.due_at)
        return deletion

    @transaction.atomic
    def cancel(self, person) -> bool:
        """Deletes the request, unless carrying it out has begun. Returns whether there was one."""
        cancelled = bool(self.filter(person=person, started_at=None).delete()[0])
        if cancelled:
            _set_due(person.pk, None)
        return cancelled

    def due(self, now: datetime) -> "AccountDeletionQuerySet":
        """Returns the requests to be carried out, the interrupted ones included."""
        begun = Q(started_at=None) | Q(started_at__lte=now - LEASE)
        return self.filter(begun, person__isnull=False, done_at=None, due_at__lte=now).order_by("pk")

    @transaction.atomic
    def start(self, deletion: "AccountDeletion", now: datetime) -> bool:
        """Marks a request as started by one conditional update: from now on it can't be cancelled, and nobody signs in
        to the account. Returns False if another worker has started it within LEASE, or it was cancelled. Raises
        LastAdministrator."""
        _refuse_last_administrator(deletion.person)
        started = bool(self.due(now).filter(pk=deletion.pk).update(started_at=now))
        if started:
            get_user_model().objects.filter(pk=deletion.person_id).update(is_active=False)
        return started

    def to_mail(self, now: datetime) -> "AccountDeletionQuerySet":
        """Returns the requests whose person is still to be told that it was made, or that it is done."""
        asked = Q(requested_mailed_at=None, person__isnull=False, started_at=None)
        return self.filter(asked | Q(done_mailed_at=None, done_at__isnull=False)).order_by("pk")

    def purge(self, now: datetime) -> int:
        """Deletes what is done and mailed, or could not be mailed for MAIL_TRIED_FOR. Returns their number."""
        over = Q(email="") | Q(done_at__lte=now - MAIL_TRIED_FOR)
        return self.filter(over, done_at__isnull=False).delete()[0]


def _set_due(person: int, due_at: datetime | None) -> None:
    get_user_model().objects.filter(pk=person).update(deletes_at=due_at)


class AccountDeletion(models.Model):
    """A person's request to have their account deleted at `due_at`, and what has come of it.

    `User.deletes_at` repeats `due_at`, so that every page can say so without a query. Once it is done, the row has no
    person any more, and their address until the last mail is sent."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="account_deletion"
    )
    erases_texts = models.BooleanField(help_text="Whether what others can read is erased, too.")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    requested_mailed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    email = models.EmailField(blank=True, default="", db_default="")
    done_mailed_at = models.DateTimeField(null=True)

    objects = AccountDeletionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(started_at__isnull=False), name="accounts_deletion_begun_before_done"
            ),
            models.CheckConstraint(
                condition=Q(email="") | Q(done_at__isnull=False), name="accounts_deletion_keeps_no_address_before"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or 'somebody'}, on {self.due_at:%d %B %Y}"
