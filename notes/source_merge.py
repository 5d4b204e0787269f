"""Moves readings, revisions' sources and drafts from a merged source to the remaining one, and copies readings."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef

from catalog.sources.source import Source
from notes.draft import Draft
from notes.reading import STATE_FIELDS, Reading
from notes.reading_pass import ReadingPass
from notes.revision import BasedOn


def move_source(merged: Source, target: Source) -> None:
    """Call it inside the transaction that locks both sources: see `Source.objects.lock_current`."""
    _move_readings(merged, target)
    _move_bases(merged, target)
    _move_drafts(merged, target)


def copy_readings(pairs: Mapping[int, int]) -> None:
    """Copies each reader's reading of a source, with its passes, to the new source that a corrected link made of it.
    Rereadings belong to an entry, and stay."""
    readings = Reading.objects.filter(source__in=pairs, reread_entry=None).prefetch_related("passes")
    copies = [
        Reading(
            person_id=reading.person_id,
            source_id=pairs[reading.source_id],
            **{field: getattr(reading, field) for field in STATE_FIELDS},
        )
        for reading in readings
    ]
    Reading.objects.bulk_create(copies, batch_size=500, ignore_conflicts=True)
    without_passes = Reading.objects.filter(source__in=pairs.values(), reread_entry=None, passes=None)
    created = {(reading.person_id, reading.source_id): reading for reading in without_passes}
    passes = [
        ReadingPass(reading=copy, started_at=each.started_at, finished_at=each.finished_at)
        for reading in readings
        if (copy := created.get((reading.person_id, pairs[reading.source_id])))
        for each in reading.passes.all()
    ]
    ReadingPass.objects.bulk_create(passes, batch_size=500)


def copied_readings(pairs: Mapping[int, int]) -> set[tuple[str, int]]:
    """The readings that `copy_readings` made and that are still equal to the reading they were copied from, as kind and
    primary key."""
    rows = Reading.objects.filter(reread_entry=None).prefetch_related("passes")
    originals = {(each.person_id, pairs[each.source_id]): each for each in rows.filter(source__in=pairs)}
    return {
        ("reading", copy.pk)
        for copy in rows.filter(source__in=pairs.values())
        if (original := originals.get((copy.person_id, copy.source_id))) and _noted(copy) == _noted(original)
    }


def delete_copied_readings(pairs: Mapping[int, int]) -> None:
    """Deletes these."""
    Reading.objects.filter(pk__in=[pk for _, pk in copied_readings(pairs)]).delete()


def _noted(reading: Reading) -> tuple:
    passes = sorted((each.started_at, each.finished_at) for each in reading.passes.all())
    return tuple(getattr(reading, field) for field in STATE_FIELDS), passes


def _move_readings(merged: Source, target: Source) -> None:
    """Moves readings with their passes; if a person has both, the later state wins. Rereadings belong to an entry and
    stay separate."""
    whole = Reading.objects.filter(reread_entry=None)
    existing = {
        reading.person_id: reading
        for reading in whole.filter(source=target, person__readings__source=merged).prefetch_related("passes")
    }
    both = [
        reading for reading in whole.filter(source=merged).prefetch_related("passes") if reading.person_id in existing
    ]
    passes = [each for reading in both for each in existing[reading.person_id].absorb(reading)]
    remaining = [existing[reading.person_id] for reading in both]
    ReadingPass.objects.filter(reading__in=remaining).delete()
    Reading.objects.filter(pk__in=[reading.pk for reading in both]).delete()
    Reading.objects.bulk_update(remaining, STATE_FIELDS, batch_size=100)
    ReadingPass.objects.bulk_create(passes, batch_size=100)
    Reading.objects.filter(source=merged).update(source=target)


def _move_bases(merged: Source, target: Source) -> None:
    """Moves the sources of revisions; a revision based on both keeps the first one's position."""
    of_revision = BasedOn.objects.filter(revision=OuterRef("revision"))
    merged_bases = BasedOn.objects.filter(source=merged)
    merged_bases.filter(Exists(of_revision.filter(source=target, position__lt=OuterRef("position")))).delete()
    BasedOn.objects.filter(Exists(of_revision.filter(source=merged)), source=target).delete()
    merged_bases.update(source=target)


def _move_drafts(merged: Source, target: Source) -> None:
    """Replaces the source in drafts and their alternatives, with the drafts' rows locked."""
    typed = Draft.objects.values_list("pk", "based_on", "alternatives")
    draft_ids = [pk for pk, *texts in typed.iterator() if any(merged.pk in based_on for based_on in _bases(*texts))]
    for draft in Draft.objects.select_for_update().filter(pk__in=draft_ids).order_by("pk"):
        draft.based_on = _moved(draft.based_on, merged, target)
        draft.alternatives = [
            {**text, "based_on": _moved(text["based_on"], merged, target)} if "based_on" in text else text
            for text in draft.alternatives
        ]
        draft.save(update_fields=["based_on", "alternatives"])


def _bases(based_on: list[int], alternatives: list[dict]) -> list[list[int]]:
    return [based_on, *(text.get("based_on", []) for text in alternatives)]


def _moved(based_on: list[int], merged: Source, target: Source) -> list[int]:
    return list(dict.fromkeys(target.pk if pk == merged.pk else pk for pk in based_on))
