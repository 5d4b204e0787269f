"""What somebody said in a thread."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from groups.members.exceptions import RuleViolation
from readlist_site.base.accounts.models import FORMER_MEMBER
from readlist_site.base.text import Rendered, literal

from .thread import Thread, body_columns, idempotency_key_for

# How many posts a page of a thread shows.
PAGE = 50

# For so long after posting, what the same page saves is an echo of it.
LATE_SAVE = timedelta(minutes=1)


class EditedMeanwhile(Exception):
    """The post has been edited since this edit was begun: in another window, or on another device."""


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user) -> "PostQuerySet":
        """The posts of the threads that a person may see. A removed one is among them, to be shown as removed."""
        return self.filter(thread__in=Thread.objects.visible_to(user))

    def not_deleted(self) -> "PostQuerySet":
        """What nobody has removed."""
        return self.filter(deleted_at=None)

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
        """Post in a thread. The same text sent again with the same `idempotency_key` is the same post. Locks the group;
        raises Archived, and RuleViolation for who has left it."""
        said = body_columns(body, rendered) | {
            "thread": thread,
            "form_id": idempotency_key,
            "created_at": now or timezone.now(),
        }
        with transaction.atomic():
            thread.group.lock_for(author)
            post, _ = self.get_or_create(
                author=author, idempotency_key=idempotency_key_for(idempotency_key, thread.pk, body), defaults=said
            )
        return post

    def sent_from(self, form_id: uuid.UUID | None, author, now: datetime | None = None) -> bool:
        """Whether an open page has just posted what it held: what it still saves comes late. One that the browser
        brings back after that may hold something new."""
        since = (now or timezone.now()) - LATE_SAVE
        return form_id is not None and self.filter(author=author, form_id=form_id, created_at__gt=since).exists()


class Post(models.Model):
    """Markdown in a thread. Removal keeps the row, so that replies to it keep their place."""

    class DeletedAs(models.TextChoices):
        """In which capacity somebody removed a post."""

        AUTHOR = "author", "its author"
        MODERATOR = "moderator", "a moderator"
        OWNER = "owner", "the group’s owner"

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
    edits = models.PositiveIntegerField(default=0, editable=False, help_text="How often it was edited.")
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    deleted_as = models.CharField(max_length=10, choices=DeletedAs.choices, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
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
        """Its own address leads to the part of the thread where it stands."""
        return reverse("post", args=[self.pk])

    @property
    def is_readable(self) -> bool:
        """Whether its words can still be read."""
        return self.deleted_at is None

    def page_url(self) -> str:
        """The address of the thread's page that shows it: of the newest posts, or from this one on."""
        newer = self.thread.posts.filter(pk__gt=self.pk)[:PAGE].count()
        page = f"?from={self.pk}" if newer == PAGE else ""
        return f"{self.thread.get_absolute_url()}{page}#post-{self.pk}"

    @property
    def quotation(self) -> str:
        """As Markdown, to begin a reply with. What it quotes itself is left out, unless it says nothing else."""
        lines = self.body.splitlines()
        own = "\n".join(line for line in lines if not line.startswith(">")).strip() or self.body
        name = literal(str(self.author or FORMER_MEMBER))
        said = "\n".join(f"> {line}".rstrip() for line in own.splitlines())
        return f"> **{name}**\n>\n{said}\n\n"

    def can_be_edited_by(self, user) -> bool:
        """Who wrote a post may change it, as long as it stands. What is not visible is no one's to change."""
        return self.is_readable and self.author_id == user.pk

    def can_be_deleted_by(self, user, *, is_moderator: bool | None = None) -> bool:
        """Who wrote it, and who moderates the group. A page with many posts says `is_moderator`, asked once for all."""
        if not self.is_readable:
            return False
        if is_moderator is None:
            is_moderator = self.thread.group.is_moderated_by(user)
        return self.author_id == user.pk or is_moderator

    def edit(
        self, body: str, *, base: int | None = None, rendered: Rendered | None = None, now: datetime | None = None
    ) -> None:
        """Say it in other words. What has been removed meanwhile stays removed.

        `base`: its `edits` when this edit was begun. Raises EditedMeanwhile if there were more since: the database
        says so, and nothing is overwritten."""
        if body == self.body:
            return
        base = self.edits if base is None else base
        changes = body_columns(body, rendered) | {"edited_at": now or timezone.now(), "edits": base + 1}
        with transaction.atomic():
            self.thread.group.lock_for(self.author)
            changed = self._change(changes, edits=base)
        if not changed and self.is_readable and self.body != body:
            raise EditedMeanwhile

    def soft_delete(self, by, *, now: datetime | None = None) -> None:
        """Take its words from every page. The first removal is the one that is recorded. Locks the group; raises
        Archived, and RuleViolation for who has left the group or moderates it no more."""
        group = self.thread.group
        with transaction.atomic():
            group.lock_for(by)
            role = self.DeletedAs.AUTHOR if self.author_id == by.pk else group.role_of(by)
            if role not in self.DeletedAs.values:
                raise RuleViolation("may_not_delete_post")
            self._change({"deleted_at": now or timezone.now(), "deleted_by": by, "deleted_as": role})

    def _change(self, values: dict, **where) -> bool:
        """Change a post that stands; this object then shows what is kept, whoever was first. Says whether it did."""
        changed = Post.objects.not_deleted().filter(pk=self.pk, **where).update(**values)
        self.refresh_from_db(
            fields=["body", "body_html", "renderer", "edited_at", "edits", "deleted_at", "deleted_by", "deleted_as"]
        )
        return bool(changed)
