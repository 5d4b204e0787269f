"""What `manage.py doctor` finds, and the page that says the same."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from readlist_site.base.accounts.security_notice import SecurityNotice
from readlist_site.base.jobs.job import Job
from readlist_site.run.health import database_checks, host_checks
from readlist_site.run.health.diagnosis import diagnose
from readlist_site.run.health.finding import Level
from readlist_site.run.periodic_task import BACKUP, MAIL, TICK, PeriodicTask
from readlist_site.run.tick import tick
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("healthy")]

LONG_AGO = timedelta(days=9)


@pytest.fixture
def answering(monkeypatch):
    """The public address answers."""
    monkeypatch.setattr("readlist_site.run.health.diagnosis.check_site", lambda: [])


def troubles() -> dict[str, Level]:
    return {each.code: each.level for each in diagnose() if each.level != Level.OK}


def run_doctor(capsys, *arguments: str) -> tuple[int, str]:
    try:
        call_command("doctor", *arguments)
    except SystemExit as ended:
        return ended.code, capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_a_healthy_instance_is_well(answering, capsys, mail_server):
    code, said = run_doctor(capsys)
    assert code == 0, said
    assert {line.split()[0] for line in said.splitlines()} == {"ok"}, said
    found = {line.split()[1].rstrip(":") for line in said.splitlines()}
    assert found >= {"database", "migrations", "disk", "mail_server", "worker", "backup", "permissions", "secret_key"}
    assert ("clock" in found) == (connection.vendor == "postgresql")
    assert "NOOP" in mail_server.commands
    assert "MAIL" not in mail_server.commands


def test_a_test_mail_is_sent_to_who_is_named(answering, capsys, mail_server):
    code, said = run_doctor(capsys, "--mail", "ada@example.org")
    assert (code, "mail_sent" in said) == (0, True)
    assert b"To: ada@example.org" in mail_server.mail
    assert b"If you can read it, mail works." in mail_server.mail


def test_a_mail_server_that_is_away_is_an_error(answering, capsys, settings):
    settings.EMAIL_PORT = 9
    code, said = run_doctor(capsys, "--mail", "ada@example.org")
    assert code == 1
    assert "ERROR    mail_server_away: The mail server 127.0.0.1:9 doesn’t answer: ConnectionRefusedError" in said
    assert "mail_not_sent" in said
    assert "Check READLIST_EMAIL_HOST" in said


def test_replies_by_mail_need_mail(answering, capsys, settings):
    settings.MAIL_REPLY_DOMAIN = "reply.example.org"
    assert "mail_replies: Replies by mail are taken at reply.example.org." in run_doctor(capsys)[1]
    settings.EMAIL_IS_REAL = False
    assert "mail_replies_without_mail" in run_doctor(capsys)[1]


def expose(settings):
    settings.DATA_DIR.chmod(0o755)
    (settings.DATA_DIR / "secret_key").write_text("x")
    (settings.DATA_DIR / "secret_key").chmod(0o644)


def silence(settings):
    PeriodicTask.objects.record_done(TICK, timezone.now() - timedelta(minutes=11))


def forget_ticks(settings):
    PeriodicTask.objects.filter(name=TICK).delete()


def fail_backup(settings):
    PeriodicTask.objects.record_failure(BACKUP, "No room.", retry_at=timezone.now())


def age_backup(settings):
    PeriodicTask.objects.record_done(BACKUP, timezone.now() - LONG_AGO)


def age_daily_backup(settings):
    settings.BACKUP_DAILY = True
    PeriodicTask.objects.record_done(BACKUP, timezone.now() - timedelta(hours=27))


def forget_backups(settings):
    PeriodicTask.objects.filter(name=BACKUP).delete()


def fail_mails(settings):
    PeriodicTask.objects.record_failure(MAIL, "SMTPException", retry_at=timezone.now())


def delay_mail(settings):
    person = make_user("Ada")
    SecurityNotice.objects.create(person=person, kind="new_browser", at=timezone.now() - timedelta(hours=2))


def refuse_address(settings):
    make_user("Ada", email_refused_at=timezone.now())


def let_job_wait(settings):
    Job.objects.create(kind="render", created_at=timezone.now() - timedelta(hours=1))


def let_job_hang(settings):
    seen = timezone.now() - timedelta(minutes=3)
    Job.objects.create(kind="render", state=Job.State.RUNNING, created_at=seen, heartbeat_at=seen)


def let_job_fail(settings):
    Job.objects.create(kind="render", state=Job.State.FAILED, error="failed", finished_at=timezone.now())


def open_demo(settings):
    make_user("Demo", is_demo=True)


def forget_migration(settings):
    MigrationRecorder.Migration.objects.filter(app="run").delete()


def bring_migration(settings):
    MigrationRecorder(connection).record_applied("groups", "9999_of_tomorrow")


def change(**values):
    def apply(settings):
        for name, value in values.items():
            setattr(settings, name, value)

    return apply


@pytest.mark.parametrize(
    ("arrange", "code", "level"),
    [
        (expose, "open_to_others", Level.ERROR),
        (silence, "worker_silent", Level.ERROR),
        (forget_ticks, "worker_never", Level.ERROR),
        (fail_backup, "backup_failed", Level.ERROR),
        (age_backup, "backup_late", Level.WARNING),
        (age_daily_backup, "backup_late", Level.ERROR),
        (forget_backups, "backup_never", Level.WARNING),
        (fail_mails, "mails_failing", Level.ERROR),
        (delay_mail, "mails_late", Level.ERROR),
        (refuse_address, "addresses_refused", Level.WARNING),
        (let_job_wait, "jobs_waiting", Level.WARNING),
        (let_job_hang, "jobs_stuck", Level.ERROR),
        (let_job_fail, "jobs_failed", Level.WARNING),
        (open_demo, "demo_accounts", Level.ERROR),
        (forget_migration, "migrations_unapplied", Level.ERROR),
        (bring_migration, "database_newer", Level.ERROR),
        (change(SECRET_KEY="short"), "secret_key_short", Level.ERROR),
        (change(SECRET_KEY="x" * 60), "secret_key_short", Level.ERROR),
        (change(SECRET_KEY="only-for-tests-" + "0123456789" * 5), "secret_key_known", Level.ERROR),
        (change(METRICS_TOKEN="short"), "metrics_token_short", Level.WARNING),
        (change(DEBUG=True), "debug", Level.ERROR),
        (change(HTTPS=False), "no_https", Level.WARNING),
        (change(SESSION_COOKIE_SECURE=False), "cookies_open", Level.ERROR),
        (change(EMAIL_IS_REAL=False), "mail_printed", Level.WARNING),
    ],
)
def test_what_is_wrong_is_found_said_and_can_be_mended(arrange, code, level, settings, answering):
    assert troubles() == {}
    arrange(settings)
    assert troubles() == {code: level}
    [found] = [each for each in diagnose() if each.code == code]
    assert found.sentence
    assert found.remedy


def test_a_full_disk_is_found(monkeypatch, answering):
    usage = host_checks.shutil.disk_usage("/")
    for free, level in ((500 << 20, Level.WARNING), (100 << 20, Level.ERROR)):
        monkeypatch.setattr(host_checks.shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        assert troubles() == {"disk_low": level}


def test_a_database_that_is_away_is_told_and_all_else_is_still_looked_at(monkeypatch, answering, capsys):
    def gone():
        raise OperationalError("connection refused")

    monkeypatch.setattr(database_checks, "check_migrations", gone)
    code, said = run_doctor(capsys)
    assert code == 1
    assert "database_away: The database doesn’t answer: OperationalError: connection refused." in said
    assert "disk" in said
    assert "worker" not in said


def test_an_address_at_which_nobody_answers_is_told(settings):
    settings.SITE_URL = "http://127.0.0.1:9"
    assert troubles() == {"site_away": Level.WARNING}


def test_mails_that_fail_are_noted_by_the_tick_until_one_is_sent(settings, answering):
    delay_mail(settings)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    assert tick().has_failed
    settings.EMAIL_PORT = port
    assert troubles().keys() >= {"mails_failing"}
    tick()
    assert troubles() == {}


@pytest.fixture
def administrator(signed_in, settings):
    settings.ADMIN_SECOND_FACTOR = False
    return signed_in(make_user("Hanna", is_staff=True, is_superuser=True))


def test_administrators_read_it_in_the_admin(administrator, settings):
    page = administrator.get("/admin/status/", headers={"X-Forwarded-For": "192.0.2.1"}, secure=True)
    assertContains(page, "Nothing is wrong.")
    assertContains(administrator.get("/admin/", secure=True), 'href="/admin/status/"')
    settings.EMAIL_PORT = 9
    page = administrator.get("/admin/status/", secure=True)
    assertContains(page, "Something is wrong.")
    assertContains(page, "mail_server_away")
    assertContains(page, "This request passed 0 proxies, and READLIST_PROXIES says 1.")


def test_the_page_is_for_no_curator(signed_in):
    desk = signed_in(make_user("Cora", is_staff=True))
    assert desk.get("/admin/status/", secure=True).status_code == 404
    assertNotContains(desk.get("/admin/", secure=True), "/admin/status/")


def test_the_page_needs_the_second_factor_that_the_admin_needs(administrator, settings):
    settings.ADMIN_SECOND_FACTOR = True
    assert administrator.get("/admin/status/", secure=True).status_code == 302
