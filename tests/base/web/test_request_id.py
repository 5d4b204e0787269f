"""Each request has a name, in its answer and in every line of the log about it."""

import io
import json
import logging

import pytest
from django.conf import settings as project
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from readlist_site.base.web.log_format import JsonFormatter, TextFormatter
from readlist_site.base.web.request_id import RequestContext
from readlist_site.run.log_limit import LogLimit
from readlist_site.urls import urlpatterns as ours

OURS = "0123456789abcdef"
TYPED = "Ada Okafor wrote to ada@example.org "


@login_not_required
def broken(request: HttpRequest, token: str) -> HttpResponse:
    logging.getLogger("readlist_site.a_view").warning("Before it breaks")
    raise ValueError(TYPED + token)


urlpatterns = [*ours, path("broken/<str:token>/", broken)]


@pytest.fixture(params=[TextFormatter, JsonFormatter])
def log(request):
    """What the product's handler writes, in either format."""
    handler, root = logging.StreamHandler(io.StringIO()), logging.getLogger()
    for each in (RequestContext(), LogLimit()):
        handler.addFilter(each)
    handler.setFormatter(request.param())
    root.addHandler(handler)
    yield handler.stream
    root.removeHandler(handler)


@pytest.mark.parametrize(
    ("proxies", "sent", "is_taken"),
    [(1, OURS, True), (0, OURS, False), (1, "short", False), (1, "x" * 65, False), (1, f"{OURS} x", False)],
)
def test_a_name_is_taken_from_a_proxy_alone_and_only_if_it_is_one(client, db, settings, proxies, sent, is_taken):
    settings.PROXIES = proxies
    answered = client.get("/healthz", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert (answered == sent) is is_taken
    assert len(answered) <= 64


def test_each_request_has_another_one_whatever_is_answered(client, db):
    names = [client.get(url).headers["X-Request-ID"] for url in ("/healthz", "/healthz", "/nothing/", "/settings/")]
    assert len(set(names)) == 4


def test_every_line_of_a_request_has_its_name_and_none_what_somebody_wrote(db, settings, log):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    name = client.get("/broken/s3cret/?mail=ada@example.org").headers["X-Request-ID"]
    said = log.getvalue()
    assert said.count(name) == 2
    assert "Before it breaks" in said
    assert "/broken/<str:token>/" in said
    assert "ValueError" in said
    assert "in broken" in said
    assert not any(personal in said for personal in ("s3cret", "Ada", "@"))


def test_an_address_that_nobody_knows_is_not_told_since_it_may_be_one_with_a_mistake(client, db, log):
    client.get("/joining/s3cret/")
    assert "an unknown address" in log.getvalue()
    assert "s3cret" not in log.getvalue()


def test_outside_of_a_request_a_line_has_no_name(log):
    logging.getLogger("readlist_site.run").warning("Ticked")
    said = log.getvalue()
    if said.startswith("{"):
        line = json.loads(said)
        assert line.pop("time").endswith("+00:00")
        assert line == {"level": "warning", "logger": "readlist_site.run", "message": "Ticked"}
    else:
        assert said == "Ticked\n"


def test_an_exception_is_one_line_in_json_with_what_led_to_it(log):
    try:
        try:
            raise OperationalError("the connection\nis closed")
        except OperationalError as error:
            raise KeyError(TYPED) from error
    except KeyError:
        logging.getLogger("readlist_site.run").exception("Something broke.")
    said = log.getvalue()
    text = json.loads(said)["traceback"] if said.startswith("{") else said
    assert text.index("OperationalError: the connection is closed") < text.rindex("KeyError")
    assert "@" not in text
    assert text.count("Traceback") == 2


def test_the_settings_name_what_is_tested_here():
    assert project.MIDDLEWARE.index("readlist_site.base.web.request_id.RequestId") <= 1
    assert project.LOGGING["handlers"]["console"]["filters"] == ["request", "limit"]
