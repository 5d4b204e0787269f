"""Link issues: a source's link is broken, moved, unconfirmed or leads elsewhere. Open until resolved.

**Invariant**: a link is shown as doubtful exactly while its source has an open link issue, and the source's
`leads_to_listed` is "no" exactly while that issue is of kind ELSEWHERE. Code that writes `leads_to_listed` without the
methods of this module (the facts file, the form of a source) must call `sync_with_source` afterwards; code that changes
a source's URL must call `close_for_new_url`, since the open issue is about the old URL."""

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from catalog.sources.source import Source, host_of
from readlist_site.base.accounts.models import User

from .finding_text import finding_text, stored_finding

_MOST_SEVERE_FIRST = ("elsewhere", "dead", "moved", "title_differs", "unconfirmed", "reported")
_LATER_FACTS = stored_finding("facts_corrected")
_OTHER_LINK = stored_finding("other_link")


class AlreadyResolved(Exception):
    """The link issue was resolved, or its better link is no longer the one that the curator saw."""


class UrlTaken(Exception):
    """Another source has this canonical URL already."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.source = source


class LinkIssueQuerySet(models.QuerySet["LinkIssue"]):
    def open(self) -> "LinkIssueQuerySet":
        """The link issues that aren't resolved."""
        return self.filter(resolved_at=None)

    def prefetch_open(self, path: str) -> models.Prefetch:
        """A prefetch of the open link issues of the sources at this path, after which `Source.link_issue` needs no
        query."""
        return models.Prefetch(f"{path}__link_issues", self.open(), to_attr="prefetched_link_issues")

    def ranked(self) -> "LinkIssueQuerySet":
        """Annotated with `rank` and ordered: issues with a better link first, since one click resolves them."""
        better = models.Case(models.When(better_url="", then=1), default=0)
        return self.annotate(rank=better).order_by("rank", "pk")

    def after(self, issue: "LinkIssue", *, itself: bool = False) -> "LinkIssueQuerySet":
        """The issues ranked after this one; with `itself`, including this one."""
        rank, behind = int(not issue.better_url), "pk__gte" if itself else "pk__gt"
        return self.ranked().filter(models.Q(rank__gt=rank) | models.Q(rank=rank, **{behind: issue.pk}))

    def resolved(self) -> "LinkIssueQuerySet":
        """The resolved link issues, latest first."""
        return self.filter(resolved_at__isnull=False).order_by("-resolved_at", "-pk")

    def resolved_up_to(self, issue: "LinkIssue") -> "LinkIssueQuerySet":
        """This resolved issue and those resolved before it."""
        at = issue.resolved_at
        return self.filter(models.Q(resolved_at__lt=at) | models.Q(resolved_at=at, pk__lte=issue.pk))

    @transaction.atomic
    def raise_issue(self, source: Source, *, kind: str, note: str = "", better_url: str = "") -> "LinkIssue":
        """Open a link issue, or merge the finding into the open one: a source has at most one, of the most severe kind
        found. Locks the source.

        If a curator dismissed the same finding last, returns that resolved issue and opens none."""
        Source.objects.lock_current([source.pk])
        finding = {"kind": kind, "note": note[:2000], "better_url": better_url}
        if dismissed := self._dismissed(source, finding):
            return dismissed
        issue, new = self.get_or_create(source=source, resolved_at=None, defaults=finding)
        if not new:
            issue.absorb_finding(**finding)
        if issue.kind == LinkIssue.Kind.ELSEWHERE and not source.leads_elsewhere:
            source.leads_to_listed = Source.Leads.NO
            source.save(update_fields=["leads_to_listed"])
        return issue

    def sync_with_source(self, source: Source, *, by=None) -> None:
        """Update the link issue from the source's `leads_to_listed`, `link_note` and `better_url`: if the link leads to
        what is listed, dismiss an open ELSEWHERE or UNCONFIRMED issue, else raise one."""
        if source.leads_to_listed == Source.Leads.YES:
            if self._open_from_facts(source).resolve(LinkIssue.Resolution.DISMISSED, by, _LATER_FACTS):
                source.reports.reopen_link_issue()
            return
        kind = LinkIssue.Kind.ELSEWHERE if source.leads_elsewhere else LinkIssue.Kind.UNCONFIRMED
        self._open_from_facts(source).update(kind=kind)
        self.raise_issue(source, kind=kind, note=source.link_note, better_url=source.better_url)

    def close_for_new_url(self, source: Source, *, by=None) -> None:
        """Resolve the source's open link issue, and accept its open reports about the link, after its URL changed."""
        if self.open().filter(source=source).resolve(LinkIssue.Resolution.OTHER, by, _OTHER_LINK):
            source.reports.resolve_with_link_issue(accepted=True, by=by)

    def resolve(self, resolution: str, by, reason: str = "") -> int:
        """Resolve the open ones of these link issues and return their number. A single conditional update, so that
        of two concurrent calls only one resolves an issue."""
        return self.open().update(resolved_at=timezone.now(), resolved_by=by, resolution=resolution, reason=reason)

    def _open_from_facts(self, source: Source) -> "LinkIssueQuerySet":
        return self.open().filter(source=source, kind__in=[LinkIssue.Kind.ELSEWHERE, LinkIssue.Kind.UNCONFIRMED])

    def _dismissed(self, source: Source, finding: dict) -> "LinkIssue | None":
        """The source's last link issue if a curator dismissed this very finding, else None. Reports always open an
        issue."""
        last = self.filter(source=source).order_by("-pk").first()
        if not last or last.resolution != LinkIssue.Resolution.DISMISSED or not last.resolved_by_id:
            return None
        is_same = all(getattr(last, name) == value for name, value in finding.items())
        return last if is_same and last.kind != LinkIssue.Kind.REPORTED else None


class LinkIssue(models.Model):
    """A problem with a source's link, and how it was resolved."""

    class Kind(models.TextChoices):
        ELSEWHERE = "elsewhere", gettext_lazy("leads elsewhere")
        UNCONFIRMED = "unconfirmed", gettext_lazy("unconfirmed")
        DEAD = "dead", gettext_lazy("broken")
        MOVED = "moved", gettext_lazy("moved")
        TITLE_DIFFERS = "title_differs", gettext_lazy("title differs")
        REPORTED = "reported", gettext_lazy("reported by a reader")

    class Resolution(models.TextChoices):
        BETTER = "better", gettext_lazy("better link used")
        OTHER = "other", gettext_lazy("another link used")
        DISMISSED = "dismissed", gettext_lazy("link kept")

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
        verbose_name = gettext_lazy("link problem")
        verbose_name_plural = gettext_lazy("link problems")
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
        """The host of the better link, to show beside it."""
        return host_of(self.better_url)

    @property
    def is_reported_only(self) -> bool:
        """Whether it comes only from a member's report, whose text is shown to curators only."""
        return self.kind == self.Kind.REPORTED

    @property
    def note_text(self) -> str:
        """The note in the active language."""
        return finding_text(self.note)

    @property
    def reason_text(self) -> str:
        """Why it was resolved, in the active language."""
        return finding_text(self.reason)

    @property
    def note_for_readers(self) -> str:
        """The note in the active language, or "" if it comes only from a report."""
        return "" if self.is_reported_only else self.note_text

    @property
    def better_url_for_readers(self) -> str:
        """The better link, or "" if it comes only from a report, which a curator hasn't checked yet."""
        return "" if self.is_reported_only else self.better_url

    def absorb_finding(self, *, kind: str, note: str, better_url: str) -> None:
        """Merge a finding into this issue and save it.

        A finding replaces what was only reported. A finding at least as severe replaces kind, note and better link,
        where it has them. A less severe one only adds a better link where there is none; a report doesn't even that."""
        at_least_as_severe = _MOST_SEVERE_FIRST.index(kind) <= _MOST_SEVERE_FIRST.index(self.kind)
        if self.is_reported_only and kind != self.Kind.REPORTED:
            self.kind, self.note, self.better_url = kind, note, better_url
        elif at_least_as_severe:
            self.kind, self.note, self.better_url = kind, note or self.note, better_url or self.better_url
        elif kind != self.Kind.REPORTED:
            self.better_url = self.better_url or better_url
        self.save(update_fields=["kind", "note", "better_url"])

    def accept_better_url(self, by: User, *, seen: str = "") -> None:
        """Make the better link the source's link and resolve the issue.

        Raises AlreadyResolved, also if the better link is no longer the one `seen`, and UrlTaken."""
        if not self.better_url or (seen and seen != self.better_url):
            raise AlreadyResolved
        self._set_link(self.better_url, self.Resolution.BETTER, by)

    def replace_url(self, url: str, by: User) -> None:
        """Make `url` the source's link and resolve the issue.

        Raises AlreadyResolved, UrlTaken, and ValueError if `url` isn't a web address."""
        self._set_link(url, self.Resolution.OTHER, by)

    @transaction.atomic
    def dismiss(self, reason: str, by: User) -> None:
        """Resolve the issue as dismissed: the link is right, and the source is marked so. Raises AlreadyResolved."""
        source = self._close(self.Resolution.DISMISSED, by, reason, code="link_confirmed")
        source.confirm_link()
        source.save()

    @property
    def can_be_reopened(self) -> bool:
        """Whether a curator kept the link, so that `reopen` can take that back."""
        return self.resolution == self.Resolution.DISMISSED and self.resolved_by_id is not None

    @transaction.atomic
    def reopen(self, by: User) -> None:
        """Open a dismissed issue again, mark the source's link accordingly and record the change. Locks the lists, then
        the source, as `_close` does.

        Raises AlreadyResolved if it wasn't dismissed by a curator, or if the source has another open issue."""
        lists = list(ReadingList.objects.filter(sections__entries__source=self.source_id).order_by("pk").distinct())
        for each in lists:
            ReadingList.objects.bump_version(each.pk)
        source = Source.objects.select_for_update().filter(pk=self.source_id).first()
        self.refresh_from_db()
        if source is None or not self.can_be_reopened or LinkIssue.objects.open().filter(source=source).exists():
            raise AlreadyResolved
        self.resolved_at, self.resolved_by, self.resolution, self.reason = None, None, "", ""
        self.save(update_fields=["resolved_at", "resolved_by", "resolution", "reason"])
        is_elsewhere = self.kind == self.Kind.ELSEWHERE
        source.leads_to_listed = Source.Leads.NO if is_elsewhere else Source.Leads.UNKNOWN
        source.save(update_fields=["leads_to_listed"])
        for each in lists or [None]:
            Change.objects.record("link_issue_reopened", {"source": str(source)}, by=by, list=each, source=source)

    def _set_link(self, url: str, resolution: str, by: User) -> None:
        try:
            with transaction.atomic():
                self._change_link(url, resolution, by)
        except IntegrityError as error:
            # Another source was given this canonical URL at the same time.
            if taken := Source.objects.by_url(url):
                raise UrlTaken(taken) from error
            raise

    def _change_link(self, url: str, resolution: str, by: User) -> None:
        """Resolve the issue and change the source's link, in all lists that have the source."""
        old = self.source.url
        source = self._close(resolution, by, code="link_changed", before=old, after=url)
        if (known := Source.objects.by_url(url)) and known != source:
            raise UrlTaken(known)
        source.set_url(url)
        source.confirm_link()
        source.save_with_new_url()

    def _close(self, resolution: str, by: User, reason: str = "", *, code: str, **facts: str) -> Source:
        """Resolve the issue and the open reports about the link, record the change on every list that has the source,
        and return the source, locked until the transaction ends.

        Locks the lists, then the source, then its link issues and reports: every caller must use this order. Raises
        AlreadyResolved if the issue is no longer open or was changed."""
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
