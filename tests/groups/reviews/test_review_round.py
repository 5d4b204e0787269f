"""How a round goes: who may take it, in which order, and when the group has agreed."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.leaving.archive import archive_group, reopen_group
from groups.leaving.leave import leave_group
from groups.leaving.pause import pause_reviews, resume_reviews
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.claim import ChangeRequestEnd, Claim
from groups.reviews.review import Review, end_claims_of
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.reviews.submission import Submission
from readlist_site.base.notifications.notification import Notification
from tests import factories
from tests.groups.reviewing import NOW, available_to, days, queue_of, revise, say, show, take, topic_of

# What of it a database decides, test_rules.py, test_stateful.py and the races ask of every engine.
pytestmark = pytest.mark.one_engine


def leave(group, person, at=NOW):
    """What leaving means for reviews."""
    group.memberships.filter(person=person).delete()
    end_claims_of(person, group, at, because=ChangeRequestEnd.REVIEWER_LEFT)
    ReviewRound.objects.filter(submission__group=group).update_accepts_at(at)


def accepted(round) -> bool:
    return ReviewRound.objects.get(pk=round.pk).accepted_at is not None


# Taking


def test_two_reviews_are_wanted_and_no_more_than_there_are_others(reading_list, ada, jonas):
    alone = factories.make_group(ada, reading_list=reading_list, name="Alone")
    pair = factories.make_group(ada, jonas, reading_list=reading_list, name="Pair")
    many = factories.make_group(ada, *(factories.make_user() for _ in range(4)), reading_list=reading_list, name="Many")
    revision = revise(ada, topic_of(alone))
    assert [Submission.objects.submit(revision, group).required_reviews for group in (alone, pair, many)] == [0, 1, 2]


def test_nobody_reviews_their_own(group, ada, tomas):
    round = show(ada, group)
    assert not available_to(ada)
    with pytest.raises(RuleViolation, match="own summary"):
        round.claim(ada)
    # Not even with a claim that came by another way.
    forged = Claim.objects.create(round=round, slot=1, reviewer=ada)
    with pytest.raises(RuleViolation, match="own summary"):
        Review.objects.submit(forged, "approve")
    assert not Review.objects.exists()


def test_only_members_take_reviews(group, ada, jonas, stranger):
    round = show(ada, group)
    assert not available_to(stranger)
    with pytest.raises(RuleViolation, match="not a member"):
        round.claim(stranger)


def test_a_round_has_as_many_reviewers_as_wanted(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    assert {take(round, jonas).slot, take(round, tomas).slot} == {1, 2}
    assert round.claim(mei) is None
    assert not available_to(mei)


def test_taking_twice_is_taking_once(group, ada, jonas):
    round = show(ada, group)
    assert take(round, jonas) == take(round, jonas)
    assert Claim.objects.count() == 1


def test_a_person_holds_two_at_most(group, ada, jonas, tomas):
    rounds = [show(ada, group, topic_of(group, place)) for place in range(3)]
    take(rounds[0], jonas)
    take(rounds[1], jonas)
    with pytest.raises(RuleViolation, match="two summaries"):
        rounds[2].claim(jonas)
    say(rounds[0], jonas, "approve")
    assert take(rounds[2], jonas)


def test_to_claim_one_takes_as_many_statements_whoever_reviews_others(group, ada, jonas, tomas, mei):
    first, second = show(ada, group), show(mei, group)
    with CaptureQueriesContext(connection) as alone:
        take(first, jonas)
    say(first, tomas, "approve")
    with CaptureQueriesContext(connection) as later:
        take(second, jonas)
    assert len(later) == len(alone) <= 20


def test_a_claim_lapses_after_three_days_and_its_slot_is_free(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    take(round, jonas)
    take(round, tomas)
    assert round.claim(mei, now=days(2.9)) is None
    assert take(round, mei, days(3.1)).slot in {1, 2}
    assert list(Claim.objects.live(days(3.1)).values_list("reviewer", flat=True)) == [mei.pk]


def test_a_given_review_keeps_its_slot(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    say(round, jonas, "request_changes")
    take(round, tomas)
    assert round.claim(mei) is None
    assert round.claim(mei, now=days(4)).slot == 2


def test_what_is_given_back_can_be_taken(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    take(round, jonas).release()
    assert [take(round, tomas).slot, take(round, mei).slot] == [1, 2]


def test_releasing_a_given_review_changes_nothing(group, ada, jonas):
    review = say(show(ada, group), jonas, "request_changes")
    review.claim.release()
    review.claim.refresh_from_db()
    assert review.claim.ended_at is None


def test_a_lapsed_claim_will_do_as_long_as_nobody_else_has_come(group, ada, jonas, tomas, mei):
    first, second = show(ada, group), show(ada, group, topic_of(group, 1))
    claims = [take(first, jonas), take(second, jonas)]
    Review.objects.submit(claims[0], "approve", now=days(5))
    take(second, tomas, days(5))
    with pytest.raises(RuleViolation, match="ran out"):
        Review.objects.submit(claims[1], "approve", now=days(5))


# The queue


@pytest.mark.every_engine
def test_the_fairest_match_comes_first(group, ada, jonas, tomas, mei):
    topics = [topic_of(group, place) for place in range(3)]
    oldest = show(ada, group, topics[0], at=days(-2))
    taken = show(ada, group, topics[1], at=days(-3))
    newest = show(tomas, group, topics[0], at=days(-1))
    take(taken, mei)
    assert available_to(jonas) == [oldest, newest, taken]


@pytest.mark.every_engine
def test_of_what_waits_as_long_the_author_read_least_comes_first(group, ada, jonas, tomas, mei):
    say(show(ada, group, topic_of(group, 1)), jonas, "approve")
    noon = NOW.replace(hour=12)
    hers = show(ada, group, at=noon)
    his = show(tomas, group, at=noon.replace(hour=13))
    assert [each for each in available_to(jonas) if not each.slots_taken] == [his, hers]


@pytest.mark.every_engine
def test_a_later_revision_goes_to_its_earlier_reviewers_first(group, ada, jonas, tomas, mei):
    other = show(tomas, group, topic_of(group, 1), at=days(-1))
    say(show(ada, group), jonas, "request_changes")
    later = show(ada, group)
    assert available_to(jonas) == [later, other]
    assert available_to(mei) == [other, later]


@pytest.mark.every_engine
def test_what_its_author_is_about_to_change_comes_last(group, ada, jonas, tomas, mei):
    waits_for_author = show(ada, group, at=days(-3))
    say(waits_for_author, jonas, "request_changes")
    fresh = show(tomas, group)
    assert available_to(mei) == [fresh, waits_for_author]


def test_what_is_over_is_in_nobodys_queue(group, ada, jonas, tomas):
    approved = show(ada, group)
    say(approved, jonas, "approve")
    say(approved, tomas, "approve")
    withdrawn = show(ada, group, topic_of(group, 1))
    withdrawn.submission.withdraw()
    superseded = show(ada, group, topic_of(group, 2))
    take(superseded, tomas).release()
    current = show(ada, group, topic_of(group, 2))
    assert accepted(approved)
    assert superseded != current
    assert available_to(jonas) == [current]


def test_nothing_waits_for_whom_nobody_would_answer(group, ada, jonas, tomas):
    show(ada, group)
    group.memberships.filter(person=ada).delete()
    assert not available_to(jonas)
    assert not queue_of(jonas)


@pytest.mark.every_engine
def test_the_queue_shows_what_i_hold_what_i_may_take_what_others_have_and_mine(group, ada, jonas, tomas, mei):
    topics = [topic_of(group, place) for place in range(3)]
    full = show(ada, group, topics[0])
    take(full, tomas)
    take(full, mei)
    mine = show(jonas, group, topics[0])
    free = show(ada, group, topics[1])
    held = show(ada, group, topics[2])
    take(held, jonas)
    rows = [(round, round.queue_section) for round in queue_of(jonas)]
    assert rows == [(held, 0), (free, 1), (full, 2), (mine, 3)]
    assert [claim.round for claim in Claim.objects.awaited_from(jonas)] == [held]


def test_a_summary_submitted_alone_is_offered_to_the_first_who_joins(reading_list, ada, jonas):
    alone = factories.make_group(ada, reading_list=reading_list, name="Alone")
    round = show(ada, alone)
    assert round.required_reviews == 0
    alone.memberships.create(person=jonas)
    assert available_to(jonas) == [round]
    assert take(round, jonas).slot == 1


def test_for_as_long_as_a_claim_lasts_a_later_revision_is_left_to_its_earlier_reviewers(group, ada, jonas, tomas, mei):
    say(show(ada, group, at=days(-2)), jonas, "request_changes", at=days(-2))
    later, other = show(ada, group, at=days(-1)), show(tomas, group, topic_of(group, 1))
    # By its age alone it would be the first for everybody.
    assert available_to(mei, NOW) == [other, later]
    assert available_to(jonas, NOW) == [later, other]
    assert available_to(mei, days(2.1)) == [later, other]


def test_a_re_review_may_be_taken_by_who_holds_two_others(group, ada, jonas, tomas):
    say(show(ada, group), jonas, "request_changes")
    for place in range(2):
        take(show(tomas, group, topic_of(group, place)), jonas)
    revised, third = show(ada, group), show(ada, group, topic_of(group, 2))
    assert Claim.objects.at_claim_limit(jonas)
    assert take(revised, jonas)
    with pytest.raises(RuleViolation, match="two summaries"):
        third.claim(jonas)


def test_review_next_takes_the_re_review_of_who_holds_two_others(group, ada, jonas, tomas, signed_in):
    say(show(ada, group), jonas, "request_changes")
    for place in range(2):
        take(show(tomas, group, topic_of(group, place)), jonas)
    revised, client = show(ada, group), signed_in(jonas)
    offer = f'action="/submissions/{revised.submission_id}/claim/"'
    for page in ("/", group.get_absolute_url(), f"/groups/{group.pk}/reviews/", revised.submission.get_absolute_url()):
        assert offer in client.get(page).content.decode(), page
    answer = client.post(f"/groups/{group.pk}/reviews/next/")
    assert answer["Location"] == f"/submissions/{revised.submission_id}/review/"


# Agreeing

APPROVE, CHANGES, NOBODY = "approve", "request_changes", None


@pytest.mark.parametrize(
    ("members", "first", "second", "after", "is_accepted"),
    [
        # members beside the author, what the first and the second say, days until then
        (1, APPROVE, NOBODY, 0, True),
        (1, CHANGES, NOBODY, 0, False),
        (2, APPROVE, NOBODY, 0, False),
        (2, APPROVE, APPROVE, 0, True),
        (2, APPROVE, CHANGES, 0, False),
        (2, CHANGES, CHANGES, 0, False),
        (3, APPROVE, NOBODY, 6.9, False),
        (3, APPROVE, NOBODY, 7, True),
        (3, CHANGES, NOBODY, 30, False),
        (3, CHANGES, APPROVE, 30, False),
    ],
)
def test_a_revision_is_accepted_when_enough_approve_and_nobody_objects(
    reading_list, ada, members, first, second, after, is_accepted
):
    others = [factories.make_user() for _ in range(members)]
    round = show(ada, factories.make_group(ada, *others, reading_list=reading_list))
    for reviewer, decision in zip(others, (first, second), strict=False):
        if decision:
            say(round, reviewer, decision, at=days(after))
    assert accepted(round) is is_accepted


def test_acceptance_is_written_once_with_its_date(group, ada, jonas):
    round = show(ada, group)
    say(round, jonas, "approve", at=days(-1))
    assert ReviewRound.objects.accept_due(NOW) == 0
    assert ReviewRound.objects.get(pk=round.pk).accepted_at == days(-1)


def test_seven_days_make_one_approval_enough_without_anybody_acting(group, ada, jonas, tomas):
    round = show(ada, group)
    say(round, jonas, "approve")
    assert ReviewRound.objects.accept_due(days(6)) == 0
    assert ReviewRound.objects.accept_due(days(8)) == 1
    assert ReviewRound.objects.get().accepted_at == days(7)
    assert ReviewRound.objects.accept_due(days(9)) == 0


def test_a_request_stands_against_later_revisions_until_its_reviewer_reviews_one(group, ada, jonas, tomas, mei):
    say(show(ada, group), jonas, "request_changes")
    second = show(ada, group)
    say(second, tomas, "approve")
    say(second, mei, "approve")
    assert not accepted(second)
    assert say(second, jonas, "approve").claim.slot == 3
    assert accepted(second)


def test_a_later_request_takes_the_earlier_ones_place(group, ada, jonas, tomas):
    say(show(ada, group), jonas, "request_changes")
    second = show(ada, group)
    say(second, jonas, "request_changes")
    third = show(ada, group)
    say(third, jonas, "approve")
    say(third, tomas, "approve")
    assert not accepted(second)
    assert accepted(third)


def test_a_request_stands_no_longer_than_seven_days_after_the_next_revision(group, ada, jonas, tomas, mei):
    say(show(ada, group), jonas, "request_changes")
    second = show(ada, group, at=days(10))
    say(second, tomas, "approve", at=days(11))
    say(second, mei, "approve", at=days(11))
    assert ReviewRound.objects.accept_due(days(16.9)) == 0
    assert ReviewRound.objects.accept_due(days(17)) == 1
    assert accepted(second)


def test_a_request_falls_when_its_reviewer_leaves(group, ada, jonas, tomas, mei):
    say(show(ada, group), jonas, "request_changes")
    second = show(ada, group)
    say(second, tomas, "approve")
    say(second, mei, "approve")
    leave(group, jonas)
    assert accepted(second)


def test_what_was_due_before_somebody_joined_keeps_its_date(group, ada, jonas, tomas):
    say(show(ada, group, at=days(-8)), tomas, "approve", at=days(-8))
    newcomer = factories.make_user("Nina New")
    group.invitations.create(invited_by=None).accept(newcomer, hides_reading=False)
    assert Acceptance.objects.get().accepted_at == days(-1)


def test_wanted_is_lowered_when_somebody_leaves_and_that_may_settle_it(group, ada, jonas, tomas):
    round = show(ada, group)
    say(round, jonas, "approve")
    leave(group, tomas)
    round.refresh_from_db()
    assert round.required_reviews == 1
    assert accepted(round)


def test_wanted_is_never_raised(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    leave(group, tomas)
    factories.make_group(jonas)
    group.memberships.create(person=tomas)
    ReviewRound.objects.filter(submission__group=group).update_accepts_at(NOW)
    round.refresh_from_db()
    assert round.required_reviews == 2


def test_leaving_gives_back_what_one_holds(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    take(round, jonas)
    take(round, tomas)
    leave(group, jonas)
    assert take(round, mei)


def test_who_stays_alone_with_a_refused_summary_is_read_by_whoever_comes(group, ada, jonas):
    round = show(ada, group)
    say(round, jonas, "request_changes")
    leave(group, jonas)
    newcomer = factories.make_user("Nina New")
    group.memberships.create(person=newcomer)
    say(round, newcomer, "approve")
    assert accepted(round)


def test_no_change_of_membership_undoes_an_acceptance(group, ada, jonas):
    round = show(ada, group)
    say(round, jonas, "approve")
    leave(group, jonas)
    leave(group, ada)
    assert accepted(round)


def test_a_claim_on_an_older_revision_is_handed_over_to_the_newer_one(group, ada, jonas):
    first = show(ada, group, at=days(-2))
    old = take(first, jonas, days(-2))
    second = show(ada, group)
    claim = Claim.objects.live(NOW).get()
    assert (claim.round, claim.reviewer, claim.expires_at) == (second, jonas, days(3))
    with pytest.raises(RuleViolation, match="newer revision"):
        Review.objects.submit(old, "approve", now=NOW)


def test_the_daily_command_writes_down_what_time_has_decided(group, ada, jonas, tomas, capsys):
    round = show(ada, group, at=days(-8))
    say(round, jonas, "approve", at=days(-7.5))
    for said in ("1 accepted, ", "0 accepted, "):
        call_command("tick")
        assert capsys.readouterr().out.startswith(said)
    assert accepted(round)


# Closed accounts


def close(person) -> None:
    person.is_active = False
    person.save()


def test_who_has_closed_their_account_is_not_counted_among_the_others(group, ada, jonas, tomas):
    close(tomas)
    round = show(ada, group)
    assert round.required_reviews == 1
    say(round, jonas, "approve")
    assert accepted(round)


def test_leaving_lowers_what_is_wanted_to_the_active(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    say(round, jonas, "approve")
    close(tomas)
    leave_group(group.memberships.get(person=mei))
    round.refresh_from_db()
    assert round.required_reviews == 1
    assert accepted(round)


def test_who_closes_their_account_holds_nothing(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    take(round, jonas)
    take(round, tomas)
    assert not available_to(mei)
    close(tomas)
    assert available_to(mei) == [round]
    assert take(round, mei).slot == 2


@pytest.mark.parametrize(("decision", "is_free"), [("approve", False), ("request_changes", True)])
def test_a_request_falls_when_its_reviewer_closes_their_account_and_an_approval_stays(
    group, ada, jonas, tomas, decision, is_free
):
    round = show(ada, group)
    ReviewRound.objects.filter(pk=round.pk).update(required_reviews=1)
    round.refresh_from_db()
    say(round, tomas, decision)
    close(tomas)
    assert not Review.objects.blocking().exists()
    assert bool(available_to(jonas)) is is_free
    assert bool(round.claims.holding_slot()) is not is_free
    if is_free:
        say(round, jonas, "approve")
    assert accepted(round)


def test_nothing_waits_for_an_author_who_closed_their_account(group, ada, jonas, tomas):
    round, other = show(ada, group), show(ada, group, topic_of(group, 1))
    take(round, jonas)
    close(ada)
    assert not ReviewRound.objects.awaiting_review().exists()
    assert not Claim.objects.awaited_from(jonas).exists()
    with pytest.raises(RuleViolation, match="left"):
        other.claim(tomas)


# What time has accepted


@pytest.fixture
def due(group, ada, jonas, tomas):
    """A summary that one approval has waited on for more than seven days. Nobody has written down that it is accepted:
    no tick has run."""
    round = show(ada, group, at=days(-9))
    say(round, jonas, "approve", at=days(-8))
    assert not Acceptance.objects.exists()
    return ReviewRound.objects.get(pk=round.pk)


def test_what_time_has_accepted_is_accepted_on_every_page_before_any_tick(group, ada, jonas, due, signed_in):
    assert due.accepted_at == days(-2)
    client, topic = signed_in(ada), due.submission.summary.topic
    page = {
        name: client.get(url).content.decode()
        for name, url in {
            "submission": due.submission.get_absolute_url(),
            "group": group.get_absolute_url(),
            "playbook": f"/groups/{group.pk}/playbook/",
            "topic": topic.get_absolute_url(),
            "list": f"/lists/{group.list.slug}/",
            "queue": f"/groups/{group.pk}/reviews/",
            "home": "/",
        }.items()
    }
    assert "Remove from playbook" in page["submission"]
    assert "Withdraw submission" not in page["submission"]
    assert "Recently accepted" in page["group"]
    assert "Approved by Jonas" in page["playbook"]
    assert "accepted" in page["topic"].lower()
    assert "in review" not in page["topic"].lower()
    assert "Accepted" in page["list"]
    assert "In review" not in page["list"]
    assert due.submission.get_absolute_url() not in page["queue"]
    assert not Acceptance.objects.exists(), "to look at a page wrote something"


def test_a_late_tick_changes_no_date(group, ada, due):
    assert ReviewRound.objects.accept_due(NOW) == 1
    assert Acceptance.objects.get().accepted_at == days(-2)
    assert Notification.objects.get(person=ada, kind="accepted")
    assert ReviewRound.objects.accept_due(NOW) == 0


@pytest.mark.parametrize("change", ["leave", "pause", "archive", "edit", "skip", "revise", "remove from playbook"])
def test_whatever_changes_first_writes_down_what_time_has_accepted(change, group, ada, jonas, tomas, due):
    match change:
        case "leave":
            leave_group(group.membership_of(jonas))
        case "pause":
            pause_reviews(jonas, now=NOW)
        case "archive":
            archive_group(group, by=ada)
        case "edit":
            due.reviews.get().edit("request_changes", "No more.", now=NOW)
        case "skip":
            Skip.objects.skip(due, tomas, "time", now=NOW)
        case "revise":
            show(ada, group)
        case "remove from playbook":
            due.submission.remove_from_playbook(now=NOW)
    assert (Acceptance.objects.get().round, Acceptance.objects.get().accepted_at) == (due, days(-2))


def test_a_new_revision_does_not_take_the_place_of_one_that_is_accepted(group, ada, due, signed_in):
    topic = due.submission.summary.topic
    data = {f"answer_{prompt.pk}": "word " * 20 for prompt in topic.list.prompts.not_retired()}
    data |= {"why": "Shorter.", "based_on": topic.topic_entries.first().source_id}
    assert signed_in(ada).post(f"/topics/{topic.pk}/summary/submission/", data).status_code == 302
    assert ReviewRound.objects.count() == 2
    assert accepted(due)


def test_nobody_claims_what_time_has_accepted(group, tomas, due):
    assert not available_to(tomas)
    with pytest.raises(RuleViolation, match="already accepted"):
        due.claim(tomas)


def test_a_request_of_a_member_who_paused_blocks_again_when_their_pause_ends(group, ada, jonas, tomas, mei):
    """Mei-Ling comes back on the sixth day; one approval would be enough on the seventh, if she did not object."""
    pause_reviews(mei, until=days(6), now=NOW)
    claim = take(show(ada, group), jonas)
    say(claim.round, mei, "request_changes")
    Review.objects.submit(claim, "approve", now=NOW)
    assert ReviewRound.objects.get().accepts_at is None
    assert ReviewRound.objects.accept_due(days(8)) == 0
    pause_reviews(mei, now=days(8))
    assert ReviewRound.objects.get().accepted_by(days(8)) == days(8)


def test_a_request_that_expires_while_its_reviewer_is_away_blocks_no_more(group, ada, jonas, tomas, mei):
    pause_reviews(mei, until=days(9), now=NOW)
    say(show(ada, group), mei, "request_changes")
    second = show(ada, group)
    say(second, jonas, "approve")
    assert ReviewRound.objects.get(pk=second.pk).accepts_at == days(7)


def test_who_resumes_early_objects_again(group, ada, jonas, tomas, mei):
    pause_reviews(mei, until=days(20), now=NOW)
    claim = take(show(ada, group), jonas)
    say(claim.round, mei, "request_changes")
    Review.objects.submit(claim, "approve", now=NOW)
    assert ReviewRound.objects.get().accepts_at == days(7)
    resume_reviews(mei, now=days(1))
    assert ReviewRound.objects.get().accepts_at is None


def test_an_author_who_left_is_accepted_by_no_time_until_they_are_back(group, ada, jonas, tomas):
    round = show(jonas, group)
    say(round, tomas, "approve")
    assert ReviewRound.objects.get().accepts_at == days(7)
    leave_group(group.membership_of(jonas))
    assert ReviewRound.objects.get().accepts_at is None
    group.invitations.create(invited_by=None).accept(jonas, hides_reading=False)
    assert ReviewRound.objects.get().accepts_at is not None


def test_a_group_asks_for_as_many_reviews_and_days_as_it_says(reading_list, ada):
    others = [factories.make_user() for _ in range(4)]
    group = factories.make_group(ada, *others, reading_list=reading_list)
    Group.objects.filter(pk=group.pk).update(required_reviews=3, claim_days=1, single_approval_days=4)
    round = show(ada, Group.objects.get(pk=group.pk))
    assert (round.required_reviews, round.claim_days, round.single_approval_days) == (3, 1, 4)
    assert take(round, others[0]).expires_at == days(1)
    Group.objects.filter(pk=group.pk).update(required_reviews=1, claim_days=9, single_approval_days=9)
    assert {take(round, other).slot for other in others[1:3]} == {2, 3}
    assert round.claim(others[3], now=NOW) is None
    say(round, others[0], "approve")
    assert ReviewRound.objects.get(pk=round.pk).accepts_at == days(4), "what counts is what it was submitted under"


def test_where_nothing_is_due_asking_is_four_queries_or_six(group, ada, jonas, tomas, django_assert_num_queries):
    rounds = [show(ada, group, topic_of(group, place)) for place in range(3)]
    with django_assert_num_queries(4):
        assert ReviewRound.objects.accept_due() == 0
    for round in rounds:
        say(round, jonas, "approve")
    with django_assert_num_queries(6):
        assert ReviewRound.objects.accept_due() == 0


@pytest.mark.parametrize("comes_back", ["the group", "the author"])
def test_what_one_held_is_no_third_review_when_it_comes_back(comes_back, group, ada, jonas, tomas):
    other = factories.make_group(ada, jonas, reading_list=group.list, name="Elsewhere")
    for place in range(2):
        take(show(tomas, group, topic_of(group, place)), jonas)
    if comes_back == "the group":
        archive_group(group, by=ada)
    else:
        leave_group(group.membership_of(tomas))
    for place in range(2):
        take(show(ada, other, topic_of(other, place)), jonas)
    if comes_back == "the group":
        reopen_group(group, by=ada)
    else:
        group.invitations.create(invited_by=None).accept(tomas, hides_reading=False)
    assert {claim.round.submission.group for claim in Claim.objects.awaited_from(jonas)} == {other}


def test_a_text_that_takes_anothers_place_has_seven_days_of_its_own(group, ada, jonas, tomas):
    first = show(ada, group, at=days(-8))
    second = show(ada, group)
    assert (second, second.submitted_at) == (first, first.submitted_at), "it keeps its place in the queue"
    say(second, jonas, "approve")
    assert second.accepted_at is None, "one approval is enough for what has waited for a week"
    assert queue_of(tomas, NOW)[0].more == 1
    assert not ReviewRound.objects.accept_due(days(6))
    assert second.status_for(ada, NOW).single_approval_at == days(7)
    assert ReviewRound.objects.accept_due(days(7)) == 1
