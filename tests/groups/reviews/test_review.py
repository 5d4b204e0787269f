"""Writing a review: what the form asks, what it refuses, and that nothing typed is lost."""

import pytest
from django.utils import timezone

from groups.reviews.acceptance_record import Acceptance
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from readlist_site.base.text import MAX_LENGTH
from tests.database import undone
from tests.factories import SLOW_FORMULA
from tests.groups.reviewing import days, say, show, take, topic_of
from tests.length import some

BODIES = ("It is *small*", "It fails", "The metric")


@pytest.fixture
def round(group, ada, jonas, tomas):
    """Ada's summary, which Jonas is reviewing."""
    round = show(ada, group, topic_of(group), *BODIES, at=timezone.now())
    take(round, jonas, timezone.now())
    return round


@pytest.fixture
def jonas_at_his_desk(jonas, signed_in):
    return signed_in(jonas)


def url(round) -> str:
    return f"/submissions/{round.submission_id}/review/"


def fields(round, words=("holds", "holds", "holds"), comments=("", "", ""), **more) -> dict:
    """What a browser sends: a verdict and a comment for each answer, named by its prompt."""
    data = {"round": round.pk, "overall": "", **more}
    for answer, word, comment in zip(round.revision.answers.all(), words, comments, strict=True):
        data |= {f"comment_{answer.prompt_id}": comment} | ({f"verdict_{answer.prompt_id}": word} if word else {})
    return data


def shown(response, status=200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


# Sending


def test_an_approval_is_kept_whole(round, ada, jonas, tomas, jonas_at_his_desk):
    data = fields(round, comments=("", "Since *when*?", ""), overall="Good, $x$.", decision="approve")
    response = jonas_at_his_desk.post(url(round), data)
    review = Review.objects.get()
    assert response["Location"] == f"/submissions/{round.submission_id}/"
    assert (review.reviewer, review.decision, review.overall) == (jonas, "approve", "Good, $x$.")
    assert "<math" in review.overall_html
    verdicts = list(review.verdicts.all())
    assert [verdict.value for verdict in verdicts] == ["holds"] * 3
    assert [verdict.comment for verdict in verdicts] == ["", "Since *when*?", ""]
    assert "<em>when</em>" in verdicts[1].comment_html
    assert not Acceptance.objects.exists()


def test_the_last_approval_accepts_and_says_so(round, tomas, jonas_at_his_desk):
    say(round, tomas, "approve")
    page = shown(jonas_at_his_desk.get(url(round)))
    assert "Tomás approved it. If you approve it too, it is accepted and added to the playbook." in page
    page = shown(jonas_at_his_desk.post(url(round), fields(round, decision="approve"), follow=True))
    assert "Your review was sent. The summary is accepted and in the playbook." in page
    assert ReviewRound.objects.get(pk=round.pk).accepted_at


def test_sending_twice_is_sending_once(round, jonas_at_his_desk):
    for _ in range(2):
        response = jonas_at_his_desk.post(url(round), fields(round, decision="approve"), follow=True)
    assert "Your review is not sent" not in response.content.decode()
    assert Review.objects.count() == 1


def test_a_request_for_changes_needs_no_verdicts_but_a_word(round, jonas_at_his_desk):
    data = fields(round, words=("", "", ""), comments=("", "", "Which direction?"), decision="request_changes")
    assert jonas_at_his_desk.post(url(round), data).status_code == 302
    assert Review.objects.get().decision == "request_changes"


# What is refused, with all text kept


def test_asking_for_changes_without_a_word_is_refused_at_the_field(round, jonas_at_his_desk):
    page = shown(jonas_at_his_desk.post(url(round), fields(round, decision="request_changes")), 422)
    assert "Say what should change, here or at one of the answers." in page
    overall = page.split('<textarea name="overall"')[1].split(">")[0]
    assert 'aria-invalid="true"' in overall
    assert "autofocus" in overall
    assert page.count("autofocus") == 1
    assert page.count(" checked") == 3
    assert not Review.objects.exists()


def test_approving_with_a_verdict_missing_asks_once(round, jonas_at_his_desk):
    data = fields(round, words=("holds", "", ""), comments=("", "Hm.", ""), overall="Well.", decision="approve")
    page = shown(jonas_at_his_desk.post(url(round), data), 422)
    assert "2 answers have no verdict yet" in page
    assert "Approve anyway" in page
    assert "Hm.</textarea>" in page
    assert "Well.</textarea>" in page
    assert not Review.objects.exists()
    assert 'name="confirmed" value="yes"' in page
    assert jonas_at_his_desk.post(url(round), data | {"confirmed": "yes"}).status_code == 302
    assert [verdict.value for verdict in Review.objects.get().verdicts.all()] == ["holds", "", ""]


def test_no_verdict_is_preset(round, jonas_at_his_desk):
    assert " checked" not in shown(jonas_at_his_desk.get(url(round)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": ""},
        {"decision": "accept"},
        {"decision": "approve", "overall": "x" * (MAX_LENGTH + 1)},
        {"decision": "approve", "overall": "nul\x00"},
        {"decision": "approve", "confirmed": "x" * 1000, "overall": "nul\x00"},
    ],
)
def test_wrong_input_is_answered_at_the_form(round, jonas_at_his_desk, wrong):
    page = shown(jonas_at_his_desk.post(url(round), fields(round, comments=("", "Kept.", "")) | wrong), 422)
    assert "Kept.</textarea>" in page
    assert not Review.objects.exists()


def test_a_formula_that_could_not_be_read_in_time_is_refused_at_its_field(round, jonas_at_his_desk):
    data = fields(round, comments=("", SLOW_FORMULA, ""), decision="approve")
    page = shown(jonas_at_his_desk.post(url(round), data), 422)
    assert page.count("A formula takes too long to read.") == 1
    assert f"{SLOW_FORMULA}</textarea>" in page
    assert not Review.objects.exists()


def test_private_comments_are_left_out_and_told_and_doubtful_ones_are_refused_at_their_field(round, jonas_at_his_desk):
    doubtful = "- 5 %% of a\n- 6 %% of b"
    page = shown(
        jonas_at_his_desk.post(url(round), fields(round, comments=("", doubtful, ""), decision="approve")), 422
    )
    assert "private comment %% of a - 6 %% of b begins or ends" in page
    assert f"{' '.join(doubtful.split())}</textarea>" in page
    assert not Review.objects.exists()
    ReviewDraft.objects.all().delete()
    sure = fields(round, comments=("", "Good. %% ask Ada %%", ""), overall="%% not sure %%", decision="approve")
    page = shown(jonas_at_his_desk.post(url(round), sure, follow=True))
    assert page.count("%% ask Ada %% is private") == page.count("%% not sure %% is private") == 1
    review = Review.objects.get()
    assert "%%" not in review.overall + "".join(review.verdicts.values_list("comment", flat=True))


@pytest.mark.parametrize("word", ["HOLDS", "x" * 5000, "holds\x00", "☃"])
def test_a_verdict_that_is_none_is_answered_beside_its_answer(round, jonas_at_his_desk, word):
    data = fields(round, words=("holds", word, "holds"), decision="approve")
    page = shown(jonas_at_his_desk.post(url(round), data), 422)
    assert "Choose one of the options." in page
    assert page.count("autofocus") == 1


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "$$" + "[" * 1000 + "$$", "$" + "{" * (MAX_LENGTH - 2) + "$", "\\"]
)
def test_hostile_text_is_kept_harmless(round, jonas_at_his_desk, text):
    data = fields(round, comments=(text, "", ""), overall=text, decision="request_changes")
    page = shown(jonas_at_his_desk.post(url(round), data, follow=True))
    assert "Your review was sent to the author." in page
    assert "<script>alert" not in page


@pytest.mark.soak
@pytest.mark.parametrize("name", some(["round", "verdict_x", "comment_999999", "show", "claim"], 0))
def test_rubbish_never_breaks_the_page(round, jonas_at_his_desk, name):
    for value in ("", "x", "-1", "9" * 40, "\x00", "1.5"):
        with undone():
            response = jonas_at_his_desk.post(url(round), fields(round, decision="approve") | {name: value})
        assert response.status_code in {302, 409, 422}, value


def test_an_empty_post_is_answered_too(round, jonas_at_his_desk):
    assert jonas_at_his_desk.post(url(round)).status_code == 409


# Without a claim


def test_who_does_not_hold_it_is_offered_it(round, tomas, signed_in):
    page = shown(signed_in(tomas).get(url(round)))
    assert "You aren’t reviewing this" in page
    assert f'action="/submissions/{round.submission_id}/claim/"' in page
    assert "<textarea" not in page


def test_who_let_it_lapse_is_offered_it_again(round, jonas, jonas_at_his_desk):
    Claim.objects.update(expires_at=days(-1))
    page = shown(jonas_at_his_desk.get(url(round)))
    assert "Your time for this review ran out" in page
    assert "Review summary" in page


def test_a_lapsed_claim_is_renewed_silently_when_the_slot_is_free(round, jonas_at_his_desk):
    Claim.objects.update(expires_at=days(-1))
    assert jonas_at_his_desk.post(url(round), fields(round, decision="approve")).status_code == 302
    Review.objects.get()


def test_one_given_back_is_taken_again_silently_when_the_slot_is_free(round, jonas_at_his_desk):
    Claim.objects.get().release()
    assert jonas_at_his_desk.post(url(round), fields(round, decision="approve")).status_code == 302
    Review.objects.get()


def test_a_lapsed_claim_whose_slot_was_taken_keeps_the_text_on_the_page(round, tomas, mei, jonas_at_his_desk):
    Claim.objects.update(expires_at=days(-1))
    take(round, tomas)
    take(round, mei)
    data = fields(round, comments=("", "Since when?", ""), overall="A *word*.", decision="request_changes")
    page = shown(jonas_at_his_desk.post(url(round), data), 409)
    assert "Your review is not sent" in page
    assert "another member has taken it" in page
    assert "Since when?</textarea>" in page
    assert "A *word*.</textarea>" in page
    assert page.count(" checked") == 3
    assert not Review.objects.exists()


def test_text_for_what_was_taken_back_is_kept_on_the_page(round, jonas_at_his_desk):
    round.submission.withdraw()
    page = shown(jonas_at_his_desk.post(url(round), fields(round, overall="Good.", decision="approve")), 409)
    assert "The author has withdrawn this submission." in page
    assert "Good.</textarea>" in page


def test_a_review_for_what_was_accepted_meanwhile_still_counts(group, ada, jonas, tomas, round, jonas_at_his_desk):
    claim = take(round, tomas)
    ReviewRound.objects.update(required_reviews=1)
    Review.objects.submit(claim, "approve")
    assert ReviewRound.objects.get(pk=round.pk).accepted_at
    data = fields(round, overall="I would not.", decision="request_changes")
    assert jonas_at_his_desk.post(url(round), data).status_code == 302
    assert Review.objects.count() == 2
    assert ReviewRound.objects.get(pk=round.pk).accepted_at


# The second round


def second_round(group, ada, jonas, *bodies):
    round = show(ada, group, topic_of(group), *bodies, at=timezone.now())
    take(round, jonas, timezone.now())
    return round


def test_the_second_time_one_sees_what_changed_beside_what_one_said(group, ada, jonas, round, jonas_at_his_desk):
    words, comments = ("holds", "needs_work", "not_sure"), ("", "Under **which** condition?", "")
    data = fields(round, words, comments, overall="Nearly.", decision="request_changes")
    jonas_at_his_desk.post(url(round), data)
    second = second_round(group, ada, jonas, BODIES[0], "It fails late", BODIES[2])
    page = shown(jonas_at_his_desk.get(url(second)))
    assert "You reviewed revision 1" in page
    assert "<b>1</b> word added" in page
    assert "late</ins>" in page
    assert "Under <strong>which</strong> condition?" in page
    assert "Nearly." in page
    # Carried over where the answer reads as it did, and only there.
    assert page.count("Your verdict on revision 1 is kept.") == 2
    keys = [answer.prompt_id for answer in second.revision.answers.all()]
    for key, word in ((keys[0], "holds"), (keys[2], "not_sure")):
        box = page.split(f'name="verdict_{key}" value="{word}"')[1].split(">")[0]
        assert "checked" in box
    assert page.count(" checked") == 3, "two verdicts, and the view of the text"
    assert "What changed" in page
    assert "It fails</p>" in page.split('data-as="before"')[2], "the earlier text is a press away"


def test_two_rounds_lead_to_an_acceptance(group, ada, jonas, round, signed_in, jonas_at_his_desk, tomas):
    data = fields(
        round, ("holds", "needs_work", "holds"), ("", "Under which condition?", ""), decision="request_changes"
    )
    jonas_at_his_desk.post(url(round), data)
    second = show(ada, group, topic_of(group), BODIES[0], "It fails late", BODIES[2], at=timezone.now())
    tomas_at_his = signed_in(tomas)
    tomas_at_his.post(f"/groups/{group.pk}/reviews/next/")
    tomas_at_his.post(url(second), fields(second, decision="approve"))
    assert not Acceptance.objects.exists()
    assert "Jonas’s change request on revision 1 is still open" in shown(
        signed_in(ada).get(f"/submissions/{second.submission_id}/")
    )
    jonas_at_his_desk.post(f"/groups/{group.pk}/reviews/next/")
    jonas_at_his_desk.post(url(second), fields(second, decision="approve"))
    assert Acceptance.objects.get().round == second
    page = shown(signed_in(ada).get(f"/groups/{group.pk}/playbook/"))
    assert "Approved by Tomás Herrera and Jonas Lind" in page


def test_a_newer_revision_that_came_while_one_wrote_keeps_the_text(group, ada, jonas, round, jonas_at_his_desk):
    data = fields(round, comments=("", "Since when?", ""), overall="A word.", decision="approve")
    second = show(ada, group, topic_of(group), BODIES[0], "It fails late", BODIES[2], at=timezone.now())
    page = shown(jonas_at_his_desk.post(url(round), data), 409)
    assert "Ada submitted revision 2 while you were writing" in page
    assert "Since when?</textarea>" in page
    assert "A word.</textarea>" in page
    assert f'name="round" value="{second.pk}"' in page
    assert "<ins>" in page
    assert page.count(" checked") == 3, "two verdicts and what changed: the verdict on that is to be thought over"
    assert not Review.objects.exists()
    assert jonas_at_his_desk.post(url(second), data | {"round": second.pk}).status_code == 302
    assert Review.objects.get().round == second


def test_a_comment_on_an_answer_that_is_no_more_is_kept(group, ada, jonas, round, jonas_at_his_desk):
    data = fields(round, comments=("On the knob.", "", ""), overall="A word.", decision="approve")
    knob = group.list.prompts.not_retired()[0]
    knob.retired_at = timezone.now()
    knob.save()
    show(ada, group, topic_of(group), *BODIES[1:], at=timezone.now())
    page = shown(jonas_at_his_desk.post(url(round), data), 409)
    assert "A word. On the knob.</textarea>" in page


def test_each_is_told_what_their_approval_would_do(group, ada, jonas, tomas, mei, round, jonas_at_his_desk):
    assert "If you approve it, it needs one more approval." in shown(jonas_at_his_desk.get(url(round)))
    say(round, tomas, "request_changes", "Why?")
    assert "Tomás requested changes, so your approval alone doesn’t accept it." in shown(
        jonas_at_his_desk.get(url(round))
    )


@pytest.mark.soak_only
def test_the_form_asks_the_database_the_same_in_every_later_round(
    group, ada, jonas, round, jonas_at_his_desk, django_assert_max_num_queries
):
    for number in range(6):
        jonas_at_his_desk.post(url(round), fields(round, overall="No.", decision="request_changes"))
        round = second_round(group, ada, jonas, BODIES[0], f"It fails {number}", BODIES[2])
    # Four of them look up and charge what the comparison of the texts may cost.
    with django_assert_max_num_queries(32):
        shown(jonas_at_his_desk.get(url(round)))


# When its author has gone


def test_what_is_typed_for_an_author_who_has_no_account_any_more_is_kept_and_not_sent(
    round, ada, jonas, jonas_at_his_desk
):
    data = fields(round, comments=("", "Since when?", ""), decision="approve")
    round.submission.group.transfer_ownership(jonas)
    ada.delete()
    page = shown(jonas_at_his_desk.post(url(round), data), 409)
    assert "The author has left the group." in page
    assert "Since when?</textarea>" in page
    assert "None" not in page
    assert not Review.objects.exists()


def test_a_review_for_who_has_left_is_in_nobodys_hands(round, group, ada, jonas, jonas_at_his_desk):
    group.memberships.filter(person=ada).delete()
    assert not Claim.objects.awaited_from(jonas).exists()
    assert "Continue review" not in shown(jonas_at_his_desk.get(f"/submissions/{round.submission_id}/"))
    assert jonas_at_his_desk.get(url(round))["Location"] == f"/submissions/{round.submission_id}/"
    assert "The author has left the group." in shown(
        jonas_at_his_desk.post(url(round), fields(round, decision="approve")), 409
    )
    assert not Acceptance.objects.exists()


def test_looking_at_a_review_that_is_not_to_be_written_leaves_no_message(round, ada, signed_in):
    client = signed_in(ada)
    assert client.get(url(round)).status_code == 302
    assert "You can’t review your own summary." not in shown(client.get(f"/submissions/{round.submission_id}/"))


def test_approving_what_one_said_needs_work_is_asked_about_once(signed_in, group, ada, jonas):
    round = show(ada, group)
    take(round, jonas)
    answers = list(round.revision.answers.all())
    data = {"round": round.pk, "decision": "approve"} | {f"verdict_{each.prompt_id}": "holds" for each in answers}
    data[f"verdict_{answers[1].prompt_id}"] = "needs_work"
    url, client = f"/submissions/{round.submission_id}/review/", signed_in(jonas)
    asked = client.post(url, data)
    assert asked.status_code == 422
    assert "Your verdict says that 1 answer needs work" in asked.content.decode()
    assert not round.reviews.exists()
    assert client.post(url, data | {"confirmed": "yes"}).status_code == 302
    assert round.reviews.get().decision == "approve"


def test_who_had_begun_to_read_an_earlier_revision_sees_what_changed(group, ada, jonas, signed_in):
    take(show(ada, group, topic_of(group), "It is small", "It fails", "The metric"), jonas)
    second = show(ada, group, topic_of(group), "It is large", "It fails", "The metric")
    shown = signed_in(jonas).get(f"/submissions/{second.submission_id}/review/").content.decode()
    assert "<ins>large</ins>" in shown
    assert "What changed" in shown
