"""Who asks for too much slows nobody else down: one signed-in person, or a crowd of strangers."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.instance import free_port
from tests.run.test_operating import FILES, whole_nginx
from tests.soak.latency import compare
from tests.soak.machines import listens, program
from tests.soak.person import Person
from tests.soak.site import eventually, port_of

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

OTHERS = 3


@pytest.mark.timeout(900)
@pytest.mark.parametrize("demanding", ["greedy", "flood"])
def test_behind_nginx_others_wait_twice_as_long_at_most(site, demanding, tmp_path):
    """`greedy`: one person sends the dearest texts over 8 connections. `flood`: 200 connections of strangers. Each
    from one address, before the shipped nginx file."""
    _, server = site.serve(READLIST_PROXIES="1")
    proxy, address = behind_nginx(server, tmp_path)
    people = [Person(address, site.world, number) for number in range(1, OTHERS + 1)]
    try:
        without, with_it = compare(people, demanding, address, json.dumps(site.world))
        assert with_it <= 2 * without
    finally:
        proxy.kill()
        proxy.wait()


def behind_nginx(server: str, folder: Path) -> tuple[subprocess.Popen, str]:
    """nginx with the shipped file, without https, in front of one server: its process and address."""
    port = free_port()
    text = re.sub(r" *server 127.0.0.1:8001.*\n| *ssl_\w+ .*\n", "", (FILES / "nginx.conf").read_text())
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{port_of(server)}").replace(" ssl http2;", ";")
    file = whole_nginx(folder, text, ports=(free_port(), port))
    proxy = subprocess.Popen([program("nginx"), "-c", file, "-g", "daemon off;"])
    eventually(lambda: listens(port))
    return proxy, f"http://127.0.0.1:{port}"
