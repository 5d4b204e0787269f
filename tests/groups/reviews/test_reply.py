"""An author answers comments with the next revision, and says why it changed."""

from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from groups.members.exceptions import RuleViolation
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.reviews.verdict import Verdict
from notes.draft import Draft
from notes.revision import Revision
from readlist_site.base.text import MAX_LENGTH
from tests import factories
from tests.groups.reviewing import days, say, show, take, topic_of
from tests.length import some

pytestmark = pytest.mark.django_db
WHY = {"why": "Named the condition."}


@pytest.fixture
def topic(group):
    return topic_of(group)


@pytest.fixture
def prompts(topic):
    return list(topic.list.prompts.not_retired())


@pytest.fixture
def client(signed_in, ada):
    return signed_in(ada)


@pytest.fixture
def asked(group, ada, jonas):
    """Jonas asks Ada for changes: a comment on each answer and a word about the whole."""
    return ask(show(ada, group, at=days(-3)), jonas)


def ask(round, reviewer, comment: str = "How small?", overall: str = "Almost.") -> Review:
    verdicts = [Verdict(answer=answer, value="needs_work", comment=comment) for answer in round.revision.answers.all()]
    claim = take(round, reviewer, days(-2))
    return Review.objects.submit(claim, "request_changes", overall, verdicts, now=days(-2))


@pytest.fixture
def written(prompts, topic):
    """A new text, and why."""
    answers = {f"answer_{prompt.pk}": f"{'word ' * 20} anew, of {prompt.pk}" for prompt in prompts}
    return answers | WHY | {"based_on": topic.topic_entries.values_list("source_id", flat=True)[:1]}


def to(review: Review, place: int, word: str, text: str = "") -> dict[str, str]:
    """What is typed to the comment on the answer at a place."""
    verdict = review.verdicts.all()[place]
    return {f"word_v{verdict.pk}": word, f"reply_v{verdict.pk}": text}


def to_whole(review: Review, word: str, text: str = "") -> dict[str, str]:
    return {f"word_r{review.pk}": word, f"reply_r{review.pk}": text}


def seen() -> dict[str, str]:
    """What a page says that has seen the draft."""
    draft = Draft.objects.last()
    return {"seen": draft.version_token if draft else ""}


def editor(topic) -> str:
    return reverse("summary", args=[topic.pk])


def submit(topic) -> str:
    return reverse("submit", args=[topic.pk])


# The checklist


def test_every_comment_has_its_three_answers_beside_it(client, topic, asked):
    page = client.get(editor(topic)).content.decode()
    for verdict in asked.verdicts.all():
        assert page.count(f'name="word_v{verdict.pk}"') == 3
        assert f'name="reply_v{verdict.pk}"' in page
    assert f'name="word_r{asked.pk}"' in page
    assert "checked" not in page.partition("Based on")[0], "nothing is answered for the author"


def test_a_verdict_without_a_comment_is_shown_and_asks_for_nothing(client, topic, group, ada, jonas):
    say(show(ada, group), jonas, "request_changes")
    page = client.get(editor(topic)).content.decode()
    assert page.count("Needs work") == 3
    assert "word_v" not in page


def test_an_answer_without_a_verdict_has_nothing_beside_it(client, topic, group, ada, jonas):
    round = show(ada, group)
    verdicts = [Verdict(answer=answer) for answer in round.revision.answers.all()]
    Review.objects.submit(take(round, jonas), "request_changes", "Almost.", verdicts)
    assert client.get(editor(topic)).content.decode().count('id="comment-') == 1


def test_comments_on_an_approved_revision_are_answered_too(client, topic, group, ada, jonas, tomas):
    say(show(ada, group), jonas, "approve", "Say how small.")
    assert client.get(editor(topic)).content.decode().count("Say how small.") == 3


def test_the_next_revision_carries_the_answers_and_why_it_changed(client, topic, asked, written):
    replies = to(asked, 0, "addressed", "You’re right, it is *labels*.") | to(asked, 1, "disagree", "It is the data.")
    answer = client.post(submit(topic), written | replies | to(asked, 2, "later"))
    shown = ReviewRound.objects.order_by("pk").last()
    assert answer.url == shown.submission.get_absolute_url()
    assert shown.why == "Named the condition."
    kept = {reply.verdict: reply for reply in shown.replies.all()}
    first, second, third = (kept[verdict] for verdict in asked.verdicts.all())
    assert (first.response, second.response, third.response) == ("addressed", "disagree", "later")
    assert "<em>labels</em>" in first.text_html
    assert first.renderer > 0
    assert not Draft.objects.exists()


def test_what_has_no_answer_keeps_nobody_from_submitting(client, topic, asked, written):
    client.post(submit(topic), written | to_whole(asked, "addressed"))
    assert ReviewRound.objects.count() == 2
    assert CommentReply.objects.get().review == asked


@pytest.mark.parametrize(
    ("word", "text", "wrong"),
    [
        ("disagree", " \n", "Say why you disagree."),
        ("", "It is the data.", "Choose Addressed, Disagree or Later."),
        ("nonsense", "", "Choose one of the options."),
        ("addressed", "z" * (MAX_LENGTH + 1), "Use at most 20000 characters. This has 20001."),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_beside_it_and_all_is_kept(
    client, topic, asked, written, word, text, wrong
):
    page = client.post(submit(topic), written | to(asked, 1, word, text) | to(asked, 0, "later")).content.decode()
    assert wrong in page
    assert page.count("autofocus") == 1
    assert "Named the condition." in page
    assert text.strip() in page
    assert (ReviewRound.objects.count(), CommentReply.objects.count(), Revision.objects.count()) == (1, 0, 1)


def test_a_formula_that_took_too_long_is_said_beside_the_reply(client, topic, asked, written):
    page = client.post(submit(topic), written | to(asked, 1, "addressed", factories.SLOW_FORMULA)).content.decode()
    assert "A formula takes too long to read." in page
    assert not CommentReply.objects.exists()


def test_those_who_read_it_before_are_told_why_it_changed(client, topic, asked, written):
    page = client.post(submit(topic), written | {"why": " "}).content.decode()
    assert "Say in one line what you changed and why." in page
    assert page.count("autofocus") == 1
    assert Revision.objects.count() == 1
    page = client.post(submit(topic), written | {"why": "x" * 201} | seen()).content.decode()
    assert "Use at most 200 characters. This has 201." in page
    assert "x" * 201 in page
    assert Revision.objects.count() == 1


def test_nobody_is_told_why_who_has_read_nothing(client, topic, group, ada, written):
    assert 'name="why"' not in client.get(editor(topic)).content.decode()
    show(ada, group)
    client.post(submit(topic), written | {"why": ""})
    assert ReviewRound.objects.get().revision.number == 2, "it took the place of what nobody had taken up"


def test_a_second_press_changes_nothing(client, topic, asked, written):
    typed = written | to(asked, 0, "addressed", "Yes.")
    client.post(submit(topic), typed)
    client.post(submit(topic), typed)
    assert (ReviewRound.objects.count(), CommentReply.objects.count(), Draft.objects.count()) == (2, 1, 0)


def test_what_is_kept_beside_the_draft_stands_in_the_fields(client, ada, topic, asked, prompts):
    extra = to(asked, 0, "disagree", "It is the data.") | {"why": "Not yet."}
    Draft.save_answers(ada, topic, {prompts[0].pk: "Half a thought"}, extra=extra)
    page = client.get(editor(topic)).content.decode()
    assert "It is the data." in page
    assert 'value="Not yet."' in page
    chosen = page.partition(f'name="word_v{asked.verdicts.first().pk}" value="disagree"')[2].partition(">")[0]
    assert "checked" in chosen


def test_what_was_left_for_later_comes_back_until_it_is_answered(client, topic, asked, written, prompts):
    replies = to(asked, 0, "addressed") | to(asked, 2, "disagree", "It is the data.")
    client.post(submit(topic), written | replies | to(asked, 1, "later", "After the holidays."))
    page = client.get(editor(topic)).content.decode()
    assert "Comments on earlier revisions" in page
    assert page.count("How small?") == 1
    assert "After the holidays." in page
    # Nobody has taken up the second revision, so that a third takes its place, with what it answers.
    again = written | {f"answer_{prompts[0].pk}": "word " * 30} | to(asked, 1, "addressed", "Here it is.")
    client.post(submit(topic), again | {"why": ""})
    assert ReviewRound.objects.count() == 2, "without a word why, those who know the first revision would not be told"
    client.post(submit(topic), again | seen())
    assert [each.revision.number for each in ReviewRound.objects.order_by("pk")] == [1, 3]
    assert sorted(reply.response for reply in CommentReply.objects.all()) == ["addressed", "addressed", "disagree"]
    assert "How small?" not in client.get(editor(topic)).content.decode()


def test_the_page_says_how_many_comments_are_answered(client, ada, topic, asked, prompts):
    assert "<b data-answered>0</b> of 4 comments" in client.get(editor(topic)).content.decode()
    Draft.save_answers(ada, topic, {prompts[0].pk: "Half."}, extra=to(asked, 0, "later"))
    assert "<b data-answered>1</b> of 4 comments" in client.get(editor(topic)).content.decode()


def test_answers_are_saved_with_the_draft_also_while_the_text_is_as_it_was(client, topic, asked, prompts):
    text = dict(asked.round.revision.answers.values_list("prompt", "body"))
    sources = asked.round.revision.based_on.values_list("source", flat=True)
    data = {f"answer_{prompt}": body for prompt, body in text.items()} | {"based_on": sources, "why": "Soon."}
    client.post(editor(topic), data | to(asked, 0, "disagree", "It is the data."))
    page = client.get(editor(topic)).content.decode()
    assert "It is the data." in page
    assert 'value="Soon."' in page


# Several groups


@pytest.fixture
def second(ada, tomas, reading_list):
    return factories.make_group(ada, tomas, reading_list=reading_list, name="Sunday readers")


@pytest.fixture
def asked_twice(asked, second, tomas):
    """The same revision in a second group, where Tomás asks for changes."""
    shown = Submission.objects.submit(asked.round.revision, second, now=days(-3))
    return ask(shown, tomas, "Measured where?", "Not yet.")


def test_the_comments_of_all_groups_are_answered_on_one_page(client, topic, asked, asked_twice, group, second):
    page = client.get(editor(topic)).content.decode()
    assert page.count("How small?") == 3
    assert page.count("Measured where?") == 3
    for each in (group, second):
        assert f"Comments by {each} on revision 1" in page


def test_nothing_that_is_answered_to_one_group_reaches_the_other(
    client, signed_in, topic, asked, asked_twice, group, second, written, tomas, jonas
):
    typed = written | to(asked, 0, "addressed", "For Jonas.") | to(asked_twice, 0, "disagree", "For Tomás.")
    client.post(submit(topic), typed | {"group": group.pk})
    assert CommentReply.objects.get().text == "For Jonas."
    # What was typed for the other group waits, and goes out with the same revision.
    page = client.get(editor(topic)).content.decode()
    assert "For Tomás." in page
    assert "For Jonas." not in page
    sent = client.post(submit(topic), typed | {"group": second.pk, "why": ""} | seen())
    assert "Say in one line what you changed and why." in sent.content.decode(), (
        "what one group was told is nothing for the other"
    )
    client.post(submit(topic), typed | {"group": second.pk, "why": "As you said."} | seen())
    there = ReviewRound.objects.filter(submission__group=second).last()
    assert there.revision.number == 2
    assert [reply.text for reply in there.replies.all()] == ["For Tomás."]
    assert not Draft.objects.exists()
    page = signed_in(tomas).get(there.submission.get_absolute_url()).content.decode()
    assert "For Tomás." in page
    assert "As you said." in page
    assert "For Jonas." not in page
    assert "Named the condition." not in page
    mine = client.get(reverse("history", args=[topic.pk])).content.decode()
    assert mine.count("As you said.") == mine.count("Named the condition.") == 2


def test_an_unfinished_answer_to_another_group_is_in_nobodys_way(
    client, topic, asked, asked_twice, group, second, written
):
    client.post(submit(topic), written | to(asked_twice, 0, "disagree", "") | {"group": group.pk})
    assert ReviewRound.objects.filter(submission__group=group).count() == 2


# What is kept


def test_a_reply_belongs_to_a_comment_on_an_earlier_revision_of_the_same_submission(asked, asked_twice, group, ada):
    following = show(ada, group)
    for other in (asked_twice, ask(following, asked.reviewer)):
        with pytest.raises(RuleViolation):
            CommentReply.objects.save_for(following, [CommentReply(review=other, response="later")])
    assert not CommentReply.objects.exists()


def test_the_database_keeps_one_answer_to_one_comment_and_a_reason_to_disagree(asked, group, ada):
    following = show(ada, group)
    verdict = asked.verdicts.first()
    CommentReply.objects.save_for(following, [CommentReply(verdict=verdict, response="later")])
    for wrong in (
        {"verdict": verdict, "response": "addressed"},
        {"verdict": verdict, "review": asked, "response": "later"},
        {"response": "later"},
        {"review": asked, "response": "perhaps"},
        {"review": asked, "response": "disagree"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CommentReply.objects.create(round=following, **wrong)


# What is seen


@pytest.fixture
def answered(asked, group, ada):
    """Ada's second revision, with answers to three comments of four."""
    following = show(ada, group)
    ReviewRound.objects.filter(pk=following.pk).update(why="Named the condition.")
    first, second, third = asked.verdicts.all()
    replies = [
        CommentReply(verdict=first, response="addressed"),
        CommentReply(verdict=second, response="addressed"),
        CommentReply(verdict=third),
    ]
    replies[2].response = "disagree"
    replies[1].set_text("It is the **labels**.")
    replies[2].set_text("Win rate is what we have.")
    CommentReply.objects.save_for(following, replies)
    return following


def test_the_reviewer_sees_answers_beside_comments_and_what_is_open(signed_in, answered, jonas):
    take(answered, jonas)
    page = signed_in(jonas).get(reverse("review", args=[answered.submission_id])).content.decode()
    for words in (
        "It is the <strong>labels</strong>.",
        "Win rate is what we have.",
        "2 addressed · 1 disagreed with · 1 without a reply",
        "Named the condition.",
        "Still open",
    ):
        assert words in page
    still_open = page.partition("Still open")[2].partition("</dl>")[0]
    assert factories.PROMPTS[2] in still_open
    assert factories.PROMPTS[0] not in still_open


def test_everybody_in_the_group_sees_them_too(signed_in, answered, tomas, ada):
    for person in (tomas, ada):
        page = signed_in(person).get(answered.submission.get_absolute_url()).content.decode()
        assert "Win rate is what we have." in page
        assert "Named the condition." in page
        assert "2 addressed · 1 disagreed with · 1 without a reply" in page


def test_the_earlier_revision_shows_them_beside_its_comments(signed_in, answered, tomas):
    page = signed_in(tomas).get(f"{answered.submission.get_absolute_url()}?{urlencode({'revision': 1})}")
    assert "Win rate is what we have." in page.content.decode()
    assert "Named the condition." not in page.content.decode()


def test_a_group_that_sees_its_first_revision_is_not_told_why_it_changed(signed_in, answered, ada, tomas, second):
    there = Submission.objects.submit(answered.revision, second)
    page = signed_in(tomas).get(there.submission.get_absolute_url()).content.decode()
    assert "Named the condition." not in page
    assert "addressed" not in page


def test_home_says_how_ones_review_was_answered(signed_in, answered, jonas):
    page = signed_in(jonas).get(reverse("home")).content.decode()
    assert "’s changes to" in page
    assert "2 addressed · 1 disagreed with · 1 without a reply." in page


@pytest.mark.soak_only
def test_pages_take_the_same_queries_however_much_was_said(client, signed_in, answered, topic, group, ada, tomas):
    def counted() -> list[int]:
        counts = []
        for url in (answered.submission.get_absolute_url(), editor(topic)):
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            counts.append(len(queries))
        return counts

    ask(answered, tomas)
    once = counted()
    for number in range(3):
        person = factories.make_user(f"Reader {number}")
        group.memberships.create(person=person)
        ReviewRound.objects.filter(pk=answered.pk).update(required_reviews=2)
        more = show(ada, group)
        review = ask(more, person)
        following = show(ada, group)
        CommentReply.objects.save_for(following, [CommentReply(review=review, response="later")])
        ask(following, person)
    assert all(later <= before for later, before in zip(counted(), once, strict=True))


@pytest.mark.soak
@pytest.mark.parametrize("text", some(["\0", "$" * 999, "[" * 999, "x" * 30_000, "{" * 5000], 0))
def test_rubbish_never_breaks_the_editor(client, topic, asked, asked_twice, group, written, text):
    fields = [name for review in (asked, asked_twice) for place in range(3) for name in to(review, place, "")]
    rubbish = dict.fromkeys([*fields, "word_", "word_\0", "reply_x", "word_v0", "why"], text)
    for url in (editor(topic), submit(topic)):
        assert client.post(url, written | rubbish | {"group": group.pk}).status_code in (302, 422)


# Bounds


def test_replies_to_comments_that_do_not_exist_are_not_stored(client, topic, asked, written):
    made_up = {f"reply_r{number}": "x" * 20_000 for number in range(10**6, 10**6 + 50)}
    client.post(editor(topic), written | seen() | made_up | {"word_v99": "later"} | to_whole(asked, "later", "Soon."))
    assert Draft.objects.get().extra == WHY | to_whole(asked, "later", "Soon.")


def test_a_first_reply_that_was_typed_while_the_summary_was_taken_back_is_kept(client, topic, asked, written):
    client.post(editor(topic), written)
    saved = seen()
    asked.round.submission.withdraw()
    client.post(editor(topic), written | saved | to_whole(asked, "later", "Soon."))
    assert Draft.objects.get().extra[f"reply_r{asked.pk}"] == "Soon."


def test_a_reply_in_the_draft_stays_when_its_comment_is_gone(client, topic, asked, written):
    client.post(editor(topic), written | to_whole(asked, "later", "Soon."))
    saved = seen()
    asked.round.submission.withdraw()
    client.post(editor(topic), written | saved | to_whole(asked, "later", "Soon, again."))
    assert f"reply_r{asked.pk}" in Draft.objects.get().extra


@pytest.mark.parametrize("elsewhere", [False, True], ids=["one window", "two windows"])
def test_a_reply_longer_than_a_text_may_be_is_said_at_its_place_and_not_stored(
    client, topic, asked, written, elsewhere
):
    long = "y" * (MAX_LENGTH + 1)
    typed = written | to_whole(asked, "later", long)
    if elsewhere:
        client.post(editor(topic), written | to_whole(asked, "later", "From another window."))
    for url in (editor(topic), submit(topic)):
        answer = client.post(url, typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f"{long}</textarea>" in page
        assert "Use at most 20000 characters. This has 20001." in page
    assert client.post(reverse("summary_draft", args=[topic.pk]), typed).status_code == 422
    assert long not in str([draft.extra for draft in Draft.objects.all()])


def test_a_reply_that_was_stored_longer_is_compared_with_what_is_typed(client, topic, asked, written):
    client.post(editor(topic), written | to_whole(asked, "later", "Stored."))
    Draft.objects.update(extra={f"reply_r{asked.pk}": "z" * 50_000}, version=7)
    answer = client.post(editor(topic), written | to_whole(asked, "later", "Typed here."))
    assert answer.status_code == 409
    assert "Typed here." in answer.content.decode()


def test_a_reply_that_takes_too_long_to_render_is_refused_at_its_place(client, topic, asked, written):
    answer = client.post(submit(topic), written | to_whole(asked, "later", "![" * 5_000))
    assert answer.status_code == 422
    assert "images. Use fewer, or" in answer.content.decode()
    assert not CommentReply.objects.exists()
