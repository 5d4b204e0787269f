"""Two app servers, two workers, a pooler, PostgreSQL and a proxy, each killed in turn or started anew under load."""

import time

import pytest

from tests.length import FULL
from tests.soak.machines import Machines
from tests.soak.writers import Writers

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

TURNS = 6 if FULL else 1
# What is there twice, so that the proxy finds another; and what there is one of.
DOUBLE = ("app 1", "worker 1", "app 2", "worker 2")
SINGLE = ("database", "pooler", "proxy")


@pytest.fixture
def machines(site, tmp_path_factory):
    return Machines(site, tmp_path_factory.mktemp("machines"))


@pytest.mark.timeout(1800)
def test_each_may_be_killed_and_nothing_acknowledged_is_lost(machines):
    with Writers(machines.site, machines.address) as writers:
        for name in DOUBLE * TURNS:
            time.sleep(1)
            machines.kill(name)
            time.sleep(0.5)
            machines.start(name)
        time.sleep(1)
    writers.report("Killed app servers and workers")
    writers.check()
    assert len(writers.failed_reads) <= max(0, writers.reads * 0.001), writers.failed_reads
    with Writers(machines.site, machines.address) as writers:
        for name in SINGLE * TURNS:
            time.sleep(1)
            machines.kill(name)
            machines.start(name)
        time.sleep(1)
    writers.report("Killed database, pooler and proxy")
    writers.check()


@pytest.mark.timeout(1800)
def test_a_rolling_restart_fails_no_request(machines):
    with Writers(machines.site, machines.address) as writers:
        for name in ("app 1", "app 2", "worker 1", "worker 2") * TURNS:
            time.sleep(1)
            machines.end(name)
            machines.start(name)
    writers.report("Rolling restart")
    writers.check()
    assert (writers.failed_reads, writers.failed_writes) == ([], [])
