"""Which images the answers of revisions show, so that those who may read a revision may see its images."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef

from readlist_site.base.images.image import Image, ImageUse


class RevisionImageQuerySet(models.QuerySet["RevisionImage"]):
    def write_down(self, revision, texts: Iterable[str], author) -> None:
        """Save which images a revision shows that its author may see. `texts`: the HTML of its answers. Call it in the
        transaction that saves them."""
        found = Image.objects.shown_in("".join(texts), author)
        self.bulk_create([RevisionImage(revision=revision, image=image) for image in found], ignore_conflicts=True)


class RevisionImage(ImageUse):
    """A revision shows an image."""

    # Without a constraint, because servers of the release before delete revisions and don't know this table.
    revision = models.ForeignKey(
        "notes.Revision", on_delete=models.CASCADE, db_index=False, related_name="images", db_constraint=False
    )

    objects = RevisionImageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "image"], name="notes_revision_shows_image_once")]

    def __str__(self) -> str:
        return f"{self.image} in {self.revision}"


def shows_to_author(user) -> Exists:
    """Return whether one of a person's own revisions shows the image `OuterRef("pk")`."""
    return Exists(RevisionImage.objects.filter(image=OuterRef("pk"), revision__summary__author=user))
