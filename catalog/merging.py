"""Making one source of two that are the same. Every app moves its own rows."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef

from .comparison import FACTS, Comparison, in_words, label_of
from .models import Change, Doubt, NextCheck, Overtaken, ReadingList, Report, Source, SourceAlias, Suggestion
from .resting import move_source

_MERGED = "It was merged with a source whose link was kept."


@transaction.atomic
def merge_sources(gone: Source, kept: Source, *, by, taking: Collection[str] = (), seen: str = "") -> Source:
    """Let `kept` stand for both from now on, with all that people and lists have on `gone`, and return it.

    `taking` names the FACTS that are taken from the one that goes. The old address and the old page lead to the one
    that stays, and every list names the link that stays. Raises Overtaken if one of them is merged already, or is no
    longer what was compared and `seen`."""
    lists = _touch_lists(gone, kept)
    gone, kept = _held(gone, kept)
    comparison = Comparison(kept, gone)
    if seen and seen != comparison.mark:
        raise Overtaken
    lines = _change_lines(comparison, taking)
    for _, second in comparison.second_places():
        second.retire()
        facts = {"row": second.title, "section": str(second.section), "why": second.why}
        lines.append(("retired_second", facts))
    link_goes = "link" not in taking
    _settle_doubts(gone, kept, by, link_goes=link_goes)
    relisted = list((gone if link_goes else kept).entries.values_list("pk", flat=True))
    _move(gone, kept)
    move_source(gone, kept)
    _become_one(gone, kept, taking)
    kept.relist(kept.entries.filter(pk__in=relisted))
    for code, facts in lines:
        for each in lists or [None]:
            Change.objects.note(code, facts, by=by, list=each, source=kept)
    return kept


def _touch_lists(*sources: Source) -> list[ReadingList]:
    lists = list(ReadingList.objects.filter(sections__entries__source__in=sources).order_by("pk").distinct())
    for each in lists:
        ReadingList.objects.touch(each.pk)
    return lists


def _held(gone: Source, kept: Source) -> tuple[Source, Source]:
    """Both, so that nobody puts a row on either until this is done: see `Source.objects.hold`."""
    if gone.pk == kept.pk:
        raise ValueError("A source is the same as itself.")
    held = Source.objects.select_for_update().filter(pk__in=[gone.pk, kept.pk]).order_by("pk")
    by_pk = {source.pk: source for source in held}
    if len(by_pk) < 2:
        raise Overtaken
    return by_pk[gone.pk], by_pk[kept.pk]


def _change_lines(comparison: Comparison, taking: Collection[str]) -> list[tuple[str, dict]]:
    """What is done, with the values before and after, for the change log."""
    gone, kept = comparison.gone, comparison.kept
    both = {"gone": str(gone), "kept": str(kept)}
    lines = [("merged", {**both, "gone_url": gone.url, "kept_url": kept.url})]
    lines += [
        ("took_fact", {**both, "label": label_of(name), "before": in_words(kept, name), "after": in_words(gone, name)})
        for name in FACTS
        if name in taking
    ]
    return lines


def _settle_doubts(gone: Source, kept: Source, by, *, link_goes: bool) -> None:
    """A doubt about the link that is given up is over. What a reader reported is of the source: it joins what is open
    of the other, or goes on."""
    loser, winner = (gone, kept) if link_goes else (kept, gone)
    doubts = {doubt.source_id: doubt for doubt in Doubt.objects.open().filter(source__in=[gone, kept])}
    moot, stays = doubts.get(loser.pk), doubts.get(winner.pk)
    if moot is None or (moot.kind == Doubt.Kind.REPORTED and stays is None):
        return
    if moot.kind == Doubt.Kind.REPORTED:
        stays.hear(kind=moot.kind, note=moot.note, better_url=moot.better_url)
    Doubt.objects.filter(pk=moot.pk).settle(Doubt.How.OTHER, by, _MERGED)


def _move(gone: Source, kept: Source) -> None:
    """What the catalogue itself has on the one that goes."""
    _join_reports(gone, kept)
    for manager in (gone.entries, gone.checks, gone.doubts, gone.reports, gone.changes, gone.aliases):
        manager.update(source=kept)
    NextCheck.objects.filter(source=gone).delete()  # the one that stays has its own


def _join_reports(gone: Source, kept: Source) -> None:
    """Of two that say the same of both, from one person, the one that stays says all of it."""
    for report in gone.reports.open().filter(by__isnull=False):
        same: Report | None = kept.reports.open().filter(by=report.by_id, kind=report.kind).first()
        if same:
            same.text = "\n\n".join(dict.fromkeys(filter(None, [same.text, report.text])))
            same.save(update_fields=["text"])
            report.delete()


def _become_one(gone: Source, kept: Source, taking: Collection[str]) -> None:
    """Take the chosen facts, and let the address that isn't the source's own lead to it."""
    if left := [str(relation) for relation in _relations() if _points_at(relation, gone)]:
        raise AssertionError(f"These would go with the source: {', '.join(left)}.")
    old, former = gone.canonical_url if "link" not in taking else kept.canonical_url, gone.pk
    gone.delete()
    columns = [column for name in taking for column in FACTS[name]]
    for column in columns:
        setattr(kept, column, getattr(gone, column))
    kept.save(update_fields=columns)
    SourceAlias.objects.create(source=kept, canonical_url=old, former=former)
    _follow_suggestions(old, kept)


def _relations() -> list:
    return list(Source._meta.related_objects)


def _points_at(relation, source: Source) -> bool:
    return relation.related_model._base_manager.filter(**{relation.field.name: source}).exists()


def _follow_suggestions(old: str, kept: Source) -> None:
    """Who suggested the old address suggested this source. Where another waits for the same topic, both do."""
    suggested = Suggestion.objects.filter(canonical_url=old)
    also = Suggestion.objects.open().filter(topic=OuterRef("topic"), canonical_url=kept.canonical_url)
    suggested.exclude(Exists(also), state=Suggestion.State.OPEN).update(canonical_url=kept.canonical_url)
