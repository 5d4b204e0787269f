"""The server as it is started for people: gunicorn with our settings, in processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest
from django.conf import settings


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    """The environment of a prepared instance with a database of its own."""
    data = tmp_path_factory.mktemp("data")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "readlist_site.settings",
        "READLIST_DATA": str(data),
        "READLIST_STATIC": str(data / "static"),
        "DATABASE_URL": "",
        "READLIST_SECRET_KEY": "",
        "HOST": "127.0.0.1",
    }
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=settings.BASE_DIR, env=environment, check=True)
    return environment


@pytest.fixture
def server(instance):
    """A running server: its process and address."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "readlist_site/serving.py", "readlist_site.wsgi"]
    with subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=instance | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
        # Tests that are run under nohup must not hand that on: the server would rightly outlive its terminal.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    ) as process:
        said = ""
        while f"http://127.0.0.1:{port}/" not in said:
            said = process.stdout.readline()
            assert process.poll() is None
        yield process, f"http://127.0.0.1:{port}"
        process.kill()


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
def test_it_ends_with_all_its_processes(server, name):
    process, address = server
    get(f"{address}/list/")
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    began = time.monotonic()
    process.send_signal(getattr(signal, name))
    process.wait(timeout=30)
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert time.monotonic() - began < 15
