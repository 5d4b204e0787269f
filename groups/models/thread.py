"""A discussion in a group: about a topic, a source, a submission, or the group at large."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from catalog.models import Section, Source

from .group import Group
from .submission import Submission


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user) -> "ThreadQuerySet":
        """The threads of the groups that a person is a member of."""
        return self.filter(group__in=Group.objects.visible_to(user))


class Thread(models.Model):
    """Has a title and at least one post. About at most one thing; about nothing means the group at large."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="threads")
    title = models.CharField(max_length=160)
    topic = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="threads")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="threads")
    submission = models.ForeignKey(Submission, on_delete=models.RESTRICT, null=True, blank=True, related_name="threads")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="groups_thread_has_title"),
            models.CheckConstraint(
                condition=(
                    models.Q(topic=None, source=None)
                    | models.Q(topic=None, submission=None)
                    | models.Q(source=None, submission=None)
                ),
                name="groups_thread_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("thread", args=[self.pk])
