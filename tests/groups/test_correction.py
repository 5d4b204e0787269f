"""A review put in other words, and a request for changes that its reviewer lets go."""

import pytest

from groups.models import Absence, Claim, Review, Round, Verdict
from groups.refused import Refused
from tests.groups.reviewing import days, say, show, take


def verdicts(round, word: str, comment: str = "") -> list[Verdict]:
    return [Verdict(answer=answer, word=word, comment=comment) for answer in round.revision.answers.all()]


def accepted(round) -> bool:
    return Round.objects.get(pk=round.pk).accepted_at is not None


# Correcting


def test_a_correction_keeps_what_was_said_before(group, ada, jonas):
    review = say(show(ada, group), jonas, "changes", "Why **so**?", at=days(-2))
    before = {verdict.answer_id: verdict.pk for verdict in review.verdicts.all()}
    assert review.correct("approve", "Now I *see*.", verdicts(review.round, "holds"), now=days(-1))
    review = Review.objects.get()
    assert (review.decision, review.submitted_at, review.corrected_at) == ("approve", days(-2), days(-1))
    assert "<em>see</em>" in review.overall_html
    assert {verdict.word for verdict in review.verdicts.all()} == {"holds"}
    assert {verdict.answer_id: verdict.pk for verdict in review.verdicts.all()} == before, "replies keep their verdict"
    former = review.former.get()
    assert (former.decision, former.said_at, former.corrected_at) == ("changes", days(-2), days(-1))
    assert [(each["word"], "<strong>so</strong>" in each["comment"]) for each in former.verdicts] == [
        ("needs_work", True)
    ] * 3
    assert all(each["prompt"] for each in former.verdicts)


def test_each_correction_is_a_version(group, ada, jonas):
    review = say(show(ada, group), jonas, "changes", "Why?", at=days(-3))
    for number in range(2):
        review.correct("changes", f"Word {number}", verdicts(review.round, "needs_work"), now=days(number - 2))
    assert [(each.said_at, each.corrected_at) for each in review.former.all()] == [
        (days(-3), days(-2)),
        (days(-2), days(-1)),
    ]


def test_saying_the_same_again_corrects_nothing(group, ada, jonas):
    review = say(show(ada, group), jonas, "changes", "Why?")
    assert not review.correct("changes", "", verdicts(review.round, "needs_work", "Why?"))
    assert not review.former.exists()


def test_a_correction_to_an_approval_may_accept(group, ada, jonas):
    Round.objects.filter(pk=show(ada, group).pk).update(wanted=1)
    review = say(Round.objects.get(), jonas, "changes", "Why?")
    assert not accepted(review.round)
    review.correct("approve")
    assert accepted(review.round)


def test_a_correction_undoes_no_acceptance(group, ada, jonas):
    round = show(ada, group)
    review = say(round, jonas, "approve")
    assert accepted(round)
    review.correct("changes", "I was wrong.")
    assert accepted(round)
    assert Review.objects.get().decision == "changes"


def test_once_a_newer_revision_has_come_a_review_stays_as_it_is(group, ada, jonas):
    review = say(show(ada, group), jonas, "changes", "Why?")
    show(ada, group)
    with pytest.raises(Refused, match="newer revision"):
        review.correct("approve")


def test_what_was_taken_back_is_corrected_no_more(group, ada, jonas):
    review = say(show(ada, group), jonas, "changes", "Why?")
    review.round.submission.withdraw()
    with pytest.raises(Refused, match="withdrawn this submission"):
        review.correct("approve")


def test_who_has_left_corrects_nothing(group, ada, jonas, tomas):
    review = say(show(ada, group), jonas, "changes", "Why?")
    group.memberships.get(person=jonas).end()
    with pytest.raises(Refused, match="not a member"):
        review.correct("approve")


# Letting go


def test_a_request_let_go_stands_no_more_and_its_place_is_free(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    review = say(round, jonas, "changes", "Why?")
    take(round, tomas)
    assert round.claim(mei) is None
    review.let_go()
    assert not Review.objects.standing().exists()
    assert take(round, mei)
    assert Claim.objects.occupying().count() == 2


def test_letting_go_may_accept(group, ada, jonas, tomas, mei):
    review = say(show(ada, group), jonas, "changes", "Why?")
    second = show(ada, group)
    say(second, tomas, "approve")
    say(second, mei, "approve")
    assert not accepted(second)
    review.let_go()
    assert accepted(second)


def test_letting_go_keeps_the_first_date_and_an_approval_has_nothing_to_let_go(group, ada, jonas, tomas):
    round = show(ada, group)
    review, approval = say(round, jonas, "changes", "Why?"), say(round, tomas, "approve")
    review.let_go(now=days(-2))
    review.let_go(now=days(-1))
    approval.let_go()
    assert (review.withdrawn_at, approval.withdrawn_at) == (days(-2), None)


def test_a_request_that_fell_when_its_reviewer_left_does_not_rise_when_they_come_back(group, ada, jonas, tomas):
    say(show(ada, group), jonas, "changes", "Why?")
    group.memberships.get(person=jonas).end()
    group.memberships.create(person=jonas)
    assert not Review.objects.standing().exists()


def test_who_let_go_may_ask_anew(group, ada, jonas, tomas):
    review = say(show(ada, group), jonas, "changes", "Why?")
    review.let_go()
    review.correct("changes", "", verdicts(review.round, "needs_work", "Why?"))
    assert Review.objects.standing().get() == review


def test_who_let_go_and_lost_their_place_asks_no_more(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    review = say(round, jonas, "changes", "Why?")
    review.let_go()
    claims = [take(round, tomas), take(round, mei)]
    with pytest.raises(Refused, match="Other members review this revision"):
        review.correct("approve", "I see.")
    assert not Review.objects.get().former.exists()
    claims[0].release()
    assert review.correct("approve", "I see.")
    assert Claim.objects.occupying().filter(round=round).count() == 2
    assert round.claim(tomas) is None, "two are wanted, and two review it"


def test_who_comes_back_to_a_full_round_asks_no_more(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    review = say(round, jonas, "changes", "Why?")
    Absence.objects.begin(jonas)
    Absence.objects.all().delete()
    take(round, tomas)
    assert review.correct("changes", "Still so."), "one place is left"
    assert round.claim(mei) is None
    Absence.objects.begin(jonas)
    Absence.objects.all().delete()
    take(round, mei)
    with pytest.raises(Refused, match="Other members review this revision"):
        review.correct("changes", "And still.")
