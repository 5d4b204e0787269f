"""Reports: members' messages about problems with a source."""

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy

from catalog.links.finding_text import stored_finding
from catalog.links.link_issue import LinkIssue
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.sources.source import Source

from .notifications import notify_report_decided
from .proposal import AlreadyDecided, Proposal, ProposalQuerySet


class AlreadyReported(Exception):
    """This person has an open report of the same kind on this source."""


class ReportQuerySet(ProposalQuerySet):
    def of_link(self) -> "ReportQuerySet":
        """The reports about the link (BROKEN and WRONG), which raise a link issue."""
        return self.filter(kind__in=[Report.Kind.BROKEN, Report.Kind.WRONG])

    @transaction.atomic
    def report(self, source: Source, *, by, kind: str, text: str = "", better_url: str = "") -> "Report":
        """Create a report under a lock on the source; one about the link also raises a link issue. Raises
        AlreadyReported."""
        now = Source.objects.lock_current([source.pk]).get(source.pk)
        if now != source.pk:
            # The source was merged into another since the page was opened.
            source = Source.objects.get(pk=now)
        entries = list(source.listed_entries()[:2])
        try:
            with transaction.atomic():
                entry = entries[0] if len(entries) == 1 else None
                report = self.create(source=source, entry=entry, by=by, kind=kind, text=text, better_url=better_url)
        except IntegrityError as error:
            raise AlreadyReported from error
        if report.is_of_link:
            report.raise_link_issue()
        return report

    def reopen_link_issue(self) -> None:
        """Raise a link issue for the first open report about the link, if there is one. Call it on `source.reports`
        after the source's link issue was resolved for another reason."""
        if report := self.open().of_link().select_related("source").first():
            report.raise_link_issue()

    def resolve_with_link_issue(self, *, accepted: bool, by, reason: str = "") -> None:
        """Decide the open reports about the link, and notify their authors. Call it on `source.reports`, in the
        transaction that resolves the link issue. A report decided concurrently is skipped."""
        state = Report.State.ACCEPTED if accepted else Report.State.DECLINED
        for report in self.open().of_link().select_related("source", "by"):
            try:
                report.decide(state, by=by, reason=reason)
            except AlreadyDecided:
                continue
            report.notify_decided()


class Report(Proposal):
    """A member's report that a source is broken, wrong or outdated. `entry` is set if the source has one entry only."""

    class Kind(models.TextChoices):
        BROKEN = "broken", gettext_lazy("the link is broken")
        WRONG = "wrong", gettext_lazy("the link leads elsewhere")
        OUTDATED = "outdated", gettext_lazy("the source is outdated")

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="reports", verbose_name=gettext_lazy("source")
    )
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    kind = models.CharField(gettext_lazy("problem"), max_length=10, choices=Kind.choices)
    text = models.TextField(gettext_lazy("description"), max_length=1000, blank=True)
    better_url = models.CharField(gettext_lazy("better link"), max_length=500, blank=True, default="", db_default="")

    objects = ReportQuerySet.as_manager()

    class Meta(Proposal.Meta):
        verbose_name = gettext_lazy("report")
        verbose_name_plural = gettext_lazy("reports")
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["source", "by", "kind"], condition=models.Q(state="open"), name="catalog_one_open_report"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_kind_display()}"

    @property
    def is_of_link(self) -> bool:
        """Whether the report is about the link."""
        return self.kind in {self.Kind.BROKEN, self.Kind.WRONG}

    def raise_link_issue(self) -> None:
        """Raise a link issue of kind REPORTED, with the member's text as its note and their better link."""
        note, kind = self.text or stored_finding(f"reported_{self.kind}"), LinkIssue.Kind.REPORTED
        LinkIssue.objects.raise_issue(self.source, kind=kind, note=note, better_url=self.better_url)

    def accept(self, word: str = "", *, by) -> None:
        """Accept the report, record the change and notify its author. If the source has an open link issue, resolve
        that instead, which also decides the report. Raises AlreadyDecided."""
        self._decide_and_record(self.State.ACCEPTED, word, by)

    @transaction.atomic
    def decline(self, reason: str, *, by) -> None:
        """Decline the report under a lock on the source, record the change and notify its author.

        If it was the last open report about the link, an open link issue of kind REPORTED is dismissed. Raises
        AlreadyDecided."""
        self.source_id = Source.objects.lock_current([self.source_id]).get(self.source_id, self.source_id)
        self._decide_and_record(self.State.DECLINED, reason, by)
        if self.is_of_link and not self.source.reports.open().of_link().exists():
            self.source.link_issues.filter(kind=LinkIssue.Kind.REPORTED).resolve(
                LinkIssue.Resolution.DISMISSED, by, reason
            )

    @transaction.atomic
    def _decide_and_record(self, state: str, reason: str, by) -> None:
        self.decide(state, by=by, reason=reason)
        facts = {"source": str(self.source), "state": state, "kind": self.kind, "reason": reason}
        Change.objects.record(
            "report_decided", facts, by=by, list=self.entry and self.entry.topic.list, source=self.source
        )
        self.notify_decided()

    def notify_decided(self) -> None:
        """Notify the report's author of the decision. Call it in the transaction that decides."""
        facts = {
            "source": self.source.listed_title,
            "accepted": self.state == self.State.ACCEPTED,
            "reason": self.reason,
        }
        notify_report_decided(self.pk, facts, reported_by=self.by, actor=self.decided_by, now=self.decided_at)
