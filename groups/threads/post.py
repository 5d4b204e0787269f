"""A post in a thread."""

import re
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from groups.members.exceptions import RuleViolation
from groups.members.soft_deletion import DeletedAs, SoftDeletion
from readlist_site.base.text import Rendered, literal, plain, without_quotations
from readlist_site.base.web.addresses import address

from . import notifications
from .mentions import find_mentions
from .post_image import PostImage
from .post_version import PostVersion
from .thread import Thread, body_columns, idempotency_key_for
from .thread_log import ThreadLogEntry

# The number of posts on a page of a thread.
PAGE = 50

# The number of characters of a post that lists show.
EXCERPT = 90

# How long after a post its page's autosaves are ignored, because they may hold the same text and arrive late.
LATE_SAVE = timedelta(minutes=1)


class EditedMeanwhile(Exception):
    """The post has been edited since this edit was started, in another window or on another device."""


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user) -> "PostQuerySet":
        """Return the posts of the threads that a person may see, deleted ones included."""
        return self.filter(thread__in=Thread.objects.visible_to(user))

    def changed_since(self, change: int, user, *, marked: Collection[int] = ()) -> "PostQuerySet":
        """Return the posts of a thread that were edited, deleted, marked as the answer or unmarked after this change of
        it (`Thread.post_changes`), in this order, without what the person has edited or deleted themselves. `marked`:
        the keys of those that were marked or unmarked, which are returned also if they are the person's own."""
        edited_by_user = models.Q(author=user, deleted_at=None) & ~models.Q(pk__in=marked)
        by_user = edited_by_user | models.Q(deleted_by=user, deleted_by__isnull=False)
        return self.filter(last_change__gt=change).exclude(by_user).order_by("last_change", "pk")

    def not_deleted(self) -> "PostQuerySet":
        """Return the posts that are not deleted."""
        return self.filter(deleted_at=None)

    def by_others(self, person) -> "PostQuerySet":
        """Return the posts of others than this person, former members included."""
        return self.filter(~models.Q(author=person) | models.Q(author=None))

    def reply(
        self,
        *,
        thread: Thread,
        author,
        body: str,
        idempotency_key: uuid.UUID | None = None,
        rendered: Rendered | None = None,
        now: datetime | None = None,
    ) -> "Post":
        """Add a post to a thread, and return it. If the author sent the same text with the same `idempotency_key`
        before, return that post. Locks the group. Raises GroupArchived, RuleViolation ("not_a_member",
        "thread_closed"), and TextTooLong if the text has to be rendered."""
        said = body_columns(body, rendered) | {"thread": thread, "form_id": idempotency_key}
        said["created_at"] = now or timezone.now()
        key = idempotency_key_for(idempotency_key, thread.pk, body)
        with transaction.atomic():
            thread.group.lock_for(author)
            is_closed = Thread.objects.filter(pk=thread.pk, closed_at__isnull=False).exists()
            if is_closed and not self.filter(author=author, idempotency_key=key).exists():
                raise RuleViolation("thread_closed")
            said["mentions"] = find_mentions(said["body_html"], thread.group, author)
            post, is_new = self.get_or_create(author=author, idempotency_key=key, defaults=said)
            if is_new:
                PostImage.objects.write_down(post)
                notifications.notify_posted(post, said["created_at"])
        return post

    def was_sent(self, author, form_id: uuid.UUID, *said) -> bool:
        """Return whether the author has sent this form with this content before: then it makes no new post."""
        return self.filter(author=author, idempotency_key=idempotency_key_for(form_id, *said)).exists()

    def sent_from(self, form_id: uuid.UUID | None, author, now: datetime | None = None) -> bool:
        """Return whether the page with this form was posted within `LATE_SAVE`, so that its autosaves are ignored.
        Later ones may hold new text, because a browser can restore the page."""
        since = (now or timezone.now()) - LATE_SAVE
        return form_id is not None and self.filter(author=author, form_id=form_id, created_at__gt=since).exists()


@lru_cache(maxsize=1_024)
def _excerpt(html: str) -> str:
    """Lists show the same texts again and again: of as many the beginning is kept."""
    return plain(without_quotations(html), EXCERPT)


class Post(SoftDeletion, models.Model):
    """A Markdown text in a thread. Deleting keeps the row, so that replies keep their context."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="posts")
    body = models.TextField()
    body_html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    idempotency_key = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="The same text sent twice from one form has the same."
    )
    form_id = models.UUIDField(null=True, editable=False, help_text="The open page that it was sent from.")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    mentions = models.JSONField(
        null=True, editable=False, help_text="The keys of the people whom it mentions, by the handle as it is written."
    )
    edits = models.PositiveIntegerField(default=0, editable=False, help_text="How often it was edited.")
    last_change = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Which change of its thread edited or deleted it last."
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    deleted_as = models.CharField(max_length=10, choices=DeletedAs.choices, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["thread", "id"], name="groups_post_in_thread"),
            models.Index(
                fields=["thread", "author", "id"],
                condition=models.Q(deleted_at=None),
                name="groups_post_by_author",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(body=""), name="groups_post_not_empty"),
            models.UniqueConstraint(fields=["author", "idempotency_key"], name="groups_post_sent_once"),
            models.CheckConstraint(
                condition=(
                    models.Q(deleted_at=None, deleted_by=None, deleted_as="")
                    | models.Q(deleted_at__isnull=False, deleted_as__in=["author", "moderator", "owner"])
                ),
                name="groups_post_removed_as_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author or 'former member'} in {self.thread}"

    def get_absolute_url(self) -> str:
        """The address that redirects to the post in its thread."""
        return address("post", self.pk)

    def page_url(self) -> str:
        """Return the address of the page of the thread that shows it: the newest posts, or those from this one on."""
        newest = list(self.thread.posts.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])
        page = ""
        if newest[PAGE:]:
            page = "?newest=yes" if self.pk > newest[PAGE] else f"?from={self.pk}"
        return f"{self.thread.get_absolute_url()}{page}#post-{self.pk}"

    @property
    def quotation(self) -> str:
        """The post as a Markdown quotation, to start a reply with: its author's name with a link to it, and the text.
        Leaves out quotations in it, unless it has nothing else."""
        lines = self.body.splitlines()
        own = "\n".join(line for line in lines if not line.startswith(">"))
        return self._quoted((own if own.strip() else self.body).strip("\n"))

    def quotation_of(self, passage: str) -> str:
        """Return a passage of the post, as it is read, as a Markdown quotation like `quotation`."""
        paragraphs = (literal(" ".join(each.split())) for each in re.split(r"\n\s*\n", passage))
        return self._quoted("\n\n".join(each for each in paragraphs if each))

    def _quoted(self, text: str) -> str:
        name = literal(str(self.author or gettext("A former member")))
        said = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        return f"> [**{name}**]({self.get_absolute_url()})\n>\n{said}\n\n"

    @property
    def excerpt(self) -> str:
        """The beginning of what its author wrote, as plain text: without quotations of others, unless it has nothing
        else."""
        return _excerpt(self.body_html)

    def can_be_edited_by(self, user) -> bool:
        """Return whether a person is the author and the post is not deleted. Doesn't check whether they can see the
        post."""
        return self.is_readable and self.author_id == user.pk

    def edit(
        self, body: str, *, base: int | None = None, rendered: Rendered | None = None, now: datetime | None = None
    ) -> None:
        """Replace the text, and keep the present one as a version. Does nothing if the post was deleted meanwhile. Who
        is mentioned now, and wasn't told of the post, is.

        `base` is the number of `edits` when this edit was started. A conditional update ensures that no later edit is
        overwritten. Locks the group. Raises EditedMeanwhile if there was one, GroupArchived, and RuleViolation
        ("not_a_member")."""
        if body == self.body:
            return
        base = self.edits if base is None else base
        changes = body_columns(body, rendered) | {"edited_at": now or timezone.now(), "edits": base + 1}
        with transaction.atomic():
            group = self.thread.group
            group.lock_for(self.author)
            changes["mentions"] = find_mentions(changes["body_html"], group, self.author, self.mentions)
            before = Post.objects.not_deleted().filter(pk=self.pk, edits=base).first()
            changed = self._change(changes, edits=base)
            if changed:
                before._keep_version()
                PostImage.objects.write_down(self)
                notifications.notify_mentioned(self, changes["edited_at"])
        if not changed and self.is_readable and self.body != body:
            raise EditedMeanwhile

    def soft_delete(self, by, *, as_administrator: bool = False, now: datetime | None = None) -> None:
        """Delete the post, keeping its row, and log it if a moderator deletes it who isn't its author. A second call
        keeps the first deletion. Locks the group. Raises GroupArchived, and RuleViolation if `by` is not a member
        ("not_a_member"), or neither the author nor a moderator ("may_not_delete_post")."""
        group = self.thread.group
        with transaction.atomic():
            role = self.lock_to_delete(group, by, refusal="may_not_delete_post", as_administrator=as_administrator)
            is_new = self._change({"deleted_at": now or timezone.now(), "deleted_by": by, "deleted_as": role})
            if is_new and role != DeletedAs.AUTHOR and not as_administrator:
                ThreadLogEntry.objects.create(group=group, thread=self.thread, event="deleted", by=by)
            Thread.objects.filter(answer=self.pk).update(answer=None)
            PostImage.objects.filter(post=self).delete()
            notifications.resolve_deleted(self, now)

    def _keep_version(self) -> None:
        """Save the text as it was read as a version."""
        columns = {name: getattr(self, name) for name in ("body", "body_html", "renderer", "mentions")}
        written_at = self.edited_at or self.created_at
        PostVersion.objects.create(post=self, number=self.edits, written_at=written_at, **columns)

    def show_change(self) -> None:
        """Have open pages of the thread show the post anew: it was marked as the answer, or no longer is. Call it under
        the group's lock."""
        self._change({})

    def _change(self, values: dict, **where) -> bool:
        """Update the post if it is not deleted and matches `where`, as the next change of its thread, and read it
        again. Return whether it was updated. Call it under the group's lock, so that changes are numbered in the order
        in which they are committed."""
        thread = Thread.objects.filter(pk=self.thread_id)
        thread.update(post_changes=models.F("post_changes") + 1)
        values = values | {"last_change": models.Subquery(thread.values("post_changes"))}
        changed = Post.objects.not_deleted().filter(pk=self.pk, **where).update(**values)
        self.refresh_from_db(
            fields=[
                "body",
                "body_html",
                "renderer",
                "mentions",
                "edited_at",
                "edits",
                "deleted_at",
                "deleted_by",
                "deleted_as",
            ]
        )
        return bool(changed)
