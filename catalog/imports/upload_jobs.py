"""Reads and applies uploaded files as jobs, since a long list takes longer than a request may."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.list_parser import read
from catalog.markdown.nodes import Document, Problem, UnreadableList
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.job_kind import JobFailed, JobKind, register_kind
from readlist_site.base.jobs.job_run import JobRun
from readlist_site.base.text import RendererUnavailable

from .apply_upload import AlreadyApplied, RetiresMostOfList, apply_upload
from .conversion import NotConvertible
from .importer import preview_list
from .kind_choices import Choice
from .stored_preview import preview_to_json
from .upload import EXPIRES_AFTER, Upload

_READ, _APPLY = "read_upload", "apply_upload"
# The maximum of problems that are shown of a file that is no list.
_PROBLEMS = 30
# What share of the work reading is, in hundredths.
_READING = {_READ: 80, _APPLY: 40}
# The longest list takes a tenth of it.
_CPU_SECONDS = 300


class StillReading(Exception):
    """The file is being read: it can be applied once that is done."""


def start_reading(upload: Upload, *, by) -> Job:
    """Starts a job that plans what the file would change: its result has the key "preview". It fails with
    "unreadable", the first "problems" and the number of "more" if the file is no list."""
    return _start(_READ, upload, by)


def start_applying(upload: Upload, *, by, seen: int, allow_retiring_most: bool) -> Job:
    """Starts a job that imports the file into its list at version `seen`, with the kinds that are chosen now. Its
    result has "counts", the arguments of `import_counts`, "notes", and whether "standard_prompts" were added; or else
    "refused", which is "stale" or "retire", and the "preview" of what it would change now.

    Raises StillReading if the file is being read at the moment."""
    job = _start(_APPLY, upload, by, seen=seen, allow_retiring_most=allow_retiring_most, kinds=upload.kinds)
    if job.kind != _APPLY:
        raise StillReading
    return job


def register_upload_jobs() -> None:
    """Registers both kinds. They are shown on the upload's own page."""
    for name, label, run in (
        (_READ, _("Reading a file"), _read_upload),
        (_APPLY, _("Importing a list"), _apply_upload),
    ):
        register_kind(JobKind(name, label, run, template="", kept_for=EXPIRES_AFTER, cpu_seconds=_CPU_SECONDS))


@transaction.atomic
def _start(kind: str, upload: Upload, by, **facts) -> Job:
    """One job at a time: if there is one that isn't finished, it is that one."""
    job = Job.objects.start(kind, person=by, facts={"upload": upload.pk, **facts}, key=f"upload-{upload.pk}")
    Upload.objects.filter(pk=upload.pk).update(job=job)
    return job


def _read_upload(run: JobRun) -> dict:
    upload = _upload_of(run)
    return _planned(run, _document(upload, run))


def _apply_upload(run: JobRun) -> dict:
    upload, facts, by = _upload_of(run), run.job.facts, run.job.person
    document = _document(upload, run)
    share = _READING[_APPLY]

    def log_import(reading_list: ReadingList) -> None:
        imported = [{"added": {"name": "file", "object": upload.name}}]
        LogEntry.objects.log_actions(by.pk, [reading_list], CHANGE, imported)

    def report(done: int, total: int) -> None:
        run.report(share + (100 - share) * done // max(total, 1), 100)

    try:
        outcome = apply_upload(
            upload,
            document,
            by=by,
            seen=facts["seen"],
            choices=Choice.all_from_json(facts.get("kinds", upload.kinds)),
            allow_retiring_most=facts["allow_retiring_most"],
            on_rendered=report,
            # Inside the import's transaction: a cancelled import is rolled back.
            on_written=lambda done, total: run.check(),
            in_transaction=log_import,
        )
    except AlreadyApplied:
        # By this job, whose worker was killed before it could say so, or by another curator.
        return {}
    except StaleVersion:
        return {"refused": "stale"} | _planned(run, document)
    except RetiresMostOfList:
        return {"refused": "retire"} | _planned(run, document)
    except RendererUnavailable as error:
        raise JobFailed("busy") from error
    return {
        "counts": outcome.preview.count_facts,
        "notes": outcome.notes,
        "standard_prompts": outcome.preview.adds_standard_prompts,
    }


def _upload_of(run: JobRun) -> Upload:
    upload = Upload.objects.select_related("list").filter(pk=run.job.facts["upload"]).first()
    if upload is None:
        raise JobFailed("discarded")
    return upload


def _document(upload: Upload, run: JobRun) -> Document:
    share = _READING[run.job.kind]
    try:
        upload.convert()
        return read(upload.text, lambda part: run.report(int(share * part), 100), base=upload.base)
    except NotConvertible as refused:
        problems = [Problem(1, refused.args[0]).to_json()]
        raise JobFailed("unreadable", {"problems": problems, "more": 0}) from refused
    except UnreadableList as refused:
        problems, shown = refused.problems, [problem.to_json() for problem in refused.problems[:_PROBLEMS]]
        raise JobFailed("unreadable", {"problems": shown, "more": len(problems) - len(shown)}) from refused


def _planned(run: JobRun, document: Document) -> dict:
    upload = _upload_of(run)
    choices = Choice.all_from_json(upload.kinds)
    preview = preview_list(document, reading_list=upload.target(), choices=choices)
    return {"preview": preview_to_json(preview)}
