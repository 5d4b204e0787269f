"""Rows of exports that the export of an account and that of a group have in common."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from groups.reviews.comment_thread import CommentThread
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.review_version import ReviewVersion
from groups.reviews.verdict import Verdict
from groups.threads.post import Post
from notes.revision import Revision
from readlist_site.base.accounts.models import User

from .archive import MarkdownText, Row
from .labels import choice

# What `review_row` reads of a review, and `revision_row` of a revision.
REVIEW_PREFETCH = ("verdicts__answer", "versions")
REVISION_PREFETCH = ("answers", "based_on__source")


def name_of(person: User | None) -> str:
    """A person's name, in the active language where their account is deleted."""
    return person.display_name if person else _("former member")


def versions_of(post: Post) -> list[Row]:
    """The texts of a post before its edits. Takes a post with its versions."""
    return [{"written_at": each.written_at, "text": MarkdownText(each.body)} for each in post.versions.all()]


def revision_row(revision: Revision) -> Row:
    return {
        "revision": revision.number,
        "created_at": revision.created_at,
        "lines": revision.lines,
        "answers": [
            {"prompt": answer.prompt_text, "text": MarkdownText(answer.body)} for answer in revision.answers.all()
        ],
        "sources": [{"title": basis.title, "url": basis.source.url} for basis in revision.based_on.all()],
    }


def round_row(round: ReviewRound, replies: Iterable[CommentReply]) -> Row:
    """A revision in a group, without its text. Takes a round with its revision and acceptance."""
    return {
        "revision": round.revision.number,
        "submitted_at": round.submitted_at,
        "why": round.why,
        "required_reviews": round.required_reviews,
        "accepted_at": round.accepted_at,
        "removed_from_playbook_at": round.removed_from_playbook_at,
        "replies": [_reply_row(reply) for reply in replies],
    }


def _reply_row(reply: CommentReply) -> Row:
    return {
        "on": _place_of(reply),
        "response": choice(reply, "response"),
        "edit_applied": reply.applied,
        "text": MarkdownText(reply.text),
    }


def comment_row(thread: CommentThread) -> Row:
    """Which comment of a review a thread is under. Takes a thread with its verdict's answer and the reviewer."""
    return {"on": _place_of(thread), "comment_by": name_of(thread.opener)}


def _place_of(said: CommentReply | CommentThread) -> str:
    """The prompt of the answer that a comment is on, in the active language where it is on the whole."""
    return said.verdict.answer.prompt_text if said.verdict else _("Overall")


def review_row(review: Review) -> Row:
    """A review with its earlier versions, without what it is of."""
    return {
        "decision": choice(review, "decision"),
        "submitted_at": review.submitted_at,
        "change_request_ended_at": review.withdrawn_at,
        "change_request_ended_because": choice(review, "change_request_ended_because"),
        "overall": MarkdownText(review.overall),
        "verdicts": [
            {"prompt": each.answer.prompt_text, "verdict": choice(each, "value"), "comment": MarkdownText(each.comment)}
            for each in review.verdicts.all()
            if not each.is_on_words
        ],
        "comments_on_words": [
            {
                "prompt": each.answer.prompt_text,
                "words": MarkdownText(each.quote),
                "offset": each.offset,
                "comment": MarkdownText(each.comment),
                "suggested_edit": MarkdownText(each.suggestion),
            }
            for each in review.verdicts.all()
            if each.is_on_words and not each.is_emptied
        ],
        "earlier_versions": [_version_row(version) for version in review.versions.all()],
    }


def _version_row(version: ReviewVersion) -> Row:
    """The oldest versions have HTML only, which is converted to plain text."""
    return {
        "decision": choice(version, "decision"),
        "submitted_at": version.submitted_at,
        "replaced_at": version.replaced_at,
        "overall": MarkdownText(version.overall) if version.overall else version.overall_html,
        "verdicts": [
            {
                "prompt": each["prompt"],
                "verdict": choice(Verdict(), "value", each["value"]),
                "comment": MarkdownText(each["source"]) if "source" in each else each["comment"],
            }
            for each in version.verdicts
        ],
    }
