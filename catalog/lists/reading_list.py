"""A reading list: the root of a tree of headings and their entries."""

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StaleVersion(Exception):
    """The list's version is no longer the one that the caller read."""


def is_curator(user) -> bool:
    """Whether this user may change lists, and therefore sees draft lists. Runs no query for a user who isn't staff."""
    return user.is_staff and user.is_active and user.has_perm("catalog.change_readinglist")


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def visible_to(self, user) -> "ReadingListQuerySet":
        """All lists for a curator; published and archived ones for anyone else."""
        return self if is_curator(user) else self.exclude(status=ReadingList.Status.DRAFT)

    def default(self) -> "ReadingList | None":
        """The default list, or None."""
        return self.filter(is_default=True).first()

    def published(self) -> "ReadingListQuerySet":
        """The lists that readers find and that groups may choose."""
        return self.filter(status=ReadingList.Status.PUBLISHED)

    @transaction.atomic
    def make_default(self, pk: int, *, by=None) -> bool:
        """Make this list the default list instead of the present one, under a lock on all lists.

        Bumps the version of both and records a change on each. Returns False, without a write, if the list is the
        default already or isn't published."""
        lists = self.lock_all()
        new, old = lists[pk], next((each for each in lists.values() if each.is_default), None)
        if new == old or new.status != ReadingList.Status.PUBLISHED:
            return False
        for each, code in [(old, "replaced_as_default"), (new, "made_default")]:
            if each:
                self.bump_version(each.pk)
                self.model.objects.filter(pk=each.pk).update(is_default=each == new)
                each.changes.record(code, {"list": str(new)}, by=by, list=each)
        return True

    def lock_all(self) -> "dict[int, ReadingList]":
        """All lists by primary key, locked until the transaction ends, so that two changes of the default list can't
        interleave."""
        return {each.pk: each for each in self.model.objects.select_for_update().order_by("pk")}

    def bump_version(self, pk: int, *, seen: int | None = None) -> None:
        """Increment the list's version. Call it first in the transaction of a change: the update locks the row, so that
        changes of one list run one after another.

        Raises StaleVersion if the list is no longer at the version `seen`, or is gone."""
        rows = self.filter(pk=pk) if seen is None else self.filter(pk=pk, version=seen)
        if not rows.update(version=models.F("version") + 1):
            raise StaleVersion


class ReadingList(models.Model):
    """A curated list of sources to read, with the method for reading them. There may be several."""

    class Status(models.TextChoices):
        """A draft is visible to curators only. An archived list can still be read, but not chosen or added to."""

        DRAFT = "draft", pgettext_lazy("status of a list", "draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    slug = models.SlugField(_("name in addresses"), unique=True, max_length=60)
    title = models.CharField(_("title"), max_length=200)
    preamble = models.TextField(blank=True, help_text="The Markdown before the first heading, verbatim.")
    last_imported_method = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Steps and prompts as the file last gave them."
    )
    import_base = models.URLField(
        _("base address of imports"),
        max_length=500,
        blank=True,
        db_default="",
        help_text=_(
            "Relative links in imported files are relative to it. An import with another base address changes it."
        ),
    )
    is_default = models.BooleanField(_("default list"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PUBLISHED)
    version = models.PositiveIntegerField(default=0, editable=False, help_text="Counts the changes of its tree.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReadingListQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("reading list")
        verbose_name_plural = _("reading lists")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(status="published"),
                name="catalog_default_is_published",
                violation_error_message=_("Only a published list can be the default list."),
            ),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="catalog_one_default_list",
                violation_error_message=_("Another list is the default list."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("list", args=[self.slug])

    @property
    def is_draft(self) -> bool:
        """Whether only curators see it."""
        return self.status == self.Status.DRAFT
