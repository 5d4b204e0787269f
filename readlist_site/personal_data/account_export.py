"""The export of all that is one person's: what they have written and chosen, and nothing that others have but for
images that they show."""

import re
from collections.abc import Callable, Iterator

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from catalog.curation.change_text import change_text
from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion, SuggestionVote
from catalog.imports.upload import Upload
from catalog.links.link_issue import LinkIssue
from catalog.outline.change import Change
from catalog.outline.method import Prompt
from groups.members.absence import Absence
from groups.members.ban import Ban
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.members.membership_log import MembershipLogEntry
from groups.members.mute import Mute
from groups.reports.report import ContentReport
from groups.reviews.claim import Claim
from groups.reviews.comment_thread import CommentMessage, CommentThread
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_request import ReviewRequest
from groups.reviews.skip import Skip
from groups.reviews.submission import Submission
from groups.threads.follow import Follow
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.post_image import post_shows_of
from groups.threads.reaction import Reaction
from groups.threads.read_position import ReadPosition
from groups.threads.thread import Thread
from groups.threads.thread_log import ThreadLogEntry
from notes.draft import Draft
from notes.reading import Reading
from notes.reading_pass import in_order
from notes.revision_image import shows_to_author
from notes.summary import Summary
from readlist_site.base.accounts.models import User
from readlist_site.base.drafts import AbstractDraft
from readlist_site.base.images.image import Image
from readlist_site.base.jobs.job_kind import JobKind
from readlist_site.base.jobs.job_run import JobRun
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import email_preferences_for, optional_kinds
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.templatetags.notification_text import sentence

from .archive import KEPT_FOR, TEMPLATE, Archive, MarkdownText, Row, language_of_export
from .labels import Choice, choice, label, role
from .rows import (
    REVIEW_PREFETCH,
    REVISION_PREFETCH,
    comment_row,
    name_of,
    review_row,
    revision_row,
    round_row,
    versions_of,
)

_CHUNK = 200


def export_account(run: JobRun) -> dict | None:
    """Writes the file of the export of the job's person, in the language in which they asked for it, and
    their time zone."""
    person = run.job.person
    name = f"readlist-{timezone.localdate()}.zip"
    with (
        timezone.override(person.zone),
        translation.override(language_of_export(run.job)),
        run.create_file(name) as file,
        Archive(file, run, parts=len(PARTS)) as archive,
    ):
        archive.add_text(
            "README.md", render_to_string("personal_data/account_export.md", {"exported_at": timezone.now()})
        )
        archive.add_images(images_of(person).order_by("pk").iterator())
        for part, rows in PARTS.items():
            archive.add(part, rows(person))
    return None


ACCOUNT_EXPORT = JobKind(
    "account_export", _("Export of your data"), export_account, TEMPLATE, kept_for=KEPT_FOR, is_personal=True
)


def account(person: User) -> Iterator[Row]:
    yield {
        "name": person.display_name,
        "email": person.email,
        "addresses": list(person.emailaddress_set.values_list("email", flat=True)),
        "time_zone": person.time_zone,
        "language": person.language or Choice("browser", _("As in my browser")),
        "theme": Choice(person.theme or "system", person.get_theme_display()),
        "joined_at": person.date_joined,
        "last_signed_in_at": person.last_login,
        "is_administrator": person.is_superuser,
        "duties": list(person.groups.values_list("name", flat=True)),
        "deletes_at": person.deletes_at,
        "second_factors": list(person.authenticator_set.values("type", "created_at", "last_used_at")),
        "sessions": list(person.usersession_set.values("created_at", "last_seen_at", "ip", "user_agent")),
        "accounts_elsewhere": list(person.socialaccount_set.values("provider", "uid", "date_joined", "last_login")),
        "reviews_paused": [
            {"since": each.since, "until": each.until} for each in Absence.objects.visible_to(person)
        ],
    }  # fmt: skip


def notification_settings(person: User) -> Iterator[Row]:
    mail = email_preferences_for([person])
    for kind in optional_kinds():
        yield {
            "kind": Choice(kind.name, kind.label),
            "mail": choice(EmailPreference(), "mail", mail[person.pk, kind.name]),
        }


def notifications(person: User) -> Iterator[Row]:
    for each in Notification.objects.visible_to(person).iterator():
        yield {"sentence": sentence(each), "created_at": each.created_at, "read_at": each.read_at}


def readings(person: User) -> Iterator[Row]:
    mine = Reading.objects.visible_to(person).select_related("source", "reread_entry").prefetch_related("passes")
    for each in mine.order_by("pk").iterator(_CHUNK):
        yield {
            "source": each.source.listed_title,
            "url": each.source.url,
            "state": choice(each, "state"),
            "since": each.since,
            "started_at": each.started_at,
            "finished_at": each.finished_at,
            "passes": [
                {"started_at": one.started_at, "finished_at": one.finished_at} for one in in_order(each.passes.all())
            ],
            "read_again_for": each.reread_entry and each.reread_entry.title,
        }


def summaries(person: User) -> Iterator[Row]:
    prefetch = [f"revisions__{name}" for name in REVISION_PREFETCH]
    mine = Summary.objects.visible_to(person).select_related("topic").prefetch_related(*prefetch).order_by("pk")
    for each in mine.iterator(_CHUNK):
        yield {
            "topic": each.topic.title,
            "created_at": each.created_at,
            "revisions": [revision_row(revision) for revision in each.revisions.all()],
        }


def summary_drafts(person: User) -> Iterator[Row]:
    prompts = _prompts()
    for each in Draft.objects.visible_to(person).select_related("topic").order_by("pk").iterator():
        yield {"topic": each.topic.title, "of_revision": each.base_number, **_draft(each, prompts)}


def submissions(person: User) -> Iterator[Row]:
    mine = Submission.objects.filter(summary__author=person).select_related("group", "summary__topic").order_by("pk")
    replies = "rounds__replies__verdict__answer"
    for each in mine.prefetch_related("rounds__revision", "rounds__acceptance", replies).iterator(_CHUNK):
        yield {
            "topic": each.summary.topic.title,
            "group": each.group.name,
            "opened_at": each.opened_at,
            "withdrawn_at": each.withdrawn_at,
            "rounds": [round_row(round, round.replies.all()) for round in each.rounds.all()],
        }


def reviews(person: User) -> Iterator[Row]:
    mine = Review.objects.filter(reviewer=person).select_related(*_of("round__submission"), "round__revision")
    for each in mine.prefetch_related(*REVIEW_PREFETCH).order_by("pk").iterator(_CHUNK):
        yield {**_reviewed(each.round), **review_row(each)}


def comment_replies(person: User) -> Iterator[Row]:
    """What they said under comments on summaries."""
    related = (*_of("thread__round__submission"), "thread__round__revision", *_commented("thread__"))
    for each in CommentMessage.objects.filter(author=person).select_related(*related).order_by("pk").iterator():
        dates = {"created_at": each.created_at, "deleted_at": each.deleted_at}
        yield {**_reviewed(each.thread.round), **comment_row(each.thread), **dates, "text": MarkdownText(each.body)}


def resolved_comments(person: User) -> Iterator[Row]:
    """The comments that they marked as resolved and that still are."""
    related = (*_of("round__submission"), "round__revision", *_commented())
    for each in CommentThread.objects.filter(resolved_by=person).select_related(*related).order_by("pk").iterator():
        yield {**_reviewed(each.round), **comment_row(each), "resolved_at": each.resolved_at}


def _commented(to: str = "") -> tuple[str, ...]:
    return f"{to}verdict__answer", f"{to}verdict__review__reviewer", f"{to}review__reviewer"


def review_drafts(person: User) -> Iterator[Row]:
    prompts = _prompts()
    mine = ReviewDraft.objects.visible_to(person).select_related(*_of("round__submission"), "round__revision")
    for each in mine.order_by("pk").iterator():
        yield {**_reviewed(each.round), **_draft(each, prompts)}


def claims(person: User) -> Iterator[Row]:
    mine = Claim.objects.filter(reviewer=person).select_related(*_of("round__submission"), "round__revision")
    for each in mine.order_by("pk").iterator():
        dates = {"taken_at": each.taken_at, "expires_at": each.expires_at, "ended_at": each.ended_at}
        yield {**_reviewed(each.round), **dates}


def review_requests(person: User) -> Iterator[Row]:
    """The reviews that authors asked of them."""
    mine = ReviewRequest.objects.filter(person=person).select_related(*_of("submission")).order_by("pk")
    for each in mine:
        summary = each.submission.summary
        of = {"topic": summary.topic.title, "author": name_of(summary.author), "group": each.submission.group.name}
        yield {**of, "requested_at": each.requested_at, "declined_at": each.declined_at}


def skipped_reviews(person: User) -> Iterator[Row]:
    mine = Skip.objects.visible_to(person).select_related(*_of("round__submission"), "round__revision")
    for each in mine.order_by("pk").iterator():
        why = {"reason": choice(each, "reason"), "explanation": each.explanation, "skipped_at": each.skipped_at}
        yield {**_reviewed(each.round), **why}


def threads(person: User) -> Iterator[Row]:
    """The threads that they have started; the posts are in `posts`."""
    for each in Thread.objects.filter(opened_by=person).select_related("group").order_by("pk").iterator():
        yield {"title": each.title, "group": each.group.name, "opened_at": each.opened_at}


def _title_shown_to(person: User, threads: QuerySet[Thread]) -> Callable[[Thread], str | None]:
    """The title of one of these threads; None where others have started it and the person may not see it any more."""
    readable = set(threads.filter(pk__in=Thread.objects.visible_to(person)).values_list("pk", flat=True))
    return lambda thread: thread.title if thread.opened_by_id == person.pk or thread.pk in readable else None


def posts(person: User) -> Iterator[Row]:
    shows = _title_shown_to(person, Thread.objects.filter(posts__author=person))
    mine = Post.objects.filter(author=person).select_related("thread__group").order_by("pk")
    for each in mine.prefetch_related("versions").iterator(_CHUNK):
        yield {
            "thread": shows(each.thread),
            "group": each.thread.group.name,
            "created_at": each.created_at,
            "edited_at": each.edited_at,
            "deleted_at": each.deleted_at,
            "text": MarkdownText(each.body),
            "earlier_versions": versions_of(each),
        }


def images_of(person: User) -> QuerySet[Image]:
    """What they have uploaded, and what else their posts and summaries show, as long as they may see it."""
    shown = Q(uploader=person) | Q(post_shows_of(person)) | Q(shows_to_author(person))
    return Image.objects.visible_to(person).filter(shown)


def images(person: User) -> Iterator[Row]:
    """What they have uploaded; the files are in the folder `images`."""
    for each in Image.objects.filter(uploader=person).order_by("pk").iterator():
        yield {
            "file": f"images/{each.file_name}",
            "address": each.get_absolute_url(),
            "width": each.width,
            "height": each.height,
            "size": each.size,
            "uploaded_at": each.created_at,
        }


def reactions(person: User) -> Iterator[Row]:
    shows = _title_shown_to(person, Thread.objects.filter(posts__reactions__person=person))
    mine = Reaction.objects.filter(person=person).select_related("post__thread__group").order_by("pk")
    for each in mine.iterator():
        thread = each.post.thread
        yield {"thread": shows(thread), "group": thread.group.name, "kind": choice(each, "kind"), "at": each.at}


def post_drafts(person: User) -> Iterator[Row]:
    mine = PostDraft.objects.visible_to(person).select_related("thread__group", "post__thread__group", "group")
    for each in mine.order_by("pk").iterator():
        group = each.group or (each.thread or each.post.thread).group
        if each.group:
            kind = Choice("new thread", _("New thread"))
        else:
            kind = Choice("reply", _("Reply")) if each.thread else Choice("edit of a post", _("Edit of a post"))
        yield {"kind": kind, "group": group.name, **_draft(each, {})}


def memberships(person: User) -> Iterator[Row]:
    for each in Membership.objects.filter(person=person).select_related("group").order_by("pk"):
        joined = {
            "handle": each.handle,
            "role": role(each.effective_role),
            "joined_at": each.joined_at,
            "hides_reading": each.hides_reading,
        }
        yield {
            "group": each.group.name,
            **joined,
            "notified_of_threads": choice(each, "follow_level"),
            "read_to": each.read_to,
        }
    for each in MembershipLogEntry.objects.filter(person=person).select_related("group").order_by("pk"):
        yield {"group": each.group.name, "ended": choice(each, "event"), "at": each.at}


def follows(person: User) -> Iterator[Row]:
    mine = Follow.objects.visible_to(person).select_related("membership__group", "thread", "topic", "source")
    for each in mine.iterator():
        of = next(filter(None, (each.thread, each.topic, each.source)))
        name = "thread" if each.thread else "topic" if each.topic else "source"
        kind = Choice(name, label(name))
        how = {"muted": each.is_muted, "by_posting": each.by_posting}
        yield {"group": each.membership.group.name, "kind": kind, "of": str(of), **how}


def muted_people(person: User) -> Iterator[Row]:
    for each in Mute.objects.visible_to(person).select_related("muted"):
        yield {"muted": name_of(each.muted), "since": each.since}


def read_positions(person: User) -> Iterator[Row]:
    mine = ReadPosition.objects.filter(membership__person=person).select_related("thread__group").order_by("pk")
    for each in mine.iterator():
        yield {"group": each.thread.group.name, "thread": each.thread.title, "read_to": each.read_to}


def moderation(person: User) -> Iterator[Row]:
    """Members whom the person has removed or banned, and invitation links that they have made. Links that are still
    open are left out, because anyone who has one can join."""
    for each in MembershipLogEntry.objects.filter(removed_by=person).select_related("group", "person").order_by("pk"):
        yield {"removed": name_of(each.person), "group": each.group.name, "at": each.at, "why": each.why}
    for each in Ban.objects.filter(banned_by=person).select_related("group", "person").order_by("pk"):
        yield {"banned": name_of(each.person), "group": each.group.name, "at": each.banned_at, "why": each.why}
    for each in Ban.objects.filter(unbanned_by=person).select_related("group", "person").order_by("pk"):
        yield {"unbanned": name_of(each.person), "group": each.group.name, "at": each.unbanned_at}
    for each in Invitation.objects.filter(invited_by=person).select_related("group").order_by("pk"):
        ends = {"expires_at": each.expires_at, "max_uses": each.max_uses, "revoked_at": each.revoked_at}
        yield {"invited_to": each.group.name, "at": each.created_at, **ends}
    for each in ThreadLogEntry.objects.filter(by=person).select_related("thread", "group"):
        done = {"changed_thread": each.thread.title, "change": choice(each, "event"), "detail": each.detail}
        yield {**done, "group": each.group.name, "at": each.at}
    for each in Post.objects.filter(deleted_by=person).exclude(author=person).select_related("thread__group"):
        yield {"deleted_post_in": each.thread.group.name, "at": each.deleted_at}
    for each in ContentReport.objects.filter(decided_by=person).select_related("group"):
        done = {"handled_report_of": choice(each, "kind"), "outcome": choice(each, "outcome"), "note": each.note}
        yield {**done, "group": each.group.name, "at": each.decided_at}
    deleted = CommentMessage.objects.filter(deleted_by=person).exclude(author=person)
    for each in deleted.select_related("thread__round__submission__group").order_by("pk"):
        yield {"deleted_reply_in": each.thread.round.submission.group.name, "at": each.deleted_at}


def suggestions(person: User) -> Iterator[Row]:
    for each in Suggestion.objects.of(person).select_related("topic").iterator():
        yield {
            "title": each.title, "topic": each.topic.title, "url": each.url, "role": choice(each, "role"),
            "at": each.at, "state": choice(each, "state"), "answer": each.reason, "why": MarkdownText(each.why),
        }  # fmt: skip
    for vote in SuggestionVote.objects.filter(person=person).select_related("suggestion").order_by("pk"):
        yield {"voted_for": vote.suggestion.title, "url": vote.suggestion.url, "at": vote.at}


def reports(person: User) -> Iterator[Row]:
    for each in Report.objects.of(person).select_related("source").iterator():
        yield {
            "source": each.source.listed_title, "kind": choice(each, "kind"), "text": each.text,
            "better_url": each.better_url, "at": each.at, "state": choice(each, "state"), "answer": each.reason,
        }  # fmt: skip
    for each in ContentReport.objects.made_by(person).select_related("group"):
        yield {
            "group": each.group.name, "of": choice(each, "kind"), "reason": choice(each, "reason"), "text": each.text,
            "at": each.at, "outcome": choice(each, "outcome"),
        }  # fmt: skip


def curation(person: User) -> Iterator[Row]:
    """What the person has done as a curator."""
    for each in Change.objects.filter(by=person).order_by("pk").iterator():
        yield {"change": Choice(each.code or each.what, change_text(each)), "at": each.at, "facts": each.facts}
    for each in LinkIssue.objects.filter(resolved_by=person).select_related("source").order_by("pk"):
        answer = {"resolution": choice(each, "resolution"), "reason": each.reason, "at": each.resolved_at}
        yield {"link_of": each.source.listed_title, **answer}
    for model in (Suggestion, Report):
        for each in model.objects.filter(decided_by=person).order_by("pk"):
            yield {"decided": str(each), "state": choice(each, "state"), "reason": each.reason, "at": each.decided_at}
    for each in Upload.objects.filter(by=person).order_by("pk").defer("text"):
        yield {"file": each.name, "title": each.title}


PARTS: dict[str, Callable[[User], Iterator[Row]]] = {
    part.__name__: part
    for part in (
        account, notification_settings, notifications, readings, summaries, summary_drafts, submissions, reviews,
        comment_replies, resolved_comments, review_drafts, claims, review_requests,
        skipped_reviews, threads, posts, images, reactions,
        post_drafts, memberships, follows, muted_people, read_positions, moderation, suggestions, reports, curation,
    )
}  # fmt: skip


def _of(submission: str) -> tuple[str, str, str]:
    """What `_reviewed` reads."""
    return f"{submission}__group", f"{submission}__summary__topic", f"{submission}__summary__author"


def _reviewed(round) -> Row:
    summary = round.submission.summary
    return {
        "topic": summary.topic.title,
        "author": name_of(summary.author),
        "group": round.submission.group.name,
        "revision": round.revision.number,
    }


def _prompts() -> dict[str, str]:
    return {str(key): text for key, text in Prompt.objects.values_list("pk", "text")}


def _draft(draft: AbstractDraft, prompts: dict[str, str]) -> Row:
    """The texts of a draft, by prompt or by field of the form, and those that were not chosen in a conflict."""
    return {
        "saved_at": draft.saved_at,
        "texts": _texts(draft.texts_of(draft.typed_columns()), prompts),
        "not_chosen": [
            {"at": each["at"], "texts": _texts(draft.texts_of(each), prompts)} for each in draft.alternatives
        ],
    }


def _texts(texts: dict[str, str], prompts: dict[str, str]) -> list[Row]:
    return [
        {"field": _field(name, prompts), "text": MarkdownText(text)} for name, text in texts.items() if text
    ]  # fmt: skip


def _field(name: str, prompts: dict[str, str]) -> str:
    """The field of a form with its prompt in words: names end with the key of the prompt; those of comments on words
    also with their number."""
    if words := re.fullmatch(r"([a-z]+)_([0-9]+)_([0-9]+)", name):
        of = f"{int(words[3]) + 1}: {prompts.get(words[2], words[2])}"
        return Choice(f"{words[1]} {of}", f"{label(words[1])} {of}")
    kind, _underscore, key = name.rpartition("_")
    if key not in prompts:
        return Choice(name, label(name))
    return Choice(f"{kind}: {prompts[key]}", f"{label(kind)}: {prompts[key]}") if kind else prompts[key]
