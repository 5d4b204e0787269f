"""Records a visit: writes a link check, raises or resolves link issues, and schedules the next visit."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from catalog.sources.source import Source
from readlist_site.base.link_fetch.fetch import FetchOutcome, FetchResult

from .evaluate import Finding, Outcome
from .finding_text import stored_finding
from .link_check import LinkCheck
from .link_issue import LinkIssue
from .link_schedule import LinkSchedule

CHECKS_KEPT = 20
ANSWERS_AGAIN = stored_finding("answers_again")

_DAY = timedelta(days=1)
_SOONEST, _LATEST = timedelta(hours=1), timedelta(days=7)
_FOUND_BY_CHECKS = [LinkIssue.Kind.DEAD, LinkIssue.Kind.MOVED, LinkIssue.Kind.TITLE_DIFFERS]
_ANSWERED = [Outcome.FINE, Outcome.MOVED, Outcome.TITLE_DIFFERS]


@transaction.atomic
def record(source: Source, visit: FetchResult, title: str, finding: Finding, at: datetime) -> LinkCheck | None:
    """Record a visit under a lock on the source, and return the link check. Returns None, without a write, if the
    source is gone or no longer has the URL that was visited."""
    source = Source.objects.select_for_update().filter(pk=source.pk, url=visit.url).first()
    if source is None:
        return None
    if visit.found == FetchOutcome.UNREACHED and not _any_host_answered(at):
        finding = Finding(Outcome.UNSURE, stored_finding("offline"))
    confirmed_dead = finding.outcome == Outcome.DEAD and _was_dead_before(source, at)
    check = source.checks.create(
        url=visit.url,
        at=at,
        outcome=finding.outcome,
        status=visit.status,
        final_url=visit.final_url[:2000],
        title=title[:500],
        note=finding.note[:500],
    )
    source.checks.filter(pk__in=list(source.checks.values_list("pk", flat=True)[CHECKS_KEPT:])).delete()
    _update_link_issues(source, finding, confirmed_dead)
    _schedule_next(source, visit, finding, confirmed_dead, at)
    return check


def _any_host_answered(at: datetime) -> bool:
    """Whether any link answered in the day before `at`. If none did, this machine is probably offline."""
    return LinkCheck.objects.filter(at__gt=at - _DAY, status__isnull=False).exists()


def _was_dead_before(source: Source, at: datetime) -> bool:
    """Whether the present URL was found dead on an earlier day (UTC) and hasn't answered since."""
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    here = source.checks.filter(url=source.url)
    answered = here.filter(outcome__in=_ANSWERED).order_by("-at").values_list("at", flat=True).first()
    strikes = here.filter(outcome=Outcome.DEAD, at__lt=today)
    return (strikes.filter(at__gt=answered) if answered else strikes).exists()


def _update_link_issues(source: Source, finding: Finding, confirmed_dead: bool) -> None:
    """Raise a link issue for a problem, and dismiss an open one that a check raised and this visit no longer finds.
    Open reports about the link then get a link issue of their own."""
    if finding.outcome in _ANSWERED:
        over = LinkIssue.objects.open().filter(source=source, kind__in=_FOUND_BY_CHECKS).exclude(kind=finding.outcome)
        if over.resolve(LinkIssue.Resolution.DISMISSED, None, ANSWERS_AGAIN):
            source.reports.reopen_link_issue()
    if confirmed_dead or finding.outcome in {Outcome.MOVED, Outcome.TITLE_DIFFERS}:
        LinkIssue.objects.raise_issue(source, kind=finding.outcome, note=finding.note, better_url=finding.better_url)


def _schedule_next(source: Source, visit: FetchResult, finding: Finding, confirmed_dead: bool, at: datetime) -> None:
    """Set the next due date: after Retry-After (between 1 hour and 7 days, for the whole host); after one day for the
    first DEAD or for UNSURE without an HTTP status; else after 6 to 8 days, spread by primary key."""
    pause = timedelta(days=6, hours=source.pk * 7 % 48)
    if visit.retry_after is not None:
        pause = max(_SOONEST, timedelta(seconds=min(visit.retry_after, _LATEST.total_seconds())))
        LinkSchedule.objects.postpone_host(source.host, at + pause)
    elif (finding.outcome == Outcome.DEAD and not confirmed_dead) or (
        finding.outcome == Outcome.UNSURE and not visit.status
    ):
        pause = _DAY
    LinkSchedule.objects.filter(source=source).update(due_at=at + pause)
