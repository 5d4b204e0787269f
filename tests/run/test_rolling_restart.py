"""Servers are started anew under load, and no request fails: behind their socket, or in turn behind a proxy.

The proxies run with the files for operators. The trials with them are those of `make soak`, which fails where a proxy
is missing, and names it."""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from tests import instance
from tests.instance import SERVER, free_port, wait_for_server
from tests.length import FULL
from tests.run.test_operating import FILES, whole_nginx

CLIENTS = 6
ROUNDS = 5 if FULL else 1
REPORT = b"[]"  # of nothing, which leaves no line in the log
# systemd hands over the socket as the first file after the three usual ones.
FROM_SYSTEMD = 'exec 3<&%d; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'


@pytest.fixture
def environment(tmp_path, copy_template) -> dict[str, str]:
    return instance.prepare(tmp_path, copy_template) | {"READLIST_PROXIES": "1"}


@contextmanager
def load(port: int, *, https: bool = False) -> Iterator[Counter]:
    """Pages are asked for and forms are sent all the while; gives how often what was answered."""
    answers, ended = Counter(), threading.Event()

    def connect() -> http.client.HTTPConnection:
        if not https:
            return http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)

    def ask(form: bool) -> None:
        while not ended.is_set():
            # A connection each, or some requests over one, as browsers do.
            connection = connect()
            try:
                for _ in range(3):
                    if form:
                        connection.request("POST", "/csp-reports/", REPORT, {"Content-Type": "application/csp-report"})
                    else:
                        connection.request("GET", "/accounts/login/")
                    answer = connection.getresponse()
                    answer.read()
                    answers[answer.status] += 1
                    if answer.headers.get("Connection") == "close":
                        break
            except OSError as error:
                answers[f"{'POST' if form else 'GET'} {type(error).__name__}"] += 1
            except http.client.HTTPException as error:
                answers[f"{'POST' if form else 'GET'} {type(error).__name__}"] += 1
            finally:
                connection.close()

    threads = [threading.Thread(target=ask, args=[number % 2 == 1]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def wait_for_more(answers: Counter, than: int) -> None:
    deadline = time.monotonic() + 60
    while answers.total() < than:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.soak_only
def test_behind_its_socket_one_server_is_started_anew_and_no_request_fails(environment):
    """As with readlist-server@.socket: who connects meanwhile waits. A request of its own per connection, as nginx
    without keep-alive sends it."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        command = ["bash", "-c", FROM_SYSTEMD % listener.fileno(), "bash", sys.executable, *SERVER]

        def start() -> subprocess.Popen:
            return subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=environment, pass_fds=[listener.fileno()], stdout=subprocess.DEVNULL
            )

        server = start()
        try:
            with load(listener.getsockname()[1]) as answers:
                for _ in range(ROUNDS):
                    wait_for_more(answers, answers.total() + 100)
                    end(server)
                    server = start()
                wait_for_more(answers, answers.total() + 100)
        finally:
            end(server)
    assert set(answers) == {200, 204}


if FULL:

    @pytest.fixture
    def proxy(request, tmp_path):
        """A function: the proxy of this name before these ports, until the test ends; gives its port."""
        started = []

        def start(name: str, ports: list[int]) -> int:
            path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
            if path is None:
                pytest.fail(f"{name} is missing: apt-get install {name}")
            port = free_port()
            text = (FILES / ("Caddyfile" if name == "caddy" else "nginx.conf")).read_text()
            for old, new in zip((8000, 8001), ports, strict=True):
                text = text.replace(f"127.0.0.1:{old}", f"127.0.0.1:{new}")
            if name == "caddy":
                text = re.sub(r"^readlist.example.org", f"http://127.0.0.1:{port}", text, flags=re.MULTILINE)
                text = text.replace("{\n\tservers", "{\n\tadmin off\n\tservers", 1)
                (tmp_path / "Caddyfile").write_text(text)
                command = [path, "run", "--adapter", "caddyfile", "--config", tmp_path / "Caddyfile"]
            else:
                # All of these clients have one address.
                assert "rate=20r/s" in text
                text = text.replace("rate=20r/s", "rate=10000r/s")
                file = whole_nginx(tmp_path, text, ports=(free_port(), port))
                command = [path, "-c", file, "-g", "daemon off;"]
            log = (tmp_path / "proxy.log").open("w")
            home = os.environ | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
            started.append(subprocess.Popen(command, stdout=log, stderr=log, env=home))
            deadline = time.monotonic() + 20
            while socket.socket().connect_ex(("127.0.0.1", port)):
                assert time.monotonic() < deadline, (tmp_path / "proxy.log").read_text()
                time.sleep(0.1)
            return port

        yield start
        for process in started:
            process.terminate()
            process.wait(timeout=20)

    @pytest.mark.soak
    @pytest.mark.timeout(600)
    @pytest.mark.parametrize("name", ["caddy", "nginx"])
    def test_behind_a_proxy_two_servers_are_started_anew_in_turn_and_no_request_fails(name, proxy, environment):
        servers = {}

        def start(*command: str, **variables: str) -> subprocess.Popen:
            return instance.begin(environment, *command, **variables)

        try:
            for port in (free_port(), free_port()):
                servers[port], _ = wait_for_server(start, *SERVER, port=port)
            with load(proxy(name, list(servers)), https=name == "nginx") as answers:
                for _ in range(ROUNDS):
                    for port in servers:
                        wait_for_more(answers, answers.total() + 100)
                        end(servers[port])
                        servers[port], _ = wait_for_server(start, *SERVER, port=port)
                wait_for_more(answers, answers.total() + 100)
        finally:
            for process in servers.values():
                instance.kill(process)
        assert set(answers) == {200, 204}, answers
