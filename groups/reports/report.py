"""Reports: a member's message to those who moderate the group, about what another member wrote or is called."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.leaving.leave import leave_group, remove_from_group
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.reviews.comment_removal import delete_comment
from groups.reviews.comment_thread import CommentMessage
from groups.reviews.review import Review
from groups.reviews.verdict import Verdict
from groups.threads.post import Post

from . import notifications
from .handlers import who_handles
from .subject import Kind, ReportSubject

# The columns that name a text.
TEXTS = ("post", "verdict", "review", "message")


class ContentReportQuerySet(models.QuerySet["ContentReport"]):
    def made_by(self, user) -> "ContentReportQuerySet":
        """Return a person's own reports."""
        return self.filter(by=user) if user.is_authenticated else self.none()

    def moderated_by(self, user) -> "ContentReportQuerySet":
        """Return the reports that a person handles as a moderator: not those for administrators, nor about
        themselves."""
        return self.filter(group__in=Group.objects.moderated_by(user), for_administrators=False).exclude(reported=user)

    def open(self) -> "ContentReportQuerySet":
        """Return the reports that are not handled."""
        return self.filter(outcome="")

    def handled(self) -> "ContentReportQuerySet":
        return self.exclude(outcome="")

    def decisions(self) -> "ContentReportQuerySet":
        """Return the first report of each thing that was handled at one time: one decision is for all of them."""
        same = ContentReport.objects.handled().filter(_same_thing(), decided_at=OuterRef("decided_at"))
        return self.handled().filter(~Exists(same.filter(pk__lt=OuterRef("pk"))))

    def first_of_each(self) -> "ContentReportQuerySet":
        """Return the first open report of each thing."""
        earlier = ContentReport.objects.open().filter(_same_thing(), pk__lt=OuterRef("pk"))
        return self.open().filter(~Exists(earlier))

    def with_subject(self) -> "ContentReportQuerySet":
        """Select what `ContentReport.subject` and its address read, and who reported."""
        submission = "round__submission__summary__topic"
        return self.select_related(
            "group", "reported", "by", "post__thread", "post__author",
            f"verdict__review__{submission}", "verdict__review__reviewer", "verdict__review__round__revision",
            f"review__{submission}", "review__reviewer", "review__round__revision",
            f"message__thread__{submission}", "message__thread__round__revision", "message__author",
        )  # fmt: skip

    def report(self, subject: ReportSubject, *, by, reason: str, text: str = "", now: datetime | None = None):
        """Create a report, and notify those who handle it: see `who_handles`. Locks the group. Raises GroupArchived,
        RuleViolation ("not_a_member", "own_cannot_be_reported", "reported_is_gone", "nobody_handles_report"), and
        AlreadyReported if the person has an open report about the thing."""
        now, group = now or timezone.now(), subject.group
        if subject.person == by:
            raise RuleViolation("own_cannot_be_reported")
        with transaction.atomic():
            group.lock_for(by)
            theirs = group.membership_of(subject.person) if subject.person else None
            if subject.columns:
                subject.thing.refresh_from_db()  # it may have been deleted meanwhile
            if subject.is_gone or (subject.kind == Kind.NAME and theirs is None):
                raise RuleViolation("reported_is_gone")
            if not (handlers := who_handles(subject, theirs)):
                raise RuleViolation("nobody_handles_report", person=subject.person)
            report = self.model(
                group=group, by=by, reported=subject.person, kind=subject.kind, reason=reason, text=text, at=now,
                for_administrators=handlers.are_administrators, **subject.columns,
            )  # fmt: skip
            try:
                with transaction.atomic():
                    report.save()
            except IntegrityError as error:
                raise AlreadyReported from error
            notifications.notify_reported(report, handlers.people, now)
        return report


class AlreadyReported(Exception):
    """The person has an open report about this thing."""


class AlreadyHandled(Exception):
    """Somebody has handled the report."""


def _same_thing() -> Q:
    """The reports about the same thing as an outer one, for the same people."""
    found = Q(kind=Kind.NAME, reported=OuterRef("reported"))
    for name in TEXTS:
        found |= Q(**{name: OuterRef(name)})
    here = Q(group=OuterRef("group"), kind=OuterRef("kind"), for_administrators=OuterRef("for_administrators"))
    return found & here


def _once(name: str, *fields: str, condition: Q | None = None) -> models.UniqueConstraint:
    is_open = Q(outcome="")
    return models.UniqueConstraint(
        fields=["by", *fields], condition=is_open & condition if condition else is_open, name=f"groups_one_open_{name}"
    )


class ContentReport(models.Model):
    """One member's report about one thing. Handling it keeps the row, as a record of who did what, and when."""

    class Reason(models.TextChoices):
        ABUSE = "abuse", _("It insults or harasses someone")
        SPAM = "spam", _("It is advertising or spam")
        PRIVATE = "private", _("It reveals something private")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        """What was done. A member is removed or banned together with deleting what they wrote there."""

        DELETED = "deleted"
        REMOVED = "removed"
        BANNED = "banned"
        DISMISSED = "dismissed"

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="content_reports")
    # Without constraints, because servers of the release before delete accounts and don't know this table.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, db_constraint=False, null=True, related_name="+"
    )
    reported = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, db_constraint=False, null=True, related_name="+",
        help_text="Who wrote it, or has the name.",
    )  # fmt: skip
    kind = models.CharField(max_length=8, choices=Kind.choices)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="+")
    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, null=True, related_name="+")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, null=True, related_name="+")
    message = models.ForeignKey(CommentMessage, on_delete=models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    text = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)
    for_administrators = models.BooleanField(default=False, help_text="It is about the owner or a moderator.")
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="", help_text="Why so, for those who handle reports.")

    objects = ContentReportQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [
            models.Index(fields=["group", "id"], condition=Q(outcome=""), name="groups_report_open"),
            models.Index(fields=["group", "-decided_at"], name="groups_report_handled"),
        ]
        constraints = [
            _once("report_of_post", "post"),
            _once("report_of_verdict", "verdict"),
            _once("report_of_review", "review"),
            _once("report_of_reply", "message"),
            _once("report_of_name", "group", "reported", condition=Q(kind="name")),
            models.CheckConstraint(
                condition=(
                    Q(kind="name", post=None, verdict=None, review=None, message=None)
                    | Q(kind="post", post__isnull=False, verdict=None, review=None, message=None)
                    | Q(kind="reply", message__isnull=False, post=None, verdict=None, review=None)
                    | Q(kind="comment", verdict__isnull=False, post=None, review=None, message=None)
                    | Q(kind="comment", review__isnull=False, post=None, verdict=None, message=None)
                ),
                name="groups_report_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decided_by=None)
                | Q(outcome__in=["deleted", "removed", "banned", "dismissed"], decided_at__isnull=False),
                name="groups_report_handled_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.group}: {self.reason}"

    @property
    def subject(self) -> ReportSubject:
        """What it is about. Takes a report `with_subject`."""
        for thing in (self.post, self.message):
            if thing:
                thing.thread.group = self.group
        thing = self.post or self.verdict or self.review or self.message
        return ReportSubject(self.kind, self.group, self.reported, thing or self.reported)

    @property
    def of_same_thing(self) -> ContentReportQuerySet:
        """All open reports about the thing, this one included."""
        same = {"group": self.group_id, "kind": self.kind, "for_administrators": self.for_administrators}
        if self.kind == Kind.NAME:
            same["reported"] = self.reported_id
        same |= {name: getattr(self, f"{name}_id") for name in TEXTS}
        return ContentReport.objects.open().filter(**same)

    def outcomes_for(self, user) -> list[str]:
        """Return what a moderator, or for administrators an administrator, can do: what is gone can't be deleted, and
        who has left or ranks as high can't be removed."""
        subject, found = self.subject, []
        if subject.kind != Kind.NAME and not subject.is_gone:
            found.append(self.Outcome.DELETED)
        theirs, mine = self.group.member(self.reported_id), self.group.member(user.pk)
        if self.for_administrators:
            if theirs and theirs.can_leave:
                found.append(self.Outcome.REMOVED)
        elif theirs and mine and mine.can_remove(theirs):
            found += [self.Outcome.REMOVED, self.Outcome.BANNED]
        return [*found, self.Outcome.DISMISSED]

    @transaction.atomic
    def handle(self, outcome: str, *, by, note: str = "", now: datetime | None = None) -> None:
        """Do what the outcome says, record it on all open reports about the thing, and notify who made them. Locks the
        group. Raises AlreadyHandled; GroupArchived, but for administrators; and RuleViolation if the person may not do
        so: "may_not_handle_report", "may_not_remove"."""
        now = now or timezone.now()
        self.group.lock()
        vars(self.group).pop("members", None)  # as they were before the lock
        if not self.for_administrators:
            self.group.refuse_if_archived()
        reports = list(self.of_same_thing.select_related("group", "by"))
        if not reports:
            raise AlreadyHandled
        if not self._can_be_handled_by(by) or outcome not in self.outcomes_for(by):
            raise RuleViolation("may_not_handle_report")
        if outcome != self.Outcome.DISMISSED:
            self._delete_text(by, now)
        if outcome in (self.Outcome.REMOVED, self.Outcome.BANNED):
            theirs = self.group.member(self.reported_id)
            if self.for_administrators:
                leave_group(theirs, by=by)
            else:
                remove_from_group(theirs, by=by, why=note, ban=outcome == self.Outcome.BANNED)
        handled = ContentReport.objects.filter(pk__in=[each.pk for each in reports])
        handled.update(outcome=outcome, decided_by=by, decided_at=now, note=note)
        notifications.notify_handled(reports, by, now)

    def _can_be_handled_by(self, user) -> bool:
        if self.for_administrators:
            return user.is_superuser and self.reported_id != user.pk
        return ContentReport.objects.moderated_by(user).filter(pk=self.pk).exists()

    def _delete_text(self, by, now: datetime) -> None:
        subject = self.subject
        if subject.kind == Kind.NAME or subject.is_gone:
            return
        if subject.kind == Kind.COMMENT:
            delete_comment(subject.thing)
        else:
            subject.thing.soft_delete(by=by, as_administrator=self.for_administrators, now=now)


def erase_reports(person) -> None:
    """Erase what a person wrote in their reports, and as reasons for how they handled others'."""
    ContentReport.objects.filter(by=person).update(text="")
    ContentReport.objects.filter(decided_by=person).update(note="")
