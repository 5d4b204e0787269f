"""The page of a job: how far it is, its result and its file, for whose it is."""

import pytest
from django.urls import reverse
from django.utils import timezone

from readlist_site.base.jobs import job_file
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.job_kind import JobKind, register_kind

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
POLL = {"HX-Request": "true"}


@pytest.fixture
def running(monkeypatch, tmp_path, settings, ada) -> Job:
    """A job of Ada's that has just been begun."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("readlist_site.base.jobs.job_kind._kinds", {})
    register_kind(JobKind("count", "Counting", lambda run: None, "jobs/failed.html"))
    Job.objects.start("count", person=ada)
    return Job.objects.take()


def text_of(client, url: str, **headers) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_shows_how_far_it_is_and_asks_again(running, ada, signed_in):
    client, url = signed_in(ada), running.get_absolute_url()
    assert "Started." in text_of(client, url)
    Job.objects.update(done=30, total=120)
    page = text_of(client, url)
    assert "25 % done." in page
    assert '<noscript><meta http-equiv="refresh"' in page
    piece = text_of(client, url, **POLL)
    assert "25 % done." in piece
    assert 'max="120" value="30"' in piece
    assert "<html" not in piece
    assert f'data-hx-get="{url}"' in piece


def test_once_it_is_done_the_page_is_loaded_again_and_offers_the_file(running, ada, signed_in):
    client, url = signed_in(ada), running.get_absolute_url()
    with job_file.create(running.token) as file:
        file.write(b"private")
    assert client.get(reverse("job_file", args=[running.pk])).status_code == 404
    running.finish(Job.State.DONE, file_name="mine.txt")
    assert client.get(url, headers=POLL).headers["HX-Refresh"] == "true"
    assert "Download mine.txt" in text_of(client, url)
    response = client.get(reverse("job_file", args=[running.pk]))
    assert b"".join(response) == b"private"
    assert response.headers["Content-Disposition"] == 'attachment; filename="mine.txt"'
    assert "no-store" in response.headers["Cache-Control"]
    Job.objects.update(expires_at=timezone.now())
    assert client.get(reverse("job_file", args=[running.pk])).status_code == 404
    assert "The file was deleted." in text_of(client, url)


def test_the_button_cancels_it(running, ada, signed_in):
    client = signed_in(ada)
    page = client.post(running.cancel_url, follow=True)
    assert "Stopping in a moment." in page.content.decode()
    running.refresh_from_db()
    assert running.cancel_requested_at
    running.finish(Job.State.CANCELLED)
    assert "Cancelled." in text_of(client, running.get_absolute_url())
    assert client.post(running.cancel_url).status_code == 302


@pytest.mark.parametrize("error", ["took_too_long", "interrupted", "failed"])
def test_what_failed_says_so(error, running, ada, signed_in):
    running.finish(Job.State.FAILED, error=error)
    assert 'role="alert"' in text_of(signed_in(ada), running.get_absolute_url())


def test_a_job_of_nobody_is_for_administrators(running, ada, jonas, signed_in):
    Job.objects.update(person=None)
    for person, status in ((ada, 404), (jonas, 404)):
        assert signed_in(person).get(running.get_absolute_url()).status_code == status
    jonas.is_superuser = True
    jonas.save()
    assert signed_in(jonas).get(running.get_absolute_url()).status_code == 200


def test_a_kind_that_is_gone_does_not_break_the_page(running, ada, signed_in, monkeypatch):
    monkeypatch.setattr("readlist_site.base.jobs.job_kind._kinds", {})
    running.finish(Job.State.FAILED, error="failed")
    assert "Something went wrong" in text_of(signed_in(ada), running.get_absolute_url())
