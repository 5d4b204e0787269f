"""What monitors ask: whether an instance is ready, and its figures."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from groups.reviews.review_round import ReviewRound
from readlist_site.base.jobs.job import Job
from readlist_site.run.health import views
from readlist_site.run.periodic_task import BACKUP, TICK, PeriodicTask
from tests.factories import make_user
from tests.groups.reviewing import say, show
from tests.run.health.conftest import TOKEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("healthy"), pytest.mark.every_engine]

BEARER = {"Authorization": f"Bearer {TOKEN}"}


def gone(*args):
    raise OperationalError("connection refused to ada@example.org")


def test_an_instance_is_ready_while_its_worker_ticks(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {"ready": True, "found": ["database", "migrations", "worker"]},
    )
    assert response.headers["Cache-Control"] == "no-store"
    PeriodicTask.objects.record_done(TICK, timezone.now() - timedelta(minutes=11))
    response = client.get("/readyz")
    assert (response.status_code, response.json()["found"]) == (503, ["database", "migrations", "worker_silent"])


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_without_its_database_it_is_not_and_says_no_more(path, client, monkeypatch):
    monkeypatch.setattr(views, "check_migrations", gone)
    monkeypatch.setattr(views.Figures, "read", gone)
    response = client.get(path, headers=BEARER)
    assert response.status_code == 503
    assert b"ada" not in response.content


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"Authorization": "Bearer x"}, 401), (BEARER, 200)])
def test_figures_are_for_who_has_the_token(headers, status, client):
    response = client.get("/metrics", headers=headers)
    assert response.status_code == status
    assert (b"readlist_" in response.content) == (status == 200)


def test_without_a_token_there_are_no_figures(client, settings):
    settings.METRICS_TOKEN = ""
    for headers in (BEARER, {"Authorization": "Bearer "}):
        assert client.get("/metrics", headers=headers).status_code == 404


def figures(client) -> dict[tuple, float]:
    """What /metrics says, as a monitor understands it: the value of each name with its labels."""
    response = client.get("/metrics", headers=BEARER)
    assert response.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    families = text_string_to_metric_families(response.content.decode())
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_figures_tell_what_waits_and_for_how_long(client, group, ada, jonas, django_assert_max_num_queries):
    before = figures(client)
    assert before["readlist_periodic_task_age_seconds", "tick"] < 60
    assert before["readlist_mails_waiting", "notification"] == 0
    say(show(ada, group, at=timezone.now()), jonas, "request_changes", at=timezone.now())
    ReviewRound.objects.update(accepts_at=timezone.now() - timedelta(minutes=1))
    make_user("Gone", email_refused_at=timezone.now())
    for kind in ("render", "render", "account_export"):
        Job.objects.create(kind=kind, created_at=timezone.now() - timedelta(minutes=5))
    PeriodicTask.objects.record_done(BACKUP, timezone.now() - timedelta(hours=3))
    PeriodicTask.objects.record_failure(BACKUP, "No room.", retry_at=timezone.now())
    with django_assert_max_num_queries(8):
        after = figures(client)
    assert after["readlist_mails_waiting", "notification"] > 0
    assert after["readlist_mails_oldest_age_seconds", "notification"] < 60
    assert after["readlist_rounds_overdue",] == 1
    assert after["readlist_addresses_refused",] == 1
    assert after["readlist_jobs", "render", "waiting"] == 2
    assert 300 <= after["readlist_jobs_oldest_age_seconds", "account_export", "waiting"] < 360
    assert 10_800 <= after["readlist_periodic_task_age_seconds", "backup"] < 10_860
    assert after["readlist_periodic_task_failing", "backup"] == 1
