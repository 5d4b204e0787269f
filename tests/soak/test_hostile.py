"""A real server under requests that no browser sends: none is answered with 500, and none takes long."""

import http.client
import time
from collections import Counter
from itertools import islice
from statistics import quantiles
from threading import Thread
from urllib.parse import urlsplit

import pytest

from tests.length import HOSTILE_REQUESTS
from tests.soak.hostile import Hostile, hostile_requests, routes
from tests.soak.person import TOKEN

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

CONNECTIONS = 4


@pytest.mark.timeout(7200)
def test_nothing_falls_over_and_nothing_takes_long(site):
    _, address = site.serve()
    sessions = {"member": site.world["sessions"][1], "administrator": site.world["administrator"]}
    requests = list(hostile_requests(HOSTILE_REQUESTS, list(sessions)))
    statuses, seconds, wrong = Counter(), [], []

    def work(place: int) -> None:
        for request in islice(requests, place, None, CONNECTIONS):
            began = time.monotonic()
            status = ask(address, request, sessions)
            seconds.append(time.monotonic() - began)
            statuses[status] += 1
            # No worker runs here, so that the instance isn't ready.
            if status >= 500 and not (status == 503 and request.path.startswith("/readyz")):
                wrong.append(f"{status}: {request}"[:600])

    threads = [Thread(target=work, args=[place]) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p99 = quantiles(seconds, n=100)[-1]
    print(  # noqa: T201
        f"{len(requests)} hostile requests to {len(routes())} routes: 99% within {p99 * 1000:.0f} ms, "
        f"the longest {max(seconds) * 1000:.0f} ms; {dict(sorted(statuses.items()))}"
    )
    assert wrong == []
    assert statuses[200] > len(requests) / 50, "they reach no page"
    assert p99 < 1


def ask(address: str, request: Hostile, sessions: dict[str, str]) -> int:
    """The status of the answer; 0 if the server ended the connection without one, as it may where the head of a request
    is none."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    cookie = f"csrftoken={TOKEN}" + (f"; sessionid={sessions[request.who]}" if request.who else "")
    headers = {"Cookie": cookie, **request.headers}
    try:
        connection.putrequest(request.method, request.path, skip_host="Host" in headers, skip_accept_encoding=True)
        if request.body is not None:
            headers.setdefault("Content-Length", str(len(request.body.encode())))
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(request.body.encode() if request.body is not None else None)
        return connection.getresponse().status
    except (ConnectionError, http.client.BadStatusLine):
        return 0
    finally:
        connection.close()
