"""When a round is accepted: reckoned from the facts by `rules`, stored as `accepts_at`, and written down as a row."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from groups.members.group import Group
from groups.members.membership import Membership

from . import notifications, rules
from .review import Review


class Acceptance(models.Model):
    """Written once, with its date; no change of membership undoes it. Until it is written, `accepts_at` of the round
    says the same: ask `ReviewRound.objects.accepted()`. What it accepts is in the playbook, until a newer revision is
    accepted or its author removes it."""

    round = models.OneToOneField("groups.ReviewRound", on_delete=models.CASCADE, related_name="acceptance")
    accepted_at = models.DateTimeField(default=timezone.now)
    removed_from_playbook_at = models.DateTimeField(
        null=True, blank=True, help_text="When its author took it from the playbook."
    )

    class Meta:
        ordering = ["accepted_at"]

    def __str__(self) -> str:
        return f"{self.round}, accepted {self.accepted_at:%d %B %Y}"

    def remove_from_playbook(self, now: datetime | None = None) -> None:
        """Remove it from the playbook: `Submission.remove_from_playbook` does so. That the group accepted it stays on
        record; the first date is the one that counts. Raises Archived."""
        self.round.submission.group.refuse_if_archived()
        Acceptance.objects.filter(pk=self.pk, removed_from_playbook_at=None).update(
            removed_from_playbook_at=now or timezone.now()
        )
        self.refresh_from_db(fields=["removed_from_playbook_at"])


@dataclass(frozen=True)
class Reckoned:
    """A round that is not accepted in writing, with what its facts come to now."""

    round: models.Model
    required: int
    accepts_at: datetime | None

    @property
    def is_stored(self) -> bool:
        """Whether the round says so already."""
        return (self.round.required_reviews, self.round.accepts_at) == (self.required, self.accepts_at)


class AcceptanceQuerySet(models.QuerySet):
    """The part of the rounds' queryset that reckons, stores and writes down when they are accepted."""

    def reckoned(self, now: datetime) -> list[Reckoned]:
        """What the rule says of those that are current and not accepted in writing. One query, three where some have an
        approval."""
        rounds = list(
            rules.current(self)
            .filter(acceptance=None)
            .annotate(
                others=rules.others_sql(now),
                can_be_accepted=Exists(rules.is_open(self.model.objects.filter(pk=OuterRef("pk")))),
                is_approved_by_somebody=Exists(
                    Review.objects.filter(round=OuterRef("pk"), decision=Review.Decision.APPROVE)
                ),
            )
            .select_related("submission")
        )
        approved = [each for each in rounds if each.can_be_accepted and each.is_approved_by_somebody]
        accepts_at = self._accepts_at(approved, now) if approved else {}
        return [
            Reckoned(each, rules.required_reviews(each.required_reviews, each.others), accepts_at.get(each.pk))
            for each in rounds
        ]

    def _accepts_at(self, rounds: list[models.Model], now: datetime) -> dict[int, datetime | None]:
        """From when time alone accepts these open rounds, by round."""
        submissions = [each.submission_id for each in rounds]
        all_rounds: dict[int, list] = {}
        for each in self.model.objects.filter(submission__in=submissions).order_by("pk"):
            all_rounds.setdefault(each.submission_id, []).append(each)
        is_member = Membership.objects.with_open_account().filter(
            group=OuterRef("round__submission__group"), person=OuterRef("reviewer")
        )
        reviews: dict[int, list[Review]] = {}
        for each in (
            Review.objects.filter(round__submission__in=submissions)
            .select_related("round", "reviewer__absence")
            .annotate(is_by_member=Exists(is_member))
            .order_by("round")
        ):
            reviews.setdefault(each.round.submission_id, []).append(each)
        return {
            each.pk: rules.Facts(
                required=rules.required_reviews(each.required_reviews, each.others),
                single_approval_at=each.single_approval_at,
                approvals=sum(one.approves for one in reviews[each.submission_id] if one.round_id == each.pk),
                change_requests=_change_requests(reviews[each.submission_id], all_rounds[each.submission_id], now),
            ).accepts_at(now)
            for each in rounds
        }

    def update_accepts_at(self, now: datetime) -> int:
        """Lower what these rounds require to the members who are available, store from when time alone accepts them,
        and write down what is accepted by that now. Says how many are.

        Call it at the end of every change of who is in the group, of a review, a claim or a submission, under the
        lock of the group. What time had accepted before must have been written down, by `write_acceptances`."""
        for each in self.reckoned(now):
            if not each.is_stored:
                self.model.objects.filter(pk=each.round.pk).update(
                    required_reviews=each.required, accepts_at=each.accepts_at
                )
        return self.write_acceptances(now)

    def write_acceptances(self, now: datetime) -> int:
        """Write down what time has accepted by now, dated by its `accepts_at`, and notify. Says how many these are.

        Call it first in every change, under the lock of the group: so a late tick changes no date."""
        due = self.filter(accepts_at__lte=now, acceptance=None)
        written = 0
        for each in due.select_related(
            "submission__group", "submission__summary__author", "submission__summary__topic"
        ).order_by("accepts_at", "pk"):
            acceptance, is_new = Acceptance.objects.get_or_create(round=each, defaults={"accepted_at": each.accepts_at})
            if is_new:
                subject, group = each.submission.notification_subject, each.submission.group
                notifications.notify_accepted(subject, each.pk, group.name, acceptance.accepted_at)
                written += 1
        return written

    def accept_due(self, now: datetime | None = None) -> int:
        """Write down and notify what time has accepted, and what an account that was closed or opened again changes:
        no verb of a group hears of that. Says how many are accepted.

        Where nothing is to be written these are three queries that lock nothing; else each group is locked."""
        now, accepted = now or timezone.now(), 0
        changed = {each.round.submission.group_id for each in self.reckoned(now) if not each.is_stored}
        due = self.filter(accepts_at__lte=now, acceptance=None).values_list("submission__group", flat=True)
        for key in sorted(changed | set(due)):
            with transaction.atomic():
                group = Group.objects.get(pk=key)
                group.lock()
                here = self.filter(submission__group=key)
                accepted += here.write_acceptances(now) + here.update_accepts_at(now)
        return accepted


def _change_requests(
    reviews: list[Review], rounds: list[models.Model], now: datetime
) -> tuple[rules.ChangeRequest, ...]:
    """The change requests among the reviews of one submission that are open, or will be when a pause ends."""
    found = []
    for each in reviews:
        followed = any(one.reviewer_id == each.reviewer_id and one.round_id > each.round_id for one in reviews)
        if each.approves or each.withdrawn_at or followed or not each.is_by_member:
            continue
        absence = getattr(each.reviewer, "absence", None)
        is_away = absence is not None and (absence.until is None or absence.until > now)
        if is_away and absence.until is None:
            continue
        expires_at = min((one.single_approval_at for one in rounds if one.pk > each.round_id), default=None)
        found.append(rules.ChangeRequest(expires_at, absence.until if is_away else None))
    return tuple(found)
