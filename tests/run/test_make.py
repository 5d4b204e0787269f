"""What make does for whoever hosts Readlist."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings

README = settings.BASE_DIR / "README.md"


@pytest.fixture
def make():
    """A function: run make with these arguments, and with nothing that the shell says of an instance."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("READLIST_", "MAKE", "DATABASE_"))
        }
        return subprocess.run(
            ["make", f"PYTHON={sys.executable}", *arguments],
            cwd=settings.BASE_DIR,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def data(tmp_path):
    """A data folder in use: its database is open, and the last line stands in the log only."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "secret_key").write_text("k" * 60)
    with closing(sqlite3.connect(folder / "readlist.sqlite3", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE lines (body TEXT)")
        database.execute("INSERT INTO lines VALUES ('kept')")
        yield folder


def test_every_command_of_the_readme_is_there(make):
    there = " ".join(re.findall(r"^  make (.+?) · ", make("help").stdout, re.MULTILINE)).split()
    typed = re.findall(r"^    .+|`make .+?`", README.read_text(), re.MULTILINE)
    named = set(re.findall(r"\bmake (?:--\w+ )?([a-z]+)", "\n".join(typed)))
    assert {"run", "serve", "administrator", "tick", "backup"} <= named
    assert named <= set(there)


def test_time_s_decisions_are_written_by_a_command_for_cron(make, tmp_path):
    assert "manage.py tick" in make("--dry-run", "tick", f"DATA={tmp_path}").stdout


@pytest.mark.parametrize("command", ["run", "serve"])
def test_server_and_worker_are_started_together(command, make, tmp_path):
    said = make("--dry-run", command, f"DATA={tmp_path}", "READLIST_URL=https://readlist.example.org").stdout
    assert said.rstrip().endswith("-m readlist_site.run.process_manager")


def test_a_backup_is_whole_works_again_and_is_for_its_owner_alone(make, data):
    copies = []
    for _ in range(2):
        done = make("backup", f"DATA={data}")
        assert done.returncode == 0, done.stderr
        copies.append(done.stdout.removeprefix("Copied to ").strip())
    assert len(set(copies)) == 2
    for folder in (data / "backups").iterdir():
        assert str(folder) in copies
        with closing(sqlite3.connect(folder / "readlist.sqlite3")) as database:
            assert database.execute("SELECT body FROM lines").fetchall() == [("kept",)]
        assert (folder / "secret_key").read_text() == "k" * 60
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_what_can_not_be_backed_up_is_said_in_one_sentence(make, tmp_path):
    nothing = make("backup", f"DATA={tmp_path}")
    assert nothing.returncode != 0
    assert nothing.stderr.startswith(f"{tmp_path} can't be backed up: ")
    assert not list(tmp_path.iterdir())
    elsewhere = make("backup", DATABASE_URL="postgres://db.example.org/readlist")
    assert elsewhere.stderr.startswith("DATABASE_URL names another database")
