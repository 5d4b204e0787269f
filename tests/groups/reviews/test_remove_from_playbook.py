"""An author takes an accepted revision from the playbook."""

import pytest
from django.utils import timezone

from groups.reviews.acceptance_record import Acceptance
from groups.reviews.group_progress import my_outcome_rows, my_outcomes
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from tests.groups.reviewing import days, say, show, topic_of


@pytest.fixture
def accepted(group, ada, jonas):
    """Ada's summary, which stands in the playbook."""
    round = show(ada, group)
    say(round, jonas, "approve")
    return ReviewRound.objects.get(pk=round.pk)


def retract(client, round):
    return client.post(f"/submissions/{round.submission_id}/playbook-removal/", follow=True)


def test_retracting_takes_it_from_the_playbook_and_keeps_the_record(group, ada, accepted, signed_in):
    client = signed_in(ada)
    page = client.get(f"/submissions/{accepted.submission_id}/").content.decode()
    assert "Remove from playbook" in page
    page = retract(client, accepted).content.decode()
    assert "You removed your summary from the playbook." in page
    assert "and removed from the playbook on" in page
    assert not ReviewRound.objects.in_playbook(group).exists()
    assert not ReviewRound.objects.in_playbook(group).exists()
    assert Acceptance.objects.get().accepted_at
    assert Review.objects.get().approves
    assert "Remove from playbook" not in client.get(f"/submissions/{accepted.submission_id}/").content.decode()


def test_retracting_twice_keeps_the_first_date(accepted):
    accepted.submission.remove_from_playbook(now=days(-1))
    accepted.submission.remove_from_playbook(now=days(0))
    assert Acceptance.objects.get().removed_from_playbook_at == days(-1)


def test_an_older_acceptance_does_not_come_back(group, ada, jonas, accepted):
    second = show(ada, group)
    say(second, jonas, "approve")
    second.submission.remove_from_playbook()
    assert not ReviewRound.objects.in_playbook(group).exists()
    assert not ReviewRound.objects.in_playbook(group).exists()


def test_a_revision_that_waits_does_not_keep_the_accepted_one_from_being_retracted(group, ada, accepted, signed_in):
    show(ada, group)
    retract(signed_in(ada), accepted)
    assert not ReviewRound.objects.in_playbook(group).exists()
    assert ReviewRound.objects.awaiting_review().exists()


def test_what_is_retracted_waits_for_nobody_and_a_new_revision_may_be_accepted(group, ada, jonas, accepted):
    accepted.submission.remove_from_playbook()
    assert not ReviewRound.objects.awaiting_review().exists()
    assert ReviewRound.objects.accept_due(days(30)) == 0
    say(show(ada, group), jonas, "approve")
    assert ReviewRound.objects.in_playbook(group).count() == 1


def test_only_its_author_retracts(group, jonas, accepted, signed_in):
    assert retract(signed_in(jonas), accepted).status_code == 404
    assert "Remove from playbook" not in signed_in(jonas).get(accepted.submission.get_absolute_url()).content.decode()
    assert ReviewRound.objects.in_playbook(group).exists()


def test_it_is_not_among_what_one_has_accepted(group, ada, accepted):
    topic = topic_of(group)

    def outcomes():
        (rows,) = my_outcome_rows(author=ada, topics=[topic.pk], now=timezone.now())
        return my_outcomes(rows, timezone.now())

    assert outcomes()[topic.pk].is_accepted
    accepted.submission.remove_from_playbook()
    assert outcomes() == {}
    show(ada, group)
    assert not outcomes()[topic.pk].is_accepted
