"""The reading state of one person for one source."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from catalog.outline.entry import Entry
from catalog.sources.source import Source
from readlist_site.base.web.together import RowsOf, Together, attach

from .reading_pass import Dates, ReadingPass, in_order, merged

# The entries that a reading counts for: ("source", id) or, for an entry to be read again, ("entry", id).
Key = tuple[str, int]

STATE_FIELDS = ["state", "since", "started_at", "finished_at"]


def make_reading_key(source_id: int, reread_entry_id: int | None) -> Key:
    """Returns the key of a reading with this source and reread entry."""
    return ("entry", reread_entry_id) if reread_entry_id else ("source", source_id)


def reading_key(entry: Entry) -> Key:
    """Returns the key of the reading that counts for this entry."""
    return make_reading_key(entry.source_id, entry.pk if entry.reread else None)


def _locked(person, entry: Entry) -> tuple[dict, "Reading | None"]:
    """Returns the columns that identify this person's reading for this entry, and the reading with its passes if there
    is one. Locks the source, by which all that write readings of it wait for each other, and follows it if it was
    merged since the entry was fetched. Two statements."""
    source = Source.objects.lock_current([entry.source_id]).get(entry.source_id, entry.source_id)
    reread = entry if entry.reread else None
    readings, passes = _rows(person=person, source=source, reread=reread)
    for reading in readings:
        attach(reading, "passes", passes)
    return {"person": person, "source_id": source, "reread_entry": reread}, next(iter(readings), None)


@Together
def _rows(person, source: int, reread: Entry | None) -> list[models.QuerySet]:
    """A person's reading of a source, or of an entry to be read again, and its passes."""
    readings = Reading.objects.filter(person=person, source=source, reread_entry=reread)
    return [readings, ReadingPass.objects.filter(reading__in=RowsOf(readings))]


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user) -> "ReadingQuerySet":
        """Returns the user's own readings; none for an anonymous user."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def by_key(self) -> dict[Key, "Reading"]:
        """Returns one person's readings by `reading_key` of the entries they count for."""
        return {reading.key: reading for reading in self}

    def with_read_before(self) -> "ReadingQuerySet":
        """Annotates `read_before_at`: when the pass before the present state was finished; None if there is none."""
        before = ReadingPass.objects.filter(reading=models.OuterRef("pk"), finished_at__lt=models.OuterRef("since"))
        return self.annotate(read_before_at=models.Subquery(before.order_by("-finished_at").values("finished_at")[:1]))

    def set(self, person, entry: Entry, state: str, *, at: datetime | None = None) -> "Reading":
        """Sets the state of a person's reading for an entry, creating it if needed, with the source locked. The same
        state again changes nothing. What becomes of its passes: see `Reading.change`."""
        at = at or timezone.now()
        with transaction.atomic():
            where, existing = _locked(person, entry)
            return existing.change(state, at) if existing else self._begin(where, state, at)

    def toggle(self, person, entry: Entry, state: str, *, seen: str | None = None) -> "Reading | None":
        """Sets the state, or, if the reading has it already, undoes it: see `Reading.undo`. Returns the reading that is
        left, or None.

        `seen` is the state that the page showed: if it differs from `state`, the person means to set it, so it is not
        undone even if it has been set elsewhere."""
        with transaction.atomic():
            where, existing = _locked(person, entry)
            if existing and existing.state == state and seen in (None, state):
                return existing.undo()
            return existing.change(state, timezone.now()) if existing else self._begin(where, state, timezone.now())

    def _begin(self, where: dict, state: str, at: datetime) -> "Reading":
        """Creates the reading that `where` describes, with its first pass. Call it in a transaction that has locked the
        source."""
        dates = {Reading.State.READING: {"started_at": at}, Reading.State.READ: {"finished_at": at}}.get(state, {})
        reading = self.create(**where, state=state, since=at, **dates)
        if dates:
            reading.passes.create(**dates)
        return reading


class Reading(models.Model):
    """One person's state for a source, wherever it is listed, and the dates of the latest of its `passes`. An entry to
    be read again (`Entry.reread`) has a reading of its own."""

    class State(models.TextChoices):
        WANT = "want", pgettext_lazy("source", "want to read")
        READING = "reading", pgettext_lazy("source", "reading")
        READ = "read", pgettext_lazy("source", "read")
        SKIPPED = "skipped", pgettext_lazy("source", "skipped")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="readings", db_index=False)
    reread_entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="rereadings")
    state = models.CharField(max_length=10, choices=State.choices)
    since = models.DateTimeField(default=timezone.now, help_text="When the present state began.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        # Of a source that all groups of an instance read, those of a few people are asked for.
        indexes = [models.Index(fields=["source", "person"], name="notes_readings_of_source")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "source"],
                condition=models.Q(reread_entry=None),
                name="notes_one_reading_per_source",
            ),
            models.UniqueConstraint(
                fields=["person", "reread_entry"],
                condition=models.Q(reread_entry__isnull=False),
                name="notes_one_reading_per_reread",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["want", "reading", "read", "skipped"]),
                name="notes_reading_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.source}, {self.get_state_display()}"

    @property
    def key(self) -> Key:
        """The `reading_key` of the entries that this counts for."""
        return make_reading_key(self.source_id, self.reread_entry_id)

    def change(self, state: str, at: datetime) -> "Reading":
        """Saves another state; the same state again changes nothing. Reading starts a pass, unless one is unfinished;
        Read finishes it, or adds one that only has an end; Want to read deletes an unfinished one. Finished passes
        stay. Takes a locked row."""
        if self.state == state:
            return self
        passes = self._fetch_passes()
        unfinished = passes[-1] if passes and passes[-1].finished_at is None else None
        self.state, self.since = state, at
        if state == self.State.READ and unfinished:
            unfinished.finished_at = at
            unfinished.save(update_fields=["finished_at"])
        elif state == self.State.READ:
            passes.append(self.passes.create(finished_at=at))
        elif state == self.State.READING and not unfinished:
            passes.append(self.passes.create(started_at=at))
        elif state == self.State.WANT and unfinished:
            passes.pop().delete()
        self._save_dates([(each.started_at, each.finished_at) for each in passes])
        return self

    def undo(self) -> "Reading | None":
        """Undoes the present state: deletes the unfinished pass, or the last one if the state is READ. If a finished
        pass is left, the state is READ then, otherwise the reading is deleted. Returns the reading, or None. Lock its
        row first."""
        passes = self._fetch_passes()
        if passes and (self.state == self.State.READ or passes[-1].finished_at is None):
            passes.pop().delete()
        finished = [each for each in passes if each.finished_at]
        if not finished:
            self.delete()
            return None
        self.state, self.since = self.State.READ, finished[-1].finished_at
        self._save_dates([(each.started_at, each.finished_at) for each in finished])
        return self

    def absorb(self, other: "Reading") -> list[ReadingPass]:
        """Merges another reading of the same person into this one, without saving, as their sources were merged.
        Returns the passes that this one has then, unsaved; those of both are to be deleted.

        The later state wins; of equal states the earlier date, but for READ, of which each pass counts."""
        dates = [(each.started_at, each.finished_at) for reading in (self, other) for each in reading._known_passes()]
        earlier, later = other.since < self.since, other.since > self.since
        if earlier if other.state == self.state else later:
            self.state, self.since = other.state, other.since
        is_begun = self.state in (self.State.READING, self.State.SKIPPED)
        dates = merged(dates, is_read=self.state == self.State.READ, is_begun=is_begun)
        if self.state == self.State.READ and dates:
            self.since = dates[-1][1]
        self._set_dates(dates)
        return [ReadingPass(reading=self, started_at=started, finished_at=finished) for started, finished in dates]

    def _fetch_passes(self) -> list[ReadingPass]:
        """Returns its passes in order. If it has dates but no row of a pass, as a server of an older version leaves it,
        that row is inserted."""
        known = self._known_passes()
        for each in known:
            if each.pk is None:
                each.save()
        return known

    def _known_passes(self) -> list[ReadingPass]:
        """Returns its passes in order; if it has none, an unsaved one with the dates of the reading."""
        if passes := in_order(self.passes.all()):
            return passes
        if self.started_at or self.finished_at:
            return [ReadingPass(reading=self, started_at=self.started_at, finished_at=self.finished_at)]
        return []

    def _save_dates(self, passes: list[Dates]) -> None:
        self._set_dates(passes)
        self.save(update_fields=STATE_FIELDS)

    def _set_dates(self, passes: list[Dates]) -> None:
        """Sets the dates to those of the latest pass: the finished one if the state is READ, the unfinished one if it
        is READING or SKIPPED, none if it is WANT. Sets `read_before_at`, too, as `with_read_before` does."""
        self.read_before_at = max((ended for _, ended in passes if ended and ended < self.since), default=None)
        latest = passes[-1] if passes and self.state != self.State.WANT else (None, None)
        if self.state != self.State.READ and latest[1]:
            latest = (None, None)
        self.started_at, self.finished_at = latest
