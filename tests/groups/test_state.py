"""What a submission's author is told of it: on whom it waits and since when, never at which place."""

import pytest

from groups.models import Absence, Round, Skip
from tests import factories
from tests.groups.reviewing import NOW, days, say, show, take

THURSDAY = NOW.replace(year=2026, month=11, day=26, hour=12, minute=0, second=0)
MONDAY = THURSDAY.replace(day=23)


def told(round, viewer, at=THURSDAY) -> str:
    return round.submission.current.state_for(viewer, at).sentence


def test_that_nobody_has_taken_it(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    assert told(round, ada) == "Nobody has taken it yet; it has waited since Monday for two readers."
    assert told(round, ada, MONDAY) == "Nobody has taken it yet; it has waited since 12:00 for two readers."
    assert "since 23 November for one reader" in told(round, ada, THURSDAY.replace(month=12, day=10))


def test_who_reads_it_until_when_and_how_many_more_are_wanted(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    take(round, jonas, MONDAY)
    assert told(round, ada, MONDAY) == "It is with Jonas until Thursday, and wants one more reader."


def test_what_is_still_wanted_and_what_time_alone_brings(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    say(round, jonas, "approve", at=MONDAY)
    assert told(round, ada) == "It has waited since Monday for one more reader. On 30 November one approval is enough."


def test_since_when_it_waits_for_the_author(group, ada, jonas):
    round = show(ada, group, at=MONDAY.replace(day=20))
    say(round, jonas, "changes", "Why?", at=MONDAY)
    assert told(round, ada) == "It has waited for your next revision since Monday."


def test_until_when_an_earlier_request_can_hold_it_up(group, ada, jonas, tomas, mei):
    say(show(ada, group, at=MONDAY), jonas, "changes", "Why?", at=MONDAY)
    second = show(ada, group, at=MONDAY)
    say(second, tomas, "approve", at=MONDAY)
    say(second, mei, "approve", at=MONDAY)
    assert told(second, ada) == "It waits for Jonas to read revision 2, until Monday at the latest."


def test_that_nobody_is_free_and_not_why(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    Skip.objects.pass_over(round, jonas, "topic")
    assert "nobody is free" not in told(round, ada)
    Skip.objects.pass_over(round, tomas, "time")
    assert told(round, ada).endswith("for two readers, and nobody is free to read it now.")
    assert round.state_for(tomas, THURSDAY).clause == "waits for two readers, and nobody is free to read it now"


def test_nothing_of_it_where_it_would_be_said_of_one(group, ada, jonas, tomas):
    pair = factories.make_group(ada, jonas, reading_list=group.list, name="Two")
    of_two, of_three = show(ada, pair, at=MONDAY), show(ada, group, at=MONDAY)
    say(of_three, tomas, "approve", at=MONDAY)
    for each in (of_two, of_three):
        Skip.objects.pass_over(each, jonas, "close")
    assert told(of_two, ada) == "Nobody has taken it yet; it has waited since Monday for one reader."
    assert "nobody is free" not in told(of_three, ada)


def test_that_all_others_are_away(group, ada, jonas):
    round = show(ada, group, at=MONDAY)
    Absence.objects.create(person=jonas)
    assert told(round, ada) == "It has nobody else to read it yet."
    Round.objects.settle_due(THURSDAY)
    assert told(round, ada) == "It has nobody else to read it yet."


def test_an_account_that_was_closed_is_not_waited_for_even_before_that_is_written_down(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    tomas.is_active = False
    tomas.save()
    assert told(round, ada) == "Nobody has taken it yet; it has waited since Monday for one reader."
    Round.objects.settle_due(THURSDAY)
    assert Round.objects.get().wanted == 1


def test_that_its_author_has_left(group, ada, jonas, tomas):
    round = show(jonas, group)
    group.memberships.get(person=jonas).end()
    assert round.state_for(tomas, NOW).clause == "rests, as its author has left"


def test_what_was_let_go_is_a_request_no_more(group, ada, jonas, tomas):
    review = say(show(ada, group, at=days(-1)), jonas, "changes", "Why?", at=days(-1))
    review.let_go(now=NOW)
    signs = [sign.words for sign in review.round.state_for(tomas, NOW).signs]
    assert signs == ["Jonas asked for changes, and let that go", "2 more wanted"]


def test_of_who_went_away_or_left_nobody_says_that_they_let_a_request_go(group, ada, jonas, tomas, mei):
    round = show(ada, group, at=days(-1))
    review = say(round, jonas, "changes", "Why?", at=days(-1))
    say(round, mei, "changes", "Why?", at=days(-1))
    Absence.objects.begin(jonas, now=NOW)
    group.memberships.get(person=mei).end()
    said = [sign.words for sign in round.state_for(tomas, NOW).signs]
    assert said[:2] == [f"{name} asked for changes, which stands no more" for name in ("Jonas", "Mei-Ling")]
    Absence.objects.all().delete()
    review.correct("changes", "Still so.", now=NOW)
    review.let_go(now=NOW)
    assert round.state_for(tomas, NOW).signs[0].words == "Jonas asked for changes, and let that go"


@pytest.mark.parametrize("people", [1, 2, 3])
def test_an_author_who_is_away_is_not_missed_among_the_others(reading_list, ada, jonas, people):
    others = [factories.make_user() for _ in range(people)]
    group = factories.make_group(ada, *others, reading_list=reading_list, name="Far away")
    round = show(ada, group)
    Absence.objects.create(person=ada)
    Round.objects.lower_wanted(group)
    round.refresh_from_db()
    assert round.wanted == min(2, people)


def test_who_holds_it_is_not_told_to_wait_for_the_author(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    take(round, tomas, MONDAY)
    say(round, jonas, "changes", "Why?", at=MONDAY)
    assert round.state_for(tomas, MONDAY).clause == "is with you until Thursday"
    assert round.state_for(ada, MONDAY).clause == "waits for your next revision"


def test_who_came_after_it_was_submitted_can_read_it(reading_list, ada, jonas):
    alone = factories.make_group(ada, reading_list=reading_list, name="Alone")
    round = show(ada, alone, at=MONDAY)
    assert round.state_for(ada, MONDAY).kind == "unreviewed"
    alone.memberships.create(person=jonas)
    assert round.state_for(jonas, MONDAY).clause == "waits for one reader"


def test_whose_earlier_request_stands_is_named_among_those_it_waits_for(group, ada, jonas, tomas, mei):
    say(show(ada, group, at=MONDAY), jonas, "changes", "Why?", at=MONDAY)
    second = show(ada, group, at=MONDAY)
    assert second.state_for(ada, MONDAY).clause == "waits for two readers, Jonas among them"
    take(second, tomas, MONDAY)
    assert told(second, ada, MONDAY) == "It is with Tomás until Thursday, and waits for Jonas to read it again."
    take(second, jonas, MONDAY)
    assert "again" not in told(second, ada, MONDAY)
