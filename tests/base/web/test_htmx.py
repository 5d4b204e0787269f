"""What HTMX, and a cache between it and us, may count on."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from readlist_site.base.web.htmx import wants_partial

HTMX = {"HX-Request": "true"}


def request(**headers: str) -> HttpRequest:
    asked = RequestFactory().get("/", headers=headers)
    HtmxMiddleware(lambda request: HttpResponse())(asked)
    return asked


@pytest.mark.parametrize(
    ("headers", "partial"),
    [
        ({}, False),
        (HTMX, True),
        (HTMX | {"HX-Boosted": "true"}, True),
        (HTMX | {"HX-History-Restore-Request": "true"}, False),
        ({"HX-History-Restore-Request": "true"}, False),
    ],
)
def test_a_piece_is_answered_to_htmx_but_the_whole_page_to_the_back_button(headers, partial):
    assert wants_partial(request(**headers)) is partial


def test_every_answer_tells_caches_that_page_and_piece_differ(client, db):
    for path in ("/", "/list/", "/nothing/", "/healthz", "/settings/"):
        assert "HX-Request" in client.get(path)["Vary"], path


def test_who_is_signed_out_meanwhile_is_led_to_sign_in_as_a_whole_page(client, db):
    page = client.get("/settings/", headers=HTMX)
    assert page.status_code == 204
    assert page["HX-Redirect"] == "/accounts/login/?next=/settings/"
    assert "Location" not in page


def test_without_htmx_the_way_to_sign_in_is_an_ordinary_redirect(client, db):
    page = client.get("/settings/")
    assert page.status_code == 302
    assert "HX-Redirect" not in page
