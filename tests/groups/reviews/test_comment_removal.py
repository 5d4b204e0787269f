"""What becomes of a reviewer's unsent edit when a moderator deletes a comment of their review."""

import pytest
from django.db import transaction

from groups.reviews.comment_removal import delete_comment
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.verdict import Verdict
from tests.groups.at_once import while_uncommitted
from tests.groups.reviewing import show, take, topic_of

BODY = "The run waits, and the loss waits."


@pytest.fixture
def review(group, ada, jonas) -> Review:
    """Jonas's: on Ada's first answer a comment, and two on the same word; an equal comment on her second answer."""
    round = show(ada, group, topic_of(group), BODY, "It fails", "The metric")
    first, second, _ = round.revision.answers.all()
    verdicts = [
        Verdict(answer=first, value="needs_work", comment="No."),
        Verdict(answer=second, value="needs_work", comment="No."),
        Verdict.on_words(first, range(8, 13), "Rude.", "stalls"),
        Verdict.on_words(first, range(28, 33), "Rude.", "stalls"),
    ]
    return Review.objects.submit(take(round, jonas), "request_changes", "No. It is *bad*.", verdicts)


def draft_of(review: Review, **typed: str) -> ReviewDraft:
    return ReviewDraft.objects.save_typed(review.reviewer, review.round, review.typed | typed, editing=True)


def left_of(draft: ReviewDraft) -> dict[str, str]:
    """The fields of the draft that are no longer what they were."""
    after = ReviewDraft.objects.get(pk=draft.pk)
    assert (after.version_token != draft.version_token) == (after.typed != draft.typed)
    return {name: text for name, text in after.typed.items() if text != draft.typed[name]}


def test_its_text_alone_goes_from_its_own_field(review):
    verdict = review.verdicts.get(answer__prompt_text=review.round.revision.answers.first().prompt_text, offset=None)
    name = f"comment_{verdict.answer.prompt_id}"
    others = {f"{name}2": "No.", "overall": "No. I mean it.", f"remark_{verdict.answer.prompt_id}_0": "No."}
    draft = draft_of(review, **{name: "Note it.\n\nNo. I meant three paragraphs.\n\nSo No."}, **others)
    delete_comment(verdict)
    assert left_of(draft) == {name: "Note it.\n\nI meant three paragraphs.\n\nSo"}


def test_a_comment_of_letters_is_not_taken_out_of_words(review):
    Review.objects.filter(pk=review.pk).update(overall="No")
    draft = draft_of(review, overall="Nothing like Nos, no. No, none.")
    delete_comment(review)
    assert left_of(draft) == {"overall": "Nothing like Nos, no. , none."}


def test_of_comments_on_words_that_on_the_same_words_goes_and_the_edit_can_be_sent(review, signed_in, jonas):
    first = review.verdicts.filter(offset__isnull=False).first()
    prompt = first.answer.prompt_id
    more = {f"{name}_{prompt}_2": text for name, text in (("words", "run"), ("remark", "Rude."), ("instead", "stalls"))}
    draft = draft_of(review, **more, **{f"comment_{prompt}": "Rude. It stalls."})
    delete_comment(first)
    assert left_of(draft) == {f"{name}_{prompt}_0": "" for name in ("words", "place", "remark", "instead")}
    after = ReviewDraft.objects.get(pk=draft.pk)
    url = f"/submissions/{review.round.submission_id}/review/edit/"
    assert signed_in(jonas).get(url).status_code == 200
    sent = {"round": review.round_id, "decision": "request_changes", "editing": "yes", "seen": after.version_token}
    assert signed_in(jonas).post(url, after.typed | sent).status_code == 302
    remarks = review.verdicts.filter(offset__isnull=False).values_list("offset", "comment", "suggestion")
    assert set(remarks) == {(4, "Rude.", "stalls"), (8, "", ""), (28, "Rude.", "stalls")}


@pytest.mark.parametrize(("field", "text"), [("remark", "What I also mean."), ("instead", "idles")])
def test_what_else_is_typed_on_the_words_stays_with_them(review, field, text):
    first = review.verdicts.filter(offset__isnull=False).first()
    key = f"{first.answer.prompt_id}_0"
    draft = draft_of(review, **{f"{field}_{key}": text})
    delete_comment(first)
    other = "instead" if field == "remark" else "remark"
    assert left_of(draft) == {f"{other}_{key}": ""}


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_saved_at_the_same_moment_does_not_keep_it(review):
    verdict = review.verdicts.filter(offset=None).first()
    name = f"comment_{verdict.answer.prompt_id}"

    def delete():
        with transaction.atomic():
            review.round.submission.group.lock()
            delete_comment(Verdict.objects.get(pk=verdict.pk))

    done = while_uncommitted(lambda: draft_of(review, **{name: "No. And more."}), delete)
    assert not any(isinstance(each, Exception) for each in done), done
    assert ReviewDraft.objects.get().typed[name] == "And more."
