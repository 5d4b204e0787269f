"""What is left of a deleted account, and of the texts of its person."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from catalog.curation.report import Report
from catalog.links.link_issue import LinkIssue
from catalog.outline.entry import Entry
from groups.members.group import Group
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.review import Review
from groups.reviews.review_version import ReviewVersion
from groups.threads.post import Post
from notes.revision import Answer, Revision
from notes.summary import Summary
from readlist_site.base.accounts.account_deletion import GRACE, AccountDeletion
from readlist_site.base.accounts.erasure_log import read_erasures
from readlist_site.base.accounts.models import User
from readlist_site.base.text import render
from readlist_site.base.text.deleted_text import DELETED_TEXT
from readlist_site.personal_data import erase_account
from readlist_site.run.tick import tick
from tests import factories
from tests.groups.at_once import at_once
from tests.groups.reviewing import revise, show, topic_of
from tests.personal_data.conftest import MARK, NAME, traces

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

NOW = timezone.now()
# What goes with the account's row.
GOES = {
    "account.EmailAddress.user",
    "accounts.SecurityNotice.person",
    "accounts.SignInLock.person",
    "admin.LogEntry.user",
    "catalog.SuggestionVote.person",
    "groups.Absence.person",
    "groups.Ban.person",
    "groups.Guest.person",
    "groups.InvitationUse.person",
    "groups.Membership.person",
    "groups.PostDraft.author",
    "groups.Mute.muted",
    "groups.Mute.person",
    "groups.Reaction.person",
    "groups.ReviewDraft.author",
    "groups.ReviewRequest.person",
    "groups.Skip.reviewer",
    "groups.WebhookDelivery.actor",
    "jobs.Job.person",
    "mfa.Authenticator.user",
    "notes.Draft.author",
    "notes.Reading.person",
    "notices.EmailPreference.person",
    "notices.Notification.person",
    "sent_forms.SentForm.person",
    "socialaccount.SocialAccount.user",
    "usersessions.UserSession.user",
}
# What stays without a name. `erase_account` replaces its texts, but for what somebody did as a curator.
STAYS = {
    "accounts.AccountDeletion.person",
    "catalog.Change.by",
    "catalog.LinkIssue.resolved_by",
    "catalog.Report.by",
    "catalog.Report.decided_by",
    "catalog.Suggestion.by",
    "catalog.Suggestion.decided_by",
    "catalog.Upload.by",
    "groups.Ban.banned_by",
    "groups.Ban.unbanned_by",
    "groups.Claim.reviewer",
    "groups.CommentMessage.author",
    "groups.CommentMessage.deleted_by",
    "groups.CommentThread.resolved_by",
    "groups.Invitation.invited_by",
    "groups.MembershipLogEntry.person",
    "groups.MembershipLogEntry.removed_by",
    "groups.Post.author",
    "groups.Post.deleted_by",
    "groups.Review.reviewer",
    "images.Image.uploader",
    "groups.Thread.opened_by",
    "groups.ThreadLogEntry.by",
    "groups.ContentReport.by",
    "groups.ContentReport.decided_by",
    "groups.ContentReport.reported",
    "notes.Summary.author",
    "notices.Notification.actor",
}
# A group always has an owner: another is named before the account goes.
HANDED_ON = {"groups.Group.owner"}


def delete(person: User, *, texts: bool = False) -> None:
    AccountDeletion.objects.request(person, erases_texts=texts, now=NOW)
    tick(NOW + GRACE)
    assert not User.objects.filter(pk=person.pk).exists()


def test_of_everything_that_belongs_to_a_person_it_is_known_whether_it_goes():
    """A model with a new foreign key to the person must be added above, and to `erase_account` if it has texts."""
    found = {"CASCADE": set(), "SET_NULL": set(), "PROTECT": set()}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is get_user_model():
                found[field.remote_field.on_delete.__name__].add(f"{model._meta.label}.{field.name}")
    assert found == {"CASCADE": GOES, "SET_NULL": STAYS, "PROTECT": HANDED_ON}


def test_no_text_is_left_where_it_was_asked_for(writer):
    delete(writer.person, texts=True)
    assert traces(MARK) == set()
    assert traces("Quentin") == set()
    assert traces("quentin") == set()


def test_reviews_keep_their_verdicts_and_posts_their_places(writer):
    delete(writer.person, texts=True)
    review = Review.objects.get(pk=writer.review.pk)
    assert (review.reviewer, review.decision, review.overall) == (None, "approve", DELETED_TEXT)
    assert [each.value for each in review.verdicts.filter(offset=None)] == ["holds", "needs_work", "needs_work"]
    versions = list(ReviewVersion.objects.values_list("overall", "verdicts"))
    assert [overall for overall, _ in versions] == ["", DELETED_TEXT]
    said = {(each["value"], each["source"]) for _, verdicts in versions for each in verdicts}
    assert said == {("needs_work", DELETED_TEXT)}
    assert {each.body for each in Answer.objects.filter(revision=writer.round.revision_id)} == {DELETED_TEXT}
    assert Acceptance.objects.get(round=writer.round).removed_from_playbook_at
    quoting = Post.objects.get(pk=writer.quoting.pk)
    assert quoting.body.endswith("> […]\n\nIt is, […].\n\n> Said Knuth.")
    assert "Said Knuth" in quoting.body_html
    assert quoting.versions.get().body.endswith("> […]\n\nIt was, […].\n\n> Said Knuth.")


def test_what_others_can_read_stays_without_a_name(writer):
    shared = set(Revision.objects.filter(rounds__isnull=False).values_list("pk", flat=True))
    delete(writer.person)
    quoted = {"groups.Post.body", "groups.Post.body_html", "groups.PostVersion.body", "groups.PostVersion.body_html"}
    assert traces(NAME) <= quoted | {"groups.PostDraft.typed"}
    assert {"groups.Post.body", "groups.Review.overall", "notes.Answer.body", "groups.Thread.title"} <= traces(MARK)
    assert not {"notes.Draft.answers", "groups.ReviewDraft.typed", "groups.Skip.explanation"} & traces(MARK)
    assert set(Revision.objects.values_list("pk", flat=True)) == shared


def test_what_nobody_has_seen_goes(group, ada, jonas, tomas):
    revise(ada, topic_of(group, 1), MARK, MARK, MARK)
    shown = show(ada, group, topic_of(group), "One.", "Two.", "Three.")
    revise(ada, topic_of(group), MARK, MARK, MARK)
    delete(ada)
    assert traces(MARK) == set()
    assert [each.revisions.get() for each in Summary.objects.all()] == [shown.revision]


def test_a_report_that_was_joined_of_two_is_found_in_the_issues_of_each(group, ada):
    """Merging sources joins a member's two reports; the problems keep the text of one."""
    source = Entry.objects.first().source
    report = Report.objects.report(source, by=ada, kind="outdated", text="It is old.")
    Report.objects.filter(pk=report.pk).update(text="It is old.\n\nIt moved.")
    issue = LinkIssue.objects.create(source=source, kind=LinkIssue.Kind.REPORTED, note="It moved.\nIt moved. Twice.")
    delete(ada, texts=True)
    issue.refresh_from_db()
    assert issue.note == f"{DELETED_TEXT}\nIt moved. Twice."


@pytest.mark.parametrize(("role", "texts"), [("member", False), ("owner", True)])
def test_the_pages_of_others_still_open(writer, ada, mei, signed_in, role, texts):
    group, submission = writer.group, writer.round.submission
    delete(writer.person, texts=texts)
    client = signed_in(ada if role == "owner" else mei)
    for address in (
        "/", group.get_absolute_url(), submission.get_absolute_url(), writer.thread.get_absolute_url(),
        writer.review.round.submission.get_absolute_url(), f"/groups/{group.pk}/playbook/", "/notifications/",
        f"/groups/{group.pk}/members/", f"/groups/{group.pk}/reviews/", f"/groups/{group.pk}/threads/",
        f"/groups/{group.pk}/playbook.md", writer.round.revision.summary.topic.get_absolute_url(),
    ):  # fmt: skip
        page = client.get(address)
        assert page.status_code == 200, address
        if texts:
            assertNotContains(page, MARK)
            assertNotContains(page, "Quentin")
    assertContains(client.get(submission.get_absolute_url()), "ormer member")


def test_deleted_texts_say_so_in_the_readers_language(writer, ada, signed_in):
    """Answers and comments, a review, the title of a thread, and a quotation as it was replaced once."""
    body = "> **Former member**\n>\n> Deleted by its author\n\nIt is."
    Post.objects.filter(pk=writer.quoting.pk).update(body=body, body_html=render(body).html)
    delete(writer.person, texts=True)
    User.objects.filter(pk=ada.pk).update(language="de")
    client, said = signed_in(User.objects.get(pk=ada.pk)), "Vom Autor gelöscht"
    for address, times in (
        (writer.round.submission.get_absolute_url(), 4),
        (writer.review.round.submission.get_absolute_url(), 2),
        (writer.thread.get_absolute_url(), 5),
        (f"/groups/{writer.group.pk}/threads/", 1),
    ):
        page = client.get(address).content.decode()
        assert "Deleted by its author" not in page, address
        assert page.count(said) >= times, (address, page.count(said))
    assert "[…]" in client.get(writer.thread.get_absolute_url()).content.decode()


def test_groups_get_the_next_owner_or_are_archived(group, ada, jonas, tomas, mei):
    group.membership_of(mei).set_role("moderator")
    alone = factories.make_group(ada, name="Alone")
    deserted = factories.make_group(ada, jonas, name="Deserted")
    User.objects.filter(pk=jonas.pk).update(is_active=False)
    delete(ada)
    owners = {each.name: (each.owner, each.archived_at is None) for each in Group.objects.all()}
    assert owners == {group.name: (mei, True), alone.name: (None, False), deserted.name: (None, False)}
    delete(mei)
    group.refresh_from_db()
    assert group.owner == tomas  # the longest in the group whose account is open


def test_nobody_is_signed_in_any_more(ada, jonas, signed_in):
    hers, his = signed_in(ada), signed_in(jonas)
    delete(ada)
    assert [each.pk for each in Session.objects.all()] == [his.session.session_key]
    assert hers.get("/settings/").status_code == 302


def test_it_is_done_on_its_day_and_mailed_once(ada):
    address = ada.email
    AccountDeletion.objects.request(ada, erases_texts=False, now=NOW)
    tick(NOW)
    tick(NOW + GRACE - timedelta(seconds=1))
    assert [(each.to, each.subject) for each in mail.outbox] == [
        ([address], "Your account at Readlist will be deleted")
    ]
    assert "/settings/deletion/" in mail.outbox[0].body
    ticked = tick(NOW + GRACE)
    assert (ticked.accounts_deleted, str(ticked)) == (
        1, "0 accepted, 0 reminders sent, 1 e-mails sent. Accounts deleted: 1."
    )  # fmt: skip
    tick(NOW + GRACE)
    assert mail.outbox[1].subject == "Your account at Readlist was deleted"
    assert len(mail.outbox) == 2
    assert traces(address) == set()


def test_the_address_is_forgotten_though_no_mail_could_be_sent(ada, monkeypatch):
    def send(self, messages):
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    delete(ada)
    assert AccountDeletion.objects.get().email == ada.email
    assert tick(NOW + GRACE + timedelta(days=3)).failures
    assert not AccountDeletion.objects.exists()


def test_what_fails_changes_nothing_and_is_tried_again(writer, monkeypatch, erasure_log):
    def fail(person):
        raise OperationalError("the disk is full")

    AccountDeletion.objects.request(writer.person, erases_texts=True, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(erase_account, "erase_proposals", fail)
        ticked = tick(NOW + GRACE)
    assert ticked.accounts_not_deleted == ["OperationalError: the disk is full"]
    assert "groups.Post.body" in traces(MARK)
    assert not AccountDeletion.objects.cancel(writer.person)  # it is written in the log
    assert tick(NOW + GRACE + timedelta(minutes=1)).accounts_deleted == 0  # as long as another may be at it
    assert tick(NOW + GRACE + timedelta(minutes=16)).accounts_deleted == 1
    assert traces(MARK) == set()
    assert {each.user for each in read_erasures(erasure_log)} == {writer.person.pk}


def test_nothing_is_deleted_that_cannot_be_written_down(ada, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.ERASURE_LOG = tmp_path / "file" / "log"
    AccountDeletion.objects.request(ada, erases_texts=False, now=NOW)
    assert tick(NOW + GRACE).accounts_not_deleted
    assert User.objects.filter(pk=ada.pk).exists()


def test_the_last_administrator_waits_for_another(ada, jonas):
    User.objects.filter(pk=ada.pk).update(is_staff=True, is_superuser=True)
    User.objects.filter(pk=jonas.pk).update(is_staff=True, is_superuser=True)
    ada.refresh_from_db()
    AccountDeletion.objects.request(ada, erases_texts=False, now=NOW)
    User.objects.filter(pk=jonas.pk).update(is_superuser=False)
    assert tick(NOW + GRACE).accounts_deleted == 0
    assert User.objects.get(pk=ada.pk).is_active
    User.objects.filter(pk=jonas.pk).update(is_superuser=True)
    assert tick(NOW + GRACE).accounts_deleted == 1


class TestAtOnce:
    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.every_engine]

    def test_whoever_ticks_it_is_done_once(self, writer, erasure_log):
        AccountDeletion.objects.request(writer.person, erases_texts=True, now=NOW)
        done = at_once(*[lambda: erase_account.delete_due_accounts(NOW + GRACE)] * 4)
        assert sorted(done) == [(0, [])] * 3 + [(1, [])]
        assert len(list(read_erasures(erasure_log))) == 1
        assert traces(MARK) == set()

    def test_who_keeps_the_account_in_that_moment_keeps_it_or_not_at_all(self, ada, erasure_log):
        AccountDeletion.objects.request(ada, erases_texts=False, now=NOW)
        at_once(lambda: erase_account.delete_due_accounts(NOW + GRACE), lambda: AccountDeletion.objects.cancel(ada))
        kept = User.objects.filter(pk=ada.pk, is_active=True, deletes_at=None).exists()
        assert kept == (not list(read_erasures(erasure_log)))
        assert kept or not User.objects.filter(pk=ada.pk).exists()

    def test_of_two_administrators_who_go_at_once_one_stays(self, ada, jonas):
        User.objects.filter(pk__in=[ada.pk, jonas.pk]).update(is_staff=True, is_superuser=True)
        for person in User.objects.order_by("pk"):
            AccountDeletion.objects.request(person, erases_texts=False, now=NOW)
        at_once(*[lambda: erase_account.delete_due_accounts(NOW + GRACE)] * 2)
        assert User.objects.filter(is_active=True, is_superuser=True).count() == 1
