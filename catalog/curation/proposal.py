"""The abstract base of suggestions and reports."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AlreadyDecided(Exception):
    """The proposal was decided already, or withdrawn."""


class ProposalQuerySet(models.QuerySet):
    def open(self) -> "ProposalQuerySet":
        """The proposals that aren't decided."""
        return self.filter(state=Proposal.State.OPEN)

    def of(self, person) -> "ProposalQuerySet":
        """The proposals made by this person; none for an anonymous user."""
        return self.filter(by=person) if person.is_authenticated else self.none()


class Proposal(models.Model):
    """A member's proposal: open until a curator accepts it, or declines it with a reason."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("from")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at=None)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
                name="catalog_%(class)s_decided_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="declined") | ~models.Q(reason=""), name="catalog_%(class)s_declined_why"
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def decide(self, state: str, *, by, reason: str = "") -> None:
        """Set the decision by a conditional update, so that only the first of two concurrent calls succeeds. Call it in
        a transaction. Raises AlreadyDecided if the proposal is no longer open."""
        decision = {"state": state, "reason": reason, "decided_by": by, "decided_at": timezone.now()}
        if not type(self).objects.open().filter(pk=self.pk).update(**decision):
            raise AlreadyDecided
        for name, value in decision.items():
            setattr(self, name, value)
