"""What somebody said in a thread."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from .thread import Thread


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user) -> "PostQuerySet":
        """The posts of the threads that a person may see. A removed one is among them, to be shown as removed."""
        return self.filter(thread__in=Thread.objects.visible_to(user))

    def standing(self) -> "PostQuerySet":
        """What nobody has removed."""
        return self.filter(removed_at=None)


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
        return self.removed_at is None

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
