"""Applies an uploaded file once, to the version of the list that its preview showed."""

from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.read import read
from readlist_site.base.text import costs_cpu

from .importer import ImportResult, import_list
from .preview import Preview
from .upload import Upload


class AlreadyApplied(Exception):
    """The upload was applied or discarded already."""


class RetiresMostOfList(Exception):
    """The file would retire more than half of the list, and the curator hasn't confirmed that."""


@costs_cpu
def apply_upload(upload: Upload, *, by, seen: int | None = None, allow_retiring_most: bool = False) -> ImportResult:
    """Import the file into its list at version `seen` (default: that of the upload). A new list is created as a draft.

    Raises AlreadyApplied, StaleVersion if the list was changed or created since, and RetiresMostOfList unless
    `allow_retiring_most`."""
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
