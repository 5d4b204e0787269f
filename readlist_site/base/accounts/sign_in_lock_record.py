"""Accounts that unknown browsers can't sign in to for a while, and whether their owners were told."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models


class SignInLockQuerySet(models.QuerySet["SignInLock"]):
    def record(self, email: str, until: datetime) -> None:
        """Records that the account with this address is locked, if there is one whose owner can be mailed.

        The mail is sent by the worker: sending it here would tell by time that there is an account."""
        owners = get_user_model().objects.filter(email=email, is_active=True, is_demo=False)
        if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory":
            owners = owners.filter(emailaddress__email=email, emailaddress__verified=True)
        self.bulk_create([self.model(person=owner, until=until) for owner in owners], ignore_conflicts=True)


class SignInLock(models.Model):
    """Too many wrong passwords were typed for an account in browsers that it doesn't know: until `until` only known
    browsers can sign in to it.

    The limit itself is counted elsewhere (`sign_in_limits.py`); this is what its owner is mailed about."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_locks")
    until = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    objects = SignInLockQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "until"], name="accounts_one_lock_per_window")]

    def __str__(self) -> str:
        return f"{self.person}, until {self.until}"
