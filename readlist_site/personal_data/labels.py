"""What keys and choices of an export are called in its Markdown. In its JSON, they are the same in all languages; what
Readlist says itself, as in notifications and for deleted texts, is in the language of the export there, too."""

from collections.abc import Mapping

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Choice(str):
    """A value in a row that programs read, with the words for it that people read."""

    words: str

    def __new__(cls, value: str, words: object) -> "Choice":
        made = super().__new__(cls, value)
        made.words = str(words)
        return made


def choice(row: Model, field: str, value: str | None = None) -> Choice:
    """A choice of a field of a row; `value`: another value of the same field, as stored elsewhere."""
    value = getattr(row, field) if value is None else value
    words = CHOICES.get(f"{field}.{value}") or dict(row._meta.get_field(field).flatchoices).get(value, value)
    return Choice(value, words)


def role(value: str) -> Choice:
    """The role of a member, or the one in which somebody deleted a text."""
    return Choice(value, ROLES.get(value, value))


def label(key: str) -> str:
    """The name of a part or of a key, in the active language. One that has none is its own."""
    return str(LABELS.get(key) or key.replace("_", " ").capitalize())


ROLES = {"owner": _("owner"), "moderator": _("moderator"), "member": _("member"), "author": _("author")}

# The words for choices that pages show in sentences only.
CHOICES = {
    "change_request_ended_because.withdrawn": _("withdrawn by the reviewer"),
    "change_request_ended_because.reviewer_left": _("the reviewer left the group"),
    "change_request_ended_because.reviewer_paused": _("the reviewer paused reviews"),
    "change_request_ended_because.slot_taken": _("another member reviewed instead"),
    "event.renamed": _("thread renamed"),
    "event.moved": _("thread moved"),
    "event.kind": _("kind of thread changed"),
    "event.pinned": _("thread pinned"),
    "event.unpinned": _("thread unpinned"),
    "event.closed": _("thread closed"),
    "event.reopened": _("thread reopened"),
    "event.answered": _("answer marked"),
    "event.unanswered": _("answer unmarked"),
    "event.deleted": _("post deleted"),
    "kind.post": _("post"),
    "kind.comment": _("comment"),
    "kind.reply": _("reply"),
    "kind.name": _("name"),
    "outcome.deleted": _("text deleted"),
    "outcome.removed": _("text deleted and member removed"),
    "outcome.banned": _("text deleted and member banned"),
    "outcome.dismissed": _("report dismissed"),
}

# Keys of which the heading of a row doesn't say what it is about by its value alone.
SAID_IN_HEADINGS = {
    "banned",
    "changed_thread",
    "decided",
    "deleted_post_in",
    "deleted_reply_in",
    "handled_report_of",
    "invited_to",
    "link_of",
    "removed",
    "unbanned",
    "voted_for",
}

LABELS: Mapping[str, object] = {
    # Parts
    "account": _("Account"),
    "claims": _("Started reviews"),
    "comment_replies": _("Replies to comments"),
    "curation": _("Curation"),
    "follows": _("What you follow and mute"),
    "former_members": _("Former members"),
    "images": _("Images"),
    "members": _("Members"),
    "memberships": _("Memberships"),
    "moderation": _("Moderation"),
    "muted_people": _("Muted people"),
    "notification_settings": _("Notification settings"),
    "notifications": _("Notifications"),
    "post_drafts": _("Drafts of posts"),
    "posts": _("Posts"),
    "reactions": _("Reactions"),
    "read_positions": _("Read positions"),
    "readings": _("Readings"),
    "reports": _("Reports"),
    "resolved_comments": _("Resolved comments"),
    "review_drafts": _("Drafts of reviews"),
    "review_requests": _("Requested reviews"),
    "reviews": _("Reviews"),
    "settings": _("Settings"),
    "skipped_reviews": _("Skipped reviews"),
    "submissions": _("Submissions"),
    "suggestions": _("Suggestions"),
    "summaries": _("Summaries"),
    "summary_drafts": _("Drafts of summaries"),
    "threads": _("Threads"),
    # Keys
    "about": _("About"),
    "accepted_at": _("Accepted on"),
    "accounts_elsewhere": _("Connected accounts"),
    "address": _("Address"),
    "addresses": _("E-mail addresses"),
    "answer": _("Answer"),
    "answers": _("Answers"),
    "archived_at": _("Archived on"),
    "at": pgettext_lazy("label of a date", "Date"),
    "author": _("Author"),
    "banned": _("Banned"),
    "better_url": _("Better link"),
    "body": _("Text"),
    "by": pgettext_lazy("label of a name", "By"),
    "by_posting": _("Followed by posting"),
    "change": _("Change"),
    "change_request_ended_at": _("Change request ended on"),
    "change_request_ended_because": _("Change request ended because"),
    "changed_thread": _("Changed thread"),
    "claim_days": _("Days to finish a review"),
    "comment": _("Comment"),
    "comment_by": _("Comment by"),
    "comments_on_words": _("Comments on words"),
    "created_at": _("Created on"),
    "date_joined": _("Connected on"),
    "decided": _("Decided"),
    "decision": _("Decision"),
    "declined_at": _("Declined on"),
    "deleted_at": _("Deleted on"),
    "deleted_by": _("Deleted by"),
    "deleted_post_in": _("Deleted a post in"),
    "deleted_reply_in": _("Deleted a reply in"),
    "deletes_at": _("Will be deleted on"),
    "detail": _("Details"),
    "discussions": _("Discussions of comments"),
    "duties": _("Duties"),
    "earlier_versions": _("Edit history"),
    "edit_applied": _("Suggested edit applied"),
    "edited_at": _("Edited on"),
    "email": _("E-mail"),
    "ended": _("Membership ended"),
    "ended_at": _("Ended on"),
    "expires_at": _("Expires on"),
    "explanation": _("Explanation"),
    "facts": _("Facts"),
    "field": _("Field"),
    "file": _("File"),
    "finished_at": _("Finished on"),
    "group": _("Group"),
    "handled_report_of": _("Handled a report of"),
    "height": _("Height in pixels"),
    "hides_reading": _("Reading hidden from the group"),
    "instead": _("Suggested edit"),
    "invited_to": _("Made an invitation link to"),
    "ip": _("Internet address"),
    "is_administrator": _("Administrator"),
    "joined_at": _("Joined on"),
    "kind": _("Kind"),
    "language": _("Language"),
    "last_login": _("Last signed in on"),
    "last_seen_at": _("Last seen on"),
    "last_signed_in_at": _("Last signed in on"),
    "last_used_at": _("Last used on"),
    "lines": _("Lines"),
    "link_of": _("Checked the link of"),
    "list": _("List"),
    "mail": _("By e-mail"),
    "max_uses": _("Maximum number of uses"),
    "muted": _("Muted"),
    "name": _("Name"),
    "not_chosen": _("Not chosen in a conflict"),
    "note": _("Note"),
    "notified_of_threads": _("Notified of threads"),
    "of": _("About"),
    "of_revision": _("After revision"),
    "offset": _("Position in the answer"),
    "on": _("Comment on"),
    "opened_at": _("Opened on"),
    "outcome": _("Outcome"),
    "overall": _("Overall"),
    "owner": _("Owner"),
    "passes": _("Passes"),
    "prompt": _("Prompt"),
    "provider": _("Provider"),
    "read_again_for": _("Read again for"),
    "read_at": _("Read on"),
    "read_to": _("Read up to"),
    "reason": _("Reason"),
    "remark": _("Comment"),
    "removed": _("Removed"),
    "removed_from_playbook_at": _("Removed from playbook on"),
    "reopened_at": _("Reopened on"),
    "replaced_at": _("Replaced on"),
    "replies": _("Replies"),
    "reply": _("Reply"),
    "requested_at": _("Requested on"),
    "required_reviews": _("Reviews that a summary needs"),
    "resolution": _("Resolution"),
    "resolved_at": _("Resolved on"),
    "resolved_by": _("Resolved by"),
    "response": _("Response"),
    "reviewer": _("Reviewer"),
    "reviews_paused": _("Reviews paused"),
    "revision": _("Revision"),
    "revisions": _("Revisions"),
    "revoked_at": _("Revoked on"),
    "role": _("Role"),
    "rounds": _("Review rounds"),
    "saved_at": _("Saved on"),
    "second_factors": _("Second factors"),
    "sentence": _("Notification"),
    "sessions": _("Sessions"),
    "since": _("Since"),
    "single_approval_days": _("Days until one approval is enough"),
    "size": _("Size in bytes"),
    "skipped_at": _("Skipped on"),
    "source": _("Source"),
    "sources": _("Sources"),
    "started_at": _("Started on"),
    "state": _("State"),
    "submitted_at": _("Submitted on"),
    "suggested_edit": _("Suggested edit"),
    "taken_at": _("Review started on"),
    "text": _("Text"),
    "texts": _("Texts"),
    "theme": _("Theme"),
    "thread": _("Thread"),
    "time_zone": _("Time zone"),
    "title": _("Title"),
    "topic": _("Topic"),
    "type": _("Kind"),
    "uid": _("Account at the provider"),
    "unbanned": _("Unbanned"),
    "unbanned_at": _("Unbanned on"),
    "until": _("Until"),
    "uploaded_at": _("Uploaded on"),
    "url": _("Link"),
    "user_agent": _("Browser"),
    "verdict": _("Verdict"),
    "verdicts": _("Verdicts"),
    "voted_for": _("Voted for"),
    "who_can_invite": _("Who can invite people"),
    "why": _("Why"),
    "width": _("Width in pixels"),
    "withdrawn_at": _("Withdrawn on"),
    "words": _("Words"),
    "written_at": _("Written on"),
}
