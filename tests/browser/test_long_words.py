"""Words of sixty letters in every short text that people type: no page scrolls sideways on a phone because of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Error

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.members.membership_log import MembershipLogEntry
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.threads.thread import Thread
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.notification import Notification
from tests.browser import checks
from tests.house.addresses import ADDRESSES
from tests.house.world import World, make_world
from tests.length import FULL

PHONE = 390
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter"[:60]
assert len(WORD) == 60

# Model, its short texts. Of a person's name each must differ, so that nobody is only told apart by an address.
TEXTS = [
    (Group, "name"), (Thread, "title"), (ReadingList, "title"), (Section, "title"), (Entry, "title"),
    (Source, "listed_title"), (Suggestion, "title"), (Suggestion, "why"), (Report, "text"),
    (ReviewRound, "why"), (Skip, "explanation"), (Notification, "text"),
]  # fmt: skip


def lengthen() -> None:
    """One long word in each of these columns, in all rows."""
    MembershipLogEntry.objects.filter(event="removed").update(why=WORD)
    for model, column in TEXTS:
        model.objects.update(**{column: WORD})
    for place, person in enumerate(User.objects.order_by("pk")):
        person.display_name = f"{chr(ord('A') + place)}{WORD[1:]}"
        person.save(update_fields=["display_name"])


@pytest.fixture
def world(transactional_db) -> World:
    world = make_world()
    lengthen()
    return world


ROLES = ("owner", "author", "reviewer")
# What the owner may see, too, but another sees more of.
OTHERS_SEE_MORE = {"home", "topic", "summary", "history", "submission", "review", "thread"}


def sees(role: str, name: str, may: frozenset[str]) -> bool:
    """Whether this person looks at a page: the owner at all they may, others at what shows them more; at full length
    each at all."""
    return role in may and (FULL or name in OTHERS_SEE_MORE or role == next(each for each in ROLES if each in may))


def addresses_of(role: str, world: World) -> Iterator[str]:
    for name, address in ADDRESSES.items():
        if sees(role, name, address.get or frozenset()) and name != "account_logout":
            yield address.url(name, world)
    if role == "owner":
        yield world.accepted.submission.get_absolute_url()


@pytest.mark.long
@pytest.mark.soak
@pytest.mark.parametrize("role", ROLES)
def test_no_page_scrolls_sideways_for_a_long_word(world, page_for, console, role):
    console.expect("404 (Not Found)")
    page, wide = page_for(world.people.get(role), width=PHONE), []
    for url in addresses_of(role, world):
        try:
            answer = page.goto(url)
        except Error as error:
            if "Download is starting" in error.message:
                continue
            raise
        if answer.status == 204 or "html" not in answer.headers.get("content-type", ""):
            continue
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > PHONE:
            wide.append(f"{url} is {needed} px wide: {page.evaluate(checks._TOO_WIDE, PHONE)}")
    assert not wide, "\n".join(wide)
