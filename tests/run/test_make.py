"""What make does for whoever hosts Readlist."""

import os
import re
import subprocess
import sys

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


def test_every_command_of_the_readme_is_there(make):
    there = " ".join(re.findall(r"^  make (.+?) · ", make("help").stdout, re.MULTILINE)).split()
    typed = re.findall(r"^    .+|`make .+?`", README.read_text(), re.MULTILINE)
    named = set(re.findall(r"\bmake (?:--\w+ )?([a-z]+)", "\n".join(typed)))
    assert {"run", "serve", "administrator", "tick", "backup", "restore"} <= named
    assert named <= set(there)


def test_time_s_decisions_are_written_by_a_command_for_cron(make, tmp_path):
    assert "manage.py tick" in make("--dry-run", "tick", f"DATA={tmp_path}").stdout


@pytest.mark.parametrize("command", ["run", "serve"])
def test_server_and_worker_are_started_together(command, make, tmp_path):
    said = make("--dry-run", command, f"DATA={tmp_path}", "READLIST_URL=https://readlist.example.org").stdout
    assert said.rstrip().endswith("-m readlist_site.run.process_manager")


def test_backup_and_restore_take_folders_with_any_name(make, tmp_path):
    said = make("--dry-run", "backup", f"DATA={tmp_path}", "TO=a folder", "KEEP=7").stdout
    assert said.rstrip().endswith('manage.py backup --to "a folder" --keep "7"')
    assert make("--dry-run", "backup", f"DATA={tmp_path}").stdout.rstrip().endswith("manage.py backup")
    said = make("--dry-run", "restore", f"DATA={tmp_path}", "FROM=a folder").stdout
    assert said.rstrip().endswith('manage.py restore "a folder"')
