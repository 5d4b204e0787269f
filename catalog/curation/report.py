"""What a reader says is wrong with a source."""

from django.db import IntegrityError, models, transaction

from catalog.links.link_issue import LinkIssue
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.sources.source import Source

from .notifications import notify_report_decided
from .proposal import AlreadyDecided, Proposal, ProposalQuerySet


class AlreadyReported(Exception):
    """This person has reported just this, and it is not settled yet."""


class ReportQuerySet(ProposalQuerySet):
    def of_link(self) -> "ReportQuerySet":
        """Those that say something of where the link leads: such a one puts the link in doubt."""
        return self.filter(kind__in=[Report.Kind.BROKEN, Report.Kind.WRONG])

    @transaction.atomic
    def report(self, source: Source, *, by, kind: str, text: str = "", better_url: str = "") -> "Report":
        """Tell the curators; what is said of the link puts it in doubt. Raises AlreadyReported."""
        now = Source.objects.lock_current([source.pk]).get(source.pk)
        if now != source.pk:
            # It was merged into another since the page was opened.
            source = Source.objects.get(pk=now)
        places = list(source.listed_entries()[:2])
        said = "\n".join(filter(None, [text, better_url and f"Better: {better_url}"]))
        try:
            with transaction.atomic():
                entry = places[0] if len(places) == 1 else None
                report = self.create(source=source, entry=entry, by=by, kind=kind, text=said)
        except IntegrityError as error:
            raise AlreadyReported from error
        if report.is_of_link:
            report.raise_link_issue(text, better_url)
        return report

    def reopen_link_issue(self) -> None:
        """What else was doubted of the link is over: what readers report of it, unsettled, is a link issue of its own.
        Call it on a source's reports."""
        if report := self.open().of_link().select_related("source").first():
            report.raise_link_issue(report.text)

    def resolve_with_link_issue(self, *, accepted: bool, by, reason: str = "") -> None:
        """The issue about the link is settled, and so are the reports of it: call it on a source's reports, inside
        that transaction. One that is decided in the same moment stays as it is."""
        state = Report.State.ACCEPTED if accepted else Report.State.DECLINED
        for report in self.open().of_link().select_related("source", "by"):
            try:
                report.decide(state, by=by, reason=reason)
            except AlreadyDecided:
                continue
            report.notify_decided()


class Report(Proposal):
    """A source is broken, wrong or outdated, says a reader; at one place of it, perhaps."""

    class Kind(models.TextChoices):
        BROKEN = "broken", "the link is broken"
        WRONG = "wrong", "it leads to something else"
        OUTDATED = "outdated", "it is outdated"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="reports")
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField("what is wrong", max_length=1000, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta(Proposal.Meta):
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
        """Whether it says something of where the link leads."""
        return self.kind in {self.Kind.BROKEN, self.Kind.WRONG}

    def raise_link_issue(self, text: str, better_url: str = "") -> None:
        """Put the link in doubt, in the reader's words."""
        note = text or f"A reader says: {self.get_kind_display()}."
        LinkIssue.objects.raise_issue(self.source, kind=LinkIssue.Kind.REPORTED, note=note, better_url=better_url)

    def accept(self, word: str = "", *, by) -> None:
        """It is right, and seen to. Where its link is in doubt, settle that: the report is settled with it. Raises
        AlreadyDecided."""
        self._decide_and_record(self.State.ACCEPTED, word, by)

    @transaction.atomic
    def decline(self, reason: str, *, by) -> None:
        """Leave the source as it is, and tell why. Where no other reader has reported the link, and nothing else was
        found of it, it is in doubt no more. Raises AlreadyDecided."""
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
        """Tell the person who reported it what came of it, inside the transaction that decides it."""
        facts = {
            "source": self.source.listed_title,
            "accepted": self.state == self.State.ACCEPTED,
            "reason": self.reason,
        }
        notify_report_decided(self.pk, facts, reported_by=self.by, actor=self.decided_by, now=self.decided_at)
