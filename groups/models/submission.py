"""A summary shown to a group for review."""

from django.db import models
from django.urls import reverse
from django.utils import timezone

from notes.models import Summary

from .group import Group


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user) -> "SubmissionQuerySet":
        """What was submitted to the groups that a person is a member of."""
        return self.filter(group__in=Group.objects.visible_to(user))


class Submission(models.Model):
    """One summary in one group. Each revision that is shown is a round of it; a later one continues it."""

    summary = models.ForeignKey(Summary, on_delete=models.PROTECT, related_name="submissions")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="submissions")
    opened_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "group"],
                condition=models.Q(withdrawn_at=None),
                name="groups_one_open_submission",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.summary} in {self.group}"

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.pk])
