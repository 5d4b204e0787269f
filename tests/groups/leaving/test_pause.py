"""The away switch: what changes for the others, and that nobody sees it."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.leaving.pause import pause_reviews
from groups.members.absence import Absence
from groups.members.membership import Membership
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from tests import factories
from tests.groups.reviewing import available_to, days, say, show, take


def test_one_goes_away_and_comes_back(signed_in, group, jonas):
    client = signed_in(jonas)
    assert "Pause reviews" in client.get("/absence/").content.decode()
    assert "Your reviews are paused" in client.post("/absence/", {}, follow=True).content.decode()
    assert not Membership.objects.available_for_review().filter(person=jonas).exists()
    assert "Your reviews are resumed" in client.post("/absence/cancel/", follow=True).content.decode()
    assert Membership.objects.available_for_review().filter(person=jonas).exists()


def test_the_day_of_return_begins_where_the_person_is(signed_in, group, jonas):
    type(jonas).objects.filter(pk=jonas.pk).update(time_zone="Asia/Singapore")
    day = timezone.localdate(timezone=ZoneInfo("Asia/Singapore")) + timedelta(days=3)
    signed_in(jonas).post("/absence/", {"back_on": day.isoformat()})
    until = Absence.objects.get().until
    assert until == datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Singapore"))


@pytest.mark.parametrize("offset", [0, -1, 400])
def test_a_day_that_makes_no_sense_is_said_at_the_field(signed_in, jonas, offset):
    day = timezone.now().date() + timedelta(days=offset)
    response = signed_in(jonas).post("/absence/", {"back_on": day.isoformat()})
    assert response.status_code == 422
    assert "Choose a day after today, within a year." in response.content.decode()
    assert not Absence.objects.exists()


def test_who_said_when_is_back_then_without_anybodys_doing(group, jonas):
    pause_reviews(jonas, until=days(3), now=days(0))
    here = Membership.objects.filter(person=jonas)
    assert not here.available_for_review(days(2)).exists()
    assert here.available_for_review(days(3)).exists()


def test_what_one_holds_goes_back_in_all_groups_and_what_one_typed_is_kept(group, ada, jonas, tomas, mei):
    other = factories.make_group(mei, jonas, tomas, name="Elsewhere")
    rounds = [show(ada, group), show(mei, other)]
    for each in rounds:
        take(each, jonas)
    ReviewDraft.objects.create(author=jonas, round=rounds[0], typed={"overall": "So far"})
    pause_reviews(jonas)
    assert not Claim.objects.live().exists()
    assert [each.required_reviews for each in ReviewRound.objects.order_by("pk")] == [2, 1]
    assert ReviewDraft.objects.get().typed == {"overall": "So far"}


def test_the_others_decide_without_them_and_their_request_does_not_come_back(group, ada, jonas, tomas):
    asked = show(ada, group)
    say(asked, jonas, "request_changes", "The slice?")
    say(asked, tomas, "approve")
    assert not ReviewRound.objects.get().accepted_at
    pause_reviews(jonas, until=days(2))
    assert ReviewRound.objects.get().accepted_at
    assert not Review.objects.blocking(days(3)).exists()


def test_what_somebody_asks_for_while_away_keeps_no_one_from_reading(group, ada, jonas, tomas):
    pause_reviews(jonas, until=days(2), now=days(0))
    shown = show(ada, group)
    say(shown, jonas, "request_changes")
    assert shown.required_reviews == 1
    assert shown.status_for(ada, days(0)).needed == 1
    assert available_to(tomas, days(0)) == [shown]
    assert Review.objects.blocking(days(2)).exists(), "it stands as soon as they are back"
    assert not available_to(tomas, days(2))
    take(shown, tomas)
    assert not Review.objects.blocking(days(2)).exists(), "there would be two where one is wanted"
    assert Review.objects.get().ended_without_withdrawal


def test_going_away_twice_moves_the_date(group, jonas):
    pause_reviews(jonas, until=days(3))
    pause_reviews(jonas, until=days(9))
    assert Absence.objects.get().until == days(9)


def test_an_absence_ends_after_it_begins(jonas):
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(person=jonas, since=days(2), until=days(1))


@pytest.mark.one_engine
def test_no_page_shows_anothers_absence(signed_in, group, ada, jonas, tomas):
    """With nothing of theirs in hand, each page of the group is to the letter what it was."""
    show(jonas, group)
    pages = ["", "members/", "reviews/", "playbook/", "threads/"]
    client = signed_in(ada)

    def seen():
        texts = [client.get(f"/groups/{group.pk}/{page}").content.decode() for page in pages]
        texts += [client.get(page).content.decode() for page in ("/", "/groups/", "/absence/")]
        # That fewer reviews are wanted is seen: of whom is what nobody may read from it.
        texts = [re.sub(r"\b(a reviewer|\d reviewers|1 review|\d reviews)\b", "reviews", text) for text in texts]
        return [re.sub(r'(value|content|hx-headers)=("[^"]*"|\'[^\']*\')', "", text) for text in texts]

    before = seen()
    for person in (tomas, jonas):
        pause_reviews(person)
    ReviewRound.objects.update(required_reviews=2)
    assert seen() == before


def test_an_absence_is_ones_own(ada, jonas):
    absence = pause_reviews(jonas)
    assert list(Absence.objects.visible_to(jonas)) == [absence]
    assert not Absence.objects.visible_to(ada).exists()
