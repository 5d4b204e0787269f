"""Comments on words of an answer: written, found again in later revisions, edited, replied to."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.leaving.erasure import erase_texts, lock_groups_of
from groups.reviews.comment_thread import CommentThread
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.verdict import Verdict
from readlist_site.base.text import find
from readlist_site.base.text.deleted_text import DELETED_TEXT
from tests.groups.reviewing import show, take, topic_of

pytestmark = pytest.mark.one_engine

BODIES = ("The cache grows with $n$. The cache is read at each step.", "It **fails** early", "The metric")
TAB = "6f1d0c9e6b0b4b1e9d9b0a5a5b6c7d8e"
LATER = ("First of all: the cache grows with $n$. It is read at each step.", "It works", "The metric")


@pytest.fixture
def round(group, ada, jonas):
    """Ada's summary, which Jonas is reviewing."""
    round = show(ada, group, topic_of(group), *BODIES, at=timezone.now())
    take(round, jonas, timezone.now())
    return round


@pytest.fixture
def client(jonas, signed_in):
    return signed_in(jonas)


def answers(round):
    return list(round.revision.answers.all())


def on(round, words: str, comment: str, index: int = 0) -> Verdict:
    answer = answers(round)[index]
    return Verdict.on_words(answer, find(answer.body, words)[0], comment)


def review(round, *comments: Verdict, decision="request_changes") -> Review:
    return Review.objects.submit(round.claims.get(), decision, "", comments)


def typed(round, *rows, **more) -> dict:
    """A form's data with these comments on words of the first answer: words, place and comment of each."""
    prompt = answers(round)[0].prompt_id
    data = {"round": round.pk, "overall": "", "decision": "request_changes", "seen": "", "tab": TAB}
    for number, row in enumerate(rows):
        data |= {
            f"{name}_{prompt}_{number}": text for name, text in zip(("words", "place", "remark"), row, strict=True)
        }
    return data | more


def url(round, end="") -> str:
    return f"/submissions/{round.submission_id}/review/{end}"


def test_a_comment_keeps_the_words_what_is_around_them_and_their_place(round, client):
    response = client.post(url(round), typed(round, ("grows with $n$", "", "How *fast*?")))
    assert response.status_code == 302, response.content
    comment = Verdict.objects.get(offset__isnull=False)
    assert (comment.quote, comment.offset, comment.quote_before) == ("grows with $n$", 10, "The cache ")
    assert comment.quote_after == ". The cache is read at each step"
    assert "<em>fast</em>" in comment.comment_html
    assert "<math>" in comment.quote_html
    assert comment.value == ""
    assert Verdict.objects.count() == 4


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("The cache", "", "Which?"), "2 times"),
        (("no such words", "", "Which?"), "have these words"),
        (("", "", "Which?"), "Select the words"),
        (("grows", "", ""), "Write a comment"),
        (("x" * 2_001, "", "Long"), "2000"),
    ],
)
def test_words_that_cannot_be_told_are_refused_and_what_was_typed_stays(round, client, row, said):
    response = client.post(url(round), typed(round, row, overall="Much."))
    assert response.status_code == 422
    page = response.content.decode()
    assert said in re.sub(r"\s+", " ", page)
    assert all(text[:40] in page for text in row)
    assert not Review.objects.exists()
    assert ReviewDraft.objects.exists()


def test_a_place_tells_the_same_words_apart_and_one_of_another_text_does_not(round, client, group, ada):
    second = find(answers(round)[0].body, "The cache")[1]
    place = f"{answers(round)[0].pk}.{second.start}"
    refused = client.post(url(round), typed(round, ("The cache", f"{answers(round)[1].pk}.0", "Which?")))
    assert refused.status_code == 422
    twice = client.post(url(round), typed(round, ("The cache", place, "Which?"), ("The cache is", place, "Or which?")))
    assert twice.status_code == 422
    ReviewDraft.objects.all().delete()
    assert client.post(url(round), typed(round, ("The cache", place, "Which?"))).status_code == 302
    assert Verdict.objects.get(offset__isnull=False).offset == second.start


def test_words_may_be_given_as_they_are_shown(round, client, signed_in):
    body = {
        f"{name}_{answers(round)[1].prompt_id}_0": text for name, text in (("words", "It fails"), ("remark", "When?"))
    }
    assert client.post(url(round), typed(round, **body)).status_code == 302
    assert Verdict.objects.get(offset__isnull=False).quote == "It **fails**"


def test_selected_words_come_back_as_markdown(round, client, signed_in, mei, group):
    prompt = answers(round)[1].prompt_id
    end, ask = f"words/{prompt}/", {"start": 4, "stop": 13, "words": "ils early"}
    assert client.get(url(round, end), ask).json() == {
        "words": "**fails** early",
        "place": f"{answers(round)[1].pk}.3",
    }
    wrong = client.get(url(round, end), ask | {"start": 5}).json()
    assert wrong == {"words": "ils early", "place": ""}
    assert client.get(url(round, "words/0/"), ask).status_code == 404
    assert signed_in(mei).get(url(round, end), ask).status_code == 404


def test_the_draft_keeps_comments_on_words_without_empty_ones(round, client, jonas):
    client.post(url(round, "draft/"), typed(round, ("", "", ""), ("grows", "", "How?")))
    prompt = answers(round)[0].prompt_id
    draft = ReviewDraft.objects.get()
    assert (draft.typed[f"words_{prompt}_0"], draft.typed[f"remark_{prompt}_0"]) == ("grows", "How?")
    assert f"words_{prompt}_1" not in draft.typed
    page = client.get(url(round)).content.decode()
    assert ">How?</textarea>" in page.replace("\n", "")
    merged = ReviewDraft.objects.save_typed(
        jonas, round, {f"words_{prompt}_0": "read", f"remark_{prompt}_0": "By whom?"},
        seen=draft.version_token, choice="merge",
    )  # fmt: skip
    assert [merged.typed[f"remark_{prompt}_{number}"] for number in (0, 1)] == ["By whom?", "How?"]


def test_the_words_are_marked_and_followed_through_revisions(round, group, ada, signed_in):
    review(round, on(round, "grows with $n$", "How fast?"), on(round, "**fails**", "When?", 1))
    page = signed_in(ada).get(round.submission.get_absolute_url()).content.decode()
    assert page.count('class="anchored" id="words-') == 2
    assert "The words have changed" not in page
    show(ada, group, topic_of(group), *LATER, at=timezone.now())
    page = signed_in(ada).get(f"{round.submission.get_absolute_url()}?revision=2").content.decode()
    assert page.count('class="anchored" id="words-') == 1
    assert page.count("The words have changed") == 1
    assert "2 open comments" in page
    editor = signed_in(ada).get(f"/topics/{round.submission.summary.topic_id}/summary/")
    assert editor.status_code == 200


def test_a_comment_on_words_is_replied_to_and_resolved_like_any_other(round, group, ada, jonas):
    given = review(round, on(round, "grows", "How fast?"))
    comment = given.verdicts.get(offset__isnull=False)
    thread = CommentThread.objects.of_comment(round.submission, f"v{comment.pk}")
    thread.reply(author=ada, body="Linearly.")
    thread.resolve(by=jonas)
    second = show(ada, group, topic_of(group), *LATER, at=timezone.now())
    reply = CommentReply(verdict=comment, response="addressed")
    reply.set_text("Said so.")
    CommentReply.objects.save_for(second, [reply])
    assert comment.replies.get().on == given


def test_an_edit_changes_adds_and_removes_comments_and_keeps_what_was_replied_to(round, client, ada, jonas):
    given = review(round, on(round, "grows", "How fast?"), on(round, "with", "With what?"), on(round, "read", "By?"))
    replied, changed, left = given.verdicts.filter(offset__isnull=False)
    CommentThread.objects.of_comment(round.submission, f"v{replied.pk}").reply(author=ada, body="Linearly.")
    CommentThread.objects.of_comment(round.submission, f"v{changed.pk}").resolve(by=jonas)
    page = client.get(url(round, "edit/")).content.decode()
    assert "With what?</textarea>" in page.replace("\n", "")
    form = typed(round, ("with", f"{answers(round)[0].pk}.{changed.offset}", "With n?"), ("step", "", "Which?"))
    assert client.post(url(round, "edit/"), form | {"editing": "yes"}).status_code == 302
    after = {each.quote: each for each in given.verdicts.filter(offset__isnull=False)}
    said = {quote: each.comment for quote, each in after.items() if not each.is_emptied}
    assert said == {"with": "With n?", "step": "Which?"}
    assert (after["grows"].pk, after["read"].pk) == (replied.pk, left.pk), "a reply or a report may be about them"
    assert after["with"].pk == changed.pk
    assert after["with"].comment_thread.resolved_at is None
    assert {each["source"] for each in given.versions.get().verdicts} == {"How fast?", "With what?", "By?"}
    again = Review.objects.get()
    assert "words_" in str(again.typed)
    assert "grows" not in again.typed.values()
    same = [*again.verdicts.filter(offset=None), *again.verdicts.exclude(comment="").exclude(offset=None)]
    assert not again.edit("request_changes", "", same)


def test_the_author_s_words_go_with_their_texts(round, ada, jonas, group):
    review(round, on(round, "grows", "How fast?"))
    prompt = answers(round)[0].prompt_id
    ReviewDraft.objects.save_typed(
        jonas, round, {f"words_{prompt}_0": "grows", f"remark_{prompt}_0": "?"}, editing=True, choice="keep"
    )
    with transaction.atomic():
        erase_texts(ada, lock_groups_of(ada, texts=True), [], timezone.now())
    comment = Verdict.objects.get(offset__isnull=False)
    assert (comment.quote, comment.quote_before, comment.comment) == (DELETED_TEXT, "", "How fast?")
    assert comment.passage_in(comment.answer.body) is None
    assert ReviewDraft.objects.get().typed == {f"remark_{prompt}_0": "?"}


@pytest.mark.every_engine
def test_words_without_a_place_and_two_comments_at_one_place_are_impossible(round):
    given = review(round, on(round, "grows", "How fast?"))
    answer = answers(round)[0]
    for columns in (
        {"quote": "grows"},
        {"offset": 3},
        {"offset": 3, "quote": "x", "value": "holds"},
        {"offset": 10, "quote": "grows"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Verdict.objects.create(review=given, answer=answer, **columns)
    Verdict.objects.create(review=given, answer=answer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.create(review=given, answer=answer)
