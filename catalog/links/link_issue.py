"""A link issue about where a source's link leads, until a curator settles it.

**The one rule**: a link is in doubt exactly as long as it has an open link issue; every mark is made of that row. The
source's own `leads_to_listed` goes along: it is "no" exactly while the open link issue is that the link leads
elsewhere. Who writes that field by another way than these verbs (the facts file, the form of a source) calls
`sync_with_source` after it; who gives a source another link calls `close_for_new_url`, since the link issue was about
the old one."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from catalog.sources.source import Source, host_of

if TYPE_CHECKING:
    from readlist_site.base.accounts.models import User

_MOST_SEVERE_FIRST = ("elsewhere", "dead", "moved", "title_differs", "unconfirmed", "reported")
# For members, beside the link.
_LABELS = {
    "elsewhere": "This link leads elsewhere.",
    "unconfirmed": "This link could not be confirmed.",
    "dead": "This link seems dead.",
    "moved": "This page has moved.",
    "title_differs": "The page has another title now.",
    "reported": "Reported as broken or wrong.",
}
_LATER_FACTS = "What is known of the link was corrected."
_OTHER_LINK = "The list names another link now."


class AlreadyResolved(Exception):
    """Somebody settled the link issue, or it says something else than what was looked at."""


class UrlTaken(Exception):
    """There is a source with this address already."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.source = source


class LinkIssueQuerySet(models.QuerySet["LinkIssue"]):
    def open(self) -> "LinkIssueQuerySet":
        """What waits for a curator."""
        return self.filter(resolved_at=None)

    def prefetch_open(self, path: str) -> models.Prefetch:
        """The open link issues of all the sources at the end of this path, in one query: `Source.link_issue` then asks
        none."""
        return models.Prefetch(f"{path}__link_issues", self.open(), to_attr="prefetched_link_issues")

    def ranked(self) -> "LinkIssueQuerySet":
        """Those that one click settles first."""
        better = models.Case(models.When(better_url="", then=1), default=0)
        return self.annotate(rank=better).order_by("rank", "pk")

    def after(self, issue: "LinkIssue", *, itself: bool = False) -> "LinkIssueQuerySet":
        """What is ranked behind this one, and it too where it is asked for `itself`."""
        rank, behind = int(not issue.better_url), "pk__gte" if itself else "pk__gt"
        return self.ranked().filter(models.Q(rank__gt=rank) | models.Q(rank=rank, **{behind: issue.pk}))

    def resolved(self) -> "LinkIssueQuerySet":
        """What was settled, the latest first."""
        return self.filter(resolved_at__isnull=False).order_by("-resolved_at", "-pk")

    def resolved_up_to(self, issue: "LinkIssue") -> "LinkIssueQuerySet":
        """This settled one, and those that were settled before it."""
        at = issue.resolved_at
        return self.filter(models.Q(resolved_at__lt=at) | models.Q(resolved_at=at, pk__lte=issue.pk))

    @transaction.atomic
    def raise_issue(self, source: Source, *, kind: str, note: str = "", better_url: str = "") -> "LinkIssue":
        """Open a link issue, or sharpen the one that is open: a source has one at a time, of the gravest kind heard of.

        What curators dismissed isn't opened again by the same finding: then the settled link issue is given back."""
        Source.objects.lock_current([source.pk])
        said = {"kind": kind, "note": note[:2000], "better_url": better_url}
        if dismissed := self._dismissed(source, said):
            return dismissed
        issue, new = self.get_or_create(source=source, resolved_at=None, defaults=said)
        if not new:
            issue.absorb_finding(**said)
        if issue.kind == LinkIssue.Kind.ELSEWHERE and not source.leads_elsewhere:
            source.leads_to_listed = Source.Leads.NO
            source.save(update_fields=["leads_to_listed"])
        return issue

    def sync_with_source(self, source: Source, *, by=None) -> None:
        """Let the link issue be what the source's own fields came to say of its link."""
        if source.leads_to_listed == Source.Leads.YES:
            if self._open_from_facts(source).resolve(LinkIssue.Resolution.DISMISSED, by, _LATER_FACTS):
                source.reports.reopen_link_issue()
            return
        kind = LinkIssue.Kind.ELSEWHERE if source.leads_elsewhere else LinkIssue.Kind.UNCONFIRMED
        self._open_from_facts(source).update(kind=kind)
        self.raise_issue(source, kind=kind, note=source.link_note, better_url=source.better_url)

    def close_for_new_url(self, source: Source, *, by=None) -> None:
        """The source has another link: what was doubted of the old one is over."""
        if self.open().filter(source=source).resolve(LinkIssue.Resolution.OTHER, by, _OTHER_LINK):
            source.reports.resolve_with_link_issue(accepted=True, by=by)

    def resolve(self, resolution: str, by, reason: str = "") -> int:
        """Close what is open of these, and say how many that were. Two at once: the second closes none."""
        return self.open().update(resolved_at=timezone.now(), resolved_by=by, resolution=resolution, reason=reason)

    def _open_from_facts(self, source: Source) -> "LinkIssueQuerySet":
        return self.open().filter(source=source, kind__in=[LinkIssue.Kind.ELSEWHERE, LinkIssue.Kind.UNCONFIRMED])

    def _dismissed(self, source: Source, said: dict) -> "LinkIssue | None":
        """The last link issue of the source, if somebody dismissed just this. What a reader says is heard each time."""
        last = self.filter(source=source).order_by("-pk").first()
        if (
            last
            and last.resolution == LinkIssue.Resolution.DISMISSED
            and last.resolved_by_id
            and said["kind"] != LinkIssue.Kind.REPORTED
        ):
            return last if all(getattr(last, name) == value for name, value in said.items()) else None
        return None


class LinkIssue(models.Model):
    """Why a link may be no good, and what came of it."""

    class Kind(models.TextChoices):
        ELSEWHERE = "elsewhere", "leads elsewhere"
        UNCONFIRMED = "unconfirmed", "could not be confirmed"
        DEAD = "dead", "dead"
        MOVED = "moved", "moved"
        TITLE_DIFFERS = "title_differs", "title differs"
        REPORTED = "reported", "reported by a reader"

    class Resolution(models.TextChoices):
        BETTER = "better", "took the better link"
        OTHER = "other", "wrote another link"
        DISMISSED = "dismissed", "dismissed"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="link_issues")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    note = models.TextField(blank=True)
    better_url = models.URLField("better link", max_length=500, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = LinkIssueQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "pk"]
        verbose_name = "doubtful link"
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(resolved_at=None), name="catalog_one_open_link_issue"
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_at=None, resolution="")
                | (models.Q(resolved_at__isnull=False) & ~models.Q(resolution="")),
                name="catalog_resolved_issue_has_resolution",
            ),
            models.CheckConstraint(
                condition=~models.Q(resolution="dismissed") | ~models.Q(reason=""),
                name="catalog_dismissed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_kind_display()}"

    @property
    def better_host(self) -> str:
        """Where the better link leads, for words beside it."""
        return host_of(self.better_url)

    @property
    def label(self) -> str:
        """What members read beside the link."""
        return _LABELS[self.kind]

    @property
    def is_reported_only(self) -> bool:
        """Whether it is a reader's word alone. What that reader wrote is for the curators."""
        return self.kind == self.Kind.REPORTED

    @property
    def note_for_readers(self) -> str:
        """What was found, for everybody."""
        return "" if self.is_reported_only else self.note

    @property
    def better_url_for_readers(self) -> str:
        """The better link, for everybody: nobody is led to where one reader points before a curator has looked."""
        return "" if self.is_reported_only else self.better_url

    def absorb_finding(self, *, kind: str, note: str, better_url: str) -> None:
        """Take in a finding: a lesser one adds nothing but a better link where none is known, and a report to what is
        found not even that. What was reported gives way to what is found."""
        at_least_as_severe = _MOST_SEVERE_FIRST.index(kind) <= _MOST_SEVERE_FIRST.index(self.kind)
        if self.is_reported_only and kind != self.Kind.REPORTED:
            self.kind, self.note, self.better_url = kind, note, better_url
        elif at_least_as_severe:
            self.kind, self.note, self.better_url = kind, note or self.note, better_url or self.better_url
        elif kind != self.Kind.REPORTED:
            self.better_url = self.better_url or better_url
        self.save(update_fields=["kind", "note", "better_url"])

    def accept_better_url(self, by: "User", *, seen: str = "") -> None:
        """Make the better link the listed one; `seen` is what it was when it was looked at.

        Raises AlreadyResolved and UrlTaken."""
        if not self.better_url or (seen and seen != self.better_url):
            raise AlreadyResolved
        self._set_link(self.better_url, self.Resolution.BETTER, by)

    def replace_url(self, url: str, by: "User") -> None:
        """Make this the listed link. Raises AlreadyResolved and UrlTaken, and ValueError for what is no address."""
        self._set_link(url, self.Resolution.OTHER, by)

    @transaction.atomic
    def dismiss(self, reason: str, by: "User") -> None:
        """The link is fine as it is. Raises AlreadyResolved."""
        source = self._close(self.Resolution.DISMISSED, by, reason, code="link_confirmed")
        source.confirm_link()
        source.save()

    def _set_link(self, url: str, resolution: str, by: "User") -> None:
        try:
            with transaction.atomic():
                self._change_link(url, resolution, by)
        except IntegrityError as error:
            # Somebody else gave this address to a source in the same moment.
            if taken := Source.objects.by_url(url):
                raise UrlTaken(taken) from error
            raise

    def _change_link(self, url: str, resolution: str, by: "User") -> None:
        """In every list that names the source."""
        old = self.source.url
        source = self._close(resolution, by, code="link_changed", before=old, after=url)
        if (known := Source.objects.by_url(url)) and known != source:
            raise UrlTaken(known)
        source.set_url(url)
        source.confirm_link()
        source.save_with_new_url()

    def _close(self, resolution: str, by: "User", reason: str = "", *, code: str, **facts: str) -> Source:
        """Settle it, only if nobody else did, and with it what readers reported of the link; tell every list's history.
        Gives the source, held until the transaction ends: before its link issues and reports, as everywhere."""
        lists = ReadingList.objects.filter(sections__entries__source=self.source_id).order_by("pk").distinct()
        lists = list(lists)
        for each in lists:
            ReadingList.objects.bump_version(each.pk)
        source = Source.objects.select_for_update().filter(pk=self.source_id).first()
        seen = {"pk": self.pk, "source": self.source_id, "better_url": self.better_url}
        if source is None or not LinkIssue.objects.filter(**seen).resolve(resolution, by, reason):
            raise AlreadyResolved
        source.reports.resolve_with_link_issue(accepted=resolution != self.Resolution.DISMISSED, by=by, reason=reason)
        facts = {"source": str(source), "reason": reason, **facts}
        for each in lists or [None]:
            Change.objects.record(code, facts, by=by, list=each, source=source)
        return source
