"""What every answer forbids the browser: the strict Content-Security-Policy, and its companions."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from readlist_site.urls import urlpatterns as ours
from tests.factories import make_user


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [*ours, path("broken/", broken)]


@pytest.fixture
def administrator(db) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_user("Ida", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/settings/", 200),
        ("/settings", 301),
        ("/nothing/", 404),
        ("/broken/", 500),
        ("/admin/", 200),
        ("/admin/accounts/user/", 200),
        ("/healthz", 200),
    ],
)
def test_every_answer_carries_the_strict_policy(administrator, settings, path, status):
    settings.ROOT_URLCONF = __name__
    page = administrator.get(path)
    assert page.status_code == status
    directives = {part.split()[0]: part.split()[1:] for part in page["Content-Security-Policy"].split(";")}
    assert directives.pop("default-src") == ["'none'"]
    assert directives.pop("frame-ancestors") == ["'none'"]
    assert directives.pop("base-uri") == ["'none'"]
    assert directives.pop("img-src") == ["'self'", "data:"]
    assert directives.pop("report-uri") == ["/csp-reports/"]
    assert directives.pop("report-to") == ["csp"]
    assert set(map(tuple, directives.values())) == {("'self'",)}
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"


def test_a_stranger_s_form_can_not_be_sent_for_me(db):
    page = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert page.status_code == 403
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_a_wrong_host_gets_the_policy_too(client):
    page = client.get("/", headers={"host": "elsewhere.example"})
    assert page.status_code == 400
