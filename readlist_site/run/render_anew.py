"""Renders stored HTML anew that an older renderer made: for every model that stores HTML beside its Markdown.

Such a model has a column `renderer`, the version that made its HTML, and for each column `<name>_html` the Markdown in
`<name>`; one that stores it otherwise has a method `rendered_anew`. Its attribute `line_breaks`, if it has one, says
how its Markdown is read (see `render`); with `hides_private`, private comments are in the Markdown and not in the HTML.
Nothing is left out of other texts: what was read before is there afterwards. Rows without their Markdown have no
version and stay as they are."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet

from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.job_kind import JobFailed
from readlist_site.base.jobs.job_run import JobRun
from readlist_site.base.text import RENDERER_VERSION, RendererUnavailable, render_stored

RENDER_JOB = "render"
BATCH_SIZE = 100  # rows that are read, rendered and committed together

Progress = Callable[[int, int], None]


def stored_models() -> list[type[Model]]:
    """Returns the models with HTML that people's Markdown was rendered to."""
    return [model for model in apps.get_models() if html_columns(model)]


def html_columns(model: type[Model]) -> list[str]:
    """Returns the names of the columns that hold rendered HTML."""
    return [field.name for field in model._meta.concrete_fields if field.name.endswith("_html")]


def render_anew(on_progress: Progress = lambda done, of: None) -> int:
    """Renders what an older renderer made, and returns how many rows that were. Rows with a current rendering are
    skipped, so that it can be stopped and started at any time; so are rows that were changed meanwhile, which rendered
    them. Raises RendererUnavailable.

    `on_progress` is called with the number of rows done and of all that are due, after each batch."""
    due = sum(_due(model).count() for model in stored_models())
    done = changed = 0
    on_progress(done, due)
    for model in stored_models():
        for rows in _batches(_due(model)):
            values = [(row, _values(row)) for row in rows]
            with transaction.atomic():
                changed += sum(_unchanged(row).update(**new) for row, new in values)
            done += len(rows)
            on_progress(done, max(due, done))
    return changed


def start_render_job() -> Job | None:
    """Starts a job that renders anew what an older renderer made, unless one does so already. Returns None if there is
    nothing to be done."""
    if not any(_due(model).exists() for model in stored_models()):
        return None
    return Job.objects.start(RENDER_JOB, person=None, key=RENDER_JOB)


def run_render_job(run: JobRun) -> dict:
    """Runs `render_anew` as a job."""
    try:
        return {"texts": render_anew(run.report)}
    except RendererUnavailable as error:
        raise JobFailed("busy") from error


def _due(model: type[Model]) -> QuerySet:
    return model._base_manager.filter(renderer__lt=RENDERER_VERSION).order_by("pk")


def _batches(rows: QuerySet) -> Iterator[list[Model]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH_SIZE]):
        yield batch
        last = batch[-1].pk


def _values(row: Model) -> dict[str, Any]:
    if hasattr(row, "rendered_anew"):
        return row.rendered_anew()
    line_breaks, is_typed = getattr(row, "line_breaks", True), getattr(row, "hides_private", False)
    html = {
        name: render_stored(getattr(row, name.removesuffix("_html")), line_breaks=line_breaks, is_typed=is_typed)
        for name in html_columns(type(row))
    }
    return html | {"renderer": RENDERER_VERSION}


def _unchanged(row: Model) -> QuerySet:
    """Returns the row, unless it was changed since it was read."""
    rows = type(row)._base_manager.filter(pk=row.pk, renderer=row.renderer)
    if hasattr(row, "version"):
        return rows.filter(version=row.version)
    sources = [name.removesuffix("_html") for name in html_columns(type(row))]
    return rows.filter(**{name: getattr(row, name) for name in sources})
