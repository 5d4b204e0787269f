"""Readlist as it runs for people: an instance with a database of its own, in processes of its own."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from django.conf import settings

from tests.migrated import locked

SERVER = ("-m", "gunicorn", "--config", "readlist_site/run/gunicorn_conf.py", "readlist_site.wsgi")


def free_port() -> int:
    """A port on which nobody listens, below those from which Linux takes one for each connection to elsewhere: one of
    these may be taken again before a server listens on it."""
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("", port))
            return port


def prepare(data: Path, copy_template: Callable[[str], None]) -> dict[str, str]:
    """Make an instance that keeps everything in this empty folder. Gives its environment.

    It was prepared in a folder that was open to all."""
    made = Path(os.environ["READLIST_DATA"]) / "instance"
    with locked(made.with_name("instance.lock")):
        if not made.exists():
            made.mkdir()
            made.chmod(0o755)
            copy_template(str(made / "readlist.sqlite3"))
            manage(_environment(made), "prepare")
    shutil.copytree(made, data, dirs_exist_ok=True)
    return _environment(data)


def _environment(data: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "readlist_site.settings",
        "READLIST_DATA": str(data),
        "READLIST_STATIC": str(data / "static"),
        "DATABASE_URL": "",
        "READLIST_SECRET_KEY": "",
        "HOST": "127.0.0.1",
    }


def manage(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, check=True)


def begin(
    environment: dict[str, str], *command: str, code: Path = settings.BASE_DIR, **variables: str
) -> subprocess.Popen[str]:
    """Start a command of the instance, by the code in this folder."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=code,
        env=environment | variables,
        stdout=subprocess.PIPE,
        text=True,
        # Tests that are run under nohup must not hand that on: the server would rightly outlive its terminal.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )


def kill(process: subprocess.Popen[str]) -> None:
    """End it, and all that it has started, without a warning."""
    if process.poll() is None:
        for each in [*psutil.Process(process.pid).children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):  # such as a renderer, which has ended by itself
                each.kill()
    if not process.stdout or not process.stdout.closed:  # it may have been killed before
        process.communicate()


def wait_for_server(
    start: Callable[..., subprocess.Popen[str]], *command: str, port: int | None = None
) -> tuple[subprocess.Popen[str], str]:
    """Start a server and wait until it answers: its process and address."""
    port = port or free_port()
    process, said = start(*command, PORT=str(port)), ""
    while f"http://localhost:{port}/" not in said:
        said = process.stdout.readline()
        assert process.poll() is None
    return process, f"http://127.0.0.1:{port}"
