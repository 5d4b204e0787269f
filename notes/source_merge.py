"""When two sources turn out to be one: what people keep on the one that goes, moved to the one that stays."""

from django.db.models import Exists, OuterRef

from catalog.sources.source import Source
from notes.draft import Draft
from notes.reading import Reading
from notes.revision import BasedOn


def move_source(gone: Source, kept: Source) -> None:
    """Call it inside the transaction that holds both: see `Source.objects.lock_current`."""
    _move_readings(gone, kept)
    _move_bases(gone, kept)
    _move_drafts(gone, kept)


def _move_readings(gone: Source, kept: Source) -> None:
    """Where a person has both, the later state wins. A re-read is of a place, and stays of it."""
    whole = Reading.objects.filter(reread_entry=None)
    stays = {reading.person_id: reading for reading in whole.filter(source=kept, person__readings__source=gone)}
    both = [reading for reading in whole.filter(source=gone) if reading.person_id in stays]
    for reading in both:
        stays[reading.person_id].absorb(reading)
    Reading.objects.filter(pk__in=[reading.pk for reading in both]).delete()
    Reading.objects.bulk_update(stays.values(), ["state", "since", "started_at", "finished_at"], batch_size=100)
    Reading.objects.filter(source=gone).update(source=kept)


def _move_bases(gone: Source, kept: Source) -> None:
    """A revision that rests on both rests on one, in the place of the first."""
    here = BasedOn.objects.filter(revision=OuterRef("revision"))
    rests = BasedOn.objects.filter(source=gone)
    rests.filter(Exists(here.filter(source=kept, position__lt=OuterRef("position")))).delete()
    BasedOn.objects.filter(Exists(here.filter(source=gone)), source=kept).delete()
    rests.update(source=kept)


def _move_drafts(gone: Source, kept: Source) -> None:
    """The sources that a draft, or a text set aside beside it, rests on."""
    typed = Draft.objects.values_list("pk", "based_on", "alternatives")
    naming = [pk for pk, *texts in typed.iterator() if any(gone.pk in based_on for based_on in _bases(*texts))]
    for draft in Draft.objects.select_for_update().filter(pk__in=naming).order_by("pk"):
        draft.based_on = _moved(draft.based_on, gone, kept)
        draft.alternatives = [
            {**text, "based_on": _moved(text["based_on"], gone, kept)} if "based_on" in text else text
            for text in draft.alternatives
        ]
        draft.save(update_fields=["based_on", "alternatives"])


def _bases(based_on: list[int], alternatives: list[dict]) -> list[list[int]]:
    return [based_on, *(text.get("based_on", []) for text in alternatives)]


def _moved(based_on: list[int], gone: Source, kept: Source) -> list[int]:
    return list(dict.fromkeys(kept.pk if pk == gone.pk else pk for pk in based_on))
