"""What is backed up comes back: all of it, also what an older version made; and nothing is ever only half there."""

import os
import re
import stat
import threading
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from readlist_site.base.accounts.account_deletion import AccountDeletion
from readlist_site.base.accounts.erasure_log import read_erasures
from readlist_site.base.accounts.models import User
from readlist_site.base.rate_limits.counter import Counter
from readlist_site.personal_data.erase_account import delete_due_accounts
from readlist_site.run import running_lock
from readlist_site.run.backup import make, postgresql, sqlite
from readlist_site.run.backup.make import back_up, back_up_if_due
from readlist_site.run.backup.manifest import BackupError, Manifest, checksum_of
from readlist_site.run.backup.restore import restore
from readlist_site.run.migration_state import applied_migrations, unapplied
from readlist_site.run.periodic_task import BACKUP, PeriodicTask
from tests import factories
from tests.database import _read
from tests.factories import make_user
from tests.house.addresses import ADDRESSES
from tests.house.world import make_world
from tests.length import BACKUP_WRITERS

PAGES = ("group", "playbook", "thread", "review", "list", "members")
# What the writers write, and what a backup itself notes.
MOVING = {"rate_limits_counter", "run_periodictask", "django_migrations"}


def no_say(text: str) -> None:
    pass


@pytest.fixture
def to(tmp_path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def instance(new_database, settings):
    """A small instance with a file of its own."""
    with new_database(is_empty=False):
        (settings.MEDIA_ROOT / "exports").mkdir(parents=True)
        (settings.MEDIA_ROOT / "exports" / "book.zip").write_bytes(os.urandom(3000))
        Counter.objects.create(key="kept", window_start=timezone.now(), amount=1, expires_at=timezone.now())
        yield


def pages(world) -> dict[str, str]:
    """What the reviewer reads, without what is another at each request."""
    client = world.client("reviewer")
    read = {name: client.get(ADDRESSES[name].url(name, world)) for name in PAGES}
    assert {answer.status_code for answer in read.values()} == {200}
    changes = re.compile(r'(csrfmiddlewaretoken" value|X-CSRFToken": |idempotency_key" value=)[^>]*')
    return {name: changes.sub("", answer.content.decode()) for name, answer in read.items()}


@contextmanager
def writers(number: int):
    """People who write while it lasts. Gives a function: how many rows each has been told are saved."""
    ended, saved = threading.Event(), [0] * number

    def write(who: int) -> None:
        try:
            while not ended.is_set():
                times = {"window_start": timezone.now(), "expires_at": timezone.now()}
                Counter.objects.create(key=f"{who} {saved[who]:06}", amount=1, **times)
                saved[who] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[who]) for who in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: list(saved)
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def test_all_comes_back_that_was_saved_before_and_what_was_written_meanwhile_in_its_order(new_database, to, settings):
    with new_database(is_empty=False):
        world = make_world()
        settings.MEDIA_ROOT.mkdir(exist_ok=True)
        (settings.MEDIA_ROOT / "book.zip").write_bytes(b"a book")
        with writers(BACKUP_WRITERS) as saved:
            while min(saved()) < 20:
                threading.Event().wait(0.01)
            before = saved()
            folder, manifest = back_up(to)
            assert sum(saved()) > sum(before)
        rows, read = {table: rows for table, rows in _read().items() if table not in MOVING}, pages(world)
    assert manifest.verified == "restored"
    with new_database():
        (settings.DATA_DIR / "secret_key").unlink()
        restored = restore(folder, no_say)
        assert {table: rows for table, rows in _read().items() if table not in MOVING} == rows
        assert pages(world) == read
        keys = list(Counter.objects.order_by("key").values_list("key", flat=True))
        for who, number in enumerate(before):
            own = [key for key in keys if key.startswith(f"{who} ")]
            assert len(own) >= number
            assert own == [f"{who} {each:06}" for each in range(len(own))]
        assert (settings.MEDIA_ROOT / "book.zip").read_bytes() == b"a book"
        image = world.client("member").get(world.image.get_absolute_url())
        assert b"".join(image.streaming_content) == factories.png(world.image.width, world.image.height)
        key = settings.DATA_DIR / "secret_key"
        assert key.read_text() == settings.SECRET_KEY
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert not unapplied(applied_migrations())
        # It takes new rows.
        Counter.objects.create(key="new", window_start=timezone.now(), amount=1, expires_at=timezone.now())
    assert (restored.has_other_key, restored.manifest) == (False, manifest)


def erase(person) -> None:
    """As the worker does, once the days of grace are over."""
    AccountDeletion.objects.request(person, erases_texts=False, now=timezone.now() - timedelta(days=15))
    assert delete_due_accounts(timezone.now()) == (1, [])


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_who_was_erased_does_not_come_back(where, new_database, to, settings, tmp_path):
    """Where the log of the instance is left, and where nothing is but the backups: of these, the last one knows."""
    settings.ERASURE_LOG = log = tmp_path / "log.jsonl"
    with new_database(is_empty=False):
        settings.ERASURE_LOG = log
        ada, jonas = make_user("Ada"), make_user("Jonas")
        folder, manifest = back_up(to)
        assert "erased_accounts.jsonl" not in manifest.files
        erase(ada)
        if where == "elsewhere":
            _, later = back_up(to)
            assert "erased_accounts.jsonl" in later.files
            log.unlink()
    with new_database():
        settings.ERASURE_LOG = log
        assert restore(folder, no_say).erased_again == 1
        assert list(User.objects.values_list("pk", flat=True)) == [jonas.pk]
        # The next backup of this instance knows it, too.
        assert [each.user for each in read_erasures(log)] == [ada.pk]


@pytest.mark.one_engine
def test_a_log_of_erasures_that_cannot_be_read_lets_nothing_be_restored(new_database, to, settings):
    with new_database(is_empty=False):
        folder, _ = back_up(to)
    with new_database():
        settings.ERASURE_LOG.write_text("{nonsense}\n")
        with pytest.raises(BackupError, match="line 1, can’t be read"):
            restore(folder, no_say)
        assert not MigrationRecorder(connection).has_table()


def test_what_an_older_version_had_is_brought_to_this_one(new_database, to):
    with new_database(is_empty=False):
        call_command("migrate", "run", "zero", verbosity=0)
        Counter.objects.create(key="old", window_start=timezone.now(), amount=1, expires_at=timezone.now())
        folder, manifest = back_up(to)
    assert ["run", "0001_begin"] not in manifest.migrations
    with new_database():
        restore(folder, no_say)
        assert not unapplied(applied_migrations())
        assert Counter.objects.get().key == "old"
        PeriodicTask.objects.record_done(BACKUP)


@pytest.mark.one_engine
def test_what_a_newer_version_has_made_is_refused(instance, new_database, to):
    MigrationRecorder(connection).record_applied("groups", "9999_of_tomorrow")
    folder, _ = back_up(to)
    with new_database(), pytest.raises(BackupError, match=r"newer version .* \(groups\.9999_of_tomorrow\)|9999"):
        restore(folder, no_say)


@pytest.mark.one_engine
def test_a_backup_is_for_its_owner_alone_and_names_settings_without_their_values(instance, to, monkeypatch, settings):
    monkeypatch.setenv("READLIST_EMAIL_PASSWORD", "only-i-know-it")
    folder, manifest = back_up(to)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(manifest.files) == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    } - {"manifest.json"}
    assert "READLIST_EMAIL_PASSWORD" in manifest.settings
    said = (folder / "manifest.json").read_text()
    assert "only-i-know-it" not in said
    assert settings.SECRET_KEY not in said
    assert manifest.rows["rate_limits_counter"] == 1


def test_a_damaged_backup_is_refused_and_changes_nothing(instance, new_database, to, settings):
    folder, manifest = back_up(to)
    with new_database():
        for name in (*manifest.files, "manifest.json"):
            path = folder / name
            whole = path.read_bytes()
            for damaged in (whole[:-9], whole.replace(whole[20:22], bytes([whole[20] ^ 1, whole[21]]), 1), None):
                path.unlink() if damaged is None else path.write_bytes(damaged)
                with pytest.raises(BackupError, match=r"damaged|missing|is no backup"):
                    restore(folder, no_say)
            path.write_bytes(whole)
        assert not connection.introspection.table_names()
        assert not settings.MEDIA_ROOT.exists()
        restore(folder, no_say)
        assert Counter.objects.get().key == "kept"


@contextmanager
def in_use(url: str):
    """The empty database is that of a running instance."""
    if connection.vendor == "postgresql":
        with closing(psycopg.connect(url)):
            yield
    else:
        running_lock.hold_running_lock()
        try:
            yield
        finally:
            os.close(running_lock._held.pop())


def test_a_running_instance_is_not_restored_into(instance, new_database, to):
    folder, _ = back_up(to)
    with new_database() as url:
        with in_use(url), pytest.raises(BackupError, match="Stop server and worker"):
            restore(folder, no_say)
        restore(folder, no_say)


def test_nothing_is_overwritten(instance, new_database, to, settings):
    folder, _ = back_up(to)
    Counter.objects.update(key="newer")
    with pytest.raises(BackupError, match="isn't empty"):
        restore(folder, no_say)
    assert Counter.objects.get().key == "newer"
    with new_database():
        settings.MEDIA_ROOT.mkdir()
        (settings.MEDIA_ROOT / "others.zip").write_bytes(b"of others")
        with pytest.raises(BackupError, match="files of another instance"):
            restore(folder, no_say)
        assert not connection.introspection.table_names()


def test_a_restore_that_fails_leaves_an_empty_database_and_can_be_tried_again(
    instance, new_database, to, settings, monkeypatch
):
    folder, _ = back_up(to)
    engine = make.ENGINES[connection.vendor]
    path = folder / engine.DATABASE
    whole = path.read_bytes()
    with new_database():
        with monkeypatch.context() as patch:
            # As if the disk broke after the checksums were compared.
            patch.setattr(Manifest, "check_files", lambda *_: path.write_bytes(whole[: len(whole) // 2]))
            if connection.vendor == "sqlite":
                patch.setattr(sqlite.shutil, "copyfile", full_disk)
            with pytest.raises((BackupError, OSError)):
                restore(folder, no_say)
        assert not connection.introspection.table_names()
        path.write_bytes(whole)
        restore(folder, no_say)
        assert Counter.objects.get().key == "kept"
        assert (settings.MEDIA_ROOT / "exports" / "book.zip").exists()


def full_disk(*arguments, **options):
    raise OSError(28, "No space left on device")


# Half a backup


@pytest.mark.one_engine
def test_what_fails_or_is_killed_half_way_leaves_no_backup(instance, to, monkeypatch):
    engine = make.ENGINES[connection.vendor]
    for trouble in (OSError(28, "No space left on device"), BackupError("It isn't whole."), KeyboardInterrupt()):

        def fail(*arguments, trouble=trouble):
            raise trouble

        with monkeypatch.context() as patch:
            patch.setattr(engine, "verify", fail)
            with pytest.raises((BackupError, KeyboardInterrupt)):
                back_up(to)
        assert not list(to.iterdir())
    killed = to / ".readlist-2026-01-01-000000-000000.unfinished"
    killed.mkdir()
    (killed / "database.dump").write_bytes(b"half of it")
    with make._unfinished(to / "readlist-2026-01-02-000000-000000") as of_another:
        folder, _ = back_up(to)
        assert sorted(to.iterdir()) == sorted([of_another, folder])


@pytest.mark.one_engine
def test_only_own_old_backups_are_removed(instance, to, settings, monkeypatch):
    old, _ = back_up(to)
    others = [to / "2026-01-01-000000-000000", to / "readlist-of-mine", to / "readlist-2026-01-01-000000-000000"]
    for path in others:
        path.mkdir(mode=0o700)
        (path / "manifest.json").write_text("{}")
    with monkeypatch.context() as patch:
        patch.setattr(make, "instance_id", lambda: "another")
        others.append(back_up(to)[0])
    second, _ = back_up(to, keep=2)
    assert sorted(to.iterdir()) == sorted([*others, old, second])
    third, _ = back_up(to, keep=2)
    assert sorted(to.iterdir()) == sorted([*others, second, third])
    with pytest.raises(CommandError, match="whole number of at least 1"):
        call_command("backup", "--to", str(to), "--keep", "0")
    assert third.exists()


# By the worker


@pytest.mark.one_engine
def test_the_worker_makes_one_a_day_however_many_workers_there_are(instance, settings, monkeypatch):
    folder = back_up_if_due()
    assert folder.parent == settings.BACKUP_DIR
    assert back_up_if_due() is None
    yesterday = timezone.now() - timedelta(hours=25)
    PeriodicTask.objects.update(done_at=yesterday)

    def fail(*arguments):
        raise BackupError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(make, "back_up", lambda *arguments, **options: fail())
        with pytest.raises(BackupError):
            back_up_if_due()
    row = PeriodicTask.objects.get(name=BACKUP)
    assert (row.done_at, row.failure) == (yesterday, "The disk is full.")
    # Not again and again, but soon.
    assert back_up_if_due() is None
    PeriodicTask.objects.update(leased_until=timezone.now())
    assert back_up_if_due()
    assert PeriodicTask.objects.get(name=BACKUP).failure == ""


def test_of_two_workers_one_gets_the_backup_of_the_day(instance):
    now, day = timezone.now(), timedelta(days=1)
    lease = {"every": day, "lease": timedelta(hours=1)}
    assert PeriodicTask.objects.lease(BACKUP, now=now, **lease)
    assert not PeriodicTask.objects.lease(BACKUP, now=now, **lease)
    # The first was killed.
    assert PeriodicTask.objects.lease(BACKUP, now=now + timedelta(hours=2), **lease)


# The commands


@pytest.mark.one_engine
def test_the_commands_say_what_they_did_and_what_is_another_here(instance, new_database, to, monkeypatch, capsys):
    monkeypatch.setenv("READLIST_EMAIL_HOST", "mail.example.org")
    call_command("backup", "--to", str(to))
    [folder] = to.iterdir()
    assert capsys.readouterr().out == f"Backed up to {folder}\n"
    monkeypatch.delenv("READLIST_EMAIL_HOST")
    monkeypatch.setenv("READLIST_SECRET_KEY", "another")
    with new_database():
        call_command("restore", str(folder))
        said = capsys.readouterr()
        assert "Start Readlist as usual." in said.out
        assert "READLIST_SECRET_KEY differs" in said.err
        assert "settings that are not set here: READLIST_EMAIL_HOST." in said.err
        with pytest.raises(CommandError, match="isn't empty"):
            call_command("restore", str(folder))


@pytest.mark.one_engine
def test_where_there_is_nothing_yet_that_is_said(new_database, to):
    with new_database(), pytest.raises(CommandError, match=r"There is (no database|nothing)"):
        call_command("backup", "--to", str(to))
    assert not list(to.iterdir())


def test_where_there_is_no_backup_that_is_said(tmp_path):
    with pytest.raises(CommandError, match=r"is no backup: it has no manifest\.json"):
        call_command("restore", str(tmp_path))


@pytest.fixture
def clients(tmp_path, monkeypatch):
    """A function: programs of PostgreSQL of this version are on PATH, and the server is of the same or another."""

    def install(version: int | None, *, server: int) -> None:
        monkeypatch.setattr(postgresql, "_server_version", lambda: server)
        for name in ("pg_dump", "pg_restore"):
            program = tmp_path / name
            if version:
                program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}.3 (Debian {version}.3-1)'\n")
                program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return install


def test_a_client_older_than_the_server_is_refused_with_what_to_install(clients, tmp_path):
    clients(None, server=17)
    with pytest.raises(BackupError, match=r"pg_dump isn't on PATH\. Install the client of PostgreSQL 17"):
        postgresql._client("pg_dump")
    clients(15, server=17)
    with pytest.raises(BackupError, match=r"is of PostgreSQL 15, older than the server, which is 17\. Install"):
        postgresql._client("pg_dump")
    clients(18, server=17)
    assert postgresql._client("pg_dump").version == 18


def test_an_older_server_or_client_than_the_backup_s_is_refused(clients):
    clients(16, server=16)
    with pytest.raises(BackupError, match="of PostgreSQL 17, and this server is 16"):
        postgresql.check_target({"postgresql": 17, "pg_dump": 17, "schema": "public"})
    with pytest.raises(BackupError, match="made by pg_dump 17, and pg_restore is 16"):
        postgresql.check_target({"postgresql": 16, "pg_dump": 17, "schema": "public"})


def test_a_checksum_is_that_of_every_byte(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    assert checksum_of(tmp_path / "file") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
