"""A cookie is whatever somebody sends, and a session may end while a page is made."""

from itertools import product

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError

from groups.members.group import Group
from readlist_site.base.web.sessions import SessionStore
from tests.factories import PASSWORD
from tests.length import some

pytestmark = pytest.mark.django_db


NAMES = ["sessionid", "csrftoken", "messages"]
VALUES = ['"aaaaaaaaaa\\000"', '"aaaaaaaa\\303\\251"', "x" * 4000, "short", "'; DROP TABLE", ""]
PATHS = ["/", "/settings/", "/accounts/login/", "/admin/"]


@pytest.mark.soak
@pytest.mark.parametrize(("name", "value", "path"), some(list(product(NAMES, VALUES, PATHS)), 0, of=5))
def test_a_cookie_that_is_none_of_ours_is_no_error(client, name, value, path):
    assert client.get(path, HTTP_COOKIE=f"{name}={value}").status_code in {200, 302}
    assert client.post(path, {"login": "a@example.org"}, HTTP_COOKIE=f"{name}={value}").status_code < 500


@pytest.fixture
def begin(signed_in, ada, reading_list):
    """A function: make a group, in whose answer a message is to be kept for the next page."""

    def send(monkeypatch, happens):
        client = signed_in(ada)
        made = Group.objects.create_with_owner

        def make(*args, **said):
            found = made(*args, **said)
            happens()
            return found

        monkeypatch.setattr(Group.objects, "create_with_owner", make)
        client.raise_request_exception = False
        return client, client.post("/groups/new/", {"name": "Thursday"})

    return send


def test_who_signs_out_elsewhere_while_a_group_is_made_is_led_to_it_and_asked_to_sign_in(begin, monkeypatch):
    client, answer = begin(monkeypatch, lambda: Session.objects.all().delete())
    group = Group.objects.get()
    assert answer.status_code == 302
    assert answer.url.startswith(group.get_absolute_url())
    assert client.get(answer.url).url.startswith("/accounts/login/?next=")


def test_what_is_made_is_shown_although_the_session_can_not_be_saved(begin, monkeypatch):
    def unreachable(*args, **said):
        raise OperationalError("the connection is closed")

    client, answer = begin(monkeypatch, lambda: monkeypatch.setattr(SessionStore, "save", unreachable))
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200


def test_who_can_not_be_signed_in_is_not_told_they_are(client, ada, monkeypatch):
    def unreachable(*args, **said):
        raise OperationalError("the connection is closed")

    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "save", unreachable)
    assert client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD}).status_code == 500
