"""The log of erased accounts, and what it is for: a backup that brings one back."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from groups.threads.post import Post
from readlist_site.base.accounts import erasure_log as module
from readlist_site.base.accounts.account_deletion import AccountDeletion
from readlist_site.base.accounts.erasure_log import BadErasureLog, Erasure, log_erasure, read_erasures
from readlist_site.base.accounts.models import User
from readlist_site.base.text.deleted_text import DELETED_TEXT
from tests.personal_data.conftest import MARK, traces

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

NOW = timezone.now()


def erase_again(*logs) -> None:
    call_command("erase_again", *map(str, logs))


def test_it_says_who_and_when_without_name_or_address_and_only_its_owner_reads_it(ada, erasure_log):
    log_erasure(Erasure.of(ada, texts=True, now=NOW))
    assert erasure_log.stat().st_mode & 0o777 == 0o600
    assert json.loads(erasure_log.read_text()) == {
        "user": ada.pk, "joined": ada.date_joined.isoformat(), "texts": True, "at": NOW.isoformat(),
    }  # fmt: skip


def test_what_a_backup_brings_back_is_deleted_again_as_it_was(writer, erasure_log, capsys):
    log_erasure(Erasure.of(writer.person, texts=True, now=NOW))
    # When the backup was made, the deletion had been requested.
    AccountDeletion.objects.request(writer.person, erases_texts=False, now=NOW)
    erase_again()
    assert traces(MARK) == set()
    assert Post.objects.filter(body=DELETED_TEXT).count() == 2
    assert not AccountDeletion.objects.exists()
    erase_again()
    assert capsys.readouterr().out.splitlines() == [
        "Deleted 1 of 1 erased accounts again.",
        "Deleted 0 of 1 erased accounts again.",
    ]
    assert mail.outbox == []


def test_somebody_else_with_the_same_key_is_left_alone(ada):
    gone = SimpleNamespace(pk=ada.pk, date_joined=ada.date_joined - timedelta(seconds=1))
    log_erasure(Erasure.of(gone, texts=False, now=NOW))
    erase_again()
    assert User.objects.filter(pk=ada.pk).exists()


def test_the_logs_of_several_hosts_are_read(ada, jonas, settings, tmp_path):
    for person, name in ((ada, "one"), (jonas, "other")):
        settings.ERASURE_LOG = tmp_path / name
        log_erasure(Erasure.of(person, texts=False, now=NOW))
    erase_again(tmp_path / "one", tmp_path / "other")
    assert not User.objects.exists()


def test_no_log_is_no_erasure():
    erase_again()


def test_a_line_that_was_cut_off_spoils_no_other(ada, jonas, erasure_log, monkeypatch):
    log_erasure(Erasure.of(ada, texts=False, now=NOW))
    with erasure_log.open("a") as file:
        file.write('\n{"user": 12, "joi')
    log_erasure(Erasure.of(jonas, texts=False, now=NOW))
    assert [each.user for each in read_erasures(erasure_log)] == [ada.pk, jonas.pk]


def test_a_line_that_does_not_fit_on_the_disk_is_an_error(ada, monkeypatch):
    monkeypatch.setattr(module.os, "write", lambda file, line: len(line) - 1)
    with pytest.raises(OSError, match="No space left"):
        log_erasure(Erasure.of(ada, texts=False, now=NOW))


@pytest.mark.parametrize("line", ['{"user": 1}', "{nonsense}", '{"user": 1, "joined": "x", "texts": true, "at": ""}'])
def test_a_log_that_cannot_be_read_is_said_and_nothing_deleted(ada, erasure_log, line):
    log_erasure(Erasure.of(ada, texts=False, now=NOW))
    with erasure_log.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(BadErasureLog):
        list(read_erasures(erasure_log))
    with pytest.raises(CommandError, match="line 3"):
        erase_again()
    assert User.objects.exists()
