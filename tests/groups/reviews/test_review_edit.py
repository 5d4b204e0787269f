"""A review put in other words, and a request for changes that its reviewer lets go."""

import pytest

from groups.leaving.leave import leave_group
from groups.leaving.pause import pause_reviews
from groups.members.absence import Absence
from groups.members.exceptions import RuleViolation
from groups.reviews.claim import Claim
from groups.reviews.comment_removal import delete_comment
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.verdict import Verdict
from readlist_site.base.drafts import StaleDraft
from readlist_site.base.text import RENDERER_VERSION
from tests.groups.reviewing import days, say, show, take

# What of it a database decides, test_rules.py, test_stateful.py and the races ask of every engine.
pytestmark = pytest.mark.one_engine


def verdicts(round, word: str, comment: str = "") -> list[Verdict]:
    return [Verdict(answer=answer, value=word, comment=comment) for answer in round.revision.answers.all()]


def accepted(round) -> bool:
    return ReviewRound.objects.get(pk=round.pk).accepted_at is not None


# Correcting


def test_a_correction_keeps_what_was_said_before(group, ada, jonas):
    review = say(show(ada, group), jonas, "request_changes", "Why **so**?", at=days(-2))
    before = {verdict.answer_id: verdict.pk for verdict in review.verdicts.all()}
    assert review.edit("approve", "Now I *see*.", verdicts(review.round, "holds"), now=days(-1))
    review = Review.objects.get()
    assert (review.decision, review.submitted_at, review.edited_at) == ("approve", days(-2), days(-1))
    assert "<em>see</em>" in review.overall_html
    assert {verdict.value for verdict in review.verdicts.all()} == {"holds"}
    assert {verdict.answer_id: verdict.pk for verdict in review.verdicts.all()} == before, "replies keep their verdict"
    version = review.versions.get()
    assert (version.decision, version.submitted_at, version.replaced_at) == ("request_changes", days(-2), days(-1))
    assert [(each["value"], "<strong>so</strong>" in each["comment"]) for each in version.verdicts] == [
        ("needs_work", True)
    ] * 3
    assert all(each["prompt"] for each in version.verdicts)
    assert (version.overall, {each["source"] for each in version.verdicts}) == ("", {"Why **so**?"})
    assert version.renderer == RENDERER_VERSION
    assert set(review.verdicts.values_list("renderer", flat=True)) == {RENDERER_VERSION}


def test_a_comment_that_a_moderator_deleted_does_not_come_back_from_an_open_form(group, ada, jonas):
    review = say(show(ada, group), jonas, "request_changes", "Rude.", at=days(-2))
    seen, verdict = review.version_token, review.verdicts.first()
    delete_comment(verdict)
    assert review.version_token != seen
    with pytest.raises(StaleDraft):
        review.edit("request_changes", "", verdicts(review.round, "needs_work", "Rude."), base=seen)
    assert review.typed[f"comment_{verdict.answer.prompt_id}"] == ""
    assert list(review.typed.values()).count("Rude.") == 2


def test_each_correction_is_a_version(group, ada, jonas):
    review = say(show(ada, group), jonas, "request_changes", "Why?", at=days(-3))
    for number in range(2):
        review.edit("request_changes", f"Word {number}", verdicts(review.round, "needs_work"), now=days(number - 2))
    assert [(each.submitted_at, each.replaced_at) for each in review.versions.all()] == [
        (days(-3), days(-2)),
        (days(-2), days(-1)),
    ]


def test_saying_the_same_again_corrects_nothing(group, ada, jonas):
    review = say(show(ada, group), jonas, "request_changes", "Why?")
    assert not review.edit("request_changes", "", verdicts(review.round, "needs_work", "Why?"))
    assert not review.versions.exists()


def test_a_correction_to_an_approval_may_accept(group, ada, jonas):
    ReviewRound.objects.filter(pk=show(ada, group).pk).update(required_reviews=1)
    review = say(ReviewRound.objects.get(), jonas, "request_changes", "Why?")
    assert not accepted(review.round)
    review.edit("approve")
    assert accepted(review.round)


def test_a_correction_undoes_no_acceptance(group, ada, jonas):
    round = show(ada, group)
    review = say(round, jonas, "approve")
    assert accepted(round)
    review.edit("request_changes", "I was wrong.")
    assert accepted(round)
    assert Review.objects.get().decision == "request_changes"


def test_once_a_newer_revision_has_come_a_review_stays_as_it_is(group, ada, jonas):
    review = say(show(ada, group), jonas, "request_changes", "Why?")
    show(ada, group)
    with pytest.raises(RuleViolation, match="newer revision"):
        review.edit("approve")


def test_what_was_taken_back_is_corrected_no_more(group, ada, jonas):
    review = say(show(ada, group), jonas, "request_changes", "Why?")
    review.round.submission.withdraw()
    with pytest.raises(RuleViolation, match="withdrawn this submission"):
        review.edit("approve")


def test_who_has_left_corrects_nothing(group, ada, jonas, tomas):
    review = say(show(ada, group), jonas, "request_changes", "Why?")
    leave_group(group.memberships.get(person=jonas))
    with pytest.raises(RuleViolation, match="not a member"):
        review.edit("approve")


# Letting go


def test_a_request_let_go_stands_no_more_and_its_place_is_free(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    review = say(round, jonas, "request_changes", "Why?")
    take(round, tomas)
    assert round.claim(mei) is None
    review.withdraw_change_request()
    assert not Review.objects.blocking().exists()
    assert take(round, mei)
    assert Claim.objects.holding_slot().count() == 2


def test_letting_go_may_accept(group, ada, jonas, tomas, mei):
    review = say(show(ada, group), jonas, "request_changes", "Why?")
    second = show(ada, group)
    say(second, tomas, "approve")
    say(second, mei, "approve")
    assert not accepted(second)
    review.withdraw_change_request()
    assert accepted(second)


def test_letting_go_keeps_the_first_date_and_an_approval_has_nothing_to_let_go(group, ada, jonas, tomas):
    round = show(ada, group)
    review, approval = say(round, jonas, "request_changes", "Why?"), say(round, tomas, "approve")
    review.withdraw_change_request(now=days(-2))
    review.withdraw_change_request(now=days(-1))
    approval.withdraw_change_request()
    assert (review.withdrawn_at, approval.withdrawn_at) == (days(-2), None)


def test_a_request_that_fell_when_its_reviewer_left_does_not_rise_when_they_come_back(group, ada, jonas, tomas):
    say(show(ada, group), jonas, "request_changes", "Why?")
    leave_group(group.memberships.get(person=jonas))
    group.memberships.create(person=jonas)
    assert not Review.objects.blocking().exists()


def test_who_let_go_may_ask_anew(group, ada, jonas, tomas):
    review = say(show(ada, group), jonas, "request_changes", "Why?")
    review.withdraw_change_request()
    review.edit("request_changes", "", verdicts(review.round, "needs_work", "Why?"))
    assert Review.objects.blocking().get() == review


def test_who_let_go_and_lost_their_place_asks_no_more(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    review = say(round, jonas, "request_changes", "Why?")
    review.withdraw_change_request()
    claims = [take(round, tomas), take(round, mei)]
    with pytest.raises(RuleViolation, match="Other members are reviewing this revision"):
        review.edit("approve", "I see.")
    assert not Review.objects.get().versions.exists()
    claims[0].release()
    assert review.edit("approve", "I see.")
    assert Claim.objects.holding_slot().filter(round=round).count() == 2
    assert round.claim(tomas) is None, "two are wanted, and two review it"


def test_who_comes_back_to_a_full_round_asks_no_more(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    review = say(round, jonas, "request_changes", "Why?")
    pause_reviews(jonas)
    Absence.objects.all().delete()
    take(round, tomas)
    assert review.edit("request_changes", "Still so."), "one place is left"
    assert round.claim(mei) is None
    pause_reviews(jonas)
    Absence.objects.all().delete()
    take(round, mei)
    with pytest.raises(RuleViolation, match="Other members are reviewing this revision"):
        review.edit("request_changes", "And still.")
