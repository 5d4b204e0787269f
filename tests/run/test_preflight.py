"""What keeps Readlist from starting is said in one sentence, before anything is installed or begun."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.conf import settings

from readlist_site.run.preflight import PreflightError, make_private

# A python that says it is of another time.
OLD_PYTHON = """#!/bin/sh
exec {python} -c 'import sys; sys.version_info = (3, 9, 18); exec(sys.argv[1])' "$2"
"""


@pytest.fixture
def refused() -> Callable[..., str]:
    """A function: what make says when it refuses this command. Never a traceback."""

    def refused(*arguments: str) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("READLIST_", "MAKE"))}
        result = subprocess.run(
            ["make", f"PYTHON={sys.executable}", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert result.returncode != 0
        assert "Traceback" not in result.stderr
        sentence, _, rest = result.stderr.partition("\n")
        # Make itself adds where it stopped.
        assert rest.startswith("make: ***")
        assert rest.count("\n") == 1
        return sentence

    return refused


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("command", ["run", "dev"])
def test_a_port_that_is_taken(refused, taken_port, tmp_path, command):
    assert refused(command, f"PORT={taken_port}", f"DATA={tmp_path}") == (
        f"Port {taken_port} on 127.0.0.1 is taken by another program; choose another one: make {command} PORT=8001."
    )


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "8000x"])
def test_a_port_that_is_none(refused, port):
    assert refused("run", f"PORT={port}") == f"PORT must be a number from 1 to 65535, not '{port}'."


def test_a_folder_that_can_not_be_written(refused, free_port, tmp_path):
    (tmp_path / "a file").touch()
    folder = tmp_path / "a file" / "data"
    sentence = refused("run", f"PORT={free_port}", f"DATA={folder}")
    assert sentence == f"{folder}, the DATA folder, can't be written: Not a directory."


def test_a_folder_of_other_things_that_others_can_look_into(refused, free_port, tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "letter.txt").touch(0o644)
    said = f"{folder}, the DATA folder, is open to other users of this machine"
    assert refused("run", f"PORT={free_port}", f"DATA={folder}") == (
        f"{said}; close it (chmod 700 {folder}) or choose another folder."
    )
    assert mode(folder) == 0o755


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("names", [(), ("secret_key",), ("readlist.sqlite3", "readlist.sqlite3-wal", "notes.txt")])
def test_a_folder_of_ours_and_its_files_are_closed_to_others(tmp_path, names):
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    for name in names:
        (folder / name).touch()
        (folder / name).chmod(0o644)
    make_private(folder)
    assert mode(folder) == 0o700
    assert {name: mode(folder / name) for name in names if name != "notes.txt"} == dict.fromkeys(
        set(names) - {"notes.txt"}, 0o600
    )


def test_a_folder_for_everybody_is_not_closed(tmp_path):
    folder = tmp_path / "tmp"
    folder.mkdir()
    folder.chmod(0o1777)
    (folder / "readlist.sqlite3").touch()
    with pytest.raises(PreflightError, match="choose another folder"):
        make_private(folder)
    assert mode(folder) == 0o1777


def test_a_python_that_is_too_old(refused, tmp_path):
    python = tmp_path / "python3.9"
    python.write_text(OLD_PYTHON.format(python=sys.executable))
    python.chmod(0o755)
    assert refused("run", f"PYTHON={python}") == f"Readlist needs Python 3.11 or newer; {python} is 3.9."


def test_no_python_at_all(refused):
    assert refused("run", "PYTHON=python-of-tomorrow") == (
        "Readlist needs Python 3.11 or newer, and there is no python-of-tomorrow here."
    )


def test_hosting_without_saying_where(refused):
    assert refused("serve") == (
        "READLIST_URL must say the address that people will type: make serve READLIST_URL=https://readlist.example.org"
    )


def test_hosting_at_half_an_address(refused):
    assert refused("serve", "READLIST_URL=readlist.example.org") == (
        "READLIST_URL must be a whole address, as in https://readlist.example.org, not readlist.example.org."
    )


def test_hosting_on_another_machine_s_address(refused, free_port, tmp_path):
    sentence = refused(
        "serve", "READLIST_URL=https://x.example.org", "HOST=192.0.2.1", f"PORT={free_port}", f"DATA={tmp_path}"
    )
    assert sentence.startswith(f"192.0.2.1:{free_port} can't be listened on: ")
