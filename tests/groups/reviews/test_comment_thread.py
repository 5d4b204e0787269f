"""Members reply under comments without a new revision; comments are resolved and reopened, and counted while open."""

import re
import uuid
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from groups.leaving.archive import archive_group
from groups.leaving.leave import leave_group, remove_from_group
from groups.members.exceptions import RuleViolation
from groups.members.membership import Membership
from groups.reviews.comment_thread import CommentMessage, CommentThread
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.verdict import Verdict
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.templatetags.notification_text import sentence
from tests import factories
from tests.database import undone
from tests.groups.reviewing import days, say, show, take, topic_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(group, ada, jonas):
    """Jonas requests changes of Ada: he comments on each answer and on the whole."""
    round = show(ada, group, at=days(-3))
    verdicts = [
        Verdict(answer=each, value="needs_work", comment=f"How small is {each.position}?")
        for each in round.revision.answers.all()
    ]
    claim = take(round, jonas, days(-2))
    return Review.objects.submit(claim, "request_changes", "Almost.", verdicts, now=days(-2))


@pytest.fixture
def thread(review):
    return under(review)


def under(review: Review, place: int | None = 0) -> CommentThread:
    """The thread under the comment on the answer at a place, or on the whole."""
    key = f"r{review.pk}" if place is None else f"v{review.verdicts.all()[place].pk}"
    return CommentThread.objects.of_comment(review.round.submission, key)


def address(name: str, thread: CommentThread) -> str:
    return reverse(name, args=[thread.round.submission_id, thread.comment_key])


def page(client, thread: CommentThread, query: str = ""):
    return client.get(thread.round.submission.get_absolute_url() + query)


def told(person) -> list[tuple[str, str]]:
    found = Notification.objects.filter(person=person, kind__startswith="comment").unread().order_by("pk")
    return [(each.kind, sentence(each)) for each in found]


def addressed(following, thread: CommentThread) -> None:
    reply = CommentReply(response="addressed", verdict=thread.verdict)
    reply.set_text("Done.")
    CommentReply.objects.save_for(following, [reply])


def test_any_member_replies_and_all_read_it(thread, signed_in, ada, jonas, tomas, mei):
    for person, body in ((ada, "As small as *that*."), (tomas, "Mine is smaller.")):
        answer = signed_in(person).post(address("reply_to_comment", thread), {"body": body})
        shown_there = f"{thread.round.submission.get_absolute_url()}?comment={thread.comment_key}"
        assertRedirects(answer, f"{shown_there}#comment-{thread.comment_key}", fetch_redirect_response=False)
    for person in (jonas, mei):
        shown = page(signed_in(person), thread)
        assertContains(shown, "As small as <em>that</em>.")
        assertContains(shown, "Mine is smaller.")
    assert thread.round.submission.rounds.count() == 1


def test_a_reply_on_the_whole_stands_under_it(review, signed_in, ada, mei):
    under(review, None).reply(author=ada, body="Almost what?")
    assertContains(page(signed_in(mei), under(review, None)), "Almost what?")


def test_a_form_that_is_sent_twice_makes_one_reply(thread, signed_in, ada):
    form, client = {"body": "Once.", "idempotency_key": str(uuid.uuid4())}, signed_in(ada)
    first, again = (client.post(address("reply_to_comment", thread), form) for _ in range(2))
    assert first.url == again.url
    assert CommentMessage.objects.count() == 1


def test_who_is_concerned_is_told_once_and_nobody_else(thread, ada, jonas, tomas, mei):
    thread.reply(author=tomas, body="Smaller than mine?")
    assert told(ada) == [("comment_reply", "Tomás replied to a comment on your summary of Post-training")]
    assert told(jonas) == [("comment_reply", "Tomás replied to your comment on Ada’s summary of Post-training")]
    assert told(tomas) == told(mei) == []
    thread.reply(author=ada, body="Yes.")
    assert told(tomas) == [("comment_followed", "Ada replied to a comment on Ada’s summary of Post-training")]
    assert (len(told(ada)), len(told(jonas)), told(mei)) == (1, 2, [])


def test_who_has_left_is_told_nothing_and_can_say_nothing(group, thread, ada, jonas, tomas):
    thread.reply(author=jonas, body="Well?")
    leave_group(group.membership_of(jonas))
    thread.reply(author=tomas, body="Where is Jonas?")
    assert told(jonas) == []
    for refused in (lambda: thread.reply(author=jonas, body="Here."), lambda: thread.resolve(by=jonas)):
        with pytest.raises(RuleViolation) as refusal:
            refused()
        assert refusal.value.code == "not_a_member"


def test_the_page_of_the_submission_marks_as_read_what_was_told_of_it(thread, signed_in, ada, tomas):
    thread.reply(author=tomas, body="Smaller than mine?")
    page(signed_in(ada), thread)
    assert told(ada) == []


def test_a_deleted_reply_leaves_no_text_and_no_notification(thread, signed_in, group, ada, jonas, tomas, mei):
    message = thread.reply(author=tomas, body="Too much.")
    thread.reply(author=mei, body="Well, well.")
    url = reverse("delete_comment_message", args=[message.pk])
    assert signed_in(mei).post(url).status_code == 403
    signed_in(tomas).post(url)
    assertContains(page(signed_in(ada), thread), "Deleted by its author")
    message.refresh_from_db()
    assert (message.body, message.body_html) == ("", "")
    assert [text for _, text in told(jonas)] == ["Mei-Ling replied to your comment on Ada’s summary of Post-training"]


def test_a_moderator_deletes_what_others_said(thread, signed_in, group, jonas, tomas):
    message = thread.reply(author=tomas, body="Too much.")
    group.memberships.filter(person=jonas).update(role=Membership.Role.MODERATOR)
    signed_in(jonas).post(reverse("delete_comment_message", args=[message.pk]))
    message.refresh_from_db()
    assert message.deleted_as == "moderator"
    assertNotContains(page(signed_in(jonas), thread), "Too much.")


def test_open_comments_are_counted_until_their_opener_or_a_moderator_resolves_them(
    review, thread, signed_in, group, ada, jonas, tomas
):
    group.transfer_ownership(tomas)
    Membership.objects.filter(group=group, person=ada).update(role="member")
    assertContains(page(signed_in(ada), thread), "4 open comments")
    assertNotContains(page(signed_in(ada), thread), "Mark as resolved")
    assert signed_in(ada).post(address("resolve_comment", thread)).status_code == 403
    signed_in(jonas).post(address("resolve_comment", thread))
    signed_in(tomas).post(address("resolve_comment", under(review, None)))
    shown = page(signed_in(ada), thread)
    assertContains(shown, "2 open comments")
    assertContains(shown, "Resolved by Jonas")
    signed_in(jonas).post(address("reopen_comment", thread))
    assertContains(page(signed_in(ada), thread), "3 open comments")


def test_an_open_comment_stays_on_the_page_until_a_revision_addresses_it(review, thread, signed_in, group, ada, jonas):
    second = show(ada, group, at=days(-1.5))
    addressed(second, thread)
    take(second, jonas, days(-1))
    show(ada, group, at=days(-1))
    shown = page(signed_in(jonas), thread)
    assertContains(shown, "3 open comments")
    assertNotContains(shown, f'id="comment-{thread.comment_key}"')
    thread.reopen(by=jonas)
    shown = page(signed_in(jonas), thread)
    assertContains(shown, "4 open comments")
    assertContains(shown, f'id="comment-{thread.comment_key}"')


@pytest.mark.parametrize("query", [{}, {"revision": "1"}, {"revision": "3", "since": "1"}])
def test_who_answers_a_comment_stays_on_the_page_they_were_on(query, thread, signed_in, group, ada, jonas):
    """On the revision that they read, at the comment, which stays there when it is resolved."""
    for place in (-1.5, -1):
        last = show(ada, group, at=days(place))
        take(last, jonas, days(place))
    client, key = signed_in(jonas), thread.comment_key
    shown = page(client, thread, f"?{urlencode(query)}")
    form = dict(re.findall(r'name="(revision|since)" value="(\d+)"', shown.content.decode()))
    assert form == query
    for name, typed in (("reply_to_comment", {"body": "Well?"}), ("resolve_comment", {}), ("reopen_comment", {})):
        answer = client.post(address(name, thread), form | typed)
        expected = f"{thread.round.submission.get_absolute_url()}?{urlencode(query | {'comment': key})}#comment-{key}"
        assert answer.url == expected
        assertContains(client.get(answer.url), f'id="comment-{key}"', 1)
    delete = reverse("delete_comment_message", args=[CommentMessage.objects.get().pk])
    assert client.post(delete, form).url == expected
    refused = client.post(address("reply_to_comment", thread), form | {"body": " "})
    assert refused.status_code == 422
    assert refused.context["round"].revision.number == int(query.get("revision", 3))
    assertContains(refused, f'id="comment-{key}"', 1, status_code=422)


def test_what_is_open_is_offered_in_the_editor_whatever_revision_it_is_on(thread, signed_in, group, ada, jonas, tomas):
    """Each once, in the order of the revisions; without what is answered. A reply on an earlier one goes along."""
    first = thread.round
    second = show(ada, group, at=days(-1.5))
    addressed(second, thread)
    take(second, jonas, days(-1.4))
    say(second, tomas, "request_changes", "And here?", at=days(-1.3))
    url, client = reverse("summary", args=[topic_of(group).pk]), signed_in(ada)
    offered = re.findall(r'name="reply_([vr]\d+)"', client.get(url).content.decode())
    of_first, of_second = (
        [f"v{each.pk}" for each in Verdict.objects.filter(review__round=round)] for round in (first, second)
    )
    per_answer = [key for pair in zip(of_first, of_second, strict=True) for key in pair]
    assert offered == [under(first.reviews.get(), None).comment_key, *per_answer[1:]]
    show(ada, group, at=days(-1))
    assert re.findall(r'name="reply_([vr]\d+)"', client.get(url).content.decode()) == offered


def test_what_stands_beside_holds_up_asks_for_nothing(group, signed_in, ada, jonas):
    review = say(show(ada, group), jonas, "approve", "The sentence I will remember.")
    shown = page(signed_in(ada), under(review))
    assertContains(shown, "The sentence I will remember.")
    assertNotContains(shown, "open comment")
    assertNotContains(shown, "Mark as resolved")


def test_a_reopened_comment_reaches_its_author_who_can_reply_again(thread, signed_in, group, ada, jonas):
    """Also one that a revision addressed; what is marked as resolved is no longer asked."""
    editor, field = signed_in(ada), f'name="word_{thread.comment_key}"'
    url = reverse("summary", args=[topic_of(group).pk])
    assertContains(editor.get(url), field)
    second = show(ada, group, at=days(-1.5))
    addressed(second, thread)
    take(second, jonas, days(-1))
    assertNotContains(editor.get(url), field)
    thread.reopen(by=jonas)
    thread.reopen(by=jonas)
    assert told(ada) == [("comment_reopened", "Jonas reopened a comment on your summary of Post-training")]
    shown = editor.get(url)
    assertContains(shown, field)
    assertContains(shown, "Comments on earlier revisions")
    thread.resolve(by=jonas)
    assert told(ada) == []
    assertNotContains(editor.get(url), field)


def test_what_was_resolved_before_the_next_revision_is_not_asked_for(thread, signed_in, group, ada, jonas):
    thread.resolve(by=jonas)
    url = reverse("summary", args=[topic_of(group).pk])
    assertNotContains(signed_in(ada).get(url), f'name="word_{thread.comment_key}"')


def test_a_comment_whose_text_is_edited_is_open_again(review, thread, signed_in, ada, jonas):
    whole, second = under(review, None), under(review, 1)
    for each in (thread, second, whole):
        each.resolve(by=jonas)
    assertContains(page(signed_in(ada), thread), "1 open comment<")
    verdicts = [
        Verdict(answer=each.answer, value="needs_work", comment=each.comment if place else "How large?")
        for place, each in enumerate(review.verdicts.select_related("answer"))
    ]
    review.edit("request_changes", "Almost there.", verdicts)
    shown = page(signed_in(ada), thread)
    assertContains(shown, "3 open comments")
    assertContains(shown, "Resolved by Jonas", count=1)


def test_a_change_request_that_was_withdrawn_asks_for_nothing(review, thread, signed_in, ada):
    review.withdraw_change_request()
    assertNotContains(page(signed_in(ada), thread), "open comment")


def test_each_button_says_which_comment_it_is_for(review, thread, signed_in, jonas):
    thread.reply(author=jonas, body="Well?")
    text = page(signed_in(jonas), thread).content.decode()
    pressed = re.findall(r"<(button|summary|label)[^>]*>(.*?)</\1>", text, re.DOTALL)
    names = [
        re.sub(r"<[^>]+>|\s+", " ", inside) for _, inside in pressed if "comment by" in inside or "reply by" in inside
    ]
    asked = review.round.revision.answers.first().prompt_text
    assert [name for name in names if "Mark as resolved" in name and "Jonas" in name and escape(asked) in name]
    assert len(names) == len(set(names)) == 4 * 4 + 2


def test_ones_own_reply_on_a_withdrawn_submission_can_be_deleted(thread, signed_in, ada):
    message = thread.reply(author=ada, body="Too much.")
    thread.round.submission.withdraw()
    client, url = signed_in(ada), reverse("delete_comment_message", args=[message.pk])
    assertContains(page(client, thread), f'action="{url}"')
    client.post(url)
    message.refresh_from_db()
    assert message.deleted_as == "author"


def test_who_may_not_delete_a_reply_is_told_so_of_replies(thread, ada, mei):
    with pytest.raises(RuleViolation) as refusal:
        thread.reply(author=ada, body="Mine.").soft_delete(by=mei)
    assert str(refusal.value) == "Only the author and moderators can delete a reply."


def test_a_reply_to_many_is_told_in_a_few_statements(group, thread, ada, jonas, tomas, mei):
    """As many for five who take part as for two, because all of it is done under the group's lock."""

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            thread.reply(author=ada, body="Yes.")
        return len(queries)

    for person in (tomas, jonas):
        thread.reply(author=person, body="Well?")
    few = statements()
    for person in (mei, *(factories.make_user(name) for name in ("Noor", "Ben", "Eva"))):
        if not group.membership_of(person):
            factories.join(group, person)
        thread.reply(author=person, body="Well?")
    assert statements() == few
    assert len(told(tomas)) == 7


@pytest.mark.parametrize("happens", ["archived", "withdrawn", "removed"])
def test_what_ends_meanwhile_is_said_and_the_text_stays(happens, thread, signed_in, group, ada, jonas, tomas):
    client = signed_in(jonas)
    if happens == "archived":
        archive_group(group, by=ada)
    elif happens == "withdrawn":
        thread.round.submission.withdraw()
    else:
        remove_from_group(group.membership_of(jonas), by=ada)
    answer = client.post(address("reply_to_comment", thread), {"body": "What I typed."})
    assert answer.status_code == (404 if happens == "removed" else 409)
    assert happens == "removed" or "What I typed." in answer.content.decode()
    assert not CommentMessage.objects.exists()


def test_those_who_cannot_see_a_withdrawn_submission_hear_no_more_of_its_comments(thread, ada, jonas, tomas, mei):
    thread.reply(author=tomas, body="One.")
    thread.reply(author=mei, body="Two.")
    thread.round.submission.withdraw()
    assert (len(told(ada)), len(told(jonas)), told(tomas)) == (2, 2, [])


@pytest.mark.parametrize("key", ["v0", "r0", "x1", "v", "v²", "v-1", f"v{10**30}"])
def test_what_is_no_comment_of_the_submission_is_not_found(key, thread, signed_in, ada):
    url = reverse("reply_to_comment", args=[thread.round.submission_id, key])
    assert signed_in(ada).post(url, {"body": "Hm."}).status_code == 404


def test_a_comment_of_another_submission_is_not_found(thread, signed_in, group, ada, mei):
    other = say(show(mei, group, topic_of(group, 1)), ada, "request_changes", "Why?")
    url = reverse("reply_to_comment", args=[thread.round.submission_id, f"r{other.pk}"])
    assert signed_in(ada).post(url, {"body": "Hm."}).status_code == 404


@pytest.mark.soak_only
def test_the_page_asks_no_more_for_many_replies(review, signed_in, ada, tomas):
    client = signed_in(ada)

    def statements() -> int:
        page(client, under(review))
        with CaptureQueriesContext(connection) as queries:
            page(client, under(review))
        return len(queries)

    before = statements()
    for place in (0, 1, 2, None):
        for _ in range(5):
            under(review, place).reply(author=tomas, body="More.")
        under(review, place).resolve(by=review.reviewer)
    assert statements() == before


PEOPLE = ("author", "opener", "third", "fourth")
ACTS = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["reply", "delete", "leave", "join", "resolve", "reopen"]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=12))
def test_whatever_they_do_nobody_is_told_twice_or_of_what_is_theirs_or_gone(
    acts, review, group, ada, jonas, tomas, mei
):
    people = dict(zip(PEOPLE, (ada, jonas, tomas, mei), strict=True))
    with undone():
        thread = under(review)
        for role, act in acts:
            person = people[role]
            if act == "join" and not group.membership_of(person):
                factories.join(group, person)
            elif not group.membership_of(person) or (act == "leave" and person == ada):
                continue
            elif act == "reply":
                thread.reply(author=person, body="Well.")
            elif act == "leave":
                leave_group(group.membership_of(person))
            elif act == "delete" and (message := CommentMessage.objects.not_deleted().filter(author=person).last()):
                message.soft_delete(by=person)
            elif act in ("resolve", "reopen") and person in (ada, jonas):
                getattr(thread, act)(by=person)
        present = set(group.memberships.values_list("person", flat=True))
        taking_part: dict[int, set] = {}
        for message in CommentMessage.objects.order_by("pk"):
            heard = Notification.objects.filter(key=f"comment-message-{message.pk}")
            who = list(heard.values_list("person", flat=True))
            assert len(who) == len(set(who))
            assert message.author_id not in who
            assert set(who) <= {ada.pk, jonas.pk} | taking_part.setdefault(0, set())
            unread = heard.unread()
            assert not unread.exists() or message.is_readable
            assert set(unread.values_list("person", flat=True)) <= present
            taking_part[0].add(message.author_id)
