"""Who asks for too much slows nobody else down: one signed-in person, or a crowd of strangers."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.instance import free_port, kill
from tests.run.test_operating import FILES, whole_nginx
from tests.soak.latency import compare
from tests.soak.machines import listens, program
from tests.soak.person import Person
from tests.soak.site import Site, eventually, port_of

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

OTHERS = 3


# How much longer others may wait without a proxy: what somebody is refused takes time of the server, too. (It was 33
# times as long, 12 times once pages no longer waited for texts, and 6 to 8 times since an address has three threads.)
WITHOUT_PROXY = 10


@pytest.mark.timeout(900)
@pytest.mark.parametrize("demanding", ["greedy", "flood"])
def test_behind_nginx_others_wait_twice_as_long_at_most(site, demanding, tmp_path):
    """`greedy`: one person sends the dearest texts over 8 connections. `flood`: 200 connections of strangers. Each
    from one address, before the shipped nginx file."""
    _, server = site.serve(READLIST_PROXIES="1")
    proxy, address = behind_nginx(server, tmp_path)
    try:
        assert factor(site, address, demanding) <= 2
    finally:
        kill(proxy)


@pytest.mark.one_engine
@pytest.mark.timeout(900)
def test_without_a_proxy_one_greedy_person_lets_others_go_on(site):
    _, address = site.serve()
    assert factor(site, address, "greedy") <= WITHOUT_PROXY


def factor(site: Site, address: str, demanding: str) -> float:
    """By how much longer than without it others wait beside it, in the 95th percentile."""
    people = [Person(address, site.world, number) for number in range(1, OTHERS + 1)]
    without, with_it = compare(people, demanding, address, json.dumps(site.world))
    return with_it / without


def behind_nginx(server: str, folder: Path) -> tuple[subprocess.Popen, str]:
    """nginx with the shipped file, without https, in front of one server: its process and address."""
    port = free_port()
    text = re.sub(r" *server 127.0.0.1:8001.*\n| *ssl_\w+ .*\n", "", (FILES / "nginx.conf").read_text())
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{port_of(server)}").replace(" ssl http2;", ";")
    file = whole_nginx(folder, text, ports=(free_port(), port))
    proxy = subprocess.Popen([program("nginx"), "-c", file, "-g", "daemon off;"])
    eventually(lambda: listens(port))
    return proxy, f"http://127.0.0.1:{port}"
