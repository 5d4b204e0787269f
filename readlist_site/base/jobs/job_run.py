"""One run of a job, as its kind sees it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event
from time import monotonic, thread_time
from typing import BinaryIO

from django.utils import timezone

from . import job_file
from .job import Job
from .job_kind import JobFailed

# Seconds between two reports that are written.
REPORT_EVERY = 1


class JobStopped(BaseException):
    """The job isn't to go on: it was cancelled, is another worker's by now, or the worker ends. Not an Exception, so
    that no kind takes it for a failure of its own."""


class JobRun:
    """One run of a job, as its kind sees it. `ended` is set when the worker is told to end."""

    def __init__(self, job: Job, ended: Event, cpu_seconds: float) -> None:
        self.job, self.file_name = job, ""
        self.done = self.total = 0
        self._ended, self._is_stopped = ended, False
        self._written_at = monotonic()
        self._must_end_at = thread_time() + cpu_seconds

    def report(self, done: int, total: int) -> None:
        """Keeps that so much of `total` is done, once a second at most. Raises JobStopped, and JobFailed if the job has
        taken too much processor time. Call it outside of a transaction."""
        self.done, self.total = done, total
        if monotonic() - self._written_at >= REPORT_EVERY:
            self.beat()
        self.check()

    def check(self) -> None:
        """Raises JobStopped or JobFailed as `report` does. Writes nothing."""
        if self._is_stopped or self._ended.is_set():
            raise JobStopped
        if thread_time() > self._must_end_at:
            raise JobFailed("took_too_long")

    def beat(self) -> None:
        """Writes how far the job is, and that it is still run; notes if it is to stop."""
        self._written_at = monotonic()
        going_on = self.job.held().filter(cancel_requested_at=None)
        if not going_on.update(done=self.done, total=self.total, heartbeat_at=timezone.now()):
            self._is_stopped = True

    @contextmanager
    def create_file(self, name: str) -> Iterator[BinaryIO]:
        """A new file to write to, which the job's page offers under this name once the job is done."""
        with closing(job_file.create(self.job.token)) as file:
            yield file
        self.file_name = name
