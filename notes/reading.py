"""The reading state of one person for one source."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from catalog.outline.entry import Entry
from catalog.sources.source import Source

# The entries that a reading counts for: ("source", id) or, for an entry to be read again, ("entry", id).
Key = tuple[str, int]

STATE_FIELDS = ["state", "since", "started_at", "finished_at"]


def make_reading_key(source_id: int, reread_entry_id: int | None) -> Key:
    """Returns the key of a reading with this source and reread entry."""
    return ("entry", reread_entry_id) if reread_entry_id else ("source", source_id)


def reading_key(entry: Entry) -> Key:
    """Returns the key of the reading that counts for this entry."""
    return make_reading_key(entry.source_id, entry.pk if entry.reread else None)


def _lookup(person, entry: Entry) -> dict:
    """Returns the lookup of this person's reading for this entry. Locks the source, and follows it if it was merged
    since the entry was fetched."""
    source = Source.objects.lock_current([entry.source_id]).get(entry.source_id, entry.source_id)
    return {"person": person, "source_id": source, "reread_entry": entry if entry.reread else None}


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user) -> "ReadingQuerySet":
        """Returns the user's own readings; none for an anonymous user."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def by_key(self) -> dict[Key, "Reading"]:
        """Returns one person's readings by `reading_key` of the entries they count for."""
        return {reading.key: reading for reading in self}

    def set(self, person, entry: Entry, state: str, *, at: datetime | None = None) -> "Reading":
        """Sets the state of a person's reading for an entry, creating it if needed, with the row locked. The same state
        again changes nothing."""
        with transaction.atomic():
            return self._set(_lookup(person, entry), state, at or timezone.now())

    def toggle(self, person, entry: Entry, state: str, *, seen: str | None = None) -> "Reading | None":
        """Sets the state, or deletes the reading, and returns None, if it has this state already.

        `seen` is the state that the page showed: if it differs from `state`, the person means to set it, so it is not
        deleted even if it has been set elsewhere."""
        with transaction.atomic():
            where = _lookup(person, entry)
            existing = self.select_for_update().filter(**where).first()
            if existing and existing.state == state and seen in (None, state):
                existing.delete()
                return None
            return existing.change(state, timezone.now()) if existing else self._set(where, state, timezone.now())

    def _set(self, where: dict, state: str, at: datetime) -> "Reading":
        """Sets the state of the reading that `where` matches, or creates it. Call it in a transaction that has locked
        the source."""
        begun = Reading(state=state)._set_dates(at)
        # Of two simultaneous inserts the unique constraint rejects one, which then fetches the other's row.
        reading, created = self.select_for_update().get_or_create(
            **where, defaults={field: getattr(begun, field) for field in STATE_FIELDS}
        )
        return reading if created else reading.change(state, at)


class Reading(models.Model):
    """One person's state for a source, wherever it is listed. An entry to be read again (`Entry.reread`) has a reading
    of its own."""

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
        """The `reading_key` of the entries that this counts for."""
        return make_reading_key(self.source_id, self.reread_entry_id)

    def change(self, state: str, at: datetime) -> "Reading":
        """Saves another state with its dates; the same state again changes nothing. Takes a locked row."""
        if self.state != state:
            self.state = state
            self._set_dates(at).save(update_fields=STATE_FIELDS)
        return self

    def absorb(self, other: "Reading") -> None:
        """Merges another reading of the same person into this one, without saving, as their sources were merged.

        The later state wins; of equal states the earlier date. The earliest start is preserved, unless the state is
        WANT."""
        begun = [reading.started_at for reading in (self, other) if reading.started_at]
        earlier, later = other.since < self.since, other.since > self.since
        if earlier if other.state == self.state else later:
            self.state, self.since, self.finished_at = other.state, other.since, other.finished_at
        self.started_at = min(begun) if begun and self.state != self.State.WANT else None

    def _set_dates(self, at: datetime) -> "Reading":
        """Sets the dates of a state that begins at `at`, and returns self: only READ has an end, only WANT has no
        start."""
        self.since = at
        self.finished_at = at if self.state == self.State.READ else None
        if self.state == self.State.READING:
            self.started_at = self.started_at or at
        elif self.state == self.State.WANT:
            self.started_at = None
        return self
