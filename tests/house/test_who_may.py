"""Who may see and do what: one table over every address."""

from functools import cache
from zlib import crc32

import pytest
from django.urls import reverse

from groups.leaving.leave import leave_group, remove_from_group
from tests.house.addresses import ADDRESSES, FOREIGN, MEMBERS, SIGNED_IN, Address, every_name
from tests.house.world import ROLES, make_world
from tests.length import some

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# A page, a redirect, or a page that says what is wrong with what was sent.
ANSWERS = {200, 204, 302, 303, 400, 409, 410, 422}
# What only members may know, and what only the member who has a draft may: names, words, titles.
SECRETS, DRAFT = ("Quiet Fridays", "Which knob?", "Answer 1 of revision 1"), "The slice."
# Who was never in the group of the table.
OUTSIDE = ("stranger", "outsider")
# Addresses that take POST only and have no page of their own, with the reason.
WITHOUT_A_PAGE = {
    "csp_report": "browsers report to it by themselves",
    "preview": "any form with Markdown asks it for a preview of what is typed",
}
# Who has a link to join a group sees its name; who has a member's address of its feed, what is in it.
KNOWN_BY_LINK = {"join", "feed"}
# Who was thrown out is told of that, by the group's name alone.
TOLD = {("banned", "notifications"): "Quiet Fridays"}


@pytest.fixture
def world(db):
    return make_world()


def test_no_address_escapes_the_table():
    names = [name for name in every_name() if not name.startswith(FOREIGN)]
    assert sorted(set(names)) == sorted(ADDRESSES)
    assert "None" not in names


@pytest.mark.soak
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says(role, method, world):
    """And no page tells what isn't for its reader: nothing of a group to who is outside, no draft to others."""
    kept = [*(SECRETS if role not in MEMBERS else ()), *([DRAFT] if role != "member" else ())]
    wrong, client = [], world.client(role)
    for name, address in ADDRESSES.items():
        if role not in asking(name, address, method):
            continue
        url = address.url(name, world)
        with world.undone():
            response = getattr(world.reset(client, role), method)(url)
        if not _is_as_told(response, role, getattr(address, method), address):
            wrong.append(f"{role} {method} {url}: {response.status_code} {response.headers.get('Location', '')}")
        text = b"".join(response).decode(errors="replace")
        if name not in KNOWN_BY_LINK:
            wrong += [
                f"{role} {method} {url} tells of “{secret}”"
                for secret in kept
                if secret in text and TOLD.get((role, name)) != secret
            ]
    assert not wrong, "\n".join(wrong)
    assert len(of_groups()) > 30


def asking(name: str, address: Address, method: str) -> set[str]:
    """The roles that ask for an address. In the short run, of those whom it tells the same some: of who was never in
    its group one of two, and where all that counts is whether one is signed in, one of three. Who left, or was thrown
    out, asks for each address of a group."""
    turn = crc32(f"{method} {name}".encode())
    if name in of_groups():
        return {*ROLES} - {*OUTSIDE} | {*some(OUTSIDE, turn, of=2)}
    alike = [role for role in ROLES if role != "anonymous"]
    return {*ROLES} - {*alike} | {*some(alike, turn)}


def _is_as_told(response, role: str, allowed: frozenset[str] | None, address: Address) -> bool:
    leads_to, status = response.headers.get("Location", ""), response.status_code
    if allowed is None and (status == 405 or (_is_open(address) and status != 302)):
        return status in {404, 405}
    if allowed is None and (role != "anonymous" or _is_open(address)) and status == 302:
        # An address that only takes forms leads to their page, which says whom it is for.
        return not leads_to.startswith(reverse("account_login"))
    if role in (allowed or ()):
        return status in ANSWERS | address.also and not leads_to.startswith(reverse("account_login"))
    if role == "anonymous":
        return status == 302 and leads_to.startswith(reverse("account_login"))
    # A member may know of it, and hear that it isn't theirs to do.
    return status == 404 or (role in MEMBERS and status == 403)


def test_an_address_that_only_takes_forms_leads_to_the_page_with_the_form(world):
    wrong = []
    only_forms = {name: each for name, each in ADDRESSES.items() if each.get is None and name not in WITHOUT_A_PAGE}
    clients = {role: world.client(role) for role in world.people}
    for name, address in only_forms.items():
        # In the short run one of three of those who may send it, who are led on to its page, and one of three others,
        # who ask for it in the table above, too.
        turn, may = crc32(name.encode()), [role for role in clients if role in address.post]
        others = [role for role in clients if role not in may]
        for role in (*some(may, turn, of=min(3, len(may) or 1)), *some(others, turn)):
            client = clients[role]
            with world.undone():
                response = world.reset(client, role).get(address.url(name, world))
            if response.status_code == 405:
                wrong.append(f"{role} get {name}")
            elif response.status_code == 302 and role in address.post:
                with world.undone():
                    page = world.reset(client, role).get(response.headers["Location"], follow=True)
                wrong += [f"{role} get {name}: leads to {page.status_code}"] if page.status_code != 200 else []
    assert not wrong, "\n".join(wrong)
    assert all(ADDRESSES[name].get is None for name in WITHOUT_A_PAGE)


def _is_open(address: Address) -> bool:
    return "anonymous" in ((address.get or frozenset()) | (address.post or frozenset()))


@cache
def of_groups() -> dict[str, Address]:
    """The addresses that are a group's: those that are neither everybody's nor of who is signed in."""
    return {name: each for name, each in ADDRESSES.items() if not any(_is_open_to_all(each))}


def _is_open_to_all(address: Address) -> list[bool]:
    return [method is not None and method >= SIGNED_IN for method in (address.get, address.post)]


@pytest.mark.parametrize(("role", "how"), [("author", "left"), ("reviewer", "removed"), ("member", "banned")])
def test_who_goes_finds_nothing_any_more_not_even_what_they_wrote(world, role, how):
    place, owner = world.group.membership_of(world.people[role]), world.people["owner"]
    leave_group(place) if how == "left" else remove_from_group(place, by=owner, ban=how == "banned")
    mine = {"restore", "notification", "withdraw_suggestion", "job", "cancel_job", "job_file", "image"}
    found, client = [], world.client(role)
    for name, address in of_groups().items():
        for method in ("get", "post"):
            status = getattr(world.reset(client, role), method)(address.url(name, world)).status_code
            if getattr(address, method) and name not in mine and status != 404:
                found.append(f"{method} {name}: {status}")
    assert not found, "\n".join(found)


def test_a_closed_list_is_for_who_is_signed_in(world, settings):
    settings.LIST_IS_PUBLIC = False
    for name in ("default_list", "list", "topic", "source", "page"):
        url = ADDRESSES[name].url(name, world)
        assert world.client("anonymous").get(url).status_code == 302
        assert world.client("stranger").get(url).status_code == 200
