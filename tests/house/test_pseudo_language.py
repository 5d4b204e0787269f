"""Nothing that a person sees is plain English in the pseudo-language, but what people wrote: each page as each role
sees it (in the short run, half of these roles), each form with something wrong in it, the pages for errors, and
mails."""

import re
from functools import cache
from zlib import crc32

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path, reverse
from django.utils import timezone

from catalog.outline.entry import Entry
from readlist_site.base.accounts.account_deletion_mail import send_deletion_mails
from readlist_site.base.accounts.security_notice import SecurityNotice
from readlist_site.base.accounts.sign_in_lock_mail import send_lock_mails
from readlist_site.base.accounts.sign_in_lock_record import SignInLock
from readlist_site.base.accounts.time_zones import time_zone_choices
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.notifications.security_notices import send_security_notices
from readlist_site.base.text import MAX_LENGTH
from readlist_site.urls import urlpatterns as ours
from tests.base.languages.pseudo import LANGUAGE, pseudo_language
from tests.factories import PASSWORD
from tests.house.addresses import ADDRESSES
from tests.house.plain_english import Data, name_apart, texts_of
from tests.house.test_invalid import WRONG
from tests.house.world import World, make_world
from tests.length import some

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# Whose pages are made of something else than other people's.
TELLING = ("anonymous", "stranger", "member", "reviewer", "author", "owner", "curator", "administrator")
# Of what only depends on whether one is signed in, and on one's own settings.
ALIKE = re.compile(
    "account_|mfa_|usersessions_|socialaccount_|settings|export_account|delete_account|unsubscribe|pause"
)
# Addresses that answer with no page.
NO_PAGES = {"healthz", "list_markdown", "list_json", "job_file", "mfa_download_recovery_codes", "export_playbook"}
ADMIN = ("index", "tree", "place", "upload", "merge")
ERRORS = (400, 403, 404, 405, 429, 500, "csrf")


def pages() -> list[str]:
    return [name for name, address in ADDRESSES.items() if (address.get or name in WRONG) and name not in NO_PAGES]


@pytest.fixture
def world(db, settings) -> World:
    settings.EMAIL_IS_REAL, settings.LANGUAGE_CODE = True, LANGUAGE
    world = make_world()
    name_apart(world.people)
    return world


@pytest.fixture
def data(world) -> Data:
    return _data()


@cache
def _data() -> Data:
    """Read once, since the rows are the same each time."""
    with pseudo_language():
        return Data(*(city for _, zones in time_zone_choices()[1:] for _, city in zones))


def shown(response: HttpResponse) -> list[str]:
    if "html" not in response.headers.get("Content-Type", "") or response.status_code in {301, 302}:
        return []
    return texts_of(response.content.decode())


def told(found: dict[str, list[str]]) -> None:
    """Fails for words that are plain English, by who sees them."""
    found = {where: ", ".join(dict.fromkeys(words)) for where, words in found.items() if words}
    assert found == {}


@pytest.mark.parametrize("name", pages())
def test_no_page_has_plain_english(name, world, data):
    address, found = ADDRESSES[name], {}
    url = address.url(name, world)
    roles = ("anonymous", "member", "owner") if ALIKE.match(name) else TELLING
    roles = [role for role in roles if role in (address.get or ())]
    with pseudo_language():
        for role in some(roles, crc32(name.encode()), of=min(2, len(roles) or 1)):
            with world.undone():
                found[f"{url} for {role}"] = data.english_beside(shown(world.client(role).get(url)))
        if name in WRONG:
            answer, typed = sent_wrong(name, world)
            own = [text for text in shown(answer) if text.strip() not in typed.values()]
            found[f"{url}, sent with something wrong in it"] = data.english_beside(own)
    told(found)


def sent_wrong(name: str, world: World) -> tuple[HttpResponse, dict]:
    """Gives the answer to a form with something wrong in it, and what was typed into the form."""
    role, typed = WRONG[name]
    if name in {"review", "edit_review"}:
        typed = typed | {"round": (world.round if name == "review" else world.accepted).pk}
    if name == "summary":
        typed = {f"answer_{world.list.prompts.first().pk}": "x" * (MAX_LENGTH + 1)}
    with world.undone():
        return world.client(role).post(ADDRESSES[name].url(name, world), typed), typed


@pytest.mark.parametrize("name", ADMIN)
def test_no_admin_page_of_ours_has_plain_english(name, world, data):
    first, second = Entry.objects.order_by("pk")[:2]
    url = {
        "index": reverse("admin:index"),
        "tree": reverse("admin:catalog_readinglist_tree", args=[world.list.pk]),
        "place": reverse("admin:catalog_readinglist_place", args=[world.list.pk, f"entry-{first.pk}"]),
        "upload": reverse("admin:catalog_readinglist_upload"),
        "merge": f"{reverse('admin:catalog_source_merge', args=[first.source_id])}?with={second.source_id}",
    }[name]
    found = {}
    with pseudo_language():
        for role in ("curator", "administrator"):
            with world.undone():
                page = world.client(role).get(url)
            assert page.status_code == 200
            found[f"{url} for {role}"] = data.english_beside(shown(page))
    told(found)


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [*ours, path("broken/", login_not_required(broken)), path("forbidden/", login_not_required(forbidden))]


@pytest.mark.parametrize("name", ERRORS)
@override_settings(ROOT_URLCONF=__name__)
def test_no_error_page_has_plain_english(name, world, data):
    found = {}
    with pseudo_language():
        for role in ("anonymous", "member"):
            with world.undone():
                page = error_page(name, world.client(role))
            assert page.status_code == (403 if name == "csrf" else name)
            found[role] = data.english_beside(shown(page))
    told(found)


def error_page(name: int | str, client: Client) -> HttpResponse:
    if name == "csrf":
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        return strict.post(reverse("account_login"), {})
    if name == 429:
        with override_settings(RATE_LIMITS=settings.RATE_LIMITS | {"password_reset": (1, 3600)}):
            sent = [client.post(reverse("account_reset_password"), {"email": "a@example.org"}) for _ in range(2)]
        return sent[-1]
    if name == 400:
        return client.get("/", headers={"host": "evil.example"})
    return client.get({403: "/forbidden/", 404: "/nothing/", 405: reverse("csp_report"), 500: "/broken/"}[name])


MAILS = {
    "password_reset": ("anonymous", "account_reset_password", {"email": "stranger"}),
    "password_reset_unknown": ("anonymous", "account_reset_password", {"email": "nobody@example.org"}),
    "sign_up": ("anonymous", "account_signup", {"email": "new@example.org"}),
    "sign_up_again": ("anonymous", "account_signup", {"email": "stranger"}),
    "email_added": ("member", "account_email", {"email": "new@example.org", "action_add": ""}),
    "deletion": ("member", "delete_account", {}),
}


@pytest.mark.parametrize("name", MAILS)
def test_no_account_mail_has_plain_english(name, world, data):
    role, address, typed = MAILS[name]
    sent = {"display_name": "Zzmemberzz", "password1": PASSWORD, "password2": PASSWORD, "password": PASSWORD} | typed
    if typed.get("email") == "stranger":
        sent["email"] = world.people["stranger"].email
    mail.outbox.clear()
    with pseudo_language(), world.undone(), override_settings(ACCOUNT_EMAIL_VERIFICATION="mandatory"):
        answer = world.client(role).post(reverse(address), sent)
        send_deletion_mails(timezone.now())
    assert answer.status_code == 302
    told(mailed(data))


def test_no_mail_of_the_tick_has_plain_english(world, data):
    person, now = world.people["member"], timezone.now()
    for kind in SecurityNotice.Kind:
        SecurityNotice.objects.create(person=person, kind=kind, at=now, user_agent="Zz", address="192.0.2.1")
    SignInLock.objects.create(person=person, until=now + timezone.timedelta(hours=1))
    mail.outbox.clear()
    with pseudo_language(), world.undone():
        assert send_lock_mails(now)[0] == 1
        assert send_security_notices(now)[0] == len(SecurityNotice.Kind)
        send_due_emails(now + timezone.timedelta(days=8))
    told(mailed(data))


def mailed(data: Data) -> dict[str, list[str]]:
    assert mail.outbox
    return {message.subject: data.english_beside([message.subject, message.body]) for message in mail.outbox}
