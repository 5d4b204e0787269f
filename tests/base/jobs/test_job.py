"""Long work: it is run once, shows how far it is, can be cancelled, and is begun again where its worker died."""

import stat
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from readlist_site.base.jobs import job_file, job_run
from readlist_site.base.jobs.job import LEASE, MAX_ATTEMPTS, Job
from readlist_site.base.jobs.job_kind import JobFailed, JobKind, register_kind
from readlist_site.base.jobs.runner import JobThread, run_waiting_jobs
from readlist_site.run.tick import tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch, tmp_path, settings):
    """A function: has jobs of the kind "count" do this."""
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(job_run, "REPORT_EVERY", 0)
    monkeypatch.setattr("readlist_site.base.jobs.job_kind._kinds", {})

    def register(run, **options):
        register_kind(JobKind("count", "Count", run, "jobs/failed.html", **options))

    register(lambda run: None)
    return register


def start(person=None, **values) -> Job:
    return Job.objects.start("count", person=person, **values)


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_is_done_with_its_result(kind, ada):
    seen = []

    def count(run):
        for done in range(3):
            run.report(done, 3)
            seen.append((again(run.job).done, run.job.person, run.job.facts))
        run.report(3, 3)
        return {"counted": 3}

    kind(count)
    job = start(ada, facts={"to": 3})
    assert job.state == "waiting"
    assert run_waiting_jobs() == 1
    job = again(job)
    assert (job.state, job.result, job.done, job.total) == ("done", {"counted": 3}, 3, 3)
    assert seen == [(done, ada, {"to": 3}) for done in range(3)]
    assert job.started_at <= job.finished_at
    assert run_waiting_jobs() == 0


def test_with_a_key_there_is_one_at_a_time(kind, ada):
    first = start(ada, key="a")
    assert start(ada, key="a") == first
    assert start(ada, key="b") != first
    run_waiting_jobs()
    assert start(ada, key="a") != first


def test_what_fails_says_why_and_what_breaks_is_logged(kind, caplog):
    def fail(run):
        if run.job.facts["how"] == "told":
            raise JobFailed("no_such_group", {"group": 5})
        raise KeyError("a bug")

    kind(fail)
    told, broken = start(facts={"how": "told"}), start(facts={"how": "broken"})
    run_waiting_jobs()
    assert (again(told).state, again(told).error, again(told).result) == ("failed", "no_such_group", {"group": 5})
    assert (again(broken).state, again(broken).error) == ("failed", "failed")
    assert "a bug" in caplog.text


def test_a_job_may_take_so_much_processor_time_and_no_more(kind):
    def spin(run):
        while True:
            run.report(0, 1)

    kind(spin, cpu_seconds=0.05)
    job = start()
    run_waiting_jobs()
    assert again(job).error == "took_too_long"


def test_a_job_is_cancelled_before_it_runs_and_while_it_does(kind):
    waiting = start()
    waiting.cancel()
    assert (waiting.state, run_waiting_jobs()) == ("cancelled", 0)

    def count(run):
        run.report(1, 9)
        again(run.job).cancel()
        run.report(2, 9)
        pytest.fail("it went on")

    kind(count)
    running = start()
    run_waiting_jobs()
    assert (again(running).state, again(running).done) == ("cancelled", 1)
    running.cancel()
    assert again(running).state == "cancelled"


def test_a_job_of_a_killed_worker_is_run_again_and_given_up_the_third_time(kind):
    job = start()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert Job.objects.take().attempts == attempt
        assert Job.objects.take() is None, "it is run"
        Job.objects.update(heartbeat_at=timezone.now() - LEASE - timedelta(seconds=1))
    assert run_waiting_jobs() == 0
    assert (again(job).state, again(job).error) == ("failed", "interrupted")


def test_a_job_that_was_cancelled_when_its_worker_died_is_not_run_again(kind):
    job = start()
    Job.objects.take().cancel()
    Job.objects.update(heartbeat_at=timezone.now() - LEASE - timedelta(seconds=1))
    assert run_waiting_jobs() == 0
    assert again(job).state == "cancelled"


def test_a_worker_that_was_thought_dead_changes_nothing(kind):
    def count(run):
        Job.objects.update(heartbeat_at=timezone.now() - LEASE - timedelta(seconds=1))
        taken.append(Job.objects.take())
        run.report(1, 2)
        pytest.fail("it went on")

    kind(count)
    taken, job = [], start()
    with pytest.MonkeyPatch.context() as patch:
        # Else this worker would take it a third time.
        patch.setattr("readlist_site.base.jobs.job.MAX_ATTEMPTS", 9)
        run_waiting_jobs()
    assert again(job).token == taken[0].token
    assert taken[0].finish(Job.State.DONE)
    assert again(job).state == "done"


def test_a_worker_that_ends_leaves_the_job_to_the_next(kind):
    ended = Event()

    def count(run):
        ended.set()
        run.report(1, 2)
        pytest.fail("it went on")

    kind(count)
    job = start()
    run_waiting_jobs(ended)
    assert (again(job).state, again(job).attempts) == ("waiting", 0)
    kind(lambda run: None)
    run_waiting_jobs()
    assert again(job).state == "done"


def test_while_the_database_is_away_nothing_is_decided(kind):
    def stumble(run):
        raise OperationalError("gone")

    kind(stumble)
    job = start()
    run_waiting_jobs()
    assert again(job).state == "running"


def test_a_file_is_for_its_owner_alone_and_goes_with_its_job(kind, ada):
    def write(run):
        with run.create_file("mine.txt") as file:
            file.write(b"private")
        if run.job.facts.get("fail"):
            raise JobFailed("no")

    kind(write, kept_for=timedelta(days=3))
    job, failed = start(ada), start(ada, facts={"fail": True})
    run_waiting_jobs()
    folder, job = settings.MEDIA_ROOT / "jobs", again(job)
    (file,) = folder.iterdir()
    assert (file.name, file.read_bytes(), job.has_file) == (str(job.token), b"private", True)
    assert not again(failed).has_file
    assert [stat.S_IMODE(each.stat().st_mode) for each in (folder.parent, folder, file)] == [0o700, 0o700, 0o600]
    tick(timezone.now() + timedelta(days=2))
    assert file.exists()
    tick(timezone.now() + timedelta(days=3, seconds=1))
    assert not file.exists()
    assert not Job.objects.filter(pk=job.pk)


def test_a_file_of_no_job_goes_after_a_day(kind, ada):
    kind(lambda run: run.create_file("mine.txt").__enter__() and None)
    start(ada)
    run_waiting_jobs()
    Job.objects.all().delete()
    (file,) = (settings.MEDIA_ROOT / "jobs").iterdir()
    tick(timezone.now() + timedelta(hours=23))
    assert file.exists()
    tick(timezone.now() + timedelta(hours=25))
    assert not file.exists()


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_look_at_once_each_job_gets_one(kind):
    for _ in range(20):
        start()
    barrier, taken = Barrier(4), []

    def work():
        try:
            barrier.wait()
            while job := Job.objects.take():
                taken.append(job.pk)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_thread_runs_what_comes_shows_that_it_lives_and_ends_when_told(kind, monkeypatch):
    monkeypatch.setattr("readlist_site.base.jobs.runner.BEAT_EVERY", 0.01)
    ended, begun, beaten = Event(), Event(), Event()

    def count(run):
        begun.set()
        beaten.wait(20)
        while True:
            run.check()

    kind(count)
    thread = JobThread(ended)
    thread.start()
    job = start()
    assert begun.wait(20)
    first = again(job).heartbeat_at
    while again(job).heartbeat_at == first:
        pass
    beaten.set()
    ended.set()
    thread.join(20)
    assert again(job).state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_does_not_stop_is_left_to_another_worker(kind):
    ended, begun, release = Event(), Event(), Event()
    kind(lambda run: begun.set() or bool(release.wait(20)))
    thread = JobThread(ended)
    thread.start()
    job = start()
    assert begun.wait(20)
    ended.set()
    thread.join(0.01)
    assert again(job).state == "waiting"
    release.set()
    thread.join(20)
    assert again(job).state == "waiting", "its result came too late"
    assert not job_file.exists(job.token)
