"""Every address of the version before still answers: links in mails, bookmarks and open pages go on working.

`old_addresses.txt` holds the routes of that version, a name and a pattern a line; it is history and never changes.
"""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from groups.members.absence import Absence
from readlist_site.base.notifications.kinds import email_preferences_for
from readlist_site.base.notifications.unsubscribe import unsubscribe_token

OLD = [line.split("\t")[1] for line in Path(__file__).with_name("old_addresses.txt").read_text().splitlines()]
# What each kind of argument may be.
ARGUMENTS = {"key": "7", "slug": "a-slug_1", "str": "a:token", "path": "7", "": "7"}
# The admin's last route takes whatever no other does.
REST_OF_ADMIN = r"admin/(?P<url>.*)$"
QUERY = "?before=3&q=a%20b"


def addresses() -> list[str]:
    """One of each route; of a regular expression that names a choice, all."""
    found = []
    for route in OLD:
        choice = re.search(r"\(\?P<\w+>([\w|]+)\)", route)
        for chosen in choice[1].split("|") if choice else [""]:
            address = route.replace(choice[0], chosen) if choice else route
            address = re.sub(r"\(\?P<\w+>(?:\[[^\]]*\]|\.)[+*]\)", "abc", address)
            address = re.sub(r"<(?:(\w+):)?\w+>", lambda match: ARGUMENTS[match[1] or ""], address)
            found.append(address.replace("/^", "/").removesuffix("$"))
    return found


def answers(address: str) -> bool:
    """Whether a route of today, other than a redirect, is for this address."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return False
    if match.route == REST_OF_ADMIN:
        return address == "/admin/abc"
    return match.namespace != "old" or match.url_name == "unsubscribe"


@pytest.fixture(params=["anonymous", "signed in"])
def visitor(request, ada, signed_in):
    return Client() if request.param == "anonymous" else signed_in(ada)


def test_each_route_of_before_is_tried():
    assert len(addresses()) == len(OLD) + 2
    assert not [address for address in addresses() if re.search(r"[<>()^$|]", address)]


@pytest.mark.django_db
@pytest.mark.one_engine
def test_an_old_address_answers_or_leads_for_good_to_one_that_does(visitor):
    lost = []
    for address in addresses():
        if answers(address):
            continue
        for method, status in (("get", 301), ("head", 301), ("post", 308)):
            answer = getattr(visitor, method)(address + QUERY)
            target = answer.headers.get("Location", "")
            if answer.status_code != status or not answers(target) or not target.endswith(QUERY):
                lost.append((method, address, answer.status_code, target))
    assert lost == []


def test_a_redirect_hides_no_address_of_today():
    """Every route of today is found at its own address."""

    def walk(patterns, route: str = "") -> list[str]:
        return [
            found
            for each in patterns
            for found in (
                walk(each.url_patterns, route + str(each.pattern))
                if hasattr(each, "url_patterns")
                else [route + str(each.pattern)]
            )
        ]

    today = [each for each in get_resolver().url_patterns if getattr(each, "namespace", "") not in {"old", "admin"}]
    for route in walk(today):
        if "(?P" not in route:
            address = re.sub(r"<(\w+):\w+>", lambda found: ARGUMENTS[found[1]], route)
            assert resolve(f"/{address}").route == route


@pytest.mark.django_db
def test_the_way_keeps_what_the_old_address_named(client):
    assert client.get("/submissions/81/review/correction/")["Location"] == "/submissions/81/review/edit/"
    assert client.get("/join/a-Token_9/")["Location"] == "/invitations/a-Token_9/"
    assert client.get("/notices/?new=40")["Location"] == "/notifications/?new=40"


@pytest.mark.django_db
@pytest.mark.one_engine
def test_a_form_of_a_page_that_was_open_before_still_does_what_it_says(ada, signed_in):
    answer = signed_in(ada).post("/away/", {}, follow=True)
    assert answer.redirect_chain[0] == ("/absence/", 308)
    assert Absence.objects.filter(person=ada).count() == 1


@pytest.mark.django_db
@pytest.mark.one_engine
def test_one_click_of_a_mailbox_ends_mail_by_the_address_of_before(ada):
    mailbox = Client(enforce_csrf_checks=True)
    address = f"/notices/end/{unsubscribe_token(ada, 'reviewed')}/"
    assert ada.email in mailbox.get(address).content.decode()
    assert mailbox.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert email_preferences_for([ada])[ada.pk, "reviewed"] == "never"
