"""The queryset of review rounds: which are open, await review, are accepted, are in the playbook."""

from collections import defaultdict
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from groups.members.group import Group
from notes.revision import Answer, BasedOn
from readlist_site.base.web.together import Together, attach

from . import rules
from .acceptance_record import AcceptanceQuerySet
from .review import Review
from .submission import Submission


@Together
def _playbook_texts(revisions: list[int], rounds: list[int]) -> list[models.QuerySet]:
    return [
        Answer.objects.filter(revision__in=revisions).order_by("position"),
        BasedOn.objects.filter(revision__in=revisions).order_by("position"),
        Review.objects.approving().filter(round__in=rounds).select_related("reviewer").defer("reviewer__password"),
    ]


class ReviewRoundQuerySet(AcceptanceQuerySet):
    def visible_to(self, user, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the rounds of the submissions that a person may see."""
        return self.filter(submission__in=Submission.objects.visible_to(user, now))

    def current(self) -> "ReviewRoundQuerySet":
        """Return the latest round of each submission that is not withdrawn."""
        return rules.current(self)

    def open(self) -> "ReviewRoundQuerySet":
        """Return the current rounds that can be reviewed: their author is a member with an open account, and the group
        is not archived."""
        return rules.is_open(self)

    def awaiting_review(self, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the open rounds that are not accepted."""
        return rules.awaiting_review(self, now or timezone.now())

    def accepted(self, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the accepted rounds, whether their Acceptance is written yet or not, each with its
        `acceptance_date`."""
        return self.filter(rules.accepted(now or timezone.now())).annotate(acceptance_date=rules.accepted_at())

    def not_removed(self) -> "ReviewRoundQuerySet":
        """Return the rounds that were not removed from the playbook."""
        return self.filter(acceptance__removed_from_playbook_at=None)

    def not_withdrawn(self) -> "ReviewRoundQuerySet":
        """Return the rounds of submissions that are not withdrawn."""
        return self.filter(submission__withdrawn_at=None)

    def in_playbook(self, group: Group, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the rounds in a group's playbook, latest acceptance first: of each summary the latest accepted round,
        unless that was removed from the playbook. Selects author and topic."""
        now = now or timezone.now()
        newer = self.model.objects.filter(
            rules.accepted(now),
            submission__summary=OuterRef("submission__summary"),
            submission__group=group,
            pk__gt=OuterRef("pk"),
        )
        return (
            self.accepted(now)
            .not_removed()
            .filter(~Exists(newer), submission__group=group)
            .select_related("acceptance", "revision", "submission__summary__author", "submission__summary__topic")
            .order_by("-acceptance_date", "-pk")
        )

    def fetch_approvals(self, rounds: list[models.Model]) -> None:
        """Fetch with these rounds their answers, sources and the `approvals` that the playbook shows. One statement."""
        answers, based_on, approvals = _playbook_texts(
            revisions=[each.revision_id for each in rounds], rounds=[each.pk for each in rounds]
        )
        found = {name: defaultdict(list) for name in ("answers", "based_on", "approvals")}
        for name, rows in (("answers", answers), ("based_on", based_on)):
            for row in rows:
                found[name][row.revision_id].append(row)
        for review in approvals:
            found["approvals"][review.round_id].append(review)
        for each in rounds:
            attach(each.revision, "answers", found["answers"][each.revision_id])
            attach(each.revision, "based_on", found["based_on"][each.revision_id])
            each.approvals = found["approvals"][each.pk]
