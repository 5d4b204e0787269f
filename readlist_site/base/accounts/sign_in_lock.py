"""Accounts that unknown browsers can't sign in to for a while, and whether their owners were told."""

from django.conf import settings
from django.db import models


class SignInLock(models.Model):
    """Too many wrong passwords were typed for an account in browsers that it doesn't know: until `until` only known
    browsers can sign in to it.

    The limit itself is counted elsewhere (`sign_in_limits.py`); this is what its owner is mailed about."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_locks")
    until = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "until"], name="accounts_one_lock_per_window")]

    def __str__(self) -> str:
        return f"{self.person}, until {self.until}"
