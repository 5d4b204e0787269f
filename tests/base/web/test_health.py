"""/healthz, which whoever watches an instance asks every few seconds."""

from django.db import OperationalError, connection
from django.test import Client


def test_it_answers_anyone_with_a_single_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = client.get("/healthz")
    assert (page.status_code, page.content) == (200, b"ok")
    assert page["Content-Type"] == "text/plain"


def test_it_answers_over_http_where_all_else_goes_to_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/list/").status_code == 301


def test_a_database_out_of_reach_is_no_health(db):
    def unreachable(*arguments):
        raise OperationalError("no route")

    with connection.execute_wrapper(unreachable):
        page = Client(raise_request_exception=False).get("/healthz")
    assert page.status_code == 500
