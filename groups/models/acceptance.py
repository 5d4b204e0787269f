"""The group's yes to a revision."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from .group import Group
from .review import Review


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def standing(self) -> "AcceptanceQuerySet":
        """The latest of each summary in each group, unless its author took that from the playbook: a newer accepted
        revision takes the older one's place, and the older one does not come back."""
        newer = Acceptance.objects.filter(
            round__submission__summary=OuterRef("round__submission__summary"),
            round__submission__group=OuterRef("round__submission__group"),
            round__gt=OuterRef("round"),
        )
        return self.filter(~Exists(newer), retracted_at=None)

    def lately(self, group: Group) -> "AcceptanceQuerySet":
        """What a group has accepted, the latest first, with whose it is and on which topic."""
        return (
            self.filter(round__submission__group=group)
            .standing()
            .select_related(
                "round__revision", "round__submission__summary__author", "round__submission__summary__topic"
            )
            .order_by("-accepted_at", "-pk")
        )

    def in_playbook(self, group: Group) -> "AcceptanceQuerySet":
        """What stands in a group's playbook, in the list's order, with all that its page shows of it."""
        approvals = Review.objects.approving().select_related("reviewer")
        return (
            self.lately(group)
            .prefetch_related(
                "round__revision__answers",
                "round__revision__based_on",
                Prefetch("round__reviews", approvals, to_attr="approvals"),
            )
            .order_by("round__submission__summary__topic__position", "accepted_at", "pk")
        )


class Acceptance(models.Model):
    """Written once, with its date; no change of membership undoes it. What it accepts stands in the playbook, until a
    newer revision is accepted or its author retracts it."""

    round = models.OneToOneField("groups.Round", on_delete=models.CASCADE, related_name="acceptance")
    accepted_at = models.DateTimeField(default=timezone.now)
    retracted_at = models.DateTimeField(null=True, blank=True, help_text="When its author took it from the playbook.")

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        ordering = ["accepted_at"]

    def __str__(self) -> str:
        return f"{self.round}, accepted {self.accepted_at:%d %B %Y}"

    def retract(self, now: datetime | None = None) -> None:
        """Take it from the playbook. That the group agreed stays on record; the first date is the one that counts."""
        self.round.submission.group.refuse_if_archived()
        Acceptance.objects.filter(pk=self.pk, retracted_at=None).update(retracted_at=now or timezone.now())
        self.refresh_from_db(fields=["retracted_at"])
