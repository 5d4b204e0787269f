"""A worker process that is killed, or told to end, while it runs a job."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog.imports.upload import Upload
from catalog.imports.upload_jobs import start_reading
from readlist_site.base.jobs.job import LEASE, Job
from readlist_site.base.jobs.runner import run_waiting_jobs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_engine]
# So long that reading it is not done before the worker is told to end, on a busy machine either.
LONG = "# T\n\n" + "".join(f"- [Entry {n}](https://a.org/{n}) Why: *because*.\n" for n in range(60_000))


@contextmanager
def worker() -> Iterator[subprocess.Popen]:
    name = connection.settings_dict["NAME"]
    server = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
    environment = os.environ | {
        "DATABASE_URL": f"{server}/{name}" if connection.vendor == "postgresql" else f"sqlite:///{name}",
        "READLIST_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=settings.BASE_DIR, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = monotonic() + 60
    while not is_so():
        assert monotonic() < deadline
        sleep(0.05)


def test_a_job_is_begun_again_after_a_kill_and_left_to_the_next_worker_at_the_end(curator):
    upload = Upload.objects.create(slug="long", title="Long", name="long.md", text=LONG, by=curator)
    job = start_reading(upload, by=curator)
    with worker() as process:
        wait_until(lambda: Job.objects.get().state == "running")
        process.kill()
    assert (Job.objects.get().state, Job.objects.get().attempts) == ("running", 1)
    Job.objects.update(heartbeat_at=timezone.now() - LEASE - timedelta(seconds=1))
    with worker() as process:
        wait_until(lambda: Job.objects.get().attempts == 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 1)
    Upload.objects.update(text="# T\n\n- [A](https://a.org)\n")
    assert run_waiting_jobs() == 1
    assert "preview" in Job.objects.get().result
