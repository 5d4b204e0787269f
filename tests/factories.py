"""Small worlds for tests: people, a list of two tiers, a group."""

import time
from io import BytesIO
from itertools import count

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group as PermissionGroup
from django.contrib.auth.models import update_last_login
from django.core.cache import caches
from django.test import Client
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity
from PIL import Image as Picture

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.method import MethodStep, Prompt
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.members.membership import Membership
from readlist_site.base.accounts.models import User
from readlist_site.base.images import image_file
from readlist_site.base.images.image import Image
from readlist_site.base.images.reencode import NewImage
from readlist_site.base.web.sessions import SessionStore
from tests.passkey import Passkey

PASSWORD = "a quiet reading room"
PROMPTS = ["What knob does this give me?", "When does it fail?", "What metric does it affect?"]

# A formula that takes minutes to read: it is given up after a third of a second.
SLOW_FORMULA = "$" + r"\lAngle" * 28 + "$"

_numbers = count(1)


def make_user(name: str = "", **fields) -> User:
    """A person with the password PASSWORD; their address is made of the name."""
    name = name or f"Reader {next(_numbers)}"
    fields.setdefault("email", f"{slugify(name)}-{next(_numbers)}@example.org")
    # As `create_user` does it, but for looking each field through, which takes longer than all else.
    person = User(display_name=name, **fields)
    person.set_password(PASSWORD)
    person.save()
    person.emailaddress_set.create(email=person.email, primary=True, verified=True)
    return person


def make_curator(name: str = "Cora Curator") -> User:
    """Somebody who keeps the lists."""
    person = make_user(name, is_staff=True)
    person.groups.add(PermissionGroup.objects.get(name="Curators"))
    return person


def make_section(reading_list: ReadingList, kind: str, title: str, parent: Section | None = None, **fields) -> Section:
    """A heading after all others of the list."""
    section = _section(reading_list, kind, title, parent, **fields)
    section.save()
    return section


def _section(reading_list: ReadingList, kind: str, title: str, parent: Section | None = None, **fields) -> Section:
    return Section(
        list=reading_list,
        parent=parent,
        kind=kind,
        title=title,
        level=parent.level + 1 if parent else 1,
        position=next(_numbers),
        **fields,
    )


def make_entry(section: Section, title: str, url: str = "", source: Source | None = None, **fields) -> Entry:
    """A source in a section, after all others; on a shelf it belongs to the topic above it."""
    entry = _entry(section, title, url, source, **fields)
    if not source:
        entry.source.save()
    entry.save()
    return entry


def _entry(section: Section, title: str, url: str = "", source: Source | None = None, **fields) -> Entry:
    url = url or f"https://example.org/{slugify(title)}-{next(_numbers)}"
    source = source or Source(canonical_url=url, url=url, listed_title=title, kind="paper")
    topic = section if section.kind == Section.Kind.TOPIC else section.parent
    fields.setdefault("role", section.role or topic.role)
    fields.setdefault("why", f"Why: **{title}**.")
    return Entry(
        section=section,
        topic=topic,
        source=source,
        position=next(_numbers),
        title=title,
        url=source.url,
        why_html=f"<p>Why: <strong>{title}</strong>.</p>",
        **fields,
    )


def make_list(title: str = "Two tiers", *, is_default: bool = True) -> ReadingList:
    """A default list: a topic with core and practitioner shelves, one with a plain list of two, one with a single
    source, a page; and the method's three prompts."""
    reading_list = ReadingList.objects.create(
        slug=f"{slugify(title)}-{next(_numbers)}", title=title, is_default=is_default
    )
    first = _section(reading_list, "tier", "Tier 1 — Core")
    shelved = _section(reading_list, "topic", "1. Post-training (SFT, DPO)", first)
    core = _section(reading_list, "shelf", "Primary sources", shelved, role="core")
    practice = _section(reading_list, "shelf", "Practitioner insight", shelved, role="practitioner")
    plain = _section(reading_list, "topic", "2. Efficiency", first)
    second = _section(reading_list, "tier", "Tier 2 — Judgment")
    refusals = _section(reading_list, "topic", "Refusals", second)
    page = _section(reading_list, "page", "How to use this", body="Do **not** read everything linearly.")
    # Each test needs one: row by row it would take thrice as long.
    for sections in ([first, second, page], [shelved, plain, refusals], [core, practice]):
        Section.objects.bulk_create(sections)
    shelves = {
        core: ("DPO paper", "GRPO paper"),
        practice: ("A post from the field", "A guide"),
        plain: ("Mixed precision", "Checkpointing"),
        refusals: ("A single source",),
    }
    entries = [_entry(section, name) for section, names in shelves.items() for name in names]
    Source.objects.bulk_create(entry.source for entry in entries)
    Entry.objects.bulk_create(entries)
    Prompt.objects.bulk_create(
        Prompt(list=reading_list, position=position, text=text) for position, text in enumerate(PROMPTS, start=1)
    )
    steps = ["Read one **core** source", "Cross-check it", "Write 5–10 lines"]
    MethodStep.objects.bulk_create(
        MethodStep(list=reading_list, position=position, text=text) for position, text in enumerate(steps, start=1)
    )
    return reading_list


def make_group(*people: User, reading_list: ReadingList | None = None, name: str = "Thursday post-training") -> Group:
    """A group of these people; the first owns it."""
    reading_list = reading_list or ReadingList.objects.default() or make_list()
    group = Group.objects.create(name=name, list=reading_list, owner=people[0])
    for person in people:
        Membership.objects.create(group=group, person=person)
    return group


def png(width: int = 60, height: int = 40, colour: str = "orange") -> bytes:
    """A picture of one colour, as a file."""
    file = BytesIO()
    Picture.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def make_image(uploader: User, width: int = 60, height: int = 40) -> Image:
    """An image that no text shows yet."""
    return Image.objects.store(uploader, f"{next(_numbers):064}", NewImage("png", width, height, png(width, height)))


def write_file_of(image: Image) -> None:
    """Writes its file again, after the folder was emptied."""
    image_file.write(image.token, png(image.width, image.height))


def join(group: Group, person: User, role: str = "member") -> User:
    """Put somebody among the others, as a member, a moderator, or its new owner."""
    group.memberships.create(person=person, role="moderator" if role == "moderator" else "member")
    if role == "owner":
        group.transfer_ownership(person)
    return person


def sign_in(client: Client, person: User) -> Client:
    """Sign in without a password, as somebody who has just said it again: every page opens."""
    said = {"method": "password", "at": time.time() + 24 * 3600, "reauthenticated": True}
    return begin_session(
        client,
        person,
        account_authentication_methods_user=str(person.pk),
        account_authentication_methods=[said],
    )


def begin_session(client: Client, person: User, **data) -> Client:
    """Sign in without a password, with a session that is written down, as everybody's is who signs in with one, and has
    this data."""
    if settings.SESSION_COOKIE_NAME in client.cookies:
        client.force_login(person)
        session = client.session
        session.update(data)
        session.save()
    else:
        # What `force_login` leaves, which writes three sessions to get there.
        session = SessionStore(session_key=get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789"))
        session._session_cache = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            **data,
        }
        session.create_model_instance(session._session_cache).save(force_insert=True)
        update_last_login(None, person)
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        client.cookies[settings.SESSION_COOKIE_NAME]["path"] = "/"
    UserSession.objects.create(user=person, session_key=session.session_key, ip="127.0.0.1")
    return mark_seen(client)


def mark_seen(client: Client) -> Client:
    """Have the session of this browser count as written down lately, so that no page has to."""
    caches["process"].set(f"seen:{client.session.session_key}", True)
    return client


def add_factors(person: User, *, passkey: Passkey | None = None, key: str = "") -> None:
    """A passkey, an authenticator app with this key, and recovery codes."""
    server = Fido2Server(PublicKeyCredentialRpEntity(id="localhost", name="Readlist"))
    handle = PublicKeyCredentialUserEntity(id=user_pk_to_url_str(person).encode(), name=person.email)
    options, _ = server.register_begin(handle)
    WebAuthn.add(person, "Laptop", (passkey or Passkey()).create(dict(options)))
    TOTP.activate(person, key or generate_totp_secret())
    RecoveryCodes.activate(person)
