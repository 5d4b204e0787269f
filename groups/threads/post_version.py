"""The text of a post before an edit."""

from django.db import models
from django.utils import timezone

from .thread import Thread


class PostVersionQuerySet(models.QuerySet["PostVersion"]):
    def visible_to(self, user) -> "PostVersionQuerySet":
        """Return the versions of the posts that a person may read: nobody reads those of a deleted one."""
        return self.filter(post__thread__in=Thread.objects.visible_to(user), post__deleted_at=None)


class PostVersion(models.Model):
    """One earlier text of a post, by its author, since nobody else edits it. Those that were replaced before versions
    were kept are missing."""

    post = models.ForeignKey("groups.Post", on_delete=models.CASCADE, db_index=False, related_name="versions")
    number = models.PositiveIntegerField(help_text="How often the post had been edited: 0 for the text it began with.")
    body = models.TextField()
    body_html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    mentions = models.JSONField(null=True, editable=False, help_text="As those of a post.")
    written_at = models.DateTimeField(default=timezone.now, help_text="When the post was written or edited to it.")

    objects = PostVersionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="groups_post_version_number")]

    def __str__(self) -> str:
        return f"{self.post}, version {self.number}"
