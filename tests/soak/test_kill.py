"""Server, worker and database are killed while people write: what was acknowledged is there, and there once."""

import time

import pytest

from tests import instance
from tests.instance import free_port
from tests.length import FULL
from tests.soak.site import PostgresSite, Site
from tests.soak.writers import Writers

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

# The server, then the worker; on PostgreSQL then its server, too.
KILLS = 51 if FULL else 2


@pytest.mark.timeout(1800)
@pytest.mark.one_engine
def test_nothing_that_was_acknowledged_is_lost_or_doubled(site: Site):
    port = free_port()
    server, address = site.serve(port=port)
    worker = site.start("manage.py", "worker", "--every", "1")
    with Writers(site, address) as writers:
        for turn in range(KILLS):
            time.sleep(1.5)
            if turn % 3 == 1:
                instance.kill(worker)
                worker = site.start("manage.py", "worker", "--every", "1")
            elif turn % 3 == 2 and isinstance(site, PostgresSite):
                site.kill_database()
                site.start_database()
            else:
                instance.kill(server)
                server, _ = site.serve(port=port)
        time.sleep(1)
    writers.report(f"{KILLS} kills")
    writers.check()
