"""The record of what was done to a group's threads, which all its members can read."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.members.group import Group

from .thread import Thread


class ThreadLogQuerySet(models.QuerySet["ThreadLogEntry"]):
    def visible_to(self, user) -> "ThreadLogQuerySet":
        """Return the entries of the groups that a person is a member of."""
        return self.filter(group__in=Group.objects.visible_to(user))


class ThreadLogEntry(models.Model):
    """One change of a thread."""

    class Event(models.TextChoices):
        RENAMED = "renamed"
        MOVED = "moved"
        KIND = "kind"
        PINNED = "pinned"
        UNPINNED = "unpinned"
        CLOSED = "closed"
        REOPENED = "reopened"
        ANSWERED = "answered"
        UNANSWERED = "unanswered"
        DELETED = "deleted"  # a post of it, by somebody else than its author

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="thread_log", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="log")
    event = models.CharField(max_length=10, choices=Event.choices)
    # Without a constraint, because servers of the release before delete accounts and don't know this table.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, db_constraint=False, null=True, related_name="+"
    )
    detail = models.CharField(max_length=300, blank=True, help_text="The former title, or the reason.")
    at = models.DateTimeField(default=timezone.now)

    objects = ThreadLogQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["group", "-id"], name="groups_thread_log_of_group")]

    def __str__(self) -> str:
        return f"{self.thread}: {self.event}"
