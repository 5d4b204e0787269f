"""Showing a summary to a group, and taking it back."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.members.exceptions import RuleViolation
from groups.reviews.claim import Claim
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.reviews.submission import Submission
from groups.threads.thread import Thread
from readlist_site.base.notifications.notification import Notification
from tests import factories
from tests.groups.reviewing import NOW, days, revise, say, show, take, topic_of

# What of it a database decides, test_rules.py, test_stateful.py and the races ask of every engine.
pytestmark = pytest.mark.one_engine


def test_a_later_revision_continues_the_open_submission(group, ada, jonas):
    first = show(ada, group)
    take(first, jonas)
    second = show(ada, group)
    assert first.submission == second.submission
    assert second.submission.current == second
    assert [round.revision.number for round in second.submission.rounds.all()] == [1, 2]


def test_a_summary_is_shown_only_to_the_authors_own_groups(reading_list, group, ada, jonas):
    others = factories.make_group(jonas, reading_list=reading_list, name="Others")
    with pytest.raises(RuleViolation, match="not a member of Others"):
        Submission.objects.submit(revise(ada, topic_of(group)), others)


def test_a_topic_must_be_on_the_groups_list(group, ada):
    elsewhere = factories.make_list("Elsewhere", is_default=False)
    topic = elsewhere.sections.topics()[0]
    with pytest.raises(RuleViolation, match="not on the list"):
        Submission.objects.submit(revise(ada, topic), group)


@pytest.mark.parametrize("again", [0, 1])
def test_no_revision_is_shown_twice_nor_an_older_one_after_a_newer(group, ada, again):
    revisions = [revise(ada, topic_of(group)), revise(ada, topic_of(group))]
    Submission.objects.submit(revisions[1], group)
    with pytest.raises(RuleViolation, match="already has revision 2"):
        Submission.objects.submit(revisions[again], group)


def test_what_nobody_has_touched_is_replaced_without_a_trace(group, ada, jonas):
    first = show(ada, group, topic_of(group), "It is small", "It fails", "The metric", at=days(-2))
    second = show(ada, group, topic_of(group), "It is large", "It fails", "The metric")
    round = second.submission.rounds.get()
    assert (round, round.revision.number, round.submitted_at) == (first, 2, days(-2)), "it keeps its place in the queue"
    assert round == second
    assert "It is small" not in page_text(round, jonas)
    assert [each.number for each in round.revision.summary.revisions.all()] == [1, 2], "the author keeps both"


def test_a_replaced_text_is_wanted_by_as_many_as_are_there_now(group, ada, tomas):
    ReviewRound.objects.filter(pk=show(ada, group).pk).update(required_reviews=1)
    assert show(ada, group).required_reviews == 2


def test_what_replaces_a_text_is_offered_anew_to_who_passed_that_over(group, ada, jonas):
    round = show(ada, group)
    Skip.objects.create(round=round, reviewer=jonas, reason="unreadable")
    show(ada, group)
    assert not Skip.objects.exists()


@pytest.mark.parametrize("touch", ["take", "give back", "talk"])
def test_what_somebody_took_up_or_talked_about_is_not_replaced(group, ada, jonas, touch):
    first = show(ada, group)
    if touch == "talk":
        Thread.objects.start(group=group, author=jonas, title="Why?", body="Well?", about=first.submission)
    else:
        claim = take(first, jonas)
        if touch == "give back":
            claim.release()
    assert show(ada, group) != first
    assert first.submission.rounds.count() == 2


def test_the_next_round_is_replaced_too_until_somebody_takes_it(group, ada, jonas):
    first = show(ada, group)
    say(first, jonas, "request_changes", "Why?")
    second, third = show(ada, group), show(ada, group)
    assert (second, third.revision.number) == (third, 3)
    assert first.submission.rounds.count() == 2


def page_text(round, viewer) -> str:
    return str(list(ReviewRound.objects.visible_to(viewer).get(pk=round.pk).revision.answers.values_list("body")))


def test_what_nobody_took_up_is_taken_back_without_a_trace_for_others(group, ada, jonas):
    submission = show(ada, group).submission
    submission.withdraw()
    assert submission.withdrawn_at
    assert not Submission.objects.visible_to(jonas).exists()
    assert Submission.objects.visible_to(ada).get() == submission


def test_what_was_reviewed_is_taken_back_with_its_reviews_kept(group, ada, jonas):
    round = show(ada, group)
    say(round, jonas, "request_changes")
    round.submission.withdraw()
    assert Submission.objects.visible_to(jonas).get().current.reviews.count() == 1
    assert Submission.objects.visible_to(ada).exists()


def test_what_is_taken_back_others_see_no_more_though_somebody_took_it_up(group, ada, jonas, tomas):
    round = show(ada, group)
    take(round, jonas).release()
    round.submission.withdraw()
    assert Submission.objects.visible_to(jonas).exists(), "what one typed about it is still to be found"
    assert not Submission.objects.visible_to(tomas).exists()


def test_what_stands_in_the_playbook_is_seen_by_all_though_a_later_revision_was_taken_back(group, ada, jonas, tomas):
    round = show(ada, group)
    for reviewer in (jonas, tomas):
        say(round, reviewer, "approve")
    show(ada, group).submission.withdraw()
    newcomer = factories.make_user("Nina New")
    group.memberships.create(person=newcomer)
    assert Submission.objects.visible_to(newcomer).exists()
    round.submission.remove_from_playbook()
    assert not Submission.objects.visible_to(newcomer).exists()


def test_taking_back_frees_whoever_was_reading(group, ada, jonas):
    round = show(ada, group)
    claim = take(round, jonas)
    round.submission.withdraw(now=NOW)
    assert not Claim.objects.live(NOW).exists()
    with pytest.raises(RuleViolation, match="withdrawn this submission"):
        round.claim(jonas)
    claim.refresh_from_db()
    assert claim.ended_at == NOW


def test_after_taking_back_the_next_revision_opens_a_new_submission(group, ada):
    first = show(ada, group).submission
    first.withdraw()
    assert show(ada, group).submission != first


def test_what_is_accepted_stays(group, ada, jonas):
    round = show(ada, group)
    say(round, jonas, "approve")
    with pytest.raises(RuleViolation, match="remove it from the playbook"):
        round.submission.withdraw()


def test_nobody_outside_the_group_sees_a_submission(group, ada, stranger):
    show(ada, group)
    for person in (stranger, AnonymousUser()):
        assert not Submission.objects.visible_to(person).exists()


# Its status


def status(round, viewer, at=NOW):
    return round.submission.current.status_for(viewer, at)


def test_the_tags_say_what_has_become_of_it(group, ada, jonas, tomas):
    def tags(viewer, at=None):
        return [(tag.kind, tag.is_mine) for tag in status(round, viewer, at or days(-3)).status_tags]

    round = show(ada, group, at=days(-3))
    assert tags(ada) == [("needs_reviews", False)]
    take(round, jonas, days(-3))
    assert tags(ada) == [("reviewing", False), ("needs_reviews", False)]
    assert tags(jonas)[0] == ("reviewing", True)
    say(round, jonas, "approve", at=days(-3))
    assert tags(ada) == [("approved", False), ("needs_reviews", False)]
    say(round, tomas, "request_changes", at=days(-3))
    assert tags(ada) == [("approved", False), ("changes_requested", False)]
    assert tags(tomas)[1] == ("changes_requested", True)
    round = show(ada, group, at=days(-1))
    say(round, jonas, "approve", at=days(-1))
    say(round, tomas, "approve", at=days(-1))
    assert tags(ada, NOW) == [("accepted", False)]


def test_a_status_says_on_whom_it_waits(group, ada, jonas, tomas, mei):
    def kind(viewer):
        return status(round, viewer).kind

    round = show(ada, group)
    assert kind(ada) == "awaiting_review"
    say(round, jonas, "request_changes")
    assert kind(ada) == kind(mei) == "changes_requested"
    round = show(ada, group)
    assert (kind(ada), status(round, ada).re_reviewers) == ("awaiting_review", (jonas,))
    say(round, mei, "approve")
    assert (kind(ada), status(round, ada).re_reviewers) == ("needs_more_reviews", (jonas,))
    say(round, tomas, "approve")
    assert (kind(ada), status(round, ada).re_reviewers) == ("awaiting_re_review", (jonas,))
    assert [(sign.kind, sign.person) for sign in status(round, jonas).status_tags] == [
        ("approved", mei),
        ("approved", tomas),
        ("request_open", jonas),
    ]


def test_with_nobody_else_there_a_summary_is_unreviewed(reading_list, ada):
    alone = factories.make_group(ada, reading_list=reading_list)
    assert status(show(ada, alone), ada).kind == "nobody_to_review"


# The page


def page(client, round, query="") -> str:
    response = client.get(f"/submissions/{round.submission_id}/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_page_shows_the_text_its_facts_and_what_comes_next(group, ada, jonas, tomas, signed_in):
    round = show(ada, group, topic_of(group), "A *knob* $x^2$", "It fails", "The metric")
    shown = page(signed_in(jonas), round)
    for piece in (
        "Ada Okafor on Post-training",
        "<em>knob</em>",
        "<math",
        "Submitted <time",
        "DPO paper",
        "6 of 5–10 lines",
    ):
        assert piece in shown
    assert "Waiting for 2 reviewers since" in shown
    assert f'action="/submissions/{round.submission_id}/claim/"' in shown
    assert f"/groups/{group.pk}/threads/new/?submission={round.submission_id}" in shown


def test_what_was_said_stands_beside_each_answer(group, ada, jonas, signed_in):
    say_round = show(ada, group)
    say(say_round, jonas, "request_changes", comment="Why **so**?")
    shown = page(signed_in(ada), say_round)
    assert shown.count("Why <strong>so</strong>?") == 3
    assert "Jonas requested changes on revision 1." in shown
    assert "Submit a new revision." in shown
    assert "Revise your summary" in shown


def test_the_author_is_offered_to_take_it_back_and_nobody_else_is(group, ada, jonas, signed_in):
    round = show(ada, group)
    assert "Withdraw submission" in page(signed_in(ada), round)
    assert "Withdraw submission" not in page(signed_in(jonas), round)


def test_the_author_can_revise_what_waits_and_hears_as_long_as_that_replaces_it(group, ada, jonas, signed_in):
    round = show(ada, group)
    revise_it = f'href="/topics/{topic_of(group).pk}/summary/"'
    shown = page(signed_in(ada), round)
    assert revise_it in shown
    assert "you can still replace it and keep its place in the queue" in shown
    assert revise_it not in page(signed_in(jonas), round)
    say(round, jonas, "approve")
    shown = page(signed_in(ada), round)
    assert revise_it in shown
    assert "keep its place in the queue" not in shown


def test_who_holds_two_reviews_is_told_so_where_a_third_would_be_offered(group, ada, jonas, tomas, signed_in):
    for place in range(2):
        take(show(ada, group, topic_of(group, place)), jonas)
    third = show(tomas, group)
    client = signed_in(jonas)
    offers = f'action="/submissions/{third.submission_id}/claim/"'
    for address in (third.submission.get_absolute_url(), f"/submissions/{third.submission_id}/review/", "/",
                    group.get_absolute_url()):  # fmt: skip
        shown = client.get(address).content.decode()
        assert "reviewing two summaries" in shown
        assert offers not in shown


def test_earlier_revisions_are_reachable_and_so_is_what_changed(group, ada, jonas, signed_in):
    first = show(ada, group, topic_of(group), "It is small", "It fails", "The metric")
    take(first, jonas)
    second = show(ada, group, topic_of(group), "It is large", "It fails", "The metric")
    client = signed_in(jonas)
    clean = page(client, second)
    assert "It is large" in clean
    assert "?revision=2&amp;since=1" in clean
    assert "?revision=1" in clean
    assert "It is small" in page(client, first, "?revision=1")
    changed = page(client, second, "?revision=2&since=1")
    assert "<del>small</del>" in changed
    assert "<ins>large</ins>" in changed
    assert "Unchanged" in changed


def test_who_reviewed_an_earlier_revision_sees_at_once_what_changed(group, ada, jonas, tomas, signed_in):
    say(show(ada, group, topic_of(group), "It is small", "It fails", "The metric"), jonas, "request_changes", "Why?")
    second = show(ada, group, topic_of(group), "It is large", "It fails", "The metric")
    assert "<ins>large</ins>" in page(signed_in(jonas), second)
    assert "<ins>" not in page(signed_in(tomas), second)
    assert "Why?" in page(signed_in(tomas), second)


@pytest.mark.parametrize(
    "query", ["?revision=3", "?revision=0", "?revision=x", "?revision=1&since=1", "?revision=1&since=2", "?revision="]
)
def test_a_revision_that_was_not_shown_is_not_found(group, ada, jonas, signed_in, query):
    round = show(ada, group)
    show(ada, group)
    assert signed_in(jonas).get(f"/submissions/{round.submission_id}/{query}").status_code == 404


def test_taking_back_by_its_button(group, ada, jonas, signed_in):
    round = show(ada, group)
    response = signed_in(ada).post(f"/submissions/{round.submission_id}/withdrawal/", follow=True)
    assert response.redirect_chain == [(f"/submissions/{round.submission_id}/", 302)]
    assert "You withdrew your submission." in response.content.decode()
    assert "Continue your summary" in response.content.decode()
    assert signed_in(jonas).get(f"/submissions/{round.submission_id}/").status_code == 404
    assert "You withdrew it on" in page(signed_in(ada), round)


def test_a_thread_about_what_was_taken_back_leads_nobody_astray(group, ada, jonas, signed_in):
    submission = show(ada, group).submission
    thread = Thread.objects.start(group=group, author=jonas, title="Why?", body="Well?", about=submission)
    client = signed_in(jonas)
    assert f'href="{submission.get_absolute_url()}"' in client.get(thread.get_absolute_url()).content.decode()
    submission.withdraw()
    shown = client.get(thread.get_absolute_url()).content.decode()
    assert "summary of <bdi>Post-training</bdi> (withdrawn)" in shown
    assert f'href="{submission.get_absolute_url()}"' not in shown


def test_taking_back_what_is_accepted_is_refused_in_words(group, ada, jonas, signed_in):
    round = show(ada, group)
    say(round, jonas, "approve")
    response = signed_in(ada).post(f"/submissions/{round.submission_id}/withdrawal/", follow=True)
    assert "You can remove it from the playbook instead" in response.content.decode()


def test_a_summary_outlives_its_authors_account(group, ada, jonas, signed_in):
    round = show(ada, group)
    say(round, jonas, "approve")
    group.transfer_ownership(jonas)
    ada.delete()
    assert "A former member on Post-training" in page(signed_in(jonas), round)


@pytest.mark.soak_only
def test_the_page_asks_the_database_the_same_however_much_was_said(
    group, ada, jonas, tomas, signed_in, django_assert_num_queries
):
    first = show(ada, group)
    say(first, jonas, "request_changes", "Why?")
    second = show(ada, group)
    say(second, jonas, "request_changes", "Why still?")
    client = signed_in(tomas)
    page(client, second)
    with CaptureQueriesContext(connection) as few:
        page(client, second)
    for _ in range(8):
        latest = show(ada, group)
        say(latest, jonas, "request_changes", "Why?")
    Notification.objects.all().mark_read()
    with django_assert_num_queries(len(few)):
        page(client, latest)
