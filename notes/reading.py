"""How far one person is with one source."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from catalog.outline.entry import Entry
from catalog.sources.source import Source

# What a reading counts for: every place of a source, or the one place that asks to read it again.
Key = tuple[str, int]

STATE_FIELDS = ["state", "since", "started_at", "finished_at"]


def make_reading_key(source_id: int, reread_entry_id: int | None) -> Key:
    """What a reading with these two counts for."""
    return ("entry", reread_entry_id) if reread_entry_id else ("source", source_id)


def reading_key(entry: Entry) -> Key:
    """Which reading says how far one is with this entry."""
    return make_reading_key(entry.source_id, entry.pk if entry.reread else None)


def _row(person, entry: Entry) -> dict:
    """What makes a reading the one of this person for this entry. Holds the source, which may have been merged into
    another since the entry was fetched."""
    source = Source.objects.lock_current([entry.source_id]).get(entry.source_id, entry.source_id)
    return {"person": person, "source_id": source, "reread_entry": entry if entry.reread else None}


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user) -> "ReadingQuerySet":
        """One's own readings, and nobody else's."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def by_key(self) -> dict[Key, "Reading"]:
        """One person's readings, to be found by `reading_key` an entry."""
        return {reading.key: reading for reading in self}

    def set(self, person, entry: Entry, state: str, *, at: datetime | None = None) -> "Reading":
        """Say how far a person is with an entry, whatever was said before. Saying the same again changes nothing."""
        at = at or timezone.now()
        begun = Reading(state=state)._dated(at)
        with transaction.atomic():
            # Two at once: the unique constraint lets one insert win, the other then finds its row.
            reading, new = self.select_for_update().get_or_create(
                **_row(person, entry), defaults={field: getattr(begun, field) for field in STATE_FIELDS}
            )
            if not new and reading.state != state:
                reading.state = state
                reading._dated(at).save(update_fields=STATE_FIELDS)
        return reading

    def toggle(self, person, entry: Entry, state: str, *, seen: str | None = None) -> "Reading | None":
        """A press on a state's button: sets it, or takes it back where it is set already, and then nothing is said.

        `seen` is the state that the person saw when pressing: who saw another one means to set it, also where it has
        been set from elsewhere by now."""
        with transaction.atomic():
            held = self.select_for_update().filter(**_row(person, entry)).first()
            if held and held.state == state and seen in (None, state):
                held.delete()
                return None
            return self.set(person, entry, state)


class Reading(models.Model):
    """One person's state with a source. Kept per source, so that it counts wherever the source stands;
    a place that asks to read the source again (`Entry.reread`) has a reading of its own."""

    class State(models.TextChoices):
        WANT = "want", "want to read"
        READING = "reading", "reading"
        READ = "read", "read"
        SKIPPED = "skipped", "skipped"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="readings")
    reread_entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="rereadings")
    state = models.CharField(max_length=10, choices=State.choices)
    since = models.DateTimeField(default=timezone.now, help_text="When the present state began.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
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
        """The entries that this counts for, by `reading_key`."""
        return make_reading_key(self.source_id, self.reread_entry_id)

    def absorb(self, other: "Reading") -> None:
        """Become, unsaved, what this one and another of the same person say together: of one thing, it turned out.

        The later state wins, and of the same state what was said first. The earliest beginning stays one, but for what
        is only wanted."""
        begun = [reading.started_at for reading in (self, other) if reading.started_at]
        earlier, later = other.since < self.since, other.since > self.since
        if earlier if other.state == self.state else later:
            self.state, self.since, self.finished_at = other.state, other.since, other.finished_at
        self.started_at = min(begun) if begun and self.state != self.State.WANT else None

    def _dated(self, at: datetime) -> "Reading":
        """With the dates of a state that begins now: only what is read has an end, only what is wanted no beginning."""
        self.since = at
        self.finished_at = at if self.state == self.State.READ else None
        if self.state == self.State.READING:
            self.started_at = self.started_at or at
        elif self.state == self.State.WANT:
            self.started_at = None
        return self
