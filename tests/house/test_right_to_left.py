"""What people typed is read in its own direction, whatever the page's: each page as each role sees it (in the short
run, half of these roles), and mails."""

from collections import defaultdict
from zlib import crc32

import pytest
from django.core import mail
from django.utils import timezone

from readlist_site.base.notifications.outbox import send_due_emails
from tests.house.addresses import ADDRESSES
from tests.house.right_to_left import not_kept_apart, write_arabic
from tests.house.world import World, make_world
from tests.length import some

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# Everybody who is told something that others aren't.
TELLING = ("anonymous", "stranger", "member", "reviewer", "author", "owner")
ALIKE = ("account_", "mfa_", "usersessions_", "socialaccount_")


@pytest.fixture
def world(db) -> World:
    world = make_world()
    write_arabic()
    return world


def test_what_people_typed_is_kept_apart_from_the_sentence_around_it(world):
    found, client = defaultdict(list), world.client("anonymous")
    for name, address in ADDRESSES.items():
        roles = [role for role in TELLING if role in (address.get or ())]
        for role in (
            roles[-1:] if name.startswith(ALIKE) else some(roles, crc32(name.encode()), of=min(2, len(roles) or 1))
        ):
            with world.undone():
                page = world.reset(client, role).get(address.url(name, world))
            if "html" in page.headers.get("Content-Type", ""):
                for what in not_kept_apart(page.content.decode()):
                    found[what].append(f"{name} ({role})")
    assert not found, "\n".join(f"{what}: {', '.join(where[:3])}" for what, where in found.items())


def test_mails_isolate_names(world):
    with world.undone():
        send_due_emails(timezone.now() + timezone.timedelta(days=8))
    assert mail.outbox
    lines = [line for message in mail.outbox for line in (message.subject, *message.body.splitlines())]
    assert not [line for line in lines if list(not_kept_apart(f'<p title="{line.replace(chr(34), "")}">'))]
    assert any("\u2068" in line for line in lines)
