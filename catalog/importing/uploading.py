"""Applying a file that a curator brought: once, and to the list that its preview showed."""

from catalog.markdown.read import read
from catalog.models import Overtaken, ReadingList, Upload

from .importer import Outcome, import_list


class AlreadyApplied(Exception):
    """Somebody has applied this file, or discarded it."""


def apply_upload(upload: Upload, *, by, seen: int | None = None) -> Outcome:
    """Import the file into the list at the version that was `seen`. A list that it makes begins as a draft.

    Raises Overtaken if the list was changed since, and AlreadyApplied."""
    reading_list, seen = upload.target(), upload.seen if seen is None else seen
    if Upload.objects.applied().filter(pk=upload.pk).exists():
        raise AlreadyApplied
    if reading_list.pk and upload.list_id is None and seen == 0:
        raise Overtaken

    def take(made: ReadingList) -> None:
        if not upload.take(made):
            raise AlreadyApplied

    return import_list(
        read(upload.text),
        slug=reading_list.slug,
        title=reading_list.title,
        status=ReadingList.Status.DRAFT,
        by=by,
        seen=seen,
        name=upload.name,
        within=take,
    )
