"""Edits that reviewers suggest: kept, shown, and found in what the author makes of the text."""

import itertools
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.leaving.erasure import erase_texts, lock_groups_of
from groups.reviews.annotated_revision import Comment
from groups.reviews.comment_removal import delete_comment
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.suggested_edit import SuggestedEdit, suggested_edits
from groups.reviews.verdict import Verdict
from notes.revision import Answer
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.text import find
from tests.groups.reviewing import show, take, topic_of

BODY = "The cache grows with $n$. It is read at each step, so the step waits. It **fails** when memory ends."


def comment(key: int, answer: Answer, words: str, instead: str, number: int = 0) -> Comment:
    """An unsaved comment that suggests an edit."""
    verdict = Verdict.on_words(answer, find(answer.body, words)[number], "", instead)
    verdict.pk = key
    return Comment(SimpleNamespace(pk=1, reviewer=None), None, verdict)


def edits(comments, text, applied=()) -> dict[str, SuggestedEdit]:
    return {each.comment.key: each for each in suggested_edits(comments, text, set(applied))}


@pytest.fixture
def answer():
    return Answer(pk=7, body=BODY, prompt_id=3)


def test_edits_of_other_words_apply_in_any_order(answer):
    suggested = [
        comment(1, answer, "grows with $n$", "grows linearly with $n$"),
        comment(2, answer, "It", "The whole cache"),
        comment(3, answer, "is read at each step", "is read whole at each step"),
        comment(4, answer, "**fails** when memory ends", "**fails** late"),
    ]
    results = set()
    for order in itertools.permutations(suggested):
        text, applied = BODY, []
        for each in order:
            text = edits(suggested, text, applied)[each.key].apply(text)
            applied.append(each.key)
        results.add(text)
        assert all(each.is_applied and each.passage is None for each in edits(suggested, text, applied).values())
    assert results == {
        "The cache grows linearly with $n$. The whole cache is read whole at each step, so the step waits. "
        "It **fails** late."
    }


def test_edits_of_the_same_words_say_so(answer):
    one, other = comment(1, answer, "grows with", "rises with"), comment(2, answer, "cache grows", "cache swells")
    alone = comment(3, answer, "each step", "every step")
    found = edits([one, other, alone], BODY)
    assert found["v1"].clashes == (other,)
    assert found["v2"].clashes == (one,)
    assert found["v3"].clashes == ()
    assert all(each.passage and not each.applied_clashes for each in found.values())
    text = found["v1"].apply(BODY)
    found = edits([one, other, alone], text, ["v1"])
    assert (found["v2"].passage, found["v2"].applied_clashes) == (None, (one,))
    assert found["v3"].passage is not None


def test_an_edit_of_words_that_the_author_changed_is_not_applied(answer):
    one = comment(1, answer, "waits", "stalls")
    assert edits([one], BODY.replace("waits", "idles"))["v1"].passage is None
    moved = edits([one], f"First of all. {BODY}")["v1"]
    assert moved.apply(f"First of all. {BODY}") == f"First of all. {BODY}".replace("waits", "stalls")
    assert edits([one], "")["v1"].passage is None


def test_words_that_occur_twice_are_edited_where_they_were_selected(answer):
    second = comment(1, answer, "step", "token", number=1)
    assert edits([second], BODY)["v1"].apply(BODY) == BODY.replace("the step", "the token")


WORDS = st.lists(st.sampled_from(["a", "b", "c", "$x$", "the", "."]), min_size=4, max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    words=WORDS,
    spans=st.lists(st.tuples(st.integers(0, 11), st.integers(1, 3)), min_size=1, max_size=4),
    data=st.data(),
)
def test_whatever_is_applied_is_all_that_was_suggested_and_nothing_else(words, spans, data):
    answer = Answer(pk=7, body=" ".join(words), prompt_id=3)
    places, end = [], 0
    for word in words:
        places.append(range(end, end + len(word)))
        end += len(word) + 1
    suggested = []
    for key, (at, size) in enumerate(spans, start=1):
        here = places[min(at, len(places) - 1) :][:size]
        verdict = Verdict.on_words(answer, range(here[0].start, here[-1].stop), "", f"new{key} word{key}")
        verdict.pk = key
        suggested.append(Comment(SimpleNamespace(pk=1, reviewer=None), None, verdict))
    text, applied = answer.body, []
    for each in data.draw(st.permutations(suggested)):
        edit = edits(suggested, text, applied)[each.key]
        clashes = any(other.key in applied for other in edit.clashes)
        assert (edit.passage is None) == clashes
        if edit.passage:
            text = edit.apply(text)
            applied.append(each.key)
    expected = answer.body
    for each in sorted(suggested, key=lambda each: -each.verdict.offset):
        if each.key in applied:
            verdict = each.verdict
            expected = expected[: verdict.offset] + verdict.suggestion + expected[verdict.offset + len(verdict.quote) :]
    assert text == expected


# In a review


@pytest.fixture
def round(group, ada, jonas):
    """Ada's summary, which Jonas is reviewing."""
    round = show(ada, group, topic_of(group), BODY, "It fails", "The metric", at=timezone.now())
    take(round, jonas, timezone.now())
    return round


def suggest(round, words: str, instead: str, remark: str = "") -> Review:
    answer = round.revision.answers.first()
    verdict = Verdict.on_words(answer, find(answer.body, words)[0], remark, instead)
    return Review.objects.submit(round.claims.get(), "request_changes", "", [verdict])


def form(round, words: str, instead: str, remark: str = "") -> dict:
    prompt = round.revision.answers.first().prompt_id
    data = {"round": round.pk, "overall": "", "decision": "request_changes", "seen": "", "tab": ""}
    return data | {f"words_{prompt}_0": words, f"instead_{prompt}_0": instead, f"remark_{prompt}_0": remark}


def test_it_is_written_in_the_review_and_shown_as_a_change(round, signed_in, jonas, ada):
    client, url = signed_in(jonas), f"/submissions/{round.submission_id}/review/"
    assert client.post(url, form(round, "waits", " waits ")).status_code == 422, "nothing is suggested"
    round.drafts.all().delete()
    assert client.post(url, form(round, "waits", " stalls ")).status_code == 302
    verdict = Verdict.objects.get(offset__isnull=False)
    assert (verdict.quote, verdict.suggestion, verdict.comment) == ("waits", "stalls", "")
    assert "<del>waits</del> <ins>stalls</ins>" in verdict.suggestion_html
    page = signed_in(ada).get(round.submission.get_absolute_url()).content.decode()
    assert "<ins>stalls</ins>" in page
    assert "1 open comment" in page
    assert Verdict.objects.get(pk=verdict.pk).rendered_anew()["suggestion_html"] == verdict.suggestion_html


@pytest.mark.one_engine
def test_an_edit_of_the_review_changes_or_withdraws_it_and_its_history_keeps_it(round, signed_in, jonas):
    given = suggest(round, "waits", "stalls")
    url = f"/submissions/{round.submission_id}/review/edit/"
    assert "stalls</textarea>" in signed_in(jonas).get(url).content.decode()
    assert signed_in(jonas).post(url, form(round, "waits", "idles") | {"editing": "yes"}).status_code == 302
    assert given.verdicts.get(offset__isnull=False).suggestion == "idles"
    assert (
        signed_in(jonas).post(url, form(round, "", "") | {"overall": "Never mind.", "editing": "yes"}).status_code
        == 302
    )
    verdict = given.verdicts.get(offset__isnull=False)
    assert (verdict.is_emptied, verdict.suggestion_html) == (True, "")
    kept = [each for version in given.versions.all() for each in version.verdicts if "offset" in each]
    assert [each["suggestion"] for each in kept] == ["stalls", "idles"]


@pytest.mark.one_engine
def test_a_moderator_deletes_it_with_its_comment_and_leaves_others_on_the_answer(round):
    given = suggest(round, "waits", "stalls", "Rude.")
    answer = round.revision.answers.first()
    given.edit("request_changes", "", [Verdict(answer=answer, value="holds", comment="Kept"), *given.verdicts.all()])
    given.edit("approve", "", given.verdicts.all())
    delete_comment(given.verdicts.get(offset__isnull=False))
    verdict = given.verdicts.get(offset__isnull=False)
    assert (verdict.suggestion, verdict.suggestion_html) == ("", "")
    assert "Rude." not in str([version.verdicts for version in given.versions.all()])
    assert "stalls" not in str([version.verdicts for version in given.versions.all()])
    assert "Kept" in str([version.verdicts for version in given.versions.all()])


@pytest.mark.one_engine
def test_it_goes_with_the_author_s_texts_also_from_earlier_versions_of_the_review(round, ada):
    given = suggest(round, "waits", "stalls")
    given.edit("approve", "", [])
    with transaction.atomic():
        erase_texts(ada, lock_groups_of(ada, texts=True), [], timezone.now())
    assert "stalls" not in str([version.verdicts for version in given.versions.all()])


@pytest.mark.one_engine
def test_the_reviewers_of_applied_edits_are_named_and_told_with_the_revision(round, group, ada, jonas, mei, signed_in):
    given = suggest(round, "waits", "stalls")
    second = show(
        ada, group, topic_of(group), BODY.replace("waits", "stalls"), "It fails", "The metric", at=timezone.now()
    )
    reply = CommentReply(verdict=given.verdicts.get(offset__isnull=False), response="addressed", applied=True)
    CommentReply.objects.save_for(second, [reply])
    assert CommentReply.objects.credits([second]) == {second.pk: [jonas]}
    told = Notification.objects.get(person=jonas, kind="revised")
    assert told.facts["applied"] is True
    page = signed_in(mei).get(second.submission.get_absolute_url()).content.decode()
    assert "With edits suggested by Jonas" in page
    assert "Edit applied" in page
    assert "applied your suggested edits" in signed_in(jonas).get("/notifications/").content.decode()
    history = f"/topics/{second.submission.summary.topic_id}/summary/revisions/"
    assert "With edits suggested by Jonas" in signed_in(ada).get(history).content.decode()
    jonas.delete()
    assert CommentReply.objects.credits([second]) == {second.pk: [None]}
    assert signed_in(ada).get(history).status_code == 200


def test_only_words_have_suggestions_and_only_what_is_addressed_is_applied(round, group, ada):
    given = suggest(round, "waits", "stalls")
    verdict, answer = given.verdicts.get(offset__isnull=False), round.revision.answers.first()
    second = show(ada, group, topic_of(group), "Another text", "It fails", "The metric")
    for create in (
        lambda: Verdict.objects.create(review=given, answer=answer, suggestion="x"),
        lambda: CommentReply.objects.create(round=second, verdict=verdict, response="later", applied=True),
        lambda: CommentReply.objects.create(round=second, review=given, response="addressed", applied=True),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            create()
