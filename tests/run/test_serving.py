"""The server as it is started for people: gunicorn with our settings, in processes of its own."""

import contextlib
import http.client
import os
import runpy
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from functools import partial
from itertools import product
from pathlib import Path

import psutil
import pytest

from tests import instance
from tests.instance import SERVER, free_port, wait_for_server
from tests.length import some


@pytest.fixture(scope="module")
def environment(tmp_path_factory, copy_template):
    """That of a prepared instance with a database of its own."""
    return instance.prepare(tmp_path_factory.mktemp("data"), copy_template)


@pytest.fixture
def start(environment):
    """A function: start a command with these variables, until the test ends. Gives its process."""
    started = []

    def start(*command: str, **variables: str) -> subprocess.Popen[str]:
        started.append(instance.begin(environment, *command, **variables))
        return started[-1]

    yield start
    for process in started:
        instance.kill(process)


@pytest.fixture
def server(start):
    """The server alone, running: its process and address."""
    return wait_for_server(start, *SERVER)


@pytest.fixture
def both(start):
    """Server and worker, running, as make starts them: the process that keeps them, and the address."""
    return wait_for_server(start, "-m", "readlist_site.run.process_manager")


def get(address: str):
    return urllib.request.urlopen(address, timeout=30)  # noqa: S310


def test_it_serves_pages_and_files_that_may_be_kept_for_ever_and_no_debug_pages(server):
    _, address = server
    assert get(f"{address}/healthz").read() == b"ok"
    page = get(f"{address}/list/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    sheet = page.read().decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = get(f"{address}{sheet}")
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(f"{address}/nothing/")
    assert caught.value.code == 404
    assert "Page not found" in caught.value.read().decode()


def test_nobody_else_on_the_machine_can_read_what_it_keeps(server, environment):
    """Though the folder was there before, open to all: not by the folder, nor by any file in it."""
    _, address = server
    get(f"{address}/list/")
    folder = Path(environment["READLIST_DATA"])
    open_to_others = {
        path.name for path in [folder, *folder.glob("*")] if path.is_file() and path.stat().st_mode & 0o077
    }
    assert open_to_others == set()
    assert {"readlist.sqlite3", "readlist.sqlite3-wal", "readlist.sqlite3-shm", "secret_key"} <= set(os.listdir(folder))
    assert folder.stat().st_mode & 0o077 == 0


def test_a_connection_that_idles_for_longer_than_a_proxy_keeps_it_is_not_closed_first(monkeypatch):
    """Caddy closes an idle one after 120 s, nginx after 60; who closes first loses no request."""
    for url, proxies, seconds in (("https://x.example", "", 150), ("http://x.example", "1", 150), ("", "", 5)):
        monkeypatch.setenv("READLIST_URL", url)
        monkeypatch.setenv("READLIST_PROXIES", proxies)
        assert runpy.run_path("readlist_site/run/gunicorn_conf.py")["keepalive"] == seconds


@pytest.mark.parametrize(("workers", "is_shared"), [("", False), ("1", False), ("4", True)])
def test_several_workers_share_what_is_loaded_before_they_are_forked(monkeypatch, workers, is_shared):
    monkeypatch.setenv("READLIST_WORKERS", workers)
    assert runpy.run_path("readlist_site/run/gunicorn_conf.py")["preload_app"] is is_shared


def test_a_connection_is_used_again_after_some_seconds(start):
    _, address = wait_for_server(partial(start, READLIST_PROXIES="1"), *SERVER)
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    for _ in range(2):
        connection.request("GET", "/healthz")
        socket_used = connection.sock
        assert connection.getresponse().read() == b"ok"
        time.sleep(2.5)
        assert connection.sock is socket_used
    connection.close()


def connect(address: str, source: str, sent: bytes = b"") -> socket.socket:
    """A connection that comes from this address of the machine, over which so much has been sent."""
    host, _, port = address.removeprefix("http://").partition(":")
    found = socket.create_connection((host, int(port)), timeout=30, source_address=(source, 0))
    found.sendall(sent)
    return found


def answer(connection: socket.socket) -> bytes:
    """The first line of what a connection is answered to a request."""
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return connection.recv(15)


# A form whose sender is slow holds a thread until all of it is there.
HALF = (
    b"POST /csp-reports/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/csp-report\r\n"
    b"Content-Length: 2\r\n\r\n["
)


def test_without_a_proxy_one_address_leaves_threads_to_others(server):
    _, address = server
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(address, "127.0.0.2", HALF)) for _ in range(12)]
        assert answer(stack.enter_context(connect(address, "127.0.0.1"))) == b"HTTP/1.1 200 OK"
        # Each of them has its turn.
        for each in slow:
            each.sendall(b"]")
        assert {each.recv(13) for each in slow} == {b"HTTP/1.1 204 "}


def test_without_a_proxy_a_connection_over_which_nothing_comes_holds_no_thread(server):
    process, address = server
    with contextlib.ExitStack() as stack:
        assert answer(stack.enter_context(connect(address, "127.0.0.1"))) == b"HTTP/1.1 200 OK"
        [worker] = psutil.Process(process.pid).children()
        threads = worker.num_threads()
        silent = [stack.enter_context(connect(address, "127.0.0.1")) for _ in range(12)]
        # It is accepted after them.
        assert answer(stack.enter_context(connect(address, "127.0.0.1"))) == b"HTTP/1.1 200 OK"
        assert worker.num_threads() <= threads + 1
        assert answer(silent[0]) == b"HTTP/1.1 200 OK"


# Both together with each signal; the server alone in the long form.
ENDS = list(product(["SIGTERM", "SIGINT", "SIGHUP"], ["both", "server"]))


@pytest.mark.soak
@pytest.mark.parametrize(("name", "running"), some(ENDS, 0, of=4))
def test_it_ends_with_all_its_processes(running, name, request):
    process, address = request.getfixturevalue(running)
    get(f"{address}/list/")
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    began = time.monotonic()
    process.send_signal(getattr(signal, name))
    assert process.wait(timeout=30) == 0
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert time.monotonic() - began < 15


def one_that_runs(process: subprocess.Popen[str], what: str) -> psutil.Process:
    family = psutil.Process(process.pid).children(recursive=True)
    return next(each for each in family if what in each.cmdline())


@pytest.mark.parametrize("what", ["worker", "gunicorn"])
def test_server_and_worker_end_together(both, what):
    process, _ = both
    family = psutil.Process(process.pid).children(recursive=True)
    one_that_runs(process, what).kill()
    assert process.wait(timeout=30) != 0
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_a_server_that_can_not_start_says_so_with_its_exit_code_and_leaves_no_worker(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start("-m", "readlist_site.run.process_manager", PORT=str(taken.getsockname()[1]))
        assert process.wait(timeout=30) == 1


def test_being_told_to_end_before_both_have_begun_leaves_neither(start):
    process = start("-m", "readlist_site.run.process_manager", PORT=str(free_port()))
    family = []
    while not family:  # the first of them is there: now, before it has said so
        family = psutil.Process(process.pid).children()
    process.terminate()
    assert process.wait(timeout=30) == 0
    assert "Readlist is at" not in process.stdout.read()
    assert psutil.wait_procs(family, timeout=10)[1] == []
