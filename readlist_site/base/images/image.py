"""An uploaded image, and who may see it.

Each room that has texts with images keeps rows that say which text shows which image (`ImageUse`), and registers who
may see these texts (`register_visibility`): an image is visible to its uploader and to them."""

import re
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from readlist_site.base.text import literal

from . import image_file
from .reencode import NewImage

_SHOWN = re.compile(r'<img [^<>]*?src="/images/([0-9a-f]{32})/')
_visibility: list[Callable[..., Exists]] = []


def register_visibility(shown_to: Callable[..., Exists]) -> None:
    """Adds a function that returns, for a person, whether a text that they may see shows the image `OuterRef("pk")`."""
    _visibility.append(shown_to)


def tokens_in(html: str) -> list[uuid.UUID]:
    """Returns the tokens of the images that a rendered text shows, each once."""
    return [uuid.UUID(token) for token in dict.fromkeys(_SHOWN.findall(html))]


class ImageQuerySet(models.QuerySet["Image"]):
    def visible_to(self, user) -> "ImageQuerySet":
        """Return what a person has uploaded, and what texts show that they may see."""
        if not user.is_authenticated:
            return self.none()
        allowed = Q(uploader=user)
        for shown_to in _visibility:
            allowed |= Q(shown_to(user))
        return self.filter(allowed)

    def unused(self) -> "ImageQuerySet":
        """Return the images that no text shows."""
        return self.filter(*(~Exists(use.objects.filter(image=OuterRef("pk"))) for use in use_models()))

    def uploaded_before(self, uploader, digest: str) -> "Image | None":
        """Return the image of the same file that a person has uploaded before, and keep it for another day; None if
        there is none or its own file is gone."""
        mine = self.filter(uploader=uploader, digest=digest)
        mine.filter(unused_since__isnull=False).update(unused_since=timezone.now())
        known = mine.first()
        return known if known and image_file.exists(known.token) else None

    def store(self, uploader, digest: str, new: NewImage, now: datetime | None = None) -> "Image":
        """Write the file and then its row, and return it. If the person has uploaded the same file before, or at the
        same moment, return that image, and write its file again if that is gone."""
        token, now = uuid.uuid4(), now or timezone.now()
        image_file.write(token, new.content)
        facts = {"format": new.format, "width": new.width, "height": new.height, "size": len(new.content)}
        try:
            with transaction.atomic():
                return self.create(
                    token=token, uploader=uploader, digest=digest, created_at=now, unused_since=now, **facts
                )
        except IntegrityError:
            image_file.delete([token])
            known = self.get(uploader=uploader, digest=digest)
            if not image_file.exists(known.token):
                image_file.write(known.token, new.content)
                self.filter(pk=known.pk).update(format=new.format, size=len(new.content))
            return known

    def shown_in(self, html: str, author) -> "list[Image]":
        """Return the images that a rendered text shows and its author may see, to write down that it does. Locks them,
        so that none is deleted as unused meanwhile: call it in the transaction that saves the text."""
        tokens = tokens_in(html)
        if not tokens:
            return []
        found = [image.pk for image in self.visible_to(author).filter(token__in=tokens).only("pk")]
        self.filter(pk__in=found).update(unused_since=None)
        return list(self.filter(pk__in=found).order_by("pk"))

    def delete_with_files(self) -> int:
        """Delete these images, and their files once that is committed. Return their number."""
        images = dict(self.values_list("pk", "token"))
        tokens = list(images.values())
        transaction.on_commit(lambda: image_file.delete(tokens))
        Image.objects.filter(pk__in=images).delete()
        return len(images)


class Image(models.Model):
    """One image, as it was encoded here. Its description (alt text) is in the texts that show it."""

    class Format(models.TextChoices):
        PNG = "png", "PNG"
        JPEG = "jpeg", "JPEG"
        WEBP = "webp", "WebP"

    token = models.UUIDField(unique=True, editable=False, help_text="Its address, and the name of its file.")
    # Without a constraint, because servers of the release before delete accounts and don't know this table.
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        db_constraint=False,
    )
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the file that was uploaded.")
    format = models.CharField(max_length=4, choices=Format.choices, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    size = models.PositiveIntegerField(editable=False, help_text="Bytes of its file.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    unused_since = models.DateTimeField(
        null=True, editable=False, help_text="Since when no text is known to show it; blank while one does."
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uploader", "digest"], name="images_uploaded_once"),
            models.CheckConstraint(condition=Q(format__in=["png", "jpeg", "webp"]), name="images_format_known"),
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="images_have_pixels"),
        ]
        indexes = [
            models.Index(
                fields=["unused_since"], condition=Q(unused_since__isnull=False), name="images_by_unused_since"
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Its address, which says its size, so that a text is laid out before the image is there."""
        return f"/images/{self.token.hex}/{self.width}x{self.height}/"

    @property
    def file_name(self) -> str:
        """A name for the file outside."""
        return f"{self.token.hex}.{'jpg' if self.format == 'jpeg' else self.format}"

    def markdown(self, description: str = "") -> str:
        """Return the Markdown that shows it."""
        return f"![{literal(description)}]({self.get_absolute_url()})"


class ImageUse(models.Model):
    """A text that shows an image. Subclasses have the text, and a unique constraint on both."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


def use_models() -> Iterable[type[ImageUse]]:
    """Returns the models of all rooms whose rows say that a text shows an image."""
    return [relation.related_model for relation in Image._meta.get_fields(include_hidden=True) if relation.one_to_many]
