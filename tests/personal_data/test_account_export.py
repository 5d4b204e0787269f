"""The export of all that is one person's."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains

from groups.leaving.leave import leave_group
from groups.threads.post import Post
from groups.threads.reaction import Reaction
from groups.threads.thread import Thread
from readlist_site.base.jobs import job_run
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.runner import run_waiting_jobs
from readlist_site.personal_data.erase_account import erase_account
from readlist_site.personal_data.labels import LABELS
from tests import factories
from tests.groups.reviewing import show, topic_of
from tests.personal_data.conftest import MARK
from tests.personal_data.exports import export, texts

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PAGE = "/settings/export/"
# By the part of the export that has it.
EXPORTED = {
    "account.EmailAddress.user": "account",
    "mfa.Authenticator.user": "account",
    "socialaccount.SocialAccount.user": "account",
    "usersessions.UserSession.user": "account",
    "catalog.Change.by": "curation",
    "catalog.LinkIssue.resolved_by": "curation",
    "catalog.Report.by": "reports",
    "catalog.Report.decided_by": "curation",
    "catalog.Suggestion.by": "suggestions",
    "catalog.Suggestion.decided_by": "curation",
    "catalog.SuggestionVote.person": "suggestions",
    "catalog.Upload.by": "curation",
    "groups.Absence.person": "account",
    "groups.Ban.banned_by": "moderation",
    "groups.Ban.unbanned_by": "moderation",
    "groups.Claim.reviewer": "claims",
    "groups.CommentMessage.author": "comment_replies",
    "groups.CommentMessage.deleted_by": "moderation",
    "groups.CommentThread.resolved_by": "resolved_comments",
    "groups.Group.owner": "memberships",
    "groups.Invitation.invited_by": "moderation",
    "groups.Membership.person": "memberships",
    "groups.MembershipLogEntry.person": "memberships",
    "groups.MembershipLogEntry.removed_by": "moderation",
    "groups.Post.author": "posts",
    "groups.Post.deleted_by": "moderation",
    "groups.Reaction.person": "reactions",
    "groups.ThreadLogEntry.by": "moderation",
    "groups.PostDraft.author": "post_drafts",
    "groups.Review.reviewer": "reviews",
    "groups.ReviewDraft.author": "review_drafts",
    "groups.ReviewRequest.person": "review_requests",
    "groups.ContentReport.by": "reports",
    "groups.Mute.person": "muted_people",
    "groups.ContentReport.decided_by": "moderation",
    "groups.Skip.reviewer": "skipped_reviews",
    "groups.Thread.opened_by": "threads",
    "images.Image.uploader": "images",
    "notes.Draft.author": "summary_drafts",
    "notes.Reading.person": "readings",
    "notes.Summary.author": "summaries",
    "notices.EmailPreference.person": "notification_settings",
    "notices.Notification.person": "notifications",
}
NOT_EXPORTED = {
    "accounts.AccountDeletion.person": "stands in `account` by its day",
    "accounts.SecurityNotice.person": "stands in `notifications`",
    "accounts.SignInLock.person": "what others typed, gone in a day",
    "admin.LogEntry.user": "what changed is in `curation`",
    "groups.Ban.person": "only moderators see it",
    "groups.ContentReport.reported": "only those who handle it see it",
    "groups.Guest.person": "gone once they have joined",
    "groups.Mute.muted": "only who has muted them knows",
    "groups.WebhookDelivery.actor": "messages about their threads and summaries, the latest twenty of a group",
    "groups.InvitationUse.person": "the membership says it",
    "jobs.Job.person": "the exports themselves, gone in days",
    "notices.Notification.actor": "told to others",
    "sent_forms.SentForm.person": "keeps a form from being sent twice, gone in a month",
}


def stored_texts(word: str) -> set[str]:
    """All texts of the database that have this word, but for what was rendered of them."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            kept = isinstance(field, (models.CharField, models.TextField, models.JSONField))
            if kept and not field.name.endswith("_html"):
                found |= texts(list(model._base_manager.values_list(field.name, flat=True)))
    return {text for text in found if word in text and not text.startswith("<p")}


def test_exports_are_begun_and_fetched_by_who_has_just_said_who_they_are(group, ada, signed_in):
    """A browser that was left open is not enough."""
    job = signed_in(ada).post(PAGE).url
    run_waiting_jobs()
    left_open = Client()
    left_open.force_login(ada)
    assert left_open.get(PAGE).status_code == 200
    for answer in (
        left_open.post(PAGE),
        left_open.post(f"/groups/{group.pk}/export/"),
        left_open.get(f"{job}file/"),
    ):
        assert answer.url.startswith("/accounts/reauthenticate/")
    assert Job.objects.count() == 1
    left_open.get(f"{job}file/")
    answer = left_open.post("/accounts/reauthenticate/", {"password": factories.PASSWORD, "next": f"{job}file/"})
    assert answer.url == f"{job}file/"
    assert left_open.get(f"{job}file/").status_code == 200


def test_of_everything_that_belongs_to_a_person_it_is_known_whether_it_is_exported():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is get_user_model()
    }
    assert found == EXPORTED.keys() | NOT_EXPORTED.keys()
    assert not EXPORTED.keys() & NOT_EXPORTED.keys()


def test_it_has_every_text_of_mine_and_none_of_others(writer, signed_in):
    files = export(signed_in(writer.person))
    parts = {name.removesuffix(".json") for name in files if name.endswith(".json")}
    assert parts >= set(EXPORTED.values())
    assert {f"{part}.md" for part in parts} | {f"{part}.json" for part in parts} | {"README.md"} == files.keys()
    mine = texts([content for name, content in files.items() if name.endswith(".json")])
    of_others = {writer.quoting.body, writer.quoting.versions.get().body, *texts(list(writer.quoting_drafts))}
    assert {text for text in stored_texts(MARK) - of_others if not any(text in each for each in mine)} == set()
    everything = "\n".join([*mine, *(content for name, content in files.items() if name.endswith(".md"))])
    assert writer.person.email in mine
    for text in ("Not yet.", "Well.", "Answer 1 of revision 1", "Hm.", writer.quoting.body, "ada-okafor"):
        assert text not in everything, text
    for text in (f"**{MARK}**", "requested changes\n", "- Lines: 6"):
        assert text in everything


def test_every_part_and_key_has_a_name(writer, signed_in):
    files = export(signed_in(writer.person)) | export(
        signed_in(writer.group.owner), f"/groups/{writer.group.pk}/export/"
    )
    rows = {name.removesuffix(".json"): each for name, each in files.items() if name.endswith(".json")}
    assert rows.keys() | keys(list(rows.values())) <= LABELS.keys()


def keys(value: object) -> set[str]:
    """All keys in something that JSON has, but for those of the facts of a change."""
    if isinstance(value, list):
        return {key for each in value for key in keys(each)}
    if not isinstance(value, dict):
        return set()
    return value.keys() | {key for name, each in value.items() if name != "facts" for key in keys(each)}


def test_keys_and_choices_of_its_json_are_the_same_in_all_languages(ada, signed_in):
    client = signed_in(ada)
    in_english = export(client)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    in_german = export(client)
    assert in_german["notification_settings.json"] == in_english["notification_settings.json"]
    assert in_german["notification_settings.md"] != in_english["notification_settings.md"]
    assert in_german["README.md"].startswith("# Deine Daten bei Readlist\n")
    assert in_german["account.json"][0].keys() == in_english["account.json"][0].keys()


def test_a_reaction_says_in_which_thread(group, ada, jonas, signed_in):
    thread = Thread.objects.start(group=group, author=ada, title="Our secret", body="Really.")
    Reaction.objects.react(thread.posts.get(), jonas, "agree")
    client = signed_in(jonas)
    files = export(client)
    assert [(each["thread"], each["kind"]) for each in files["reactions.json"]] == [("Our secret", "agree")]
    assert files["memberships.json"][0]["handle"] == "jonas"
    leave_group(group.membership_of(jonas))
    assert [each["thread"] for each in export(client)["reactions.json"]] == [None]


def test_titles_of_threads_in_groups_that_i_left_stay_there(group, ada, jonas, signed_in):
    thread = Thread.objects.start(group=group, author=ada, title="Our secret", body="Really.")
    Post.objects.reply(thread=thread, author=jonas, body="Mine.")
    client = signed_in(jonas)
    assert export(client)["posts.json"][0]["thread"] == "Our secret"
    leave_group(group.membership_of(jonas))
    files = export(client)
    assert [(each["thread"], each["text"]) for each in files["posts.json"]] == [(None, "Mine.")]
    assert "secret" not in files["posts.md"]
    assert files["memberships.json"][0]["ended"] == "left"


def test_markdown_has_no_live_html_and_no_headings_of_its_own(group, ada, signed_in):
    body = "<script>alert(1)</script>\n\n# Loud\n\nA note[^1].\n\n[^1]: Here."
    thread = Thread.objects.start(group=group, author=ada, title="<img src=x>", body=body)
    Post.objects.reply(thread=thread, author=ada, body=body)
    files = export(signed_in(ada))
    assert "<script" not in files["posts.md"].replace("\\<", "")
    assert "<img" not in files["threads.md"].replace("\\<", "")
    assert "\n# Loud" not in files["posts.md"]
    assert files["posts.md"].count("[^1-1]") == files["posts.md"].count("[^2-1]") == 2
    assert files["posts.json"][0]["text"] == body


def test_only_its_person_can_download_it_and_only_for_some_days(ada, jonas, signed_in):
    client = signed_in(ada)
    export(client)
    job = Job.objects.get()
    address = f"{job.get_absolute_url()}file/"
    assert signed_in(jonas).get(address).status_code == 404
    assert signed_in(jonas).get(job.get_absolute_url()).status_code == 404
    assert timedelta(days=3) - (job.expires_at - timezone.now()) < timedelta(minutes=1)
    assertContains(client.get(PAGE), "ready")
    Job.objects.update(expires_at=timezone.now())
    assert client.get(address).status_code == 404


def test_one_at_a_time_and_five_a_day(ada, signed_in, limit_clock):
    client = signed_in(ada)
    assert client.post(PAGE).url == client.post(PAGE).url
    assertContains(client.get(PAGE), "in progress")
    for _ in range(5):
        run_waiting_jobs()
        answer = client.post(PAGE)
    assertContains(answer, "You have reached the limit of 5 exports. Try again in 12 hours.", status_code=429)
    limit_clock(days=1)
    assert client.post(PAGE).status_code == 302


def test_it_asks_as_often_whatever_one_has(group, ada, signed_in, monkeypatch):
    monkeypatch.setattr(job_run, "REPORT_EVERY", 1000)  # seconds, so that no progress is written by the clock

    def asked() -> int:
        Job.objects.start("account_export", person=ada)
        with CaptureQueriesContext(connection) as queries:
            run_waiting_jobs()
        assert Job.objects.latest("pk").state == Job.State.DONE
        return len(queries)

    topics = [topic_of(group, place) for place in range(3)]
    show(ada, group, topics[0])
    thread = Thread.objects.start(group=group, author=ada, title="One", body="Two.")
    before = asked()
    for topic in topics[1:]:
        show(ada, group, topic)
        show(ada, group, topic)
        Post.objects.reply(thread=thread, author=ada, body=f"About {topic}.")
    assert asked() == before


def test_it_goes_with_the_account(ada, signed_in, settings, django_capture_on_commit_callbacks):
    export(signed_in(ada))
    [file] = (settings.MEDIA_ROOT / "jobs").iterdir()
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(ada, texts=False, rendered={}, now=timezone.now())
    assert not file.exists()
    assert not Job.objects.exists()
