"""What administrators announce: on every page, for its time, hidden in the browser that dismissed it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from readlist_site.base.announcements import announcement
from readlist_site.base.announcements.announcement import Announcement, current_announcements, forget
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

TEXT = "Upgrade at 18:00 <b>UTC</b>."


@pytest.fixture(autouse=True)
def loaded_anew(monkeypatch):
    """Each test begins as a new process does."""
    monkeypatch.setattr(announcement, "_loaded", announcement._loaded)
    forget()


@pytest.fixture
def announced(monkeypatch) -> Announcement:
    made = Announcement.objects.create(text=TEXT)
    forget()
    return made


@pytest.fixture
def administrator(signed_in) -> Client:
    return signed_in(make_user("Ida", is_staff=True, is_superuser=True))


def test_it_stands_on_every_page_of_everybody_as_plain_text(announced, client, signed_in, ada, administrator):
    pages = [client.get("/list/"), client.get("/nothing/"), signed_in(ada).get("/"), administrator.get("/admin/")]
    for page in pages:
        assert "Upgrade at 18:00 &lt;b&gt;UTC&lt;/b&gt;." in page.content.decode()
    assert 'class="announcements" role="status"' in pages[0].content.decode()


def test_a_page_asks_nothing_more_for_it(announced, signed_in, ada, django_assert_num_queries):
    client = signed_in(ada)
    client.get("/settings/")
    asked = []
    for _ in range(2):
        with django_assert_num_queries(2) as queries:
            client.get("/settings/")
        asked += [query["sql"] for query in queries if "announcement" in query["sql"]]
    assert asked == []


def test_another_process_shows_it_after_some_seconds(monkeypatch, client):
    now = 100.0
    monkeypatch.setattr(announcement, "monotonic", lambda: now)
    assert current_announcements() == []
    Announcement.objects.bulk_create([Announcement(text=TEXT)])
    now += announcement.MAX_AGE - 1
    assert current_announcements() == []
    now += 1
    assert [each.text for each in current_announcements()] == [TEXT]


def test_it_begins_and_ends_in_time_though_nobody_loads_it_anew(monkeypatch):
    now = timezone.now()
    Announcement.objects.create(text=TEXT, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    Announcement.objects.create(text="Over", starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    forget()
    monkeypatch.setattr(announcement, "MAX_AGE", 1e9)
    for hours, shown in ((0, []), (1, [TEXT]), (1.99, [TEXT]), (2, [])):
        at = now + timedelta(hours=hours)
        monkeypatch.setattr(announcement.timezone, "now", lambda at=at: at)
        assert [each.text for each in current_announcements()] == shown


def dismiss(client: Client, one: Announcement, **headers: str):
    return client.post(f"/announcements/{one.dismissal_key}/dismissal/", headers=headers)


def test_dismissed_it_stays_away_in_this_browser_alone_until_it_says_something_else(announced, client):
    answer = dismiss(client, announced, Referer="http://testserver/list/?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/list/?page=2")
    assert "Upgrade at" not in client.get("/list/").content.decode()
    assert "Upgrade at" in Client().get("/list/").content.decode()
    announced.text = "Upgrade at 19:00."
    announced.save()
    forget()
    assert "Upgrade at 19:00." in client.get("/list/").content.decode()


def test_in_place_nothing_is_put_where_it_was(announced, client):
    answer = dismiss(client, announced, **{"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_cookie_holds_current_ones_alone_whatever_is_sent(announced, client):
    other = Announcement.objects.create(text="Another")
    forget()
    client.cookies["dismissed_announcements"] = "x" * 3000 + ".1-00000000"
    dismiss(client, announced)
    client.post("/announcements/99-abcdef/dismissal/")
    dismiss(client, other)
    cookie = client.cookies["dismissed_announcements"]
    assert cookie.value == f"{announced.dismissal_key}.{other.dismissal_key}"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("page", ["https://evil.example/", "http://testserver//evil.example/", "", "http://[1"])
def test_dismissing_leads_to_no_other_site(announced, client, page):
    assert dismiss(client, announced, Referer=page).headers["Location"] == "/"


def test_administrators_write_change_and_delete_it(administrator, client, django_capture_on_commit_callbacks):
    typed = {
        "text": "  Upgrade\u202e at 18:00  ",
        "level": "warning",
        "starts_at_0": "2026-01-01",
        "starts_at_1": "10:00",
    }
    current_announcements()
    with django_capture_on_commit_callbacks(execute=True):
        answer = administrator.post("/admin/announcements/announcement/add/", typed)
    assert answer.status_code == 302
    page = client.get("/list/").content.decode()
    assert "Upgrade at 18:00" in page
    assert "Warning:" in page
    with django_capture_on_commit_callbacks(execute=True):
        chosen = {"action": "delete_selected", "_selected_action": [str(Announcement.objects.get().pk)], "post": "yes"}
        administrator.post("/admin/announcements/announcement/", chosen)
    assert "Upgrade at 18:00" not in client.get("/list/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": " "}, "Fill in this field."),
        ({"text": "\u200b"}, "no visible character"),
        ({"ends_at_0": "2025-12-31", "ends_at_1": "10:00"}, "It must end after it begins."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_saved(administrator, wrong, said):
    typed = {"text": "Upgrade", "level": "information", "starts_at_0": "2026-01-01", "starts_at_1": "10:00"} | wrong
    answer = administrator.post("/admin/announcements/announcement/add/", typed)
    assert said in answer.content.decode()
    assert not Announcement.objects.exists()


def test_curators_write_none(signed_in, curator):
    assert signed_in(curator).get("/admin/announcements/announcement/").status_code == 403


def test_what_ends_before_it_begins_is_no_announcement():
    now = timezone.now()
    with pytest.raises(ValidationError):
        Announcement(text=TEXT, starts_at=now, ends_at=now).full_clean()
