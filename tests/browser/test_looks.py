"""Every page as it is seen.

The pages come from the table of addresses, so that a new one can't escape. Each is opened once for each role to whom it
tells something else, or half of them, and looked at in that one visit (looking.py), in a small world whose every word
is long. In the demo group on the shipped list those with the most on them are looked at. At full length all, in both.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Page, expect

from groups.reviews.submission import Submission
from tests.house.addresses import ADDRESSES, MEMBERS, of_group
from tests.house.demo import busiest_thread, make_demo_world, make_fresh_group
from tests.house.long_words import lengthen
from tests.house.world import World, make_world
from tests.length import FULL, some

# Who sees what others don't; of any other page the first of these roles that may open it sees all there is.
SEEN_BY = ("anonymous", "member", "author", "owner")
# In Django's admin: test_admin_looks.py looks at it.
IN_THE_ADMIN = {"status"}
# An image, and JSON for a script.
NO_PAGE = {"image", "selected_words"}
TELLING: dict[str, set[str]] = {
    "home": {"anonymous", "stranger", "member", "reviewer", "author"},
    "default_list": {"anonymous", "stranger", "member"},
    "topic": {"anonymous", "stranger", "member", "author"},
    "source": {"anonymous", "member"},
    "join": {"anonymous", "stranger"},
    "summary": {"stranger", "member", "author"},
    "groups": {"stranger", "member"},
    "members": {"member", "owner"},
    "leave": {"member", "owner"},
    "notification": {"owner"},
    "group_settings": {"owner"},
    "mfa_index": {"member", "owner"},
    "mfa_deactivate_totp": {"owner"},
    "mfa_view_recovery_codes": {"owner"},
    "mfa_download_recovery_codes": {"owner"},
    "mfa_edit_webauthn": {"owner"},
    "mfa_remove_webauthn": {"owner"},
    "mfa_reauthenticate": {"owner"},
    "mfa_reauthenticate_webauthn": {"owner"},
    "transfer_ownership": {"owner"},
    "remove_member": {"owner"},
    "group_reports": {"member", "owner"},
    "handle_report": {"owner"},
    "reviews": {"member", "reviewer"},
    "submission": {"member", "reviewer", "author"},
    "review": {"member", "reviewer"},
    "thread": {"member", "author", "owner"},
    "archive": {"owner"},
}


@pytest.fixture
def demo(transactional_db) -> World:
    return make_demo_world()


@pytest.fixture(params=["demo", "long words"] if FULL else ["long words"])
def world(request, transactional_db) -> World:
    if request.param == "demo":
        return make_demo_world()
    world = make_world()
    lengthen()
    return world


def telling(name: str, roles: frozenset[str]) -> set[str]:
    """The roles in which a page is looked at: those to whom it tells something else, or at less than full length half
    of them."""
    if name in TELLING:
        told = sorted(TELLING[name])
        return set(some(told, list(TELLING).index(name), of=min(2, len(told))))
    return set() if name in IN_THE_ADMIN | NO_PAGE else {next(role for role in SEEN_BY if role in roles)}


def pages_of(role: str, world: World) -> Iterator[str]:
    for name, address in ADDRESSES.items():
        if address.get and role in telling(name, address.get):
            yield address.url(name, world)
    if role == "owner":
        yield world.accepted.submission.get_absolute_url()


def test_every_page_is_seen_by_somebody():
    by_role = defaultdict(set)
    for name, address in ADDRESSES.items():
        assert not address.get or name in IN_THE_ADMIN | NO_PAGE or telling(name, address.get), (
            f"nobody looks at {name}"
        )
        for role in telling(name, address.get) if address.get else ():
            assert role in address.get, f"{role} doesn't get {name}"
            by_role[role].add(name)
    assert set(by_role) == {"anonymous", "stranger", "member", "reviewer", "author", "owner"}


@pytest.mark.long
@pytest.mark.soak
@pytest.mark.parametrize("role", ["anonymous", "stranger", "member", "reviewer", "author", "owner"])
def test_pages(role, world, looking, console):
    # In the demo group not everybody has what the table of addresses gives them, such as a thread of their own.
    console.expect("403 (Forbidden)")
    console.expect("404 (Not Found)")
    console.expect("503 (Service Unavailable)")
    window = looking(world.people.get(role))
    for url in pages_of(role, world):
        window.visit(url)
    assert window.found_nothing()


@pytest.mark.soak
def test_pages_of_a_busy_group(demo, looking):
    """What the table's one submission and one thread don't show: changes, an acceptance, code and tables; and the pages
    with much more on them."""
    window = looking(demo.people["reviewer"])
    changed = next(each for each in Submission.objects.filter(group=demo.group) if each.rounds.count() > 1)
    accepted = Submission.objects.filter(group=demo.group, rounds__acceptance__isnull=False).first()
    for thing in (changed, accepted, busiest_thread(demo.group), demo.group):
        window.visit(thing.get_absolute_url())
    for name in ("home", "default_list", "reviews", "playbook"):
        window.visit(ADDRESSES[name].url(name, demo))
    assert window.found_nothing()


@pytest.mark.soak
def test_pages_of_a_group_in_which_nothing_has_happened(world, looking):
    fresh = dataclasses.replace(world, group=make_fresh_group(world))
    window = looking(fresh.people["founder"])
    window.visit("/")
    for name, address in ADDRESSES.items():
        if address.args is of_group and address.get and address.get >= MEMBERS:
            window.visit(address.url(name, fresh))
    assert window.found_nothing()


@dataclasses.dataclass(frozen=True)
class Wrong:
    """A form with something wrong in it: as whom, on which page, what is typed (by the beginning of a
    field's name), and where its button is."""

    role: str
    at: str
    typed: dict[str, str]
    button: str = "main form .button:visible"


WRONG = {
    "settings": Wrong("member", "settings", {"display_name": ""}),
    "summary": Wrong("author", "summary", {"answer_": ""}, "[formaction]"),
    "new_group": Wrong("stranger", "new_group", {"name": " "}),
    "group_settings": Wrong("owner", "group_settings", {"name": " "}),
    "webhook": Wrong("owner", "webhook", {"url": "x"}, "form:has([name=url]) .button"),
    "delete_account": Wrong("member", "delete_account", {"password": "x"}),
    "pause": Wrong("member", "pause", {"back_on": "2020-01-31"}),
    "skip": Wrong("reviewer", "skip", {}),
    "review": Wrong("reviewer", "review", {"comment_": "", "overall": ""}, "[value=request_changes]"),
    "edit_review": Wrong(
        "reviewer",
        "edit_review",
        {"comment_": "", "overall": "", "words_": "", "remark_": ""},
        "[value=request_changes]",
    ),
    "new_thread": Wrong("member", "new_thread", {"title": "", "body": ""}),
    "thread_settings": Wrong("owner", "thread_settings", {"title": ""}),
    "posts": Wrong("member", "thread", {"body": " "}, "#reply-post"),
    "edit_post": Wrong("author", "edit_post", {"body": " "}),
    "suggestions": Wrong("member", "suggestions", {"url": "x", "why": ""}),
    "report": Wrong("member", "report", {"text": ""}),
    "report_post": Wrong("member", "report_post", {}),
    "report_comment": Wrong("author", "report_comment", {}),
    "report_reply": Wrong("member", "report_reply", {}),
    "report_name": Wrong("author", "report_name", {}),
    "handle_report": Wrong("owner", "handle_report", {}),
    "new_image": Wrong("member", "new_image", {}),
    "account_login": Wrong("anonymous", "account_login", {"login": "ada@", "password": "x"}),
    "account_signup": Wrong("anonymous", "account_signup", {"email": "ada@", "password1": "x"}),
    "account_reset_password": Wrong("anonymous", "account_reset_password", {"email": "ada@"}),
    "account_email": Wrong("member", "account_email", {"email": "ada@"}),
    "account_change_password": Wrong("member", "account_change_password", {"oldpassword": "x"}),
    "account_reauthenticate": Wrong("member", "account_reauthenticate", {"password": "x"}),
    "mfa_reauthenticate": Wrong("owner", "mfa_reauthenticate", {"code": "1"}),
    "mfa_activate_totp": Wrong("member", "mfa_activate_totp", {"code": "1"}),
    "mfa_edit_webauthn": Wrong("owner", "mfa_edit_webauthn", {"name": " "}),
    "mfa_generate_recovery_codes": Wrong("member", "mfa_generate_recovery_codes", {}),
}
# Nothing can be wrong in these: a button alone, or a page that this Readlist or this person has no use for.
NOTHING_TO_GET_WRONG = {
    "join",
    "leave",
    "archive",
    "transfer_ownership",
    "remove_member",
    "notification_settings",
    "follow_settings",
    "muted_people",
    "export_account",
    "unsubscribe",
    "account_logout",
    "account_set_password",
    "account_reset_password_from_key",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_remove_webauthn",
    "mfa_login_webauthn",
    "usersessions_list",
    "socialaccount_connections",
}


def test_every_form_is_sent_with_something_wrong():
    forms = {name for name, address in ADDRESSES.items() if address.get and address.post}
    assert forms == set(WRONG) | NOTHING_TO_GET_WRONG


def send(page: Page, wrong: Wrong) -> None:
    """Fill the form in and press its button, past what the browser itself would object to."""
    for name, text in wrong.typed.items():
        for box in page.locator(f"main [name^={name}]:visible").all():
            box.fill(text)
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.locator(wrong.button).first.click()


@pytest.mark.long
@pytest.mark.soak
def test_forms_with_something_wrong(world, looking, console, settings):
    settings.EMAIL_IS_REAL = True
    console.expect("422 (Unprocessable")
    # What a refused form answers is held for each of them in tests/house/test_invalid.py.
    forms = some(list(WRONG.items()), 0)
    windows = {role: looking(world.people.get(role)) for role in {wrong.role for _, wrong in forms}}
    for name, wrong in forms:
        window = windows[wrong.role]
        window.begin(ADDRESSES[wrong.at].url(wrong.at, world))
        send(window.page, wrong)
        expect(window.page.locator("main :is(.error, .notice.danger)").first).to_be_visible()
        window.look(f"{name}, sent")
    for window in windows.values():
        assert window.found_nothing()


@pytest.mark.soak
def test_pages_of_accounts_where_mail_is_real(world, looking, settings):
    settings.EMAIL_IS_REAL = True
    window = looking(None)
    for name in ("account_reset_password", "account_reset_password_done", "account_email_verification_sent"):
        window.visit(reverse(name))
    member = looking(world.people["member"])
    member.visit(reverse("account_email"))
    assert window.found_nothing()
    assert member.found_nothing()


def show(page: Page, url: str, body: str) -> None:
    """Answer an address with a page that no address gives without harm."""
    page.route(f"**{url}", lambda route: route.fulfill(body=body, content_type="text/html"))


@pytest.mark.soak
def test_pages_that_say_what_went_wrong(world, looking, console, settings):
    console.expect("Failed to load resource")
    member, visitor = looking(world.people["member"]), looking(None)
    for window, url in (
        (member, "/nothing/"),
        (member, "/admin/"),
        (visitor, "/nothing/"),
        (visitor, "/invitations/x/"),
    ):
        window.visit(url)
    member.begin(reverse("new_thread", args=[world.group.pk]))
    member.page.context.clear_cookies(name="csrftoken")
    send(
        member.page,
        Wrong("member", "new_thread", {"title": "?", "body": "Forty letters and more. " * 3}),
    )
    expect(member.page.get_by_role("heading", name="Not sent")).to_be_visible()
    member.look("403_csrf.html")
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    errors = sorted(page.name for page in (settings.BASE_DIR / "templates").glob("[45]*.html"))
    for template in (*errors, "account/signup_closed.html"):
        show(visitor.page, f"/{template}", render_to_string(template, request=request))
        visitor.visit(f"/{template}")
    assert member.found_nothing()
    assert visitor.found_nothing()
