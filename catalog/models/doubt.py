"""A doubt about where a source's link leads, until a curator settles it.

**The one rule**: a link is in doubt exactly as long as it has an open doubt; every mark is made of that row. The
source's own `leads_to_listed` goes along: it is "no" exactly while the open doubt is that the link leads elsewhere.
Who writes that field by another way than these verbs (the facts file, the form of a source) calls `follow` after it;
who gives a source another link calls `give_up`, since the doubt was about the old one."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from .change import Change
from .reading_list import ReadingList
from .source import Source, host_of

if TYPE_CHECKING:
    from readlist_site.accounts.models import User

_GRAVEST_FIRST = ("elsewhere", "dead", "moved", "title_differs", "unconfirmed", "reported")
# For members, beside the link.
_MARKS = {
    "elsewhere": "This link leads elsewhere.",
    "unconfirmed": "This link could not be confirmed.",
    "dead": "This link seems dead.",
    "moved": "This page has moved.",
    "title_differs": "The page has another title now.",
    "reported": "Reported as broken or wrong.",
}
_LATER_FACTS = "What is known of the link was corrected."
_OTHER_LINK = "The list names another link now."


class Settled(Exception):
    """Somebody settled the doubt, or it says something else than what was looked at."""


class AddressTaken(Exception):
    """There is a source with this address already."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.source = source


class DoubtQuerySet(models.QuerySet["Doubt"]):
    def open(self) -> "DoubtQuerySet":
        """What waits for a curator."""
        return self.filter(settled_at=None)

    def for_sources(self, path: str) -> models.Prefetch:
        """The open doubts of all the sources at the end of this path, in one query: `Source.doubt` then asks none."""
        return models.Prefetch(f"{path}__doubts", self.open(), to_attr="found_doubts")

    def ranked(self) -> "DoubtQuerySet":
        """Those that one click settles first."""
        better = models.Case(models.When(better_url="", then=1), default=0)
        return self.annotate(rank=better).order_by("rank", "pk")

    def after(self, doubt: "Doubt", *, itself: bool = False) -> "DoubtQuerySet":
        """What is ranked behind this one, and it too where it is asked for `itself`."""
        rank, behind = int(not doubt.better_url), "pk__gte" if itself else "pk__gt"
        return self.ranked().filter(models.Q(rank__gt=rank) | models.Q(rank=rank, **{behind: doubt.pk}))

    def settled(self) -> "DoubtQuerySet":
        """What was settled, the latest first."""
        return self.filter(settled_at__isnull=False).order_by("-settled_at", "-pk")

    def since(self, doubt: "Doubt") -> "DoubtQuerySet":
        """This settled one, and those that were settled before it."""
        at = doubt.settled_at
        return self.filter(models.Q(settled_at__lt=at) | models.Q(settled_at=at, pk__lte=doubt.pk))

    @transaction.atomic
    def raise_about(self, source: Source, *, kind: str, note: str = "", better_url: str = "") -> "Doubt":
        """Open a doubt, or sharpen the one that is open: a source has one at a time, of the gravest kind heard of.

        What curators dismissed isn't opened again by the same finding: then the settled doubt is given back."""
        Source.objects.hold([source.pk])
        said = {"kind": kind, "note": note[:2000], "better_url": better_url}
        if dismissed := self._dismissed(source, said):
            return dismissed
        doubt, new = self.get_or_create(source=source, settled_at=None, defaults=said)
        if not new:
            doubt.hear(**said)
        if doubt.kind == Doubt.Kind.ELSEWHERE and not source.leads_elsewhere:
            source.leads_to_listed = Source.Leads.NO
            source.save(update_fields=["leads_to_listed"])
        return doubt

    def follow(self, source: Source, *, by=None) -> None:
        """Let the doubt be what the source's own fields came to say of its link."""
        if source.leads_to_listed == Source.Leads.YES:
            if self._of_facts(source).settle(Doubt.How.DISMISSED, by, _LATER_FACTS):
                source.reports.doubt_again()
            return
        kind = Doubt.Kind.ELSEWHERE if source.leads_elsewhere else Doubt.Kind.UNCONFIRMED
        self._of_facts(source).update(kind=kind)
        self.raise_about(source, kind=kind, note=source.link_note, better_url=source.better_url)

    def give_up(self, source: Source, *, by=None) -> None:
        """The source has another link: what was doubted of the old one is over."""
        if self.open().filter(source=source).settle(Doubt.How.OTHER, by, _OTHER_LINK):
            source.reports.settle_with_doubt(accepted=True, by=by)

    def settle(self, how: str, by, reason: str = "") -> int:
        """Close what is open of these, and say how many that were. Two at once: the second closes none."""
        return self.open().update(settled_at=timezone.now(), settled_by=by, how=how, reason=reason)

    def _of_facts(self, source: Source) -> "DoubtQuerySet":
        return self.open().filter(source=source, kind__in=[Doubt.Kind.ELSEWHERE, Doubt.Kind.UNCONFIRMED])

    def _dismissed(self, source: Source, said: dict) -> "Doubt | None":
        """The last doubt of the source, if somebody dismissed just this. What a reader says is heard each time."""
        last = self.filter(source=source).order_by("-pk").first()
        if last and last.how == Doubt.How.DISMISSED and last.settled_by_id and said["kind"] != Doubt.Kind.REPORTED:
            return last if all(getattr(last, name) == value for name, value in said.items()) else None
        return None


class Doubt(models.Model):
    """Why a link may be no good, and what came of it."""

    class Kind(models.TextChoices):
        ELSEWHERE = "elsewhere", "leads elsewhere"
        UNCONFIRMED = "unconfirmed", "could not be confirmed"
        DEAD = "dead", "dead"
        MOVED = "moved", "moved"
        TITLE_DIFFERS = "title_differs", "title differs"
        REPORTED = "reported", "reported by a reader"

    class How(models.TextChoices):
        BETTER = "better", "took the better link"
        OTHER = "other", "wrote another link"
        DISMISSED = "dismissed", "dismissed"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="doubts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    note = models.TextField(blank=True)
    better_url = models.URLField("better link", max_length=500, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=10, choices=How.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = DoubtQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "pk"]
        verbose_name = "doubtful link"
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(settled_at=None), name="catalog_one_open_doubt"
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, how="") | (models.Q(settled_at__isnull=False) & ~models.Q(how="")),
                name="catalog_settled_doubt_says_how",
            ),
            models.CheckConstraint(
                condition=~models.Q(how="dismissed") | ~models.Q(reason=""), name="catalog_dismissed_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_kind_display()}"

    @property
    def better_host(self) -> str:
        """Where the better link leads, for words beside it."""
        return host_of(self.better_url)

    @property
    def mark(self) -> str:
        """What members read beside the link."""
        return _MARKS[self.kind]

    @property
    def is_only_reported(self) -> bool:
        """Whether it is a reader's word alone. What that reader wrote is for the curators."""
        return self.kind == self.Kind.REPORTED

    @property
    def note_for_readers(self) -> str:
        """What was found, for everybody."""
        return "" if self.is_only_reported else self.note

    @property
    def better_for_readers(self) -> str:
        """The better link, for everybody: nobody is led to where one reader points before a curator has looked."""
        return "" if self.is_only_reported else self.better_url

    def hear(self, *, kind: str, note: str, better_url: str) -> None:
        """Take in a finding: a lesser one adds nothing but a better link where none is known, and a report to what is
        found not even that. What was reported gives way to what is found."""
        graver = _GRAVEST_FIRST.index(kind) <= _GRAVEST_FIRST.index(self.kind)
        if self.is_only_reported and kind != self.Kind.REPORTED:
            self.kind, self.note, self.better_url = kind, note, better_url
        elif graver:
            self.kind, self.note, self.better_url = kind, note or self.note, better_url or self.better_url
        elif kind != self.Kind.REPORTED:
            self.better_url = self.better_url or better_url
        self.save(update_fields=["kind", "note", "better_url"])

    def take_better(self, by: "User", *, seen: str = "") -> None:
        """Make the better link the listed one; `seen` is what it was when it was looked at.

        Raises Settled and AddressTaken."""
        if not self.better_url or (seen and seen != self.better_url):
            raise Settled
        self._lead_to(self.better_url, self.How.BETTER, by)

    def readdress(self, url: str, by: "User") -> None:
        """Make this the listed link. Raises Settled and AddressTaken, and ValueError for what is no address."""
        self._lead_to(url, self.How.OTHER, by)

    @transaction.atomic
    def dismiss(self, reason: str, by: "User") -> None:
        """The link is fine as it is. Raises Settled."""
        source = self._close(self.How.DISMISSED, by, reason, code="link_confirmed")
        source.confirm_link()
        source.save()

    def _lead_to(self, url: str, how: str, by: "User") -> None:
        try:
            with transaction.atomic():
                self._change_link(url, how, by)
        except IntegrityError as error:
            # Somebody else gave this address to a source in the same moment.
            if taken := Source.objects.known(url):
                raise AddressTaken(taken) from error
            raise

    def _change_link(self, url: str, how: str, by: "User") -> None:
        """In every list that names the source."""
        old = self.source.url
        source = self._close(how, by, code="link_changed", before=old, after=url)
        if (known := Source.objects.known(url)) and known != source:
            raise AddressTaken(known)
        source.goes_to(url)
        source.confirm_link()
        source.relink()

    def _close(self, how: str, by: "User", reason: str = "", *, code: str, **facts: str) -> Source:
        """Settle it, only if nobody else did, and with it what readers reported of the link; tell every list's history.
        Gives the source, held until the transaction ends: before its doubts and reports, as everywhere."""
        lists = ReadingList.objects.filter(sections__entries__source=self.source_id).order_by("pk").distinct()
        lists = list(lists)
        for each in lists:
            ReadingList.objects.touch(each.pk)
        source = Source.objects.select_for_update().filter(pk=self.source_id).first()
        seen = {"pk": self.pk, "source": self.source_id, "better_url": self.better_url}
        if source is None or not Doubt.objects.filter(**seen).settle(how, by, reason):
            raise Settled
        source.reports.settle_with_doubt(accepted=how != self.How.DISMISSED, by=by, reason=reason)
        facts = {"source": str(source), "reason": reason, **facts}
        for each in lists or [None]:
            Change.objects.note(code, facts, by=by, list=each, source=source)
        return source
