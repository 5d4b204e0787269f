from datetime import timedelta

from django.apps import AppConfig

from readlist_site.base.jobs.job_kind import JobKind, register_kind


class RunConfig(AppConfig):
    """Provides the management commands prepare, render, runserver, tick and worker."""

    name = "readlist_site.run"
    label = "run"

    def ready(self) -> None:
        """Register the job that renders anew. Models can't be imported before this point."""
        from .render_anew import RENDER_JOB, run_render_job

        register_kind(
            JobKind(
                RENDER_JOB,
                "Rendering texts anew",
                run_render_job,
                template="run/rendered_anew.html",
                cpu_seconds=timedelta(days=1).total_seconds(),
            )
        )
