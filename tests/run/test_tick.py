"""What time brings about: by a command, or by the worker that runs it again and again."""

import os
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import OperationalError

from catalog.links.finding_text import stored_finding
from catalog.links.link_check import LinkCheck
from readlist_site.run.management.commands import worker
from readlist_site.run.tick import tick
from tests.groups.reviewing import NOW, days, say, show, take


def test_a_tick_accepts_reminds_and_mails_and_the_next_finds_nothing(group, ada, jonas, tomas):
    say(show(ada, group, at=days(-8)), jonas, "approve", at=days(-7.5))
    take(show(jonas, group, at=days(-1.5)), tomas, days(-1.5))
    ticked = tick(NOW)
    assert (ticked.accepted, ticked.reminded) == (1, 1)
    assert ticked.mails == len(mail.outbox) > 0
    again = tick(NOW)
    assert not again.accepted
    assert not again.mails


def test_the_command_says_what_it_did_and_fails_where_no_mail_could_go(group, ada, jonas, capsys, monkeypatch):
    say(show(ada, group, at=days(-1)), jonas, "request_changes", at=days(-0.5))

    def send(self, messages):
        raise ConnectionRefusedError("nobody listens")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", send)
        with pytest.raises(CommandError, match="nobody listens"):
            call_command("tick")
    call_command("tick")
    assert capsys.readouterr().out.startswith("0 accepted, 0 reminders sent, 0 e-mails sent.")


class Clock(threading.Event):
    """Lets so many ticks pass, and keeps how long each pause was."""

    def __init__(self, ticks: int) -> None:
        super().__init__()
        self.ticks, self.pauses = ticks, []

    def wait(self, timeout=None):
        self.pauses.append(timeout)
        return len(self.pauses) > self.ticks


def test_a_worker_outlives_what_breaks_and_gives_it_time(monkeypatch, settings, db):
    settings.WEBHOOKS = False
    clock, troubles = Clock(5), [OperationalError("gone"), OperationalError("gone"), None, KeyError("a bug"), None]

    def stumble():
        if trouble := troubles.pop(0):
            raise trouble
        return tick(NOW)

    monkeypatch.setattr(worker, "tick", stumble)
    # The test's own connection is not the worker's to close.
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "Event", lambda: clock)
    monkeypatch.setattr(worker, "JobThread", lambda ended: SimpleNamespace(start=int, join=float))
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    call_command("worker", every=5)
    assert clock.pauses == [5, 10, 20, 5, 10, 5]


def test_links_are_visited_only_where_the_instance_is_set_to(settings, db, monkeypatch, capsys):
    visits = []
    monkeypatch.setattr("readlist_site.run.management.commands.tick.crawl_due", lambda most: visits.append(most) or [])
    call_command("tick")
    assert not visits
    settings.CHECK_LINKS = True
    call_command("tick")
    assert visits == [worker.LINK_BATCH_SIZE]


def test_a_worker_goes_round_beside_its_ticks_and_outlives_what_breaks(settings, reading_list, monkeypatch, caplog):
    clock, visits = Clock(3), []
    caplog.set_level("INFO", worker.__name__)

    def visit(most):
        visits.append(most)
        if len(visits) == 2:
            raise OperationalError("gone")
        source = reading_list.sections.filter(kind="topic").first().topic_entries.first().source
        return [LinkCheck(source=source, url="https://example.org/", outcome="dead", note=stored_finding("refused"))]

    monkeypatch.setattr(worker, "crawl_due", visit)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.Command().crawl(clock)
    assert visits == [worker.LINK_BATCH_SIZE] * 3
    assert clock.pauses == [worker.LINK_INTERVAL, worker.LINK_INTERVAL, 2 * worker.LINK_INTERVAL, worker.LINK_INTERVAL]
    said = [record.getMessage() for record in caplog.records if record.levelname == "INFO"]
    assert said == ["broken: https://example.org/ The host refuses connections."] * 2


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_worker_ends_when_it_is_told_to(name, tmp_path):
    """On a database that nobody has made, too."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "readlist_site.settings", "READLIST_DATA": str(tmp_path), "DATABASE_URL": "",
        "READLIST_SECRET_KEY": "", "PYTHONUNBUFFERED": "1", "READLIST_CHECK_LINKS": "yes",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "worker", "--every", "0.1"]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        # It has looked once, found nothing to look at, and goes on.
        while "The worker will try again." not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(getattr(signal, name))
        process.communicate(timeout=30)
    assert process.returncode == 0
