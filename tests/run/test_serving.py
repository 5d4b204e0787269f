"""The server as it is started for people: gunicorn with our settings, in processes of its own."""

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import psutil
import pytest

from tests import instance
from tests.instance import SERVER, free_port, wait_for_server


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """That of a prepared instance with a database of its own."""
    return instance.prepare(tmp_path_factory.mktemp("data"))


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


def test_it_serves_pages_and_files_that_may_be_kept_for_ever(server):
    _, address = server
    assert get(f"{address}/healthz").read() == b"ok"
    page = get(f"{address}/list/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    sheet = page.read().decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = get(f"{address}{sheet}")
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_debug_pages_are_off(server):
    _, address = server
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(f"{address}/nothing/")
    assert caught.value.code == 404
    assert "Nothing is here" in caught.value.read().decode()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
@pytest.mark.parametrize("running", ["server", "both"])
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
