"""Nobody who asks for much keeps others waiting: which request is served next."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from wsgiref.util import FileWrapper

import pytest

from readlist_site.base.web import fair_queue
from readlist_site.base.web.fair_queue import CPU_SECONDS, PERSON, FairQueue


class Application:
    """Answers whose request it was; a request for /wait/ only when `go` is set. Each costs what `cost` says."""

    def __init__(self) -> None:
        self.served: list[str] = []
        self.go, self.cost = Event(), 0.0

    def __call__(self, environ, start_response):
        person = environ.get("HTTP_COOKIE", "").partition("sessionid=")[2] or None
        self.served.append(f"{person} {environ['PATH_INFO']}")
        if environ["PATH_INFO"] == "/wait/":
            self.go.wait(10)
        if environ["PATH_INFO"] == "/fall/":
            raise RuntimeError("It fell.")
        environ[PERSON], environ[CPU_SECONDS] = person, self.cost
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read() or str(person).encode()]


class Asker:
    """Sends requests to a queue from as many threads as it takes."""

    def __init__(self, **options) -> None:
        self.application = Application()
        self.queue = FairQueue(self.application, session_cookie="sessionid", **options)
        self.pool = ThreadPoolExecutor(max_workers=64)

    def ask(self, person: str | None, path: str = "/", body: bytes = b"", **environ) -> tuple[str, bytes]:
        said = []
        environ = {"PATH_INFO": path, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **environ}
        if person:
            environ["HTTP_COOKIE"] = f"sessionid={person}"
        answer = self.queue(environ, lambda status, headers: said.append(status))
        return said[0], b"".join(answer)

    def later(self, *arguments):
        """Send one, and let it come to where it waits or is served."""
        asked = self.pool.submit(self.ask, *arguments)
        time.sleep(0.05)
        return asked


@pytest.fixture
def asker(request):
    asker = Asker(**getattr(request, "param", {}))
    yield asker
    asker.application.go.set()
    asker.pool.shutdown()


def test_an_answer_comes_whole_and_an_error_where_it_was_asked(asker):
    assert asker.ask("ada") == ("200 OK", b"ada")
    assert asker.ask("ada", "/", b"what was sent") == ("200 OK", b"what was sent")
    with pytest.raises(RuntimeError):
        asker.ask("ada", "/fall/")


def test_a_person_who_sends_many_leaves_threads_to_the_others(asker):
    asker.ask("greedy")
    asker.ask("ada")
    asked = [asker.later("greedy", "/wait/") for _ in range(20)]
    assert asker.ask("ada") == ("200 OK", b"ada")
    assert asker.application.served.count("greedy /wait/") == fair_queue.MOST_RUNNING
    asker.application.go.set()
    assert {each.result()[0] for each in asked} == {"200 OK"}


def test_strangers_leave_threads_to_who_is_known_whatever_cookie_they_make_up(asker):
    asker.ask("ada")
    asked = [asker.later(name, "/wait/") for name in (None, None, None, "x", "y", "z")]
    assert asker.ask("ada") == ("200 OK", b"ada")
    asker.application.go.set()
    assert {each.result()[0] for each in asked} == {"200 OK"}


@pytest.mark.parametrize("asker", [{"threads": 1}], indirect=True)
def test_who_has_used_up_their_credit_comes_after_all_others(asker):
    asker.ask("ada")
    asker.ask("greedy")
    asker.application.cost = 10
    asker.ask("greedy")
    asker.application.cost = 0
    first = asker.later("ada", "/wait/")
    rest = [asker.later("greedy", "/late/"), asker.later("ada", "/"), asker.later("ada", "/")]
    asker.application.go.set()
    assert [each.result()[0] for each in [first, *rest]] == ["200 OK"] * 4
    assert asker.application.served[-1] == "greedy /late/"


def test_who_waits_beyond_a_bound_or_for_too_long_is_refused(asker, monkeypatch):
    monkeypatch.setattr(fair_queue, "MAX_WAITING_STRANGERS", 1)
    asked = [asker.later(None, "/wait/") for _ in range(fair_queue.MOST_RUNNING)]
    monkeypatch.setattr(fair_queue, "PATIENCE", 0.2)
    last = asker.later(None)
    assert asker.ask(None)[0] == "503 Service Unavailable"
    assert last.result()[0] == "503 Service Unavailable"
    assert "None /" not in asker.application.served
    asker.application.go.set()
    assert {each.result()[0] for each in asked} == {"200 OK"}


def test_a_body_that_is_longer_than_any_form_takes_is_not_read(asker):
    body = io.BytesIO(b"x" * 10)
    for person, most in (("ada", fair_queue.MAX_BODY), (None, fair_queue.MAX_BODY_OF_STRANGERS)):
        status, _ = asker.ask(person, "/", **{"CONTENT_LENGTH": str(most + 1), "wsgi.input": body})
        assert (status, body.tell()) == ("413 Content Too Large", 0)
    assert asker.application.served == []


def test_a_file_is_read_while_it_is_sent():
    file = io.BytesIO(b"large")
    queue = FairQueue(
        lambda environ, start: start("200 OK", []) or FileWrapper(file), session_cookie="sessionid", threads=1
    )
    answer = queue({"PATH_INFO": "/", "wsgi.input": io.BytesIO(), "wsgi.file_wrapper": FileWrapper}, lambda *_: None)
    assert file.tell() == 0
    assert b"".join(answer) == b"large"
