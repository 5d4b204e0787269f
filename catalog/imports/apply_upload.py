"""Applies an uploaded file once, to the version of the list that its preview showed."""

from collections.abc import Callable, Mapping

from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.nodes import Document

from .importer import ImportResult, import_list
from .kind_choices import Choice
from .preview import Preview
from .undo import Recorder
from .upload import Upload
from .writer import Progress, no_progress


class AlreadyApplied(Exception):
    """The upload was applied or discarded already."""


class RetiresMostOfList(Exception):
    """The file would retire more than half of the list, and the curator hasn't confirmed that."""


def apply_upload(
    upload: Upload,
    document: Document,
    *,
    by,
    seen: int | None = None,
    choices: Mapping[int, Choice] | None = None,
    allow_retiring_most: bool = False,
    on_rendered: Progress = no_progress,
    on_written: Progress = no_progress,
    in_transaction: Callable[[ReadingList], object] = lambda made: None,
) -> ImportResult:
    """Import the file, which was read into `document`, into its list at version `seen` (default: that of the upload),
    with these kinds of headings (default: the upload's). A new list is created as a draft. `in_transaction` is called
    with the list at the end of the transaction that writes it.

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
        in_transaction(made)

    return import_list(
        document,
        slug=reading_list.slug,
        title=reading_list.title,
        status=ReadingList.Status.DRAFT,
        choices=Choice.all_from_json(upload.kinds) if choices is None else choices,
        by=by,
        seen=seen,
        name=upload.name,
        check=check,
        on_rendered=on_rendered,
        on_progress=on_written,
        in_transaction=mark_applied,
        recorder=Recorder(upload),
    )
