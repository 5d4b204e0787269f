"""Applying a file that a curator brought: once, and to the list that its preview showed."""

from catalog.markdown.read import read
from catalog.models import Overtaken, ReadingList, Upload

from .importer import Outcome, import_list
from .preview import Preview


class AlreadyApplied(Exception):
    """Somebody has applied this file, or discarded it."""


class RetiresMost(Exception):
    """The file would retire most of the list, and nobody said that it may."""


def apply_upload(upload: Upload, *, by, seen: int | None = None, may_retire_most: bool = False) -> Outcome:
    """Import the file into the list at the version that was `seen`. A list that it makes begins as a draft.

    Raises Overtaken if the list was changed since, AlreadyApplied, and RetiresMost unless it may."""
    reading_list, seen = upload.target(), upload.seen if seen is None else seen
    if Upload.objects.applied().filter(pk=upload.pk).exists():
        raise AlreadyApplied
    if reading_list.version != seen or (reading_list.pk and upload.list_id is None and seen == 0):
        raise Overtaken

    def judge(preview: Preview) -> None:
        if preview.retires_most and not may_retire_most:
            raise RetiresMost

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
        judge=judge,
        within=take,
    )
