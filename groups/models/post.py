"""What somebody said in a thread."""

import re
import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from readlist_site.accounts.models import FORMER_MEMBER
from readlist_site.text import RENDERER_VERSION, render

from .thread import Thread

# How many posts a page of a thread shows.
PAGE = 50


def written(body: str) -> dict:
    """What a post keeps of a text."""
    return {"body": body, "body_html": render(body).html, "renderer": RENDERER_VERSION}


def key(once: uuid.UUID | None, *said) -> uuid.UUID:
    """Tells what was sent twice from what was sent anew. What is said is part of it: a form that the browser brought
    back, with other words in it, is another post."""
    return uuid.uuid5(once, " ".join(map(str, said))) if once else uuid.uuid4()


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user) -> "PostQuerySet":
        """The posts of the threads that a person may see. A removed one is among them, to be shown as removed."""
        return self.filter(thread__in=Thread.objects.visible_to(user))

    def standing(self) -> "PostQuerySet":
        """What nobody has removed."""
        return self.filter(removed_at=None)

    def reply(
        self, *, thread: Thread, author, body: str, once: uuid.UUID | None = None, now: datetime | None = None
    ) -> "Post":
        """Say something in a thread. The same text sent again with the same `once` is the same post."""
        values = written(body) | {"thread": thread, "created_at": now or timezone.now()}
        post, _ = self.get_or_create(author=author, once=key(once, thread.pk, body), defaults=values)
        return post


class Post(models.Model):
    """Markdown in a thread. Removal keeps the row, so that replies to it keep their place."""

    class RemovedAs(models.TextChoices):
        """In which capacity somebody removed a post."""

        AUTHOR = "author", "its author"
        MODERATOR = "moderator", "a moderator"
        OWNER = "owner", "the group’s owner"

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="posts")
    body = models.TextField()
    body_html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    once = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="The same text sent twice from one form has the same."
    )
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    removed_as = models.CharField(max_length=10, choices=RemovedAs.choices, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(body=""), name="groups_post_not_empty"),
            models.UniqueConstraint(fields=["author", "once"], name="groups_post_sent_once"),
            models.CheckConstraint(
                condition=(
                    models.Q(removed_at=None, removed_by=None, removed_as="")
                    | models.Q(removed_at__isnull=False, removed_as__in=["author", "moderator", "owner"])
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
    def stands(self) -> bool:
        """Whether its words can still be read."""
        return self.removed_at is None

    def place(self) -> str:
        """The address of the thread's page that shows it: of the newest posts, or from this one on."""
        newer = self.thread.posts.filter(pk__gt=self.pk)[:PAGE].count()
        page = f"?from={self.pk}" if newer == PAGE else ""
        return f"{self.thread.get_absolute_url()}{page}#post-{self.pk}"

    @property
    def quotation(self) -> str:
        """As Markdown, to begin a reply with. What it quotes itself is left out, unless it says nothing else."""
        lines = self.body.splitlines()
        own = "\n".join(line for line in lines if not line.startswith(">")).strip() or self.body
        name = re.sub(r"([\\`*_\[\]<>&$~|])", r"\\\1", str(self.author or FORMER_MEMBER))
        said = "\n".join(f"> {line}".rstrip() for line in own.splitlines())
        return f"> **{name}**\n>\n{said}\n\n"

    def editable_by(self, user) -> bool:
        """Who wrote a post may change it, as long as it stands. What is not visible is no one's to change."""
        return self.stands and self.author_id == user.pk

    def removable_by(self, user, *, moderates: bool | None = None) -> bool:
        """Who wrote it, and who moderates the group. A page with many posts says `moderates`, asked once for all."""
        if not self.stands:
            return False
        if moderates is None:
            moderates = self.thread.group.moderated_by(user)
        return self.author_id == user.pk or moderates

    def edit(self, body: str, *, now: datetime | None = None) -> None:
        """Say it in other words. What has been removed meanwhile stays removed."""
        if body != self.body:
            self._change(**written(body), edited_at=now or timezone.now())

    def remove(self, by, *, now: datetime | None = None) -> None:
        """Take its words from every page. The first removal is the one that is recorded."""
        rank = self.RemovedAs.AUTHOR if self.author_id == by.pk else self.thread.group.role_of(by)
        self._change(removed_at=now or timezone.now(), removed_by=by, removed_as=rank)

    def _change(self, **values) -> None:
        """Change a post that stands; this object then shows what is kept, whoever was first."""
        Post.objects.standing().filter(pk=self.pk).update(**values)
        self.refresh_from_db(
            fields=["body", "body_html", "renderer", "edited_at", "removed_at", "removed_by", "removed_as"]
        )
