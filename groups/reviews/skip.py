"""A reviewer's decision to skip a round."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import notifications


class SkipQuerySet(models.QuerySet["Skip"]):
    def visible_to(self, user) -> "SkipQuerySet":
        """Return the user's own skips. Nobody else sees them."""
        return self.filter(reviewer=user) if user.is_authenticated else self.none()

    @transaction.atomic
    def skip(
        self, round: models.Model, reviewer, reason: str, explanation: str = "", *, now: datetime | None = None
    ) -> "Skip":
        """Skip a round, end the reviewer's claim on it, and resolve their requests for a review of it. A second skip
        updates the first. Locks the group, then the submission. Raises RuleViolation if the reviewer may not review the
        round."""
        now = now or timezone.now()
        round.begin_change(now)
        round.refuse_unless_reviewable_by(reviewer)
        round.claims.filter(reviewer=reviewer).end(now)
        notifications.resolve_review_needed(round.submission, now, reviewer)
        values = {"reason": reason, "explanation": explanation, "skipped_at": now}
        skip, _ = self.update_or_create(round=round, reviewer=reviewer, defaults=values)
        return skip

    def carried_over(self) -> "SkipQuerySet":
        """Return the skips that also apply to the next revision: their reason is not about the text."""
        return self.filter(reason__in=[Skip.Reason.TOPIC, Skip.Reason.CLOSE])


class Skip(models.Model):
    """ "Review next" doesn't offer this round to its reviewer. They can still claim it from the queue."""

    class Reason(models.TextChoices):
        TOPIC = "topic", _("I don’t know the topic well enough")
        TIME = "time", _("I don’t have time now")
        CLOSE = "close", _("I’m too close to the author or the topic")
        UNREADABLE = "unreadable", _("I can’t understand the text")
        OTHER = "other", _("Another reason")

    round = models.ForeignKey("groups.ReviewRound", on_delete=models.CASCADE, related_name="skips")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skips")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    explanation = models.CharField(max_length=300, blank=True)
    skipped_at = models.DateTimeField(default=timezone.now)

    objects = SkipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "reviewer"], name="groups_one_skip_per_reviewer"),
            models.CheckConstraint(
                condition=models.Q(reason__in=["topic", "time", "close", "unreadable", "other"]),
                name="groups_skip_reason_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} passes over {self.round}"
