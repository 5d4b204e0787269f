"""The table of jobs: who started what, how far it is, and how it ended."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from . import job_file
from .job_kind import get_kind

# A running job that nobody has reported on for this long is run again: its worker was killed.
LEASE = timedelta(seconds=30)
# How often a job is begun whose worker is killed each time.
MAX_ATTEMPTS = 3
# How long a finished job is kept whose kind isn't registered any more.
_KEPT_FOR = timedelta(days=7)
# How often, in milliseconds, a page looks for news: at first, so that quick work is shown at once, and later.
_POLL_SOON, _POLL_LATER = 300, 2000


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user) -> Self:
        """The jobs that a user may see, cancel and take the file of: their own, and an administrator those of
        nobody."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(person=user) | Q(person=None) if user.is_active and user.is_superuser else Q(person=user))

    def unfinished(self) -> Self:
        """The jobs that wait or run."""
        return self.filter(finished_at=None)

    def start(self, kind: str, *, person, facts: dict[str, Any] | None = None, key: str | None = None) -> "Job":
        """Creates a job of this kind, for a person or, with None, for nobody. If there is one with this key that isn't
        finished, returns that instead."""
        if key and (found := self.unfinished().filter(key=key).first()):
            return found
        try:
            with transaction.atomic():
                return self.create(kind=kind, person=person, facts=facts or {}, key=key)
        except IntegrityError:
            if key and (found := self.unfinished().filter(key=key).first()):
                return found
            raise

    def take(self) -> "Job | None":
        """Takes the job that has waited longest, or whose worker was killed, by a conditional update, so that of two
        workers only one gets it. Returns it with a new `token`, or None if none waits."""
        for job in self._due(timezone.now()):
            now = timezone.now()
            taken = self._due(now).filter(pk=job.pk, token=job.token)
            if job.cancel_requested_at:
                taken.update(**_end(job.kind, Job.State.CANCELLED, now))
            elif job.attempts >= MAX_ATTEMPTS:
                taken.update(**_end(job.kind, Job.State.FAILED, now), error="interrupted")
            else:
                token = uuid4()
                begun = {"state": Job.State.RUNNING, "token": token, "started_at": now, "heartbeat_at": now}
                if taken.update(**begun, attempts=F("attempts") + 1, done=0, total=0):
                    return self.select_related("person").filter(token=token).first()
        return None

    def _due(self, now: datetime) -> Self:
        stale = Q(state=Job.State.RUNNING, heartbeat_at__lt=now - LEASE)
        return self.filter(Q(state=Job.State.WAITING) | stale).order_by("pk")

    def purge(self, now: datetime) -> int:
        """Deletes finished jobs that aren't kept any longer, and files that belong to no job. Returns the number of
        jobs."""
        over = list(self.filter(expires_at__lte=now).values_list("pk", "token"))
        self.filter(pk__in=[pk for pk, _ in over]).delete()
        for _, token in over:
            job_file.delete(token)
        job_file.delete_unowned(now, lambda tokens: set(self.filter(token__in=tokens).values_list("token", flat=True)))
        return len(over)


class Job(models.Model):
    """One piece of work. `token` identifies the run, and names its file; every update by a worker is conditional on
    it, so that a worker whose lease has expired changes nothing. `key` is unique among unfinished jobs."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=120, null=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: nobody knows yet how much it is.")
    result = models.JSONField(null=True)
    error = models.CharField(max_length=60, blank=True, help_text="A code, of which the kind's template makes words.")
    file_name = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, db_index=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(finished_at=None), name="jobs_one_unfinished_per_key"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="jobs_finished_at_its_end",
            ),
        ]
        # What the worker looks for, several times a second.
        indexes = [
            models.Index(fields=["state", "heartbeat_at"], condition=Q(finished_at=None), name="jobs_unfinished")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def cancel_url(self) -> str:
        return reverse("cancel_job", args=[self.pk])

    @property
    def label(self) -> str:
        """What the job does, as its page is headed."""
        kind = get_kind(self.kind)
        return kind.label if kind else self.kind

    @property
    def template(self) -> str:
        """The template of the result and of the error; "" if the kind isn't registered any more."""
        kind = get_kind(self.kind)
        return kind.template if kind else ""

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def has_file(self) -> bool:
        """Whether there is a file to take, for the job's person."""
        kind = get_kind(self.kind)
        is_kept = self.expires_at is not None and self.expires_at > timezone.now()
        return bool(self.state == Job.State.DONE and self.file_name and is_kept and job_file.exists(self.token)) and (
            kind is None or kind.may_fetch(self)
        )

    @property
    def poll_interval(self) -> int:
        """After how many milliseconds a page that shows the job looks again."""
        return _POLL_SOON if timezone.now() - self.created_at < timedelta(seconds=10) else _POLL_LATER

    def cancel(self) -> None:
        """Cancels the job: at once if it waits; if it runs, at its next report. Does nothing to a finished one."""
        now, this = timezone.now(), Job.objects.filter(pk=self.pk)
        if not this.filter(state=Job.State.WAITING).update(
            **_end(self.kind, Job.State.CANCELLED, now), cancel_requested_at=now
        ):
            this.filter(state=Job.State.RUNNING, cancel_requested_at=None).update(cancel_requested_at=now)
        self.refresh_from_db()

    def finish(self, state: State, **values: Any) -> bool:
        """Ends the job, if this run still holds it. Returns False if another worker has taken it."""
        ended = _end(self.kind, state, timezone.now())
        return bool(self.held().update(**ended, **values))

    def release(self) -> bool:
        """Lets the job wait again, as if it hadn't been begun. Returns False if another worker runs it by now."""
        return bool(
            self.held().update(
                state=Job.State.WAITING, token=None, heartbeat_at=None, attempts=F("attempts") - 1, done=0, total=0
            )
        )

    def held(self) -> JobQuerySet:
        """This job, if it is still run by who took it."""
        return Job.objects.filter(pk=self.pk, token=self.token, state=Job.State.RUNNING)


def _end(kind: str, state: str, now: datetime) -> dict[str, Any]:
    """The values of a job that ends."""
    known = get_kind(kind)
    return {"state": state, "finished_at": now, "expires_at": now + (known.kept_for if known else _KEPT_FOR)}
