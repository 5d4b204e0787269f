"""Events of an account that its owner is notified of, because another person may have caused them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from readlist_site.base.web.rate_limit_http import client_address

# After this, a notice is deleted, with the address in it.
KEPT = timedelta(days=7)


class SecurityNoticeQuerySet(models.QuerySet["SecurityNotice"]):
    def record(self, kind: "SecurityNotice.Kind", person, request: HttpRequest) -> None:
        """Inserts a notice with the browser and the address of this request. The tick sends it."""
        user_agent = request.headers.get("User-Agent", "").replace("\0", "")
        longest = self.model._meta.get_field("user_agent").max_length
        self.create(person=person, kind=kind, user_agent=user_agent[:longest], address=client_address(request) or None)

    def purge(self, now: datetime) -> int:
        """Deletes notices that were sent, or couldn't be, long ago; returns their number."""
        return self.filter(at__lt=now - KEPT).delete()[0]


class SecurityNotice(models.Model):
    """One event of an account, with the browser and the IP address it came from.

    Its owner gets a mail that can't be turned off, and a notification. Both are made by the tick
    (`base/notifications/security_notices.py`), so that signing in doesn't wait for the mail server."""

    class Kind(models.TextChoices):
        NEW_BROWSER = "new_browser", "signed in with a browser that the account didn't know"
        WRONG_CODES = "wrong_codes", "knew the password, and typed too many wrong codes"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="security_notices")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = SecurityNoticeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}, {self.at}"
