"""The ZIP file of an export: each part as JSON for programs and as Markdown for people, both of the same rows."""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _

from readlist_site.base.accounts.language_choice import is_offered, language_of
from readlist_site.base.images import image_file
from readlist_site.base.images.image import Image
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.job_run import JobRun
from readlist_site.base.text import embedded, literal
from readlist_site.base.text.deleted_text import DELETED_TEXT, stored_text
from readlist_site.base.text.sanitise import IMAGE
from readlist_site.base.web.time_filters import long_date_and_time

from .labels import SAID_IN_HEADINGS, Choice, label

# Of exports as jobs: how long the file can be downloaded, and what is shown on the job's page.
KEPT_FOR = timedelta(days=3)
TEMPLATE = "personal_data/export_job.html"

# A row is what JSON has: its first value is its heading in Markdown.
Row = dict[str, Any]
_DEEPEST = 6
_IN_MEMORY = 1_000_000


def language_of_export(job: Job) -> str:
    """Returns the language in which an export was asked for; for one of an earlier version, that of its person's
    mails."""
    code = job.facts.get("language") or ""
    return code if is_offered(code) else language_of(job.person)


class MarkdownText(str):
    """A text in a row that is Markdown itself."""


class Archive:
    """Writes a ZIP file part by part, without ever holding one in memory, and reports after each part to the job."""

    def __init__(self, file: BinaryIO, run: JobRun, *, parts: int) -> None:
        self._zip, self._run, self._parts = ZipFile(file, "w", ZIP_DEFLATED), run, parts
        self._written = 0
        self._images: dict[str, str] = {}

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def add(self, name: str, rows: Iterable[Row]) -> None:
        """Adds a part as `name.json` and `name.md`."""
        numbers = count(1)
        with SpooledTemporaryFile(_IN_MEMORY, "w+b") as markdown:
            markdown.write(f"# {label(name)}\n\n".encode())
            with self._open(f"{name}.json") as file:
                file.write(b"[")
                for index, row in enumerate(map(_with_words, rows)):
                    line = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
                    file.write(f"{',' if index else ''}\n{line}".encode())
                    markdown.writelines(f"{self._with_files(each)}\n".encode() for each in as_markdown(row, numbers))
                    # Not `report`: on SQLite nothing can be written while the rows are still being read.
                    self._run.check()
                file.write(b"\n]\n")
            markdown.seek(0)
            with self._open(f"{name}.md") as file:
                shutil.copyfileobj(markdown, file)
        self._written += 1
        self._run.report(self._written, self._parts)

    def add_text(self, name: str, text: str) -> None:
        """Adds a text file."""
        with self._open(name) as file:
            file.write(self._with_files(text).encode())

    def add_images(self, images: Iterable[Image]) -> None:
        """Adds the files of images, to which the Markdown of parts that are added afterwards leads. A file that is gone
        is left out."""
        for image in images:
            name = f"images/{image.file_name}"
            with suppress(FileNotFoundError), image_file.open_file(image.token) as source:
                with self._open(name, ZIP_STORED) as file:
                    shutil.copyfileobj(source, file)
                self._images[image.get_absolute_url()] = name
            self._run.check()

    def _with_files(self, text: str) -> str:
        return IMAGE.sub(lambda found: self._images.get(found[0], found[0]), text) if self._images else text

    def _open(self, name: str, compress_type: int = ZIP_DEFLATED):
        info = ZipInfo(name, date_time=timezone.localtime().timetuple()[:6])
        info.compress_type, info.external_attr = compress_type, 0o600 << 16
        return self._zip.open(info, "w", force_zip64=True)


def as_markdown(row: Row, numbers: Iterator[int], *, level: int = 2) -> Iterator[str]:
    """Yields the lines of a row: heading, facts, texts, and the rows in it below. None of them is live HTML. `numbers`
    keep the footnotes of different texts of one file apart."""
    (name, heading), *rest = row.items()
    if name in SAID_IN_HEADINGS:
        heading = f"{label(name)}: {_shown(heading)}"
    elif not isinstance(heading, str):
        heading = f"{label(name)} {_shown(heading)}"
    yield f"{'#' * min(level, _DEEPEST)} {literal(_shown(heading)) or '–'}\n"
    values = [(label(name), value) for name, value in rest if value not in _EMPTY]
    facts = [(name, value) for name, value in values if not _is_text(value) and not _is_rows(value)]
    yield from (f"- {name}: {literal(_shown(value))}" for name, value in facts)
    if facts:
        yield ""
    for name, value in values:
        if _is_text(value):
            text = embedded(value, below=min(level, _DEEPEST), footnote_prefix=str(next(numbers)))
            yield f"**{name}**\n\n{text}\n"
        elif _is_rows(value):
            yield f"**{name}**\n"
            for each in value:
                yield from as_markdown(each, numbers, level=level + 1)


def _with_words(value: Any) -> Any:
    """Returns a row, or a value in one, that says in the active language which texts were deleted."""
    if isinstance(value, dict):
        return {name: _with_words(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_words(each) for each in value]
    return type(value)(stored_text(value)) if value == DELETED_TEXT else value


_EMPTY = (None, "", [], {})


def _is_text(value: Any) -> bool:
    return isinstance(value, MarkdownText)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and isinstance(value[0], dict)


def _shown(value: Any) -> str:
    if isinstance(value, Choice):
        return value.words
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return long_date_and_time(value)
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return "" if value is None else str(value)
