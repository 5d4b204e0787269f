"""What a browser, or a proxy on the way, may keep."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

ACCOUNT = ["/settings/", "/accounts/email/", "/accounts/password/change/"]


def kept(response) -> set[str]:
    return set(filter(None, response.headers.get("Cache-Control", "").split(", ")))


@pytest.mark.parametrize("path", ["/", "/list/", "/groups/", "/notifications/", "/nothing/"])
def test_a_page_of_a_signed_in_person_is_theirs_alone_and_asked_for_anew(signed_in, ada, reading_list, path):
    page = signed_in(ada).get(path)
    assert kept(page) >= {"private", "no-cache"}
    assert "no-store" not in kept(page)
    assert {"Cookie", "HX-Request"} <= set(page.headers["Vary"].split(", "))


@pytest.mark.parametrize("path", ACCOUNT)
def test_pages_of_the_account_are_never_stored(signed_in, ada, path):
    assert kept(signed_in(ada).get(path)) >= {"private", "no-store"}


def test_the_page_to_sign_in_is_never_stored(client):
    assert kept(client.get("/accounts/login/")) >= {"private", "no-store"}


def test_what_shows_a_secret_or_is_a_file_of_texts_is_never_stored(signed_in, ada, group):
    group.invitations.create(invited_by=ada)
    for url in (
        reverse("members", args=[group.pk]),
        reverse("follow_settings", args=[group.pk]),
        reverse("export_playbook", args=[group.pk]),
        reverse("list_markdown", args=[group.list.slug]),
        reverse("list_json", args=[group.list.slug]),
    ):
        assert kept(signed_in(ada).get(url)) >= {"private", "no-store"}, url


def test_a_visitor_s_page_is_told_from_a_member_s(client, reading_list):
    assert "Cookie" in client.get("/list/").headers["Vary"]
