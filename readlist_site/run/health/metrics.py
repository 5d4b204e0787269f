"""The figures as OpenMetrics. They are read from the database at each request, so that every server process tells the
same, and none keeps any."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import connection
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from readlist_site.run.periodic_task import BACKUP, MAIL, TICK

from .figures import Figures

CONTENT_TYPE = CONTENT_TYPE_LATEST
_TASKS = (TICK, BACKUP, MAIL)


class FiguresCollector(Collector):
    """Collects one reading of the figures."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self.figures
        yield InfoMetricFamily(
            "readlist", "The version that answers.", {"version": settings.VERSION, "engine": connection.vendor}
        )
        ages = _gauge("readlist_periodic_task_age_seconds", "Since it was done last (tick: a worker lives).", "task")
        failing = _gauge("readlist_periodic_task_failing", "Whether it has failed since.", "task")
        for task in _TASKS:
            if (done_at := figures.since(task)) is not None:
                ages.add_metric([task], self._age(done_at))
            failing.add_metric([task], bool(figures.failure(task)))
        yield from (ages, failing)
        waiting = _gauge("readlist_mails_waiting", "Mails to be sent; notifications until a digest, too.", "queue")
        oldest = _gauge("readlist_mails_oldest_age_seconds", "Since the oldest waits.", "queue")
        for queue, each in figures.mails.items():
            waiting.add_metric([queue], each.count)
            oldest.add_metric([queue], self._age(each.since))
        yield from (waiting, oldest)
        yield _gauge(
            "readlist_addresses_refused", "Addresses that the mail server refuses.", value=figures.refused_addresses
        )
        yield _gauge("readlist_rounds_overdue", "Review rounds that a tick is to accept.", value=figures.overdue.count)
        jobs = _gauge("readlist_jobs", "Jobs that wait, run, or failed within a day.", "kind", "state")
        job_ages = _gauge("readlist_jobs_oldest_age_seconds", "Since the oldest was started.", "kind", "state")
        for (kind, state), each in groupby(figures.jobs, key=lambda jobs: (jobs.kind, jobs.state)):
            alike = list(each)
            jobs.add_metric([kind, state], sum(jobs.count for jobs in alike))
            job_ages.add_metric([kind, state], self._age(min(jobs.since for jobs in alike)))
        yield from (jobs, job_ages)

    def _age(self, since: datetime | None) -> float:
        return max((self.figures.now - since).total_seconds(), 0.0) if since else 0.0


def exposition(figures: Figures) -> bytes:
    """Returns the figures in the text format of OpenMetrics 1.0."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(FiguresCollector(figures))
    return generate_latest(registry)


def _gauge(name: str, documentation: str, *labels: str, value: float | None = None) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, value=value, labels=labels or None)
