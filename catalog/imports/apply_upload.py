"""Applying a file that a curator brought: once, and to the list that its preview showed."""

from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.read import read

from .importer import ImportResult, import_list
from .preview import Preview
from .upload import Upload


class AlreadyApplied(Exception):
    """Somebody has applied this file, or discarded it."""


class RetiresMostOfList(Exception):
    """The file would retire most of the list, and nobody said that it may."""


def apply_upload(upload: Upload, *, by, seen: int | None = None, allow_retiring_most: bool = False) -> ImportResult:
    """Import the file into the list at the version that was `seen`. A list that it makes begins as a draft.

    Raises StaleVersion if the list was changed since, AlreadyApplied, and RetiresMostOfList unless it may."""
    reading_list, seen = upload.target(), upload.seen if seen is None else seen
    if Upload.objects.applied().filter(pk=upload.pk).exists():
        raise AlreadyApplied
    if reading_list.version != seen or (reading_list.pk and upload.list_id is None and seen == 0):
        raise StaleVersion

    def check(preview: Preview) -> None:
        if preview.retires_most and not allow_retiring_most:
            raise RetiresMostOfList

    def mark_applied(made: ReadingList) -> None:
        if not upload.mark_applied(made):
            raise AlreadyApplied

    return import_list(
        read(upload.text),
        slug=reading_list.slug,
        title=reading_list.title,
        status=ReadingList.Status.DRAFT,
        by=by,
        seen=seen,
        name=upload.name,
        check=check,
        in_transaction=mark_applied,
    )
