"""Deletes images that no text shows any longer, and those of deleted accounts."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef

from readlist_site.base.drafts import AbstractDraft

from . import image_file
from .image import Image, use_models

# How long an image stays that no text shows: while one is written, for example.
KEPT_FOR = timedelta(days=1)
BATCH = 200


def sweep(now: datetime) -> int:
    """Deletes the images that neither a text nor a draft of their uploader's has shown for `KEPT_FOR`, and files of no
    image. Returns the number of images. Idempotent; several workers may do it at once."""
    _forget_deleted_texts()
    images = Image.objects.all()
    images.filter(unused_since=None).unused().update(unused_since=now)
    deleted, last = 0, 0
    due = images.filter(unused_since__lte=now - KEPT_FOR).order_by("pk")
    while batch := list(due.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        drafted = set(_drafted_by({image.uploader_id for image in batch if image.uploader_id}))
        kept = [image.pk for image in batch if image.token.hex in drafted]
        images.filter(pk__in=kept).update(unused_since=now)
        deleted += _delete_unused([image.pk for image in batch if image.pk not in kept], now)
    image_file.delete_unowned(now, _tokens_of)
    return deleted


def erase_images(person, *, texts: bool) -> None:
    """Deletes the images that a person has uploaded and no text shows; with `texts` all of them. Call it in the
    transaction that deletes the account, after what is private."""
    mine = Image.objects.filter(uploader=person)
    (mine if texts else mine.unused()).delete_with_files()


def _forget_deleted_texts() -> None:
    """Deletes what is known of texts that a server of the release before deleted, which left it."""
    for use in use_models():
        for field in use._meta.fields:
            if field.many_to_one and not field.db_constraint:
                texts = field.related_model._base_manager.filter(pk=OuterRef(field.attname))
                use.objects.filter(~Exists(texts)).delete()


@transaction.atomic
def _delete_unused(keys: list[int], now: datetime) -> int:
    """Deletes those of these images that are still unused. Locks them: see `ImageQuerySet.shown_in`."""
    locked = Image.objects.select_for_update().filter(pk__in=keys, unused_since__lte=now - KEPT_FOR)
    keys = list(locked.order_by("pk").values_list("pk", flat=True))
    unused = Image.objects.filter(pk__in=keys).unused()
    Image.objects.filter(pk__in=keys).exclude(pk__in=unused.values("pk")).update(unused_since=None)
    return unused.delete_with_files()


def _drafted_by(people: set[int]) -> Iterator[str]:
    """Yields the tokens, as texts, of what the drafts of these people show, and perhaps others."""
    for model in apps.get_models():
        if issubclass(model, AbstractDraft):
            for row in model.objects.filter(author__in=people).values_list(*model.TYPED, "alternatives").iterator():
                text = json.dumps(row, default=str)
                yield from (part[:32] for part in text.split("/images/")[1:])


def _tokens_of(tokens) -> set[UUID]:
    return set(Image.objects.filter(token__in=list(tokens)).values_list("token", flat=True))
