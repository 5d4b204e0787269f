"""A review that saves itself: what is kept, for how long, and what becomes of it."""

import re

import pytest
from django.utils import timezone

from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from tests.groups.reviewing import days, say, show, take, topic_of

FETCHED = {"HTTP_X_REQUESTED_WITH": "fetch"}
BODIES = ("It is *small*", "It fails", "The metric")
TAB, OTHER_TAB = "6f1d0c9e6b0b4b1e9d9b0a5a5b6c7d8e", "00000000000000000000000000000001"


@pytest.fixture
def round(group, ada, jonas, tomas):
    """Ada's summary, which Jonas is reviewing."""
    round = show(ada, group, topic_of(group), *BODIES, at=timezone.now())
    take(round, jonas, timezone.now())
    return round


@pytest.fixture
def client(jonas, signed_in):
    return signed_in(jonas)


def url(round, end="") -> str:
    return f"/submissions/{round.submission_id}/review/{end}"


def typed(round, words=(), comments=(), **more) -> dict:
    keys = [answer.prompt_id for answer in round.revision.answers.all()]
    data = {"round": round.pk, "overall": "", "seen": "", "tab": TAB, **more}
    data |= {f"verdict_{key}": word for key, word in zip(keys, words, strict=False)}
    return data | {f"comment_{key}": text for key, text in zip(keys, comments, strict=False)}


def save(client, round, **fields):
    return client.post(url(round, "draft/"), typed(round, **fields), **FETCHED)


def page(client, round, status=200) -> str:
    response = client.get(url(round))
    assert response.status_code == status
    return response.content.decode()


def test_what_is_typed_is_saved_and_stands_there_when_one_comes_back(round, client, jonas):
    answer = save(client, round, words=("holds",), comments=("", "Since *when*?"), overall="Nearly.")
    assert answer.json()["says"].startswith("Saved ")
    draft = ReviewDraft.objects.get()
    assert (draft.author, draft.round, answer.json()["seen"]) == (jonas, round, draft.version_token)
    shown = page(client, round)
    assert "Since *when*?</textarea>" in shown
    assert "Nearly.</textarea>" in shown
    assert shown.count(" checked") == 1
    assert f'name="seen" value="{draft.version_token}"' in shown
    assert f'data-draft="{url(round, "draft/")}"' in shown
    assert not Review.objects.exists()


def test_whoever_types_has_three_more_days(round, client):
    Claim.objects.update(expires_at=timezone.now() + timezone.timedelta(hours=1))
    save(client, round, overall="Hm.")
    assert Claim.objects.get().expires_at > timezone.now() + timezone.timedelta(days=2.9)


def test_a_claim_that_has_lapsed_is_not_renewed_by_typing_and_the_text_is_kept(round, client):
    Claim.objects.update(expires_at=days(-1))
    assert save(client, round, overall="Half of it").status_code == 200
    assert Claim.objects.get().expires_at == days(-1)
    shown = page(client, round)
    assert "Your time for this review ran out" in shown
    assert "You can continue it when you review this." in shown
    client.post(f"/submissions/{round.submission_id}/claim/")
    assert "Half of it</textarea>" in page(client, round)


def test_giving_back_keeps_what_was_typed(round, client):
    save(client, round, overall="Half of it")
    client.post(f"/submissions/{round.submission_id}/claim/cancel/")
    assert "is kept" in page(client, round)


def test_a_review_that_is_sent_is_no_draft_any_more_nor_after_a_late_save(round, client):
    save(client, round, overall="Half of it")
    seen = ReviewDraft.objects.get().version_token
    data = typed(round, words=["holds"] * 3, overall="All of it", decision="approve", seen=seen)
    assert client.post(url(round), data).status_code == 302
    assert Review.objects.get().overall == "All of it"
    assert not ReviewDraft.objects.exists()
    assert save(client, round, overall="All of it", seen=seen).json()["saved"] == ""
    assert not ReviewDraft.objects.exists()


def test_what_could_not_be_sent_is_saved(round, client):
    assert client.post(url(round), typed(round, decision="request_changes", words=("holds",))).status_code == 422
    assert ReviewDraft.objects.get().typed[f"verdict_{round.revision.answers.first().prompt_id}"] == "holds"


def test_what_was_typed_of_an_earlier_revision_is_carried_over(group, ada, round, client):
    save(client, round, words=("holds", "holds", "holds"), comments=("Why so?", "", ""), overall="A word.")
    second = show(ada, group, topic_of(group), "It is large", *BODIES[1:], at=timezone.now())
    answer = save(client, round, words=("holds", "holds", "holds"), comments=("Why so?", "", ""), overall="A word.")
    assert answer.json()["has_updates"] is True, "the page asks what has come"
    shown = page(client, second)
    assert "Why so?</textarea>" in shown
    assert "A word.</textarea>" in shown
    assert len(re.findall(r'name="verdict_[^>]*checked', shown)) == 2, (
        "the verdict on what has changed is to be thought over"
    )


# Two windows


def test_the_second_of_two_windows_overwrites_nothing(round, client):
    save(client, round, overall="From this one", comments=("Same",))
    answer = save(client, round, overall="From that one", comments=("Same",), tab=OTHER_TAB)
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "This text was also changed in another window" in told
    assert "Whole summary" in told
    assert ReviewDraft.objects.get().typed["overall"] == "From this one"


def test_sending_from_a_window_that_has_not_seen_the_other_text_is_asked_about(round, client):
    save(client, round, overall="From this one")
    data = typed(round, words=["holds"] * 3, overall="From that one", decision="approve", tab=OTHER_TAB)
    answer = client.post(url(round), data)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "This text was also changed in another window" in shown
    assert "From that one</textarea>" in shown
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("keep", "From that one"), ("take", "From this one"), ("merge", "From that one\n\nFrom this one")],
)
def test_one_decides_which_text_goes_on_and_the_other_can_still_be_read(round, client, choice, stands):
    save(client, round, overall="From this one")
    over = ReviewDraft.objects.get().version_token
    data = typed(round, overall="From that one", tab=OTHER_TAB, choice=choice, over=over)
    assert client.post(url(round, "draft/"), data)["Location"] == url(round)
    assert ReviewDraft.objects.get().typed["overall"] == stands
    assert ("The text that you did not choose" in page(client, round)) is (choice != "merge")


def test_of_two_verdicts_put_together_this_windows_stands(round, client):
    save(client, round, words=("holds", "holds"))
    data = typed(
        round, words=("needs_work",), tab=OTHER_TAB, choice="merge", over=ReviewDraft.objects.get().version_token
    )
    client.post(url(round, "draft/"), data)
    assert sorted(text for name, text in ReviewDraft.objects.get().typed.items() if "verdict" in name) == [
        "holds",
        "needs_work",
    ]


def send(client, round, overall, end="", **fields):
    """Send it whole from the one window or the other, and see where that leads."""
    data = typed(round, words=["holds"] * 3, overall=overall, decision="approve", **fields)
    return client.post(url(round, end), data)


def test_what_a_second_window_holds_when_the_first_has_sent_becomes_the_draft_of_a_correction(round, client):
    seen = save(client, round, overall="From this one").json()["seen"]
    send(client, round, "From this one", seen=seen)
    answer = save(client, round, overall="From that one", tab=OTHER_TAB, seen=seen)
    assert answer.json()["saved"]
    assert answer.json()["has_updates"] is True, "the page asks what has come"
    again = save(client, round, overall="From that one, longer", tab=OTHER_TAB, seen=answer.json()["seen"])
    answer = send(client, round, "From that one, longest", tab=OTHER_TAB, seen=again.json()["seen"])
    assert answer["Location"] == url(round, "edit/")
    shown = client.get(url(round, "edit/")).content.decode()
    assert "From that one, longest</textarea>" in shown
    assert "Your text here is kept: you can use it to edit your review." in shown
    assert Review.objects.get().overall == "From this one"


def test_what_a_second_window_sends_without_having_saved_is_kept_too(round, client):
    send(client, round, "From this one")
    assert send(client, round, "From that one", tab=OTHER_TAB)["Location"] == url(round, "edit/")
    assert ReviewDraft.objects.get().typed["overall"] == "From that one"
    assert send(client, round, "A third one", tab="0" * 31 + "2").status_code == 409
    assert ReviewDraft.objects.get().typed["overall"] == "From that one"


def test_a_button_pressed_twice_keeps_nothing_to_correct(round, client):
    send(client, round, "All of it")
    assert send(client, round, "All of it")["Location"] == f"/submissions/{round.submission_id}/"
    assert save(client, round, overall="All").json()["saved"] == "", "what came late had been said by then"
    assert not ReviewDraft.objects.exists()


def test_without_scripts_what_a_second_window_keeps_leads_to_the_correction(round, client):
    send(client, round, "From this one")
    answer = client.post(url(round, "draft/"), typed(round, overall="From that one", tab=""))
    assert answer["Location"] == url(round, "edit/")


# Correcting


def base_of(client, round) -> str:
    """What a page says of the review on which somebody begins to correct it."""
    return re.search(r'name="base" value="([^"]*)"', client.get(url(round, "edit/")).content.decode())[1]


def test_the_second_of_two_windows_that_correct_a_review_overwrites_nothing(round, client, jonas):
    say(round, jonas, "request_changes", "Why?", at=timezone.now())
    base = base_of(client, round)
    seen = save(client, round, overall="Draft", editing="yes", base=base).json()["seen"]
    window, other = ({"editing": "yes", "base": base, "seen": seen, "tab": tab} for tab in (TAB, OTHER_TAB))
    assert send(client, round, "From this one", "edit/", **window).status_code == 302
    assert save(client, round, overall="From that one", **other).status_code == 409
    answer = send(client, round, "From that one", "edit/", **other)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "This text was also changed in another window" in shown
    assert "From that one</textarea>" in shown
    assert re.search(r"On the server.*<ins>this</ins>", shown, re.DOTALL)
    assert f'name="base" value="{base}"' in shown, "until they choose they have not seen it"
    assert Review.objects.get().overall == "From this one"
    assert base_of(client, round) != base


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("keep", "From that one"), ("take", "From this one"), ("merge", "From that one\n\nFrom this one")],
)
def test_of_two_corrections_one_goes_on_and_the_other_can_still_be_read(round, client, jonas, choice, stands):
    say(round, jonas, "request_changes", "Why?", at=timezone.now())
    base = base_of(client, round)
    send(client, round, "From this one", "edit/", editing="yes", base=base)
    other = {"editing": "yes", "base": base, "tab": OTHER_TAB, "overall": "From that one"}
    told = save(client, round, **other).content.decode()
    over = re.search(r'name="over" value="([^"]*)"', told)[1]
    data = typed(round, choice=choice, over=over, **other)
    assert client.post(url(round, "draft/"), data)["Location"] == url(round, "edit/")
    shown = client.get(url(round, "edit/")).content.decode()
    assert f"{stands}</textarea>" in shown
    assert ("The text that you did not choose" in shown) is (choice != "merge")
    draft = ReviewDraft.objects.get()
    fresh = {"editing": "yes", "base": base_of(client, round), "seen": draft.version_token, "tab": OTHER_TAB}
    assert send(client, round, stands, "edit/", **fresh).status_code == 302
    assert Review.objects.get().overall == stands


def test_who_chose_has_not_seen_a_third_correction(round, client, jonas):
    say(round, jonas, "request_changes", "Why?", at=timezone.now())
    base = base_of(client, round)
    send(client, round, "From this one", "edit/", editing="yes", base=base)
    over = base_of(client, round)
    send(client, round, "From a third one", "edit/", editing="yes", base=over)
    data = typed(round, overall="From that one", editing="yes", base=base, tab=OTHER_TAB, choice="keep", over=over)
    answer = client.post(url(round, "draft/"), data)
    assert answer.status_code == 409
    assert "third" in answer.content.decode()
    assert not ReviewDraft.objects.exists()


def test_a_correction_is_kept_apart_from_what_was_given(round, client, jonas):
    say(round, jonas, "request_changes", "Why?", at=timezone.now())
    shown = client.get(url(round, "edit/")).content.decode()
    assert shown.count("Why?</textarea>") == 3
    assert 'name="editing"' in shown
    assert save(client, round, overall="Half of it", comments=("", "", ""), editing="yes").json()["saved"]
    assert Review.objects.get().overall == ""
    shown = client.get(url(round, "edit/")).content.decode()
    assert "Half of it</textarea>" in shown
    assert "Why?</textarea>" not in shown, "what was emptied stays empty"


def test_correcting_by_the_form(round, client, jonas, ada, signed_in):
    say(round, jonas, "request_changes", "Why **so**?", at=timezone.now())
    assert (
        f'href="/submissions/{round.submission_id}/review/edit/"'
        in client.get(f"/submissions/{round.submission_id}/").content.decode()
    )
    data = typed(round, words=["holds"] * 3, overall="I see now.", decision="approve", editing="yes")
    answer = client.post(url(round, "edit/"), data, follow=True)
    assert "Your review was edited." in answer.content.decode()
    shown = signed_in(ada).get(f"/submissions/{round.submission_id}/").content.decode()
    assert "edited <time" in shown
    assert "Before the edit" in shown
    assert "Why <strong>so</strong>?" in shown
    assert not ReviewDraft.objects.exists()


def test_a_correction_that_comes_after_a_newer_revision_is_kept_for_that(group, ada, jonas, round, client):
    say(round, jonas, "request_changes", "Why?", at=timezone.now())
    second = show(ada, group, topic_of(group), "It is large", *BODIES[1:], at=timezone.now())
    data = typed(round, words=["holds"] * 3, overall="I see now.", decision="approve", editing="yes")
    answer = client.post(url(round, "edit/"), data, follow=True)
    assert "The author submitted a newer revision. Your text is kept" in answer.content.decode()
    client.post(f"/submissions/{second.submission_id}/claim/")
    assert "I see now.</textarea>" in page(client, second)


# Who may, and rubbish


def test_only_who_has_taken_it_up_saves_anything(round, ada, tomas, stranger, signed_in):
    for person in (ada, tomas, stranger):
        assert save(signed_in(person), round, overall="Hm.").status_code == 404
    assert not ReviewDraft.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 400, "a\x00b", "\u2028"])
def test_rubbish_is_kept_as_it_is_or_left_out(round, client, value):
    data = dict.fromkeys(typed(round, ("",) * 3, ("",) * 3), value) | {"choice": value, "over": value}
    assert client.post(url(round, "draft/"), data, **FETCHED).status_code == 200
    assert page(client, round)


def test_a_review_that_is_sent_leaves_no_draft_of_earlier_revisions(round, client, group, ada, jonas):
    save(client, round, words=["holds"])
    second = show(ada, group, topic_of(group), *reversed(BODIES), at=timezone.now())
    save(client, second, words=["holds"])
    assert ReviewDraft.objects.count() == 2
    Review.objects.submit(second.claims.get(reviewer=jonas, ended_at=None), "approve")
    assert not ReviewDraft.objects.exists()


def test_more_text_than_a_draft_holds_is_not_stored(round, client):
    assert save(client, round, overall="x" * 250_000).status_code == 422
    assert not ReviewDraft.objects.exists()


def test_nor_is_it_set_aside_by_a_choice(round, client, jonas):
    say(round, jonas, "approve")
    answer = client.post(url(round, "draft/"), typed(round, overall="x" * 250_000, choice="take", editing="1"))
    assert answer.status_code == 422
    assert not ReviewDraft.objects.exists()


def test_fields_that_the_form_does_not_have_are_not_stored(round, client):
    save(client, round, overall="Nearly.", comment_999999="x" * 20_000, verdict_x="holds", anything="x")
    assert set(ReviewDraft.objects.get().typed) == {"overall"}
