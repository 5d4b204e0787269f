"""What the page on which a review is written hears while it is open."""

import pytest

from groups.reviews.review import Review
from tests.groups.reviewing import say, show, take, topic_of

HTMX = {"HTTP_HX_REQUEST": "true"}
BODIES = ("It is small", "It fails", "The metric")


@pytest.fixture
def round(group, ada, jonas):
    round = show(ada, group, topic_of(group), *BODIES)
    take(round, jonas)
    return round


def asked(client, round, **headers):
    return client.get(f"/submissions/{round.submission_id}/review/updates/?round={round.pk}", **(headers or HTMX))


def test_where_nothing_has_come_there_is_nothing_to_tell(round, jonas, signed_in):
    assert asked(signed_in(jonas), round).status_code == 204


def test_a_newer_revision_is_told_in_place_and_takes_along_what_was_typed(group, round, ada, jonas, signed_in):
    client = signed_in(jonas)
    page = client.get(f"/submissions/{round.submission_id}/review/").content.decode()
    assert f"/submissions/{round.submission_id}/review/updates/?round={round.pk}" in page
    assert 'id="review-form"' in page
    second = show(ada, group, topic_of(group), "It is large", *BODIES[1:])
    told = asked(client, round).content.decode()
    assert "Ada submitted revision 2 while you were writing" in told
    assert 'form="review-form" name="look"' in told
    prompts = [answer.prompt_id for answer in second.revision.answers.all()]
    typed = {f"verdict_{prompts[0]}": "holds", f"verdict_{prompts[1]}": "not_sure", f"comment_{prompts[0]}": "Why so?"}
    looked = client.post(f"/submissions/{round.submission_id}/review/", typed | {"round": round.pk, "look": "yes"})
    page = looked.content.decode()
    assert looked.status_code == 409
    assert "It is large" in page
    assert "Why so?</textarea>" in page
    assert page.count(" checked") == 2, "one verdict and what changed: the verdict on that is to be thought over"
    assert not Review.objects.exists()


def test_that_it_was_taken_back_is_told_in_place(round, jonas, signed_in):
    round.submission.withdraw()
    assert (
        "The author has withdrawn this submission. Your text is kept below."
        in asked(signed_in(jonas), round).content.decode()
    )


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 40, "0"])
def test_rubbish_is_a_page_that_is_out_of_date(round, jonas, signed_in, key):
    answer = signed_in(jonas).get(f"/submissions/{round.submission_id}/review/updates/?round={key}", **HTMX)
    assert answer.status_code == 200


def test_without_htmx_it_leads_to_the_review(round, jonas, signed_in):
    answer = signed_in(jonas).get(f"/submissions/{round.submission_id}/review/updates/")
    assert answer["Location"] == f"/submissions/{round.submission_id}/review/"


def test_that_another_window_has_sent_the_review(round, jonas, signed_in):
    say(round, jonas, "approve")
    address = f"/submissions/{round.submission_id}/review/updates/?round={round.pk}"
    told = signed_in(jonas).get(address, **HTMX)
    assert "You sent your review from another window" in told.content.decode()
    assert signed_in(jonas).get(f"{address}&editing=yes", **HTMX).status_code == 204
