"""The queue of a group, and taking the next from it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.reviews.claim import Claim
from groups.reviews.review_queue import QUEUE_QUERIES, queue_queries
from tests import factories
from tests.groups.reviewing import NOW, say, show, take, topic_of


def queue(client, group, query="") -> str:
    response = client.get(f"/groups/{group.pk}/reviews/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_an_empty_queue_says_what_will_stand_there(group, ada, signed_in):
    shown = queue(signed_in(ada), group)
    assert "No summaries to review" in shown
    assert "Review next" not in shown
    assert "You have given 0 reviews. You have received 0. Only you see this." in shown


def test_its_queries_are_as_many_as_home_cuts_off(ada):
    assert len(queue_queries(ada, NOW)) == QUEUE_QUERIES


@pytest.mark.every_engine
def test_the_queue_says_for_each_where_it_stands(group, ada, jonas, tomas, mei, signed_in):
    topics = [topic_of(group, place) for place in range(3)]
    held, free, full = (show(ada, group, topic) for topic in topics)
    own = show(jonas, group)
    take(held, jonas)
    take(full, tomas)
    take(full, mei)
    say(own, tomas, "request_changes", "Why?")
    shown = queue(signed_in(jonas), group)
    places = [
        shown.index(words)
        for words in ("You’re reviewing", "Waiting for a reviewer", "Waiting for others", "Your submissions")
    ]
    assert places == sorted(places)
    assert "You’re reviewing this until" in shown
    assert f'href="/submissions/{held.submission_id}/review/"' in shown
    assert f'action="/submissions/{free.submission_id}/claim/"' in shown
    assert f'action="/submissions/{full.submission_id}/claim/"' not in shown
    assert "Tomás is reviewing until" in shown
    assert "Tomás requested changes on revision 1." in shown
    assert "Submit a new revision." in shown
    assert "You have given 0 reviews. You have received 1." in shown


@pytest.mark.every_engine
def test_the_group_sees_what_all_have_given_and_what_is_waited_for_without_names(group, ada, jonas, tomas, signed_in):
    say(show(ada, group), jonas, "approve")
    show(ada, group, topic_of(group, 1))
    shown = queue(signed_in(tomas), group)
    assert "Members have given 1 review. 3 more are needed now." in shown


def test_the_next_is_taken_by_one_button(group, ada, jonas, signed_in):
    round = show(ada, group)
    client = signed_in(jonas)
    assert "Review next" in queue(client, group)
    response = client.post(f"/groups/{group.pk}/reviews/next/")
    assert response["Location"] == f"/submissions/{round.submission_id}/review/"
    assert Claim.objects.get().reviewer == jonas
    # Pressed again with nothing else to take it leads to the same.
    assert client.post(f"/groups/{group.pk}/reviews/next/")["Location"] == response["Location"]
    assert Claim.objects.count() == 1


def test_nothing_to_take_is_said(group, jonas, signed_in):
    response = signed_in(jonas).post(f"/groups/{group.pk}/reviews/next/", follow=True)
    assert "You have nothing to review now." in response.content.decode()


def test_with_both_hands_full_the_queue_offers_nothing_more(group, ada, jonas, signed_in):
    rounds = [show(ada, group, topic_of(group, place)) for place in range(3)]
    take(rounds[0], jonas)
    take(rounds[1], jonas)
    client = signed_in(jonas)
    shown = queue(client, group)
    assert "already reviewing two summaries" in shown
    assert "Review next" not in shown
    assert "/claim/" not in shown
    for url in (f"/groups/{group.pk}/reviews/next/", f"/submissions/{rounds[2].submission_id}/claim/"):
        assert "already reviewing two summaries" in client.post(url, follow=True).content.decode()
    assert Claim.objects.count() == 2


def test_who_comes_too_late_is_told(group, ada, jonas, tomas, mei, signed_in):
    round = show(ada, group)
    take(round, tomas)
    take(round, mei)
    response = signed_in(jonas).post(f"/submissions/{round.submission_id}/claim/", follow=True)
    assert "This summary has all the reviewers it needs now." in response.content.decode()


def test_giving_back_by_its_button(group, ada, jonas, signed_in):
    round = show(ada, group)
    take(round, jonas)
    response = signed_in(jonas).post(f"/submissions/{round.submission_id}/claim/cancel/", follow=True)
    assert "You stopped reviewing." in response.content.decode()
    assert not Claim.objects.live().exists()


@pytest.mark.every_engine
def test_other_groups_do_not_mix_in(reading_list, group, ada, jonas, signed_in):
    elsewhere = factories.make_group(ada, jonas, reading_list=reading_list, name="Elsewhere")
    show(ada, elsewhere)
    assert "No summaries to review" in queue(signed_in(jonas), group)
    assert signed_in(jonas).post(f"/groups/{group.pk}/reviews/next/")["Location"] == f"/groups/{group.pk}/reviews/"


@pytest.fixture
def crowd(group):
    """Twenty more members, each with a summary on two topics that waits."""
    people = [factories.make_user() for _ in range(20)]
    for person in people:
        group.memberships.create(person=person)
    return [show(person, group, topic_of(group, place)) for person in people for place in range(2)]


@pytest.mark.every_engine
def test_a_long_queue_comes_in_pages(group, ada, jonas, crowd, signed_in):
    client = signed_in(jonas)
    first = queue(client, group)
    assert first.count("/claim/") == 30
    more = first.split('href="?after=')[1].split('"')[0]
    second = queue(client, group, f"?after={more}")
    assert second.count("/claim/") == 10
    assert "Next page" not in second
    assert "First page" in second


@pytest.mark.parametrize("after", ["x", "0", "-1", "9" * 40, "%00", "１"])
def test_a_wrong_page_is_the_first(group, ada, jonas, signed_in, after):
    show(ada, group)
    assert "Waiting for a reviewer" in queue(signed_in(jonas), group, f"?after={after}")


@pytest.mark.soak_only
def test_the_queue_asks_the_database_the_same_however_long_it_is(
    group, ada, jonas, tomas, signed_in, django_assert_num_queries, request
):
    say(show(ada, group), tomas, "request_changes", "Why?")
    take(show(ada, group), jonas)
    client = signed_in(jonas)
    queue(client, group)
    with CaptureQueriesContext(connection) as few:
        queue(client, group)
    for round in request.getfixturevalue("crowd")[:5]:
        take(round, tomas if round.pk % 2 else ada) if round.pk % 3 else None
    with django_assert_num_queries(len(few)):
        queue(client, group)


def test_a_summary_needs_no_more_reviews_than_there_are_others(group, ada, signed_in):
    """Two are the group's setting; in a group of two there is one who could give them."""
    assert "Each summary needs 1 review." in queue(signed_in(ada), group)
    for name in ("Tomás Herrera", "Mei-Ling Chen"):
        group.memberships.create(person=factories.make_user(name))
    assert "Each summary needs 2 reviews." in queue(signed_in(ada), group)
