"""When a round is accepted: computed by `rules`, stored as `accepts_at`, and recorded as an Acceptance."""

from collections import Counter, defaultdict
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from groups.members.group import Group

from . import notifications, rules
from .review import Review
from .webhook_events import record_accepted


class Acceptance(models.Model):
    """The record that a group accepted a round. Written once, with its date; no change of membership undoes it.

    Until it is written, the round's `accepts_at` has the same date: use `ReviewRound.objects.accepted()`. The accepted
    round is in the playbook until a later one is accepted or its author removes it."""

    round = models.OneToOneField("groups.ReviewRound", on_delete=models.CASCADE, related_name="acceptance")
    accepted_at = models.DateTimeField(default=timezone.now)
    removed_from_playbook_at = models.DateTimeField(
        null=True, blank=True, help_text="When its author took it from the playbook."
    )

    class Meta:
        ordering = ["accepted_at"]

    def __str__(self) -> str:
        return f"{self.round}, accepted {self.accepted_at:%d %B %Y}"


class AcceptanceQuerySet(models.QuerySet):
    """The methods of the rounds' queryset that compute, store and record acceptance."""

    def due(self, now: datetime) -> "AcceptanceQuerySet":
        """Return the rounds that are accepted by time, but whose Acceptance is not written yet."""
        return self.filter(accepts_at__lte=now, acceptance=None)

    def remove_from_playbook(self, now: datetime) -> None:
        """Remove those of these rounds from the playbook that are in it. Call it under the lock of the group."""
        Acceptance.objects.filter(round__in=self, removed_from_playbook_at=None).update(removed_from_playbook_at=now)

    def outdated(self, now: datetime) -> list[tuple[models.Model, dict]]:
        """Apply `rules` to the current rounds that have no Acceptance. Return those whose stored columns differ, each
        with its new `required_reviews` and `accepts_at`. Uses three small queries, five if some of them have an
        approval: every change of a review asks this, and one query for all of it takes longer to build than to run."""
        rounds = list(
            rules.current(self)
            .filter(acceptance=None)
            .select_related("submission__group", "submission__summary")
            .prefetch_related(rules.members_prefetch())
        )
        for each in rounds:
            each.members = rules.members_of(each, now)
            each.required = rules.required_reviews(
                each.required_reviews, len(rules.available_others(each, each.members))
            )
            author = each.submission.summary.author_id
            each.is_open = author in each.members and each.submission.group.archived_at is None
        accepts_at = self._accepts_at([each for each in rounds if each.is_open], now)
        found = []
        for each in rounds:
            columns = {"required_reviews": each.required, "accepts_at": accepts_at.get(each.pk)}
            if any(getattr(each, name) != value for name, value in columns.items()):
                found.append((each, columns))
        return found

    def _accepts_at(self, rounds: list[models.Model], now: datetime) -> dict[int, datetime]:
        """Return `rules.Facts.accepts_at` of those of these open rounds that have an approval, by the key of the
        round."""
        approving = Review.objects.filter(round__in=[each.pk for each in rounds], decision=Review.Decision.APPROVE)
        approvals = Counter(approving.values_list("round", flat=True)) if rounds else Counter()
        rounds = [each for each in rounds if each.pk in approvals]
        if not rounds:
            return {}
        submissions = [each.submission_id for each in rounds]
        all_rounds: dict[int, list] = defaultdict(list)
        for each in self.model.objects.filter(submission__in=submissions):
            all_rounds[each.submission_id].append(each)
        reviews: dict[int, list[Review]] = defaultdict(list)
        for each in Review.objects.filter(round__submission__in=submissions).select_related("round"):
            reviews[each.round.submission_id].append(each)
        return {
            each.pk: rules.Facts(
                required=each.required,
                single_approval_at=each.single_approval_at,
                approvals=approvals[each.pk],
                change_requests=tuple(
                    rules.change_requests(
                        reviews[each.submission_id], all_rounds[each.submission_id], each.members
                    ).values()
                ),
            ).accepts_at(now)
            for each in rounds
        }

    def update_accepts_at(self, now: datetime) -> int:
        """Lower `required_reviews` of these rounds to the number of available members, store `accepts_at`, and record
        what is accepted by now. Return how many that are.

        Call it at the end of every change of memberships, pauses, reviews, claims or submissions, under the lock of the
        group. What was due before must have been recorded by `write_acceptances` at the start of the change."""
        for each, columns in self.outdated(now):
            self.model.objects.filter(pk=each.pk).update(**columns)
        return self.write_acceptances(now)

    def write_acceptances(self, now: datetime) -> int:
        """Record the rounds whose `accepts_at` has come as accepted at that date, and notify their authors. Return how
        many were recorded.

        Call it at the start of every change, under the lock of the group, so that the change can't alter what was
        already accepted."""
        written = 0
        for each in (
            self.due(now)
            .select_related("submission__group", "submission__summary__author", "submission__summary__topic")
            .order_by("accepts_at", "pk")
        ):
            acceptance, is_new = Acceptance.objects.get_or_create(round=each, defaults={"accepted_at": each.accepts_at})
            if is_new:
                notifications.notify_accepted(each, acceptance.accepted_at)
                record_accepted(each, now)
                written += 1
        return written

    def accept_due(self, now: datetime | None = None) -> int:
        """Record what is due, and apply the effects of accounts that were closed or reopened, which no method of a
        group does. Return how many rounds were accepted. Locks each group in which something has to be written;
        otherwise uses a few small queries and no lock."""
        now, accepted = now or timezone.now(), 0
        changed = {each.submission.group_id for each, _ in self.outdated(now)}
        due = self.due(now).values_list("submission__group", flat=True)
        for key in sorted(changed | set(due)):
            with transaction.atomic():
                group = Group.objects.get(pk=key)
                group.lock()
                here = self.filter(submission__group=key)
                accepted += here.write_acceptances(now) + here.update_accepts_at(now)
        return accepted
