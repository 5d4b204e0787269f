"""Whatever is sent, to whichever address, by whomever: the answer is a page, never a fault of ours."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import quote_plus, urlsplit
from zlib import crc32

import pytest
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import admin
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from catalog.imports.upload import Upload
from catalog.imports.upload_jobs import start_reading
from catalog.links.link_issue import LinkIssue
from catalog.outline.entry import Entry
from groups.leaving.archive import archive_group
from groups.leaving.pause import pause_reviews
from groups.members.group import Group
from groups.reviews.submission import Submission
from readlist_site.base.accounts.reset_links import reset_link
from readlist_site.base.jobs.runner import run_waiting_jobs
from tests import factories
from tests.base.accounts.providers.conftest import app_at
from tests.engines import engine
from tests.groups.reviewing import revise, say, show, topic_of
from tests.house.addresses import ADDRESSES, MEMBERS
from tests.house.forms import HEADERS, Target, targets
from tests.house.world import ROLES, World, make_world
from tests.length import FULL, some

pytestmark = pytest.mark.django_db

RUBBISH = {
    "empty": "",
    "blank": " \t\r\n ",
    "a zero byte": "a\x00b",
    "half a character": "\ud800",
    "a huge number": "9" * 400,
    "a number too large for a column": "9" * 18,
    "a negative number": "-1",
    "not quite a number": "1e3",
    "other digits": "١٢٣",
    "a bracketed address": "http://[1",
    "a query": "' OR 1=1; --",
    "a path": "//evil.example/../../etc/passwd",
    "words": "\n\n".join(
        (
            "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028\ufeff\u202e",
            "</textarea><script>alert(1)</script>{{ 7|add:7 }}{% include 'x' %}",
            "שלום \u202eabc",
        )
    ),
    "deep": "\n\n".join(("$" + "[" * 1000 + "$", "$$" + "{" * 4000 + "$$", ">" * 1000)),
    "long": "x" * 30_000,
}
# In all fields of a form at once; the others are mixed.
EVERYWHERE = ("a zero byte", "a huge number", "a number too large for a column", "long")
# Whether all kinds are sent. The short run on a second engine sends what a form lets through to the database.
THOROUGH = FULL or engine() == "sqlite"
TOO_MUCH = {*EVERYWHERE[:3], "half a character", "a negative number", "other digits"}
# In all that can be typed, while everything else is as it should be: it comes as far as any text does.
TYPED = ("a zero byte", "words", "long", *(("deep",) if engine() == "sqlite" else ()))  # deep is nothing to a database
MIXTURES = 2
# Whose pages are looked at for forms in the short run: the others' are among them, but for a member's notifications.
TELLING = ("anonymous", "stranger", "reviewer", "author", "owner")
# Django's own notes on which rows a page of the admin has: another number there makes it build a thousand.
BOOKKEEPING = re.compile(r"-((TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|id)$")

FORM = "application/x-www-form-urlencoded"
# The view of a new thread takes what it sends, and validates it by the form of a new thread.
NEVER_VALIDATED = {"AskForm"}
# The forms of these addresses stand on no page of this world: they wait for a code that nobody was sent, a job that
# isn't finished, an account that is to be deleted, an edit that nobody suggested, people who aren't muted.
WITHOUT_PAGE = {
    "account_confirm_login_code", "apply_suggested_edit", "cancel_job", "csp_report", "dismiss_announcement",
    "keep_account", "muted_people",
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A form on somebody's page."""

    role: str
    cookies: SimpleCookie
    target: Target

    def __str__(self) -> str:
        return f"{self.role}, by {self.target.by} to {self.target.url}"

    @property
    def same(self) -> tuple:
        """What is alike in forms of which one is enough."""
        match = resolve(urlsplit(self.target.url).path)
        return match.view_name, self.target.method, self.target.by, frozenset(self.target.fields)


@pytest.fixture
def world(db, settings):
    # Where mail is sent, its page has a form, too.
    settings.EMAIL_IS_REAL = True
    # A provider of accounts elsewhere, which nobody reaches.
    settings.SOCIALACCOUNT_PROVIDERS = app_at("http://localhost:9")
    world = make_world()
    world.people["newcomer"] = factories.make_user("Newcomer")
    world.people["newcomer"].set_unusable_password()
    world.people["newcomer"].save()
    asked = show(world.people["author"], world.group, topic_of(world.group, 1))
    say(asked, world.people["reviewer"], "request_changes", "Why?")
    # A second version: now the first can be restored.
    revise(world.people["author"], world.topic)
    # The newcomer is away, and has closed a group of their own.
    closed = factories.make_group(world.people["newcomer"], name="Over and done")
    archive_group(closed, by=world.people["newcomer"])
    pause_reviews(world.people["newcomer"])
    # A file that would retire most of its list waits, and so does a link.
    text = "# T\n\n- [O](https://o.org)\n"
    upload = Upload.objects.create(list=world.list, name="other.md", text=text, seen=world.list.version)
    start_reading(upload, by=world.people["curator"])
    run_waiting_jobs()
    LinkIssue.objects.raise_issue(Entry.objects.order_by("pk").first().source, kind=LinkIssue.Kind.DEAD)
    # The author has an account elsewhere, and is signed in on another device.
    SocialAccount.objects.create(user=world.people["author"], provider="oidc", uid="7")
    elsewhere = Client()
    elsewhere.force_login(world.people["author"])
    elsewhere.get("/")
    return world


def half_way(world: World) -> Client:
    """The owner has typed the password, and is asked for the second factor."""
    client = Client()
    client.post("/accounts/login/", {"login": world.people["owner"].email, "password": factories.PASSWORD})
    return client


def from_elsewhere() -> Client:
    """Somebody new comes back from the provider."""
    client, request = Client(), RequestFactory().get("/")
    profile = {"sub": "8", "email": "noor@uni.example", "name": "Noor"}
    login = get_adapter().get_provider(request, "oidc").sociallogin_from_response(request, {"userinfo": profile})
    session = client.session
    session["socialaccount_sociallogin"] = login.serialize()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Everybody's pages, and the administrators' desks. In the short run on a second engine each page as half of them
    see it: what differs is what is shown of the same rows."""
    for name, address in ADDRESSES.items():
        roles = [role for role in (ROLES if FULL else TELLING) if role in (address.get or ())]
        for role in roles if THOROUGH else some(roles, crc32(name.encode()), of=min(2, len(roles) or 1)):
            yield role, address.url(name, world)
    yield "member", reverse("notifications")
    for place, submission in enumerate(Submission.objects.order_by("pk")):
        for role in sorted(MEMBERS) if THOROUGH else some(sorted(MEMBERS), place):
            yield role, submission.get_absolute_url()
    yield "half-way", reverse("mfa_authenticate")
    yield "from elsewhere", reverse("socialaccount_signup")
    yield "newcomer", reverse("account_set_password")
    yield "newcomer", reverse("pause")
    yield "newcomer", reverse("group_settings", args=[Group.objects.get(owner=world.people["newcomer"]).pk])
    yield "anonymous", urlsplit(reset_link(world.people["stranger"])).path
    yield "administrator", reverse("admin:password_change")
    yield "administrator", reverse("admin:auth_user_password_change", args=[world.people["stranger"].pk])
    first, second = Entry.objects.order_by("pk")[:2]
    yield "administrator", reverse("admin:catalog_readinglist_tree", args=[world.list.pk])
    yield "administrator", reverse("admin:catalog_readinglist_place", args=[world.list.pk, f"entry-{first.pk}"])
    yield "administrator", reverse("admin:catalog_readinglist_upload")
    yield "administrator", reverse("admin:catalog_readinglist_preview", args=[Upload.objects.get().pk])
    merge = reverse("admin:catalog_source_merge", args=[first.source_id])
    yield "administrator", f"{merge}?with={second.source_id}"
    for model in admin.site._registry:
        desk = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").first()
        yield "administrator", reverse(f"{desk}_changelist")
        yield "administrator", reverse(f"{desk}_add")
        for what in ("change", "delete") if row else ():
            yield "administrator", reverse(f"{desk}_{what}", args=[row.pk])


def offers(world: World) -> list[Offer]:
    """Each kind of form that anybody is shown, once."""
    clients = {role: world.client(role) for role in (*ROLES, "newcomer")}
    clients |= {"half-way": half_way(world), "from elsewhere": from_elsewhere()}
    found = {}
    for role, url in pages(world):
        response = clients[role].get(url, follow=True)
        if "html" in response.headers.get("Content-Type", ""):
            for target in targets(response.content.decode(), response.wsgi_request.get_full_path()):
                offer = Offer(role, clients[role].cookies, target)
                found.setdefault(offer.same, offer)
    return list(found.values())


def sendings(target: Target) -> Iterator[tuple[str, dict[str, str]]]:
    """What a form is sent, each with a name."""
    kept = {name: value for name, value in target.fields.items() if BOOKKEEPING.search(name)}
    yield "nothing", {}
    for kind in EVERYWHERE:
        yield f"{kind} everywhere", dict.fromkeys(target.fields, RUBBISH[kind]) | kept
    for kind in TYPED if target.typed else ():
        yield f"{kind} where one types", target.fields | dict.fromkeys(target.typed, RUBBISH[kind])
    kinds = list(RUBBISH.values())
    for turn in range(MIXTURES):
        mixed = {name: kinds[(place * 4 + turn * 5) % len(kinds)] for place, name in enumerate(target.fields)}
        yield f"mixture {turn}", mixed | kept


def encode(data: dict[str, str]) -> str:
    """A form's body, with what no well-behaved browser would send left in."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value, errors='surrogatepass')}" for name, value in data.items())


def send(client: Client, target: Target, data: str) -> HttpResponse:
    """Send a form in the way that the page would."""
    headers = HEADERS[target.by]
    if target.method == "get":
        return client.get(f"{urlsplit(target.url).path}?{data}", headers=headers)
    return client.post(target.url, data, content_type=FORM, headers=headers)


@pytest.fixture
def validated(monkeypatch):
    """The classes of the forms that are looked through while a test runs."""
    seen, look_through = set(), BaseForm.full_clean

    def full_clean(form: BaseForm) -> None:
        if form.is_bound:
            seen.update(type(form).__mro__)
        look_through(form)

    monkeypatch.setattr(BaseForm, "full_clean", full_clean)
    return seen


def our_forms(base: type = BaseForm) -> Iterator[type]:
    for form in base.__subclasses__():
        if form.__module__.split(".")[0] in {"catalog", "notes", "groups", "readlist_site"}:
            yield form
        yield from our_forms(form)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_form_falls_over(world, validated):
    client, wrong, offered = Client(raise_request_exception=False), [], offers(world)
    for offer in offered:
        # Nothing at all is sent to each form; of the rest, in the short run, a part. The name of the address says
        # which, so that a new form changes nothing for the others.
        nothing, *rest = sendings(offer.target)
        always = [nothing] if THOROUGH or not offer.target.typed else []
        for what, data in [
            *always,
            *some(rest, crc32(offer.same[0].encode()), of=6 if THOROUGH else 24),
        ]:
            client.cookies = deepcopy(offer.cookies)
            with world.undone():
                response = send(client, offer.target, encode(data))
            if response.status_code >= 500:
                wrong.append(f"{what}, from {offer}: {response.exc_info[1]!r:.200}")
    assert not wrong, "\n".join(wrong)
    reached = {offer.same[0] for offer in offered if offer.target.method == "post"}
    unreached = {name for name, address in ADDRESSES.items() if address.post} - reached - WITHOUT_PAGE
    assert not unreached or not THOROUGH, unreached
    unseen = {form.__qualname__ for form in our_forms()} - {form.__qualname__ for form in validated} - NEVER_VALIDATED
    assert not unseen or not THOROUGH, unseen


@pytest.fixture
def noticed(monkeypatch):
    """Who asks for an address with its query has looked at the query."""
    tell = HttpRequest.get_full_path

    def get_full_path(request: HttpRequest, *args, **kwargs) -> str:
        _ = request.GET
        return tell(request, *args, **kwargs)

    monkeypatch.setattr(HttpRequest, "get_full_path", get_full_path)


@pytest.mark.usefixtures("noticed")
def test_no_query_falls_over(world):
    """Addresses are asked with all that the pages know, filled with one rubbish after the other."""
    known = ("next", "after", "before", "from", "since", "seen", "line", "quote", "about", "topic", "source")
    names, wrong = (*known, "submission", "round", "page", "state", "list", "group"), []
    clients = {role: world.client(role) for role in ROLES}
    asked = {name: address for name, address in ADDRESSES.items() if address.get and name != "account_logout"}
    kinds = [(kind, text) for kind, text in RUBBISH.items() if THOROUGH or kind in TOO_MUCH]
    for turn in range(len(some(kinds, 0))):
        for place, (name, address) in enumerate(list(asked.items())):
            kind, rubbish = some(kinds, place)[turn]
            query = encode(dict.fromkeys(names, rubbish[:3000]))
            role = max(address.get)
            with world.undone():
                response = clients[role].get(f"{address.url(name, world)}?{query}")
            if response.status_code >= 500 and response.status_code not in address.also:
                wrong.append(f"{kind}, by {role} at {name}: {response.exc_info[1]!r:.200}")
            elif "GET" not in vars(response.wsgi_request):
                # What has not so much as looked at one query answers every other alike.
                del asked[name]
    assert not wrong, "\n".join(wrong)
    assert asked.keys() >= {"reviews", "threads", "playbook", "history"}


@pytest.mark.soak
@pytest.mark.one_engine
def test_a_body_that_is_no_form_is_no_fault_of_ours(world):
    """Sent as each of these kinds; in the short run each address is sent half of them."""
    client, wrong = world.client("owner"), []
    kinds = [FORM, "application/json", "multipart/form-data; boundary=x", "text/plain"]
    for name, address in ADDRESSES.items():
        for kind in some(kinds, crc32(name.encode()), of=2) if address.post else kinds[:1]:
            with world.undone():
                response = client.post(address.url(name, world), b"\xff\x00--x\r\n\r\n%zz=%", content_type=kind)
            if response.status_code >= 500:
                wrong.append((name, kind))
    assert not wrong


def test_ids_that_no_database_holds_are_not_found(world):
    for path in ("topics", "sources", "pages", "groups", "submissions", "threads", "posts", "lists", "invitations"):
        for key in ("0", "9" * 30, "-1", "x", "%00", "1%0a"):
            assert world.client("owner").get(f"/{path}/{key}/").status_code in {400, 404}, f"/{path}/{key}/"
