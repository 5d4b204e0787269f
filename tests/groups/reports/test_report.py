"""Reporting posts, comments, replies and names: who may, who learns of it, and what comes of it."""

import pytest
from django.urls import reverse

from groups.members.exceptions import RuleViolation
from groups.reports.report import AlreadyHandled, AlreadyReported, ContentReport
from groups.reports.subject import of_comment, of_name, of_post, of_reply
from groups.reviews.comment_thread import CommentThread
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.verdict import Verdict
from groups.threads.post import Post
from groups.threads.thread import Thread
from groups.threads.thread_log import ThreadLogEntry
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.text.deleted_text import DELETED_BY_MODERATOR
from tests import factories
from tests.groups.at_once import at_once
from tests.groups.reviewing import say, show

RUDE = "A rude reply."


@pytest.fixture
def post(group, ada, jonas, tomas):
    """Tomás's, in a thread of Jonas, in Ada's group."""
    thread = Thread.objects.start(group=group, author=jonas, title="Which knob?", body="Words")
    post = Post.objects.reply(thread=thread, author=tomas, body=RUDE)
    Notification.objects.all().delete()
    return post


@pytest.fixture
def moderator(group):
    return factories.join(group, factories.make_user("Mei Lin"), "moderator")


def report(post, by, reason="abuse", text="") -> ContentReport:
    return ContentReport.objects.report(of_post(post), by=by, reason=reason, text=text)


def told(person, kind: str) -> list[str]:
    return list(Notification.objects.visible_to(person).unread().filter(kind=kind).values_list("url", flat=True))


def test_a_post_is_reported_handled_and_who_reported_learns_of_it(signed_in, group, post, ada, jonas, tomas, moderator):
    page, url = signed_in(jonas), reverse("report_post", args=[post.pk])
    assert RUDE in page.get(url).content.decode()
    assert page.post(url, {"reason": "other", "text": ""}).status_code == 422
    answer = page.post(url, {"reason": "abuse", "text": "Not here."})
    assert (answer.status_code, answer.url) == (302, post.get_absolute_url())
    made = ContentReport.objects.get()
    assert told(ada, "content_reported") == told(moderator, "content_reported") == [f"/reports/{made.pk}/"]
    assert told(tomas, "content_reported") == told(jonas, "content_reported") == []
    # Once a person and thing.
    assert page.post(url, {"reason": "spam"}).status_code == 422
    desk = signed_in(moderator)
    queue = desk.get(reverse("group_reports", args=[group.pk])).content.decode()
    assert f"/reports/{made.pk}/" in queue
    assert RUDE in queue
    assert "Not here." in queue
    front = reverse("group", args=[group.pk])
    assert "1 open report" in desk.get(front).content.decode()
    assert "open report" not in page.get(front).content.decode()
    assert "Jonas" in queue
    shown = desk.get(f"/reports/{made.pk}/").content.decode()
    assert RUDE in shown
    assert "Not here." in shown
    assert desk.post(f"/reports/{made.pk}/", {"outcome": "deleted", "note": "Rude."}).status_code == 302
    post.refresh_from_db()
    assert (post.is_readable, post.deleted_by) == (False, moderator)
    assert ContentReport.objects.with_subject().get().subject.excerpt == ""
    assert told(ada, "content_reported") == []
    assert told(jonas, "report_handled") == [f"/groups/{group.pk}/reports/"]
    mine = page.get(f"/groups/{group.pk}/reports/").content.decode()
    assert "handled: the text was deleted" in mine
    assert "Rude." not in mine
    assert desk.get(f"/reports/{made.pk}/").url == f"/groups/{group.pk}/reports/"


def test_only_those_who_moderate_see_reports(signed_in, post, jonas, tomas, stranger):
    made = report(post, jonas)
    for person in (jonas, tomas, stranger):
        assert signed_in(person).get(f"/reports/{made.pk}/").status_code == 404
    assert "Post by" not in signed_in(tomas).get(f"/groups/{post.thread.group_id}/reports/").content.decode()


@pytest.mark.parametrize("role", ["owner", "moderator"])
def test_a_report_about_who_moderates_goes_to_the_administrators(signed_in, group, post, ada, jonas, moderator, role):
    root = factories.make_user("Root", is_staff=True, is_superuser=True)
    author = ada if role == "owner" else moderator
    theirs = Post.objects.reply(thread=post.thread, author=author, body=RUDE)
    made = report(theirs, jonas)
    desk = f"/admin/groups/contentreport/{made.pk}/change/"
    assert made.for_administrators
    assert told(root, "content_reported") == [desk]
    assert told(ada, "content_reported") == told(moderator, "content_reported") == []
    assert signed_in(ada).get(f"/reports/{made.pk}/").status_code == 404
    admin = signed_in(root)
    assert RUDE in admin.get(desk).content.decode()
    assert admin.post(desk, {"outcome": "banned"}).status_code == 422
    outcome = "deleted" if role == "owner" else "removed"
    assert admin.post(desk, {"outcome": outcome}).status_code == 302
    theirs.refresh_from_db()
    assert not theirs.is_readable
    assert bool(group.membership_of(author)) == (role == "owner")
    assert len(told(jonas, "report_handled")) == 1
    log = signed_in(jonas).get(f"/groups/{group.pk}/log/").content.decode()
    assert "An administrator" in log
    assert "Root" not in log


@pytest.mark.parametrize("role", ["owner", "moderator"])
def test_a_report_about_the_only_administrator_goes_to_the_other_moderators(
    signed_in, group, post, ada, jonas, moderator, role
):
    author, other = (ada, moderator) if role == "owner" else (moderator, ada)
    User.objects.filter(pk=author.pk).update(is_staff=True, is_superuser=True)
    theirs = Post.objects.reply(thread=post.thread, author=author, body=RUDE)
    page = signed_in(jonas)
    assert "The other moderators" in page.get(reverse("report_post", args=[theirs.pk])).content.decode()
    made = report(theirs, jonas)
    assert (told(author, "content_reported"), told(other, "content_reported")) == ([], [f"/reports/{made.pk}/"])
    assert made.outcomes_for(other) == ["deleted", *(["removed", "banned"] if role == "moderator" else []), "dismissed"]
    assert signed_in(author).get(f"/reports/{made.pk}/").status_code == 404
    assert signed_in(other).post(f"/reports/{made.pk}/", {"outcome": "deleted"}).status_code == 302
    theirs.refresh_from_db()
    assert not theirs.is_readable


@pytest.mark.parametrize("is_about", ["member", "administrator"])
def test_who_alone_handles_what_they_report_is_told_so(signed_in, group, post, ada, tomas, is_about):
    if is_about == "administrator":
        User.objects.filter(pk=tomas.pk).update(is_staff=True, is_superuser=True)
        group.memberships.filter(person=tomas).update(role="moderator")
    page, url = signed_in(ada), reverse("report_post", args=[post.pk])
    shown = page.get(url)
    assert (shown.context["is_only_handler"], shown.context["to_administrators"]) == (True, False)
    assert "yourself" in shown.content.decode()
    answer = page.post(url, {"reason": "abuse"}, follow=True)
    assert ["yourself" in str(each) for each in answer.context["messages"]] == [True]
    assert not Notification.objects.filter(kind="content_reported").exists()
    assert page.post(f"/reports/{ContentReport.objects.get().pk}/", {"outcome": "deleted"}).status_code == 302


def test_while_the_only_moderator_has_a_closed_account_reports_of_members_wait(signed_in, post, ada, jonas):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    page, url = signed_in(jonas), reverse("report_post", args=[post.pk])
    assert not page.get(url).context["is_only_handler"]
    assert page.post(url, {"reason": "abuse"}).status_code == 302
    assert not ContentReport.objects.get().for_administrators


def test_the_only_other_administrator_is_told_that_they_handle_it_themselves(signed_in, group, post, ada, jonas):
    User.objects.filter(pk=jonas.pk).update(is_staff=True, is_superuser=True)
    theirs = Post.objects.reply(thread=post.thread, author=ada, body=RUDE)
    shown = signed_in(jonas).get(reverse("report_post", args=[theirs.pk]))
    assert (shown.context["is_only_handler"], shown.context["to_administrators"]) == (True, True)
    factories.make_user("Root", is_staff=True, is_superuser=True)
    assert not signed_in(jonas).get(reverse("report_post", args=[theirs.pk])).context["is_only_handler"]


def test_a_report_to_administrators_stays_theirs_when_the_last_other_one_is_gone(
    signed_in, group, post, ada, jonas, moderator
):
    """The form has said that members of the group don't see who sent it."""
    User.objects.filter(pk=moderator.pk).update(is_staff=True, is_superuser=True)
    root = factories.make_user("Root", is_staff=True, is_superuser=True)
    made = report(Post.objects.reply(thread=post.thread, author=moderator, body=RUDE), jonas)
    User.objects.filter(pk=root.pk).update(is_active=False)
    assert signed_in(ada).get(f"/reports/{made.pk}/").status_code == 404
    assert told(ada, "content_reported") == []
    named = factories.make_user("Named", is_staff=True, is_superuser=True)
    assert signed_in(named).get(f"/admin/groups/contentreport/{made.pk}/change/").status_code == 200


def test_what_nobody_could_handle_is_not_reported(signed_in, group, post, ada, jonas):
    theirs = Post.objects.reply(thread=post.thread, author=ada, body=RUDE)
    page, url = signed_in(jonas), reverse("report_post", args=[theirs.pk])
    assert [each.level_tag for each in page.get(url, follow=True).context["messages"]] == ["warning"]
    assert page.post(url, {"reason": "abuse"}).status_code == 409
    assert not ContentReport.objects.exists()


def test_an_administrator_learns_of_no_report_about_themselves(signed_in, group, post, jonas):
    root = factories.make_user("Root", is_staff=True, is_superuser=True)
    factories.make_user("Another", is_staff=True, is_superuser=True)
    factories.join(group, root, "moderator")
    made = report(Post.objects.reply(thread=post.thread, author=root, body=RUDE), jonas)
    page = signed_in(root)
    assert "Jonas" not in page.get("/admin/groups/contentreport/").content.decode()
    assert page.get(f"/admin/groups/contentreport/{made.pk}/change/").status_code == 404
    with pytest.raises(RuleViolation):
        made.handle("dismissed", by=root)


def test_a_moderator_whom_an_administrator_removes_loses_their_invitation_links(group, post, ada, jonas, moderator):
    root = factories.make_user("Root", is_staff=True, is_superuser=True)
    link, other = (group.invitations.create(invited_by=each) for each in (moderator, ada))
    report(Post.objects.reply(thread=post.thread, author=moderator, body=RUDE), jonas).handle("removed", by=root)
    assert list(group.invitations.open()) == [other]
    link.refresh_from_db()
    assert link.revoked_at


def test_curators_see_no_reports(post, jonas, curator, signed_in):
    report(post, jonas)
    assert signed_in(curator).get("/admin/groups/contentreport/").status_code == 403


def test_one_decision_is_for_all_who_reported_the_thing(signed_in, group, post, ada, jonas, mei):
    first, second = report(post, jonas), report(post, mei, "spam")
    queue = signed_in(ada).get(f"/groups/{group.pk}/reports/").content.decode()
    assert f"/reports/{first.pk}/" in queue
    assert f"/reports/{second.pk}/" not in queue
    second.handle("dismissed", by=ada)
    assert not ContentReport.objects.open().exists()
    assert post.is_readable
    assert len(told(jonas, "report_handled")) == len(told(mei, "report_handled")) == 1
    with pytest.raises(AlreadyHandled):
        first.handle("deleted", by=ada)
    # A thing that is handled can be reported again.
    assert report(post, jonas).pk


def test_who_is_banned_after_a_report_is_removed_with_the_text(post, ada, jonas, tomas):
    group = post.thread.group
    report(post, jonas).handle("banned", by=ada, note="Again.")
    assert group.membership_of(tomas) is None
    assert group.bans.get().why == "Again."
    assert not Post.objects.get(pk=post.pk).is_readable


def test_a_moderator_removes_members_only(post, jonas, tomas, moderator):
    made = report(post, jonas)
    post.thread.group.memberships.filter(person=tomas).update(role="moderator")
    assert made.outcomes_for(moderator) == ["deleted", "dismissed"]
    with pytest.raises(RuleViolation):
        made.handle("removed", by=moderator)
    # Nobody handles a report about themselves.
    assert not ContentReport.objects.moderated_by(tomas).exists()
    with pytest.raises(RuleViolation):
        made.handle("dismissed", by=tomas)


def test_a_name_is_reported_and_its_member_removed(signed_in, group, ada, jonas, tomas):
    theirs = group.membership_of(tomas)
    url = reverse("report_name", args=[theirs.pk])
    assert signed_in(jonas).post(url, {"reason": "abuse"}).status_code == 302
    with pytest.raises(AlreadyReported):
        ContentReport.objects.report(of_name(theirs), by=jonas, reason="spam")
    made = ContentReport.objects.get()
    assert made.outcomes_for(ada) == ["removed", "banned", "dismissed"]
    made.handle("removed", by=ada)
    assert group.membership_of(tomas) is None
    assert not group.bans.exists()


def test_comments_and_replies_are_reported_and_deleted(signed_in, group, ada, jonas, tomas):
    shown = show(jonas, group)
    verdict = say(shown, tomas, "request_changes", "It is *awful*.").verdicts.first()
    key = f"v{verdict.pk}"
    thread = CommentThread.objects.of_comment(shown.submission, key)
    reply = thread.reply(author=tomas, body="Really awful.")
    page = signed_in(jonas)
    assert page.post(f"/submissions/{shown.submission_id}/comments/{key}/reports/", {"reason": "abuse"})
    assert page.post(f"/comment-replies/{reply.pk}/reports/", {"reason": "abuse"}).status_code == 302
    assert [each.kind for each in ContentReport.objects.open()] == ["comment", "reply"]
    for each in ContentReport.objects.open().with_subject():
        each.handle("deleted", by=ada)
    verdict.refresh_from_db()
    assert (verdict.comment, verdict.value) == (DELETED_BY_MODERATOR, "needs_work")
    reply.refresh_from_db()
    assert reply.body == ""
    shown_page = page.get(shown.submission.get_absolute_url()).content.decode()
    assert "Really awful." not in shown_page
    # The comments on the other answers stay.
    assert shown_page.count("<em>awful</em>") == len(shown.revision.answers.all()) - 1
    assert "Deleted by a moderator" in shown_page
    with pytest.raises(RuleViolation, match="deleted"):
        ContentReport.objects.report(of_comment(thread), by=jonas, reason="spam")
    with pytest.raises(RuleViolation, match="deleted"):
        ContentReport.objects.report(of_reply(reply), by=jonas, reason="spam")


def test_a_deleted_comment_does_not_come_back_from_a_draft_of_an_edit(signed_in, group, ada, jonas, tomas):
    shown = show(jonas, group)
    review = say(shown, tomas, "request_changes", "It is *awful*.")
    prompts = [each.answer.prompt_id for each in review.verdicts.all()]
    typed = review.typed | {"overall": "Not good."} | {f"comment_{prompts[0]}": "It is *awful*. And more."}
    draft = ReviewDraft.objects.save_typed(tomas, shown, typed, editing=True)
    thread = CommentThread.objects.of_comment(shown.submission, f"v{review.verdicts.first().pk}")
    made = ContentReport.objects.report(of_comment(thread), by=jonas, reason="abuse")
    ContentReport.objects.with_subject().get(pk=made.pk).handle("deleted", by=ada)
    after = ReviewDraft.objects.get(pk=draft.pk)
    assert after.typed == typed | {f"comment_{prompts[0]}": "And more."}
    assert after.version_token != draft.version_token
    page = signed_in(tomas).get(f"/submissions/{shown.submission_id}/review/edit/").content.decode()
    assert page.count("It is *awful*.") == len(prompts) - 1
    assert "And more." in page
    assert "Not good." in page


def test_a_comment_that_its_author_emptied_is_deleted_from_the_history(signed_in, group, ada, jonas, tomas):
    shown = show(jonas, group)
    review = say(shown, tomas, "request_changes", "It is *awful*.")
    verdict = review.verdicts.first()
    made = ContentReport.objects.report(
        of_comment(CommentThread.objects.of_comment(shown.submission, f"v{verdict.pk}")), by=jonas, reason="abuse"
    )
    kept = [Verdict(answer=each.answer, value=each.value, comment="") for each in review.verdicts.all()]
    review.edit("request_changes", "", kept)
    assert b"before the edit" in signed_in(ada).get(f"/reports/{made.pk}/").content
    assert signed_in(ada).post(f"/reports/{made.pk}/", {"outcome": "deleted"}).status_code == 302
    texts = {each["answer"]: each["source"] for each in review.versions.get().verdicts}
    assert texts.pop(verdict.answer_id) == DELETED_BY_MODERATOR
    assert set(texts.values()) == {"It is *awful*."}
    verdict.refresh_from_db()
    assert verdict.comment == ""
    made.refresh_from_db()
    assert made.subject.is_gone


def test_the_log_tells_each_decision_once_and_not_whom_a_dismissed_report_was_about(
    signed_in, post, ada, jonas, tomas, mei
):
    report(post, jonas)
    report(post, mei).handle("dismissed", by=ada)
    page, log = signed_in(mei), f"/groups/{post.thread.group_id}/log/"
    assert [each.kind for each in page.get(log).context["page"].events] == ["report"]
    main = page.get(log).content.decode().partition("<main")[2]
    assert post.thread.title not in main
    report(post, jonas).handle("deleted", by=ada)
    main = page.get(log).content.decode().partition("<main")[2]
    assert post.thread.get_absolute_url() in main
    assert f"#post-{post.pk}" not in main


def test_ones_own_cannot_be_reported(signed_in, post, tomas):
    url = reverse("report_post", args=[post.pk])
    assert signed_in(tomas).get(url).status_code == 302
    assert signed_in(tomas).post(url, {"reason": "spam"}).status_code == 409
    assert f"/posts/{post.pk}/reports/" not in signed_in(tomas).get(post.thread.get_absolute_url()).content.decode()


def test_a_report_of_what_was_deleted_meanwhile_can_be_closed(signed_in, post, ada, jonas, tomas):
    made = report(post, jonas)
    post.soft_delete(by=tomas)
    page = signed_in(ada).get(f"/reports/{made.pk}/").content.decode()
    assert "The text is deleted." in page
    assert made.outcomes_for(ada)[-1] == "dismissed"
    assert signed_in(ada).post(f"/reports/{made.pk}/", {"outcome": "dismissed"}).status_code == 302


def test_the_log_shows_what_moderators_did_and_never_who_reported(signed_in, post, ada, jonas, tomas, mei):
    group = post.thread.group
    other = Post.objects.reply(thread=post.thread, author=tomas, body="More.")
    other.soft_delete(by=ada)
    report(post, jonas).handle("removed", by=ada, note="Enough.")
    log = signed_in(mei).get(f"/groups/{group.pk}/log/").content.decode()
    for words in ("deleted a post by another member", "was removed by", "removed a member who was reported"):
        assert words in log
    assert "Jonas" not in log
    assert "Enough." not in log
    assert "Enough." in signed_in(ada).get(f"/groups/{group.pk}/log/").content.decode()
    # Its author's own deletion is nobody's business.
    assert ThreadLogEntry.objects.filter(event="deleted").count() == 2


def test_who_left_before_the_log_was_public_stays_known_to_moderators_alone(signed_in, group, ada, jonas, tomas):
    group.membership_log.create(person=tomas, event="removed", removed_by=ada)
    assert "was removed by" not in signed_in(jonas).get(f"/groups/{group.pk}/log/").content.decode()
    assert "You removed" in signed_in(ada).get(f"/groups/{group.pk}/log/").content.decode()


@pytest.mark.every_engine
def test_the_log_goes_on_where_a_page_ends(signed_in, group, ada, jonas, tomas):
    thread = Thread.objects.start(group=group, author=jonas, title="T", body="B")
    for number in range(25):
        ThreadLogEntry.objects.create(group=group, thread=thread, event="renamed", by=jonas, detail=f"Title {number}.")
        group.membership_log.create(person=tomas, event="removed", removed_by=ada, is_public=True, why=f"Why {number}.")
        post = Post.objects.reply(thread=thread, author=tomas, body="B")
        report(post, jonas).handle("dismissed", by=ada, note=f"Note {number}.")
    client, url, found = signed_in(ada), f"/groups/{group.pk}/log/", []
    while True:
        page = client.get(url).context["page"]
        found += [(each.kind, each.thing.pk) for each in page.events]
        if not page.earlier:
            break
        url = f"/groups/{group.pk}/log/?before={page.earlier}"
    assert len(found) == len(set(found)) == 75
    for kind in ("thread", "membership", "report"):
        keys = [key for name, key in found if name == kind]
        assert keys == sorted(keys, reverse=True)
    assert client.get(f"/groups/{group.pk}/log/?before=x.1").status_code == 200


@pytest.mark.every_engine
@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts(post, ada, jonas, moderator):
    made = report(post, jonas)

    def handle(by, outcome):
        try:
            ContentReport.objects.get(pk=made.pk).handle(outcome, by=by)
        except AlreadyHandled:
            return "late"
        return outcome

    done = at_once(lambda: handle(ada, "deleted"), lambda: handle(moderator, "dismissed"))
    assert sorted(done).count("late") == 1
    made.refresh_from_db()
    assert made.outcome in done
    assert Post.objects.get(pk=post.pk).is_readable == (made.outcome == "dismissed")
