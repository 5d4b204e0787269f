"""Runs jobs, one at a time: in a thread of the worker, beside its ticks, or until none waits."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from threading import Event, Thread

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection

from . import job_file
from .job import Job
from .job_kind import JobFailed, get_kind
from .job_run import JobRun, JobStopped

# Seconds between two looks for a job, and between two signs of life of a job that doesn't report by itself.
LOOK_EVERY = 0.25
BEAT_EVERY = 5
# While the database is away.
MAX_PAUSE = 60

log = logging.getLogger(__name__)


def run_waiting_jobs(ended: Event | None = None) -> int:
    """Runs all jobs that wait, in this thread, and returns their number. Each may be cancelled at its reports."""
    ended, count = ended or Event(), 0
    while not ended.is_set() and (job := Job.objects.take()):
        run_job(job, ended)
        count += 1
    return count


def run_job(job: Job, ended: Event, beating: Callable[[JobRun], AbstractContextManager] = nullcontext) -> None:
    """Runs a job that was taken, and writes how it ended. If the worker ends, or the database goes away, it is to be
    run again."""
    kind, is_done = get_kind(job.kind), False
    if kind is None:
        job.finish(Job.State.FAILED, error="failed")
        return
    run = JobRun(job, ended, kind.cpu_seconds)
    try:
        with beating(run):
            result = kind.run(run)
        is_done = job.finish(Job.State.DONE, result=result, file_name=run.file_name, done=run.total, total=run.total)
    except JobStopped:
        if not (job.held().filter(cancel_requested_at__isnull=False) and job.finish(Job.State.CANCELLED)):
            job.release()
    except JobFailed as failed:
        job.finish(Job.State.FAILED, error=failed.error, result=failed.result)
    except (OperationalError, InterfaceError):
        log.exception("A job will be run again.")
    except Exception:
        log.exception("A job has failed.")
        job.finish(Job.State.FAILED, error="failed")
    finally:
        if not is_done:
            job_file.delete(job.token)


@contextmanager
def _heart(run: JobRun) -> Iterator[None]:
    """Shows at intervals that the job is still run, from another thread, also where it doesn't report for long."""
    over = Event()

    def beat() -> None:
        while not over.wait(BEAT_EVERY):
            # Locked by the job's own transaction, or away: the job goes on, and may be taken by another worker.
            with suppress(DatabaseError, InterfaceError):
                run.beat()
        connection.close()

    thread = Thread(target=beat, name="heart", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class JobThread:
    """Runs jobs as they come, in a thread of its own, until `ended` is set."""

    def __init__(self, ended: Event) -> None:
        self._ended = ended
        self._job: Job | None = None
        self._thread = Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout: float) -> None:
        """Waits so many seconds, after `ended` was set, until the job is left; if that takes longer, lets another
        worker run it."""
        self._thread.join(timeout)
        if self._thread.is_alive() and (job := self._job):
            job.release()

    def _work(self) -> None:
        pause = LOOK_EVERY
        while not self._ended.wait(pause):
            pause = LOOK_EVERY if self._run_waiting() else min(2 * pause, MAX_PAUSE)
        connection.close()

    def _run_waiting(self) -> bool:
        """Runs the jobs that wait. Returns False if that raised an exception, which is logged."""
        close_old_connections()
        try:
            while not self._ended.is_set() and (job := Job.objects.take()):
                self._job = job
                run_job(job, self._ended, _heart)
                self._job = None
        except Exception:
            log.exception("Looking for jobs failed. The worker will try again.")
            return False
        finally:
            close_old_connections()
        return True
