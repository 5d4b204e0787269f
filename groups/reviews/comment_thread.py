"""What is said under a reviewer's comment, and whether the comment is resolved."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from groups.members.exceptions import RuleViolation
from groups.members.membership import Membership
from groups.members.soft_deletion import DeletedAs, SoftDeletion
from readlist_site.base.text import RENDERER_VERSION, Rendered, render

from . import notifications
from .reply import CommentReply
from .review import Review
from .review_round import ReviewRound
from .submission import Submission
from .verdict import Verdict


class CommentThreadQuerySet(models.QuerySet["CommentThread"]):
    def of_comment(self, submission: Submission, key: str) -> "CommentThread | None":
        """Return the thread under a comment of this submission: an unsaved one if nothing has happened there yet, None
        without such a comment. `key` is `Comment.key`: "v12" for a verdict, "r5" for a review."""
        kind, number = key[:1], key[1:]
        models_of = {"v": ("verdict", Verdict, "review__round"), "r": ("review", Review, "round")}
        # A key of more digits than a column holds is an error of the database.
        if kind not in models_of or not (number.isascii() and number.isdigit()) or len(number) > 18:
            return None
        name, model, to_round = models_of[kind]
        to_review = to_round.removesuffix("round")
        related = (f"{to_round}__revision", f"{to_review}reviewer", "comment_thread")
        here = model.objects.select_related(*related).filter(**{f"{to_round}__submission": submission})
        if not (comment := here.filter(pk=number).first()):
            return None
        found = getattr(comment, "comment_thread", None) or self.model(**{name: comment})
        setattr(found, name, comment)
        found.round = comment.review.round if name == "verdict" else comment.round
        found.round.submission = submission
        return found


class CommentThread(models.Model):
    """What has happened to a comment on one answer (`verdict`) or on the whole (`review`): the messages under it, and
    that it was resolved or reopened. Exists from the first of these on."""

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="comment_threads")
    verdict = models.OneToOneField(Verdict, on_delete=models.CASCADE, null=True, related_name="comment_thread")
    review = models.OneToOneField(Review, on_delete=models.CASCADE, null=True, related_name="comment_thread")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True, help_text="From when on what addressed it before counts no more.")

    objects = CommentThreadQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__isnull=False, review=None) | Q(verdict=None, review__isnull=False),
                name="groups_comment_thread_of_one_comment",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=False) | Q(resolved_by=None), name="groups_comment_resolved_when"
            ),
        ]

    def __str__(self) -> str:
        return f"under {self.comment_key} of {self.round}"

    def get_absolute_url(self) -> str:
        """The address of the comment on the page of the submission, with the revision that it is on."""
        url = self.round.submission.get_absolute_url()
        return f"{url}?revision={self.round.revision.number}#comment-{self.comment_key}"

    @property
    def comment_key(self) -> str:
        """The key of its comment: see `Comment.key`."""
        return f"v{self.verdict_id}" if self.verdict_id else f"r{self.review_id}"

    @property
    def opener(self):
        """Who wrote the comment; None for a former member."""
        return (self.verdict.review if self.verdict else self.review).reviewer

    def can_be_resolved_by(self, person, *, is_moderator: bool) -> bool:
        """Return whether a person wrote the comment or moderates the group."""
        return is_moderator or self.opener == person

    def reply(
        self, *, author, body: str, rendered: Rendered | None = None, now: datetime | None = None
    ) -> "CommentMessage":
        """Add a message, and notify its readers: see `notifications.notify_comment_reply`. `rendered`: its HTML, if it
        is rendered already.

        Locks the group. Raises GroupArchived, and RuleViolation if the author is not a member ("not_a_member") or the
        submission is withdrawn ("submission_withdrawn"), and TextTooLong if the text has to be rendered."""
        html, now = (rendered or render(body)).html, now or timezone.now()
        columns = {"body": body, "body_html": html, "renderer": RENDERER_VERSION, "created_at": now}
        with transaction.atomic():
            self._begin_change(author)
            message = CommentMessage.objects.create(thread=self, author=author, **columns)
            notifications.notify_comment_reply(message, now)
        return message

    @transaction.atomic
    def resolve(self, *, by, now: datetime | None = None) -> None:
        """Mark the comment as resolved. A second call keeps the first date. Locks the group. Raises what `reply`
        raises, and RuleViolation ("may_not_resolve") unless `by` wrote the comment or moderates the group."""
        self._refuse_unless_resolvable_by(by)
        now = now or timezone.now()
        self._change(resolved_at=None, to={"resolved_at": now, "resolved_by": by})
        notifications.resolve_comment_reopened(self, now)

    @transaction.atomic
    def reopen(self, *, by, now: datetime | None = None) -> None:
        """Reopen the comment, also if the author's reply said that it is addressed, and notify the author. Does nothing
        if it is open. Locks the group. Raises what `resolve` raises."""
        now = now or timezone.now()
        self._refuse_unless_resolvable_by(by)
        self._change(to={})
        replies = (self.verdict or self.review).replies.select_related("round")
        if is_resolved(self, replies.order_by("-round_id").first()):
            self._change(to={"resolved_at": None, "resolved_by": None, "reopened_at": now})
            notifications.notify_comment_reopened(self, by, now)

    def _refuse_unless_resolvable_by(self, person) -> None:
        is_moderator = self._begin_change(person).is_moderator
        if not self.can_be_resolved_by(person, is_moderator=is_moderator):
            raise RuleViolation("may_not_resolve")

    def _begin_change(self, person) -> Membership:
        """Lock the group, save the thread if it is new, and return the person's membership. Every change starts with
        this."""
        submission = self.round.submission
        submission.group.lock_for(person)
        if Submission.objects.not_withdrawn().filter(pk=submission.pk).first() is None:
            raise RuleViolation("submission_withdrawn")
        if self.pk is None:
            of = {"verdict": self.verdict} if self.verdict_id else {"review": self.review}
            saved, _ = CommentThread.objects.get_or_create(**of, defaults={"round": self.round})
            self.pk, self._state.adding = saved.pk, False
        return submission.group.memberships.select_related("group").get(person=person)

    def _change(self, *, to: dict[str, Any], **where) -> None:
        """Update these columns where the row matches, and read it again."""
        if to:
            CommentThread.objects.filter(pk=self.pk, **where).update(**to)
        self.refresh_from_db(fields=["resolved_at", "resolved_by", "reopened_at"])


def is_resolved(thread: CommentThread | None, reply: CommentReply | None) -> bool:
    """Return whether a comment was marked as resolved, or its author's latest reply says "addressed" and it was not
    reopened since."""
    if thread and thread.resolved_at:
        return True
    if reply is None or reply.response != CommentReply.Response.ADDRESSED:
        return False
    return not (thread and thread.reopened_at and thread.reopened_at >= reply.round.shown_at)


class CommentMessageQuerySet(models.QuerySet["CommentMessage"]):
    def visible_to(self, user) -> "CommentMessageQuerySet":
        """Return the messages on submissions that a person may see, deleted ones included."""
        return self.filter(thread__round__submission__in=Submission.objects.visible_to(user))

    def not_deleted(self) -> "CommentMessageQuerySet":
        return self.filter(deleted_at=None)


class CommentMessage(SoftDeletion, models.Model):
    """A member's reply in the thread under a comment. Deleting it keeps the row without its text, so that other replies
    keep their context."""

    thread = models.ForeignKey(CommentThread, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="comment_messages"
    )
    body = models.TextField(blank=True, help_text="Markdown.")
    body_html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    deleted_as = models.CharField(max_length=10, choices=DeletedAs.choices, blank=True)

    objects = CommentMessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deleted_at=None, deleted_by=None, deleted_as="") & ~Q(body="")
                | Q(deleted_at__isnull=False, deleted_as__in=["author", "moderator", "owner"]),
                name="groups_comment_message_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author or 'former member'} {self.thread}"

    @transaction.atomic
    def soft_delete(self, *, by, as_administrator: bool = False, now: datetime | None = None) -> None:
        """Delete its text and mark the notifications about it as obsolete. A second call keeps the first deletion.
        Locks the group. Raises GroupArchived, and RuleViolation if `by` is not a member ("not_a_member"), or neither
        the author nor a moderator ("may_not_delete_reply")."""
        now, group = now or timezone.now(), self.thread.round.submission.group
        role = self.lock_to_delete(group, by, refusal="may_not_delete_reply", as_administrator=as_administrator)
        gone = {"body": "", "body_html": "", "deleted_at": now, "deleted_by": by, "deleted_as": role}
        CommentMessage.objects.not_deleted().filter(pk=self.pk).update(**gone)
        notifications.resolve_comment_message(self, now)
