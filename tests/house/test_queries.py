"""A page asks the database as often for ten times as much, on the shipped list with the demo group."""

from collections import Counter
from collections.abc import Collection, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.reviews.submission import Submission
from readlist_site.base.web.cache_control import ACCOUNT_VIEWS
from tests.house.addresses import ADDRESSES
from tests.house.busy import MEMBERS, SUBMISSIONS, TOPICS, fill
from tests.house.demo import make_demo_world
from tests.house.grown import begin, grow
from tests.house.world import World
from tests.length import FULL

# Counts are counts on either engine.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# So many statements a page may take, those for who is signed in included, savepoints not; some take more: downloads,
# and home where a review is held, with what showing its text has cost. Numbers here only ever become less.
MOST = 8
MORE = {"home": 9, "list_json": 12, "list_markdown": 10}
# Whose pages are made of something else than other people's.
TELLING = ("anonymous", "stranger", "member", "reviewer", "author", "owner")
# What these show doesn't grow.
LEFT_OUT = {"edit_post", "healthz", "readyz", "metrics"}


def asked(world: World, name: str, role: str, most: int = -1) -> list[str]:
    """The queries of a page, without those that Django's sessions and transactions ask of themselves, and without those
    that a page asks once. Where these are no more than `most`, it isn't asked for twice."""
    client, url = world.client(role), ADDRESSES[name].url(name, world)
    with CaptureQueriesContext(connection) as queries:
        status = client.get(url).status_code
    if status == 403:
        return []  # in this world the thread is another author's
    if len(found := _counted(queries)) <= most:
        assert status < 400, url
        return found
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code < 400, url
    return _counted(queries)


def _counted(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


def pages() -> list[tuple[str, str]]:
    """Names of pages with who opens them; in the short run one of these. A review is written by who holds it."""
    return [
        (name, role)
        for name, address in ADDRESSES.items()
        for role in _openers(name, address.get or ())
        if not name.startswith(ACCOUNT_VIEWS) and name not in LEFT_OUT
        if name != "review" or role == "reviewer"
    ]


def _openers(name: str, allowed: Collection[str]) -> Sequence[str]:
    """Who opens a page: at full length all whose pages differ, else one of them, and always who holds the review."""
    roles = [role for role in TELLING if role in allowed]
    return roles if FULL or name == "review" else roles[-1:]


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_page_asks_more_often_for_more():
    world = make_demo_world()
    begin(world)
    before = {page: asked(world, *page) for page in pages()}
    grow(world)
    wrong = []
    for (name, role), queries in before.items():
        after = asked(world, name, role, min(len(queries), MORE.get(name, MOST)))
        more = Counter(map(_shape, after)) - Counter(map(_shape, queries))
        if len(after) > len(queries) or len(after) > MORE.get(name, MOST):
            wrong.append(f"{name} for {role}: {len(queries)} queries became {len(after)}: {dict(more)}")
    assert not wrong, "\n".join(wrong)


def test_no_page_asks_more_often_of_a_group_that_has_been_at_it_for_long():
    world = make_demo_world()
    begin(world)
    looked_at = [(name, role) for name, role in pages() if role == "author" or name == "review"]
    before = {page: len(asked(world, *page)) for page in looked_at}
    fill(world)
    assert world.group.memberships.count() == MEMBERS
    assert world.list.sections.topics().count() == TOPICS
    assert Submission.objects.count() == SUBMISSIONS
    after = {page: len(asked(world, *page, before[page])) for page in looked_at}
    assert {page: (before[page], after[page]) for page in looked_at if after[page] > before[page]} == {}


def _shape(query: str) -> str:
    """A query without its values, to tell which one is asked again."""
    return query.split(" WHERE ")[0][:200]
