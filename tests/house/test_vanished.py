"""A row that goes between two queries of one page: it is not found, or the page says what there is; no page breaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.urls import reverse

from catalog.curation.suggestion import Suggestion
from tests.house.addresses import ADDRESSES, MEMBERS
from tests.house.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db) -> World:
    return make_world()


@contextmanager
def after_query(number: int, happens: Callable[[], None]) -> Iterator[list[int]]:
    """Let something happen in the database between the query of this number and the next. Yields the count of
    queries."""
    count, busy = [0], []

    def counted(execute, sql, params, many, context):
        # Before the next one, for SQLite finds rows while they are read, and no page does anything in between.
        if not busy and 0 < number == count[0]:
            busy.append(True)
            happens()
        if not busy:
            count[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        yield count


# Pages that say something of the membership of who looks at them.
OF_A_MEMBER = ["group", "members", "leave", "reviews", "thread", "submission", "topic"]


@pytest.mark.one_engine
@pytest.mark.parametrize("name", OF_A_MEMBER)
def test_a_page_stands_whenever_one_is_removed_from_the_group(world, name):
    """Removed between its first query and its second, and so on to its last."""
    client, url, place = world.client("member"), ADDRESSES[name].url(name, world), world.membership
    assert "member" in MEMBERS & ADDRESSES[name].get
    with after_query(0, lambda: None) as queries:
        assert client.get(url).status_code == 200
    for number in range(1, queries[0]):
        with world.undone(), after_query(number, lambda: type(place).objects.filter(pk=place.pk).delete()):
            assert client.get(url).status_code in {200, 302, 404}, f"after query {number}"


def test_seconding_what_is_taken_back_meanwhile(world):
    suggestion = Suggestion.objects.of(world.people["author"]).get()
    client, url = world.client("member"), reverse("vote_suggestion", args=[suggestion.pk])
    for number in range(1, 12):
        with world.undone(), after_query(number, lambda: Suggestion.objects.filter(pk=suggestion.pk).delete()):
            response = client.post(url, {"wanted": "yes"}, headers={"hx-request": "true"})
            assert response.status_code in {200, 404}, f"after query {number}"


def test_suggesting_what_was_suggested_and_taken_back_in_the_same_moment(world, monkeypatch):
    """The form says so beside the link, and keeps what was typed."""
    from catalog.curation.suggestion import AlreadySuggested

    def suggested(*args, **said):
        raise AlreadySuggested(None)

    monkeypatch.setattr(Suggestion.objects, "suggest", suggested)
    data = {"url": "https://example.org/new", "title": "New", "why": "It adds something."}
    response = world.client("member").post(reverse("suggestions", args=[world.topic.pk]), data)
    assert response.status_code == 422
    assert response.context["form"].errors["url"]
    assert "It adds something." in response.content.decode()


def test_a_moderator_who_is_removed_while_removing_a_post_is_told_so(world):
    place = world.group.membership_of(world.people["reviewer"])
    place.role = "moderator"
    place.save()
    client, url = world.client("reviewer"), reverse("delete_post", args=[world.post.pk])
    for number in range(1, 15):
        with world.undone(), after_query(number, lambda: type(place).objects.filter(pk=place.pk).delete()):
            assert client.post(url).status_code in {302, 403, 404}, f"after query {number}"
