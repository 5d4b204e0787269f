"""What somebody said in a thread."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from groups.refused import Refused
from readlist_site.accounts.models import FORMER_MEMBER
from readlist_site.text import RENDERER_VERSION, Rendered, literal, render

from .thread import Thread

# How many posts a page of a thread shows.
PAGE = 50

# For so long after posting, what the same page saves is an echo of it.
LATE = timedelta(minutes=1)


class EditedMeanwhile(Exception):
    """The post has been edited since this edit was begun: in another window, or on another device."""


def written(body: str, rendered: Rendered | None = None) -> dict:
    """What a post keeps of a text. `rendered`: the same as HTML, where it has been rendered."""
    return {"body": body, "body_html": (rendered or render(body)).html, "renderer": RENDERER_VERSION}


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
        self,
        *,
        thread: Thread,
        author,
        body: str,
        once: uuid.UUID | None = None,
        rendered: Rendered | None = None,
        now: datetime | None = None,
    ) -> "Post":
        """Post in a thread. The same text sent again with the same `once` is the same post. Locks the group; raises
        Archived, and Refused for who has left it."""
        said = written(body, rendered) | {"thread": thread, "form": once, "created_at": now or timezone.now()}
        with transaction.atomic():
            thread.group.lock_for(author)
            post, _ = self.get_or_create(author=author, once=key(once, thread.pk, body), defaults=said)
        return post

    def sent_from(self, form: uuid.UUID | None, author, now: datetime | None = None) -> bool:
        """Whether an open page has just posted what it held: what it still saves comes late. One that the browser
        brings back after that may hold something new."""
        since = (now or timezone.now()) - LATE
        return form is not None and self.filter(author=author, form=form, created_at__gt=since).exists()


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
    form = models.UUIDField(null=True, editable=False, help_text="The open page that it was sent from.")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    edits = models.PositiveIntegerField(default=0, editable=False, help_text="How often it was edited.")
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
        name = literal(str(self.author or FORMER_MEMBER))
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

    def edit(
        self, body: str, *, base: int | None = None, rendered: Rendered | None = None, now: datetime | None = None
    ) -> None:
        """Say it in other words. What has been removed meanwhile stays removed.

        `base`: its `edits` when this edit was begun. Raises EditedMeanwhile if there were more since: the database
        says so, and nothing is overwritten."""
        if body == self.body:
            return
        base = self.edits if base is None else base
        changes = written(body, rendered) | {"edited_at": now or timezone.now(), "edits": base + 1}
        with transaction.atomic():
            self.thread.group.lock_for(self.author)
            changed = self._change(changes, edits=base)
        if not changed and self.stands and self.body != body:
            raise EditedMeanwhile

    def remove(self, by, *, now: datetime | None = None) -> None:
        """Take its words from every page. The first removal is the one that is recorded. Locks the group; raises
        Archived, and Refused for who has left the group or moderates it no more."""
        group = self.thread.group
        with transaction.atomic():
            group.lock_for(by)
            rank = self.RemovedAs.AUTHOR if self.author_id == by.pk else group.role_of(by)
            if rank not in self.RemovedAs.values:
                raise Refused("may_not_delete_post")
            self._change({"removed_at": now or timezone.now(), "removed_by": by, "removed_as": rank})

    def _change(self, values: dict, **where) -> bool:
        """Change a post that stands; this object then shows what is kept, whoever was first. Says whether it did."""
        changed = Post.objects.standing().filter(pk=self.pk, **where).update(**values)
        self.refresh_from_db(
            fields=["body", "body_html", "renderer", "edited_at", "edits", "removed_at", "removed_by", "removed_as"]
        )
        return bool(changed)
