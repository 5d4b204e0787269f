"""What a report is about: a post, a review's comment, a reply under one, or a member's name."""

from dataclasses import dataclass

from django.db.models import Model, TextChoices
from django.urls import reverse

from groups.members.group import Group
from groups.members.membership import Membership
from groups.reviews.comment_removal import has_text
from groups.reviews.comment_thread import CommentMessage, CommentThread
from groups.reviews.review import Review
from groups.reviews.verdict import Verdict
from groups.threads.post import Post
from readlist_site.base.accounts.models import User
from readlist_site.base.text import plain


class Kind(TextChoices):
    """Of the thing that is reported."""

    POST = "post"
    COMMENT = "comment"
    REPLY = "reply"
    NAME = "name"


@dataclass(frozen=True)
class ReportSubject:
    """A thing that can be reported. `person` wrote it, or has the name; None: a former member. `columns` are those of a
    `ContentReport` that name it."""

    kind: str
    group: Group
    person: User | None
    thing: Post | Verdict | Review | CommentMessage | User | None

    @property
    def columns(self) -> dict[str, Model | None]:
        column = {Post: "post", Verdict: "verdict", Review: "review", CommentMessage: "message"}.get(type(self.thing))
        return {column: self.thing} if column else {}

    @property
    def html(self) -> str:
        """The text as HTML, "" for a name."""
        match self.thing:
            case Verdict():
                return self.thing.comment_html + self.thing.suggestion_html
            case Review():
                return self.thing.overall_html
            case Post() | CommentMessage():
                return self.thing.body_html
        return ""

    @property
    def excerpt(self) -> str:
        """The beginning of the text, "" for a name and for a text that is deleted."""
        is_deleted = isinstance(self.thing, Post | CommentMessage) and not self.thing.is_readable
        return "" if is_deleted else plain(self.html)

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing to do about it: its text is deleted, or there is nobody of this name.

        A comment that its author emptied is there as long as an earlier version of the review shows its text. One
        statement for these. Versions from before the comment moved to other words don't count: see `has_text`."""
        match self.thing:
            case Post() | CommentMessage():
                return not self.thing.is_readable
            case Verdict() | Review():
                return not has_text(self.thing)
        return self.thing is None

    @property
    def url(self) -> str:
        """The address of the page that shows it."""
        match self.thing:
            case Post():
                return self.thing.get_absolute_url()
            case CommentMessage():
                return self.thing.thread.get_absolute_url()
            case Verdict() | Review():
                return comment_url(self.thing)
        members = reverse("members", args=[self.group.pk])
        return f"{members}#member-{self.person.pk}" if self.person else members


def comment_url(comment: Verdict | Review) -> str:
    """Return the address of a review's comment, with the revision that it is on."""
    round = (comment.review if isinstance(comment, Verdict) else comment).round
    key = f"v{comment.pk}" if isinstance(comment, Verdict) else f"r{comment.pk}"
    return f"{round.submission.get_absolute_url()}?revision={round.revision.number}#comment-{key}"


def of_post(post: Post) -> ReportSubject:
    """Take a post with its author and group."""
    return ReportSubject(Kind.POST, post.thread.group, post.author, post)


def of_comment(thread: CommentThread) -> ReportSubject:
    """Take what `CommentThread.objects.of_comment` returns."""
    comment = thread.verdict or thread.review
    return ReportSubject(Kind.COMMENT, thread.round.submission.group, thread.opener, comment)


def of_reply(message: CommentMessage) -> ReportSubject:
    """Take a reply with its author, submission and group."""
    return ReportSubject(Kind.REPLY, message.thread.round.submission.group, message.author, message)


def of_name(membership: Membership) -> ReportSubject:
    """Take a membership with its person and group."""
    return ReportSubject(Kind.NAME, membership.group, membership.person, membership.person)
