"""Making one source of two that are the same. Every app moves its own rows."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef

from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.outline.change import Change
from catalog.outline.usage import move_source
from catalog.sources.source import Source
from catalog.sources.source_alias import SourceAlias

from .merge_preview import FACTS, SourceComparison, fact_label, fact_text
from .report import Report
from .suggestion import Suggestion

_MERGED = "It was merged with a source whose link was kept."


@transaction.atomic
def merge_sources(gone: Source, kept: Source, *, by, taking: Collection[str] = (), seen: str = "") -> Source:
    """Let `kept` stand for both from now on, with all that people and lists have on `gone`, and return it.

    `taking` names the FACTS that are taken from the one that goes. The old address and the old page lead to the one
    that stays, and every list names the link that stays. Raises StaleVersion if one of them is merged already, or is no
    longer what was compared and `seen`."""
    lists = _bump_lists(gone, kept)
    gone, kept = _lock_both(gone, kept)
    comparison = SourceComparison(kept, gone)
    if seen and seen != comparison.fingerprint:
        raise StaleVersion
    lines = _change_lines(comparison, taking)
    for _, second in comparison.duplicate_entries():
        second.retire()
        facts = {"row": second.title, "section": str(second.section), "why": second.why}
        lines.append(("retired_second", facts))
    link_goes = "link" not in taking
    _resolve_link_issues(gone, kept, by, link_goes=link_goes)
    relisting = list((gone if link_goes else kept).entries.values_list("pk", flat=True))
    _move(gone, kept)
    move_source(gone, kept)
    _become_one(gone, kept, taking)
    kept.propagate_url(kept.entries.filter(pk__in=relisting))
    for code, facts in lines:
        for each in lists or [None]:
            Change.objects.record(code, facts, by=by, list=each, source=kept)
    return kept


def _bump_lists(*sources: Source) -> list[ReadingList]:
    lists = list(ReadingList.objects.filter(sections__entries__source__in=sources).order_by("pk").distinct())
    for each in lists:
        ReadingList.objects.bump_version(each.pk)
    return lists


def _lock_both(gone: Source, kept: Source) -> tuple[Source, Source]:
    """Both, so that nobody puts a row on either until this is done: see `Source.objects.lock_current`."""
    if gone.pk == kept.pk:
        raise ValueError("A source is the same as itself.")
    locked = Source.objects.select_for_update().filter(pk__in=[gone.pk, kept.pk]).order_by("pk")
    by_pk = {source.pk: source for source in locked}
    if len(by_pk) < 2:
        raise StaleVersion
    return by_pk[gone.pk], by_pk[kept.pk]


def _change_lines(comparison: SourceComparison, taking: Collection[str]) -> list[tuple[str, dict]]:
    """What is done, with the values before and after, for the change log."""
    gone, kept = comparison.gone, comparison.kept
    both = {"gone": str(gone), "kept": str(kept)}
    lines = [("merged", {**both, "gone_url": gone.url, "kept_url": kept.url})]
    lines += [
        (
            "took_fact",
            {**both, "label": fact_label(name), "before": fact_text(kept, name), "after": fact_text(gone, name)},
        )
        for name in FACTS
        if name in taking
    ]
    return lines


def _resolve_link_issues(gone: Source, kept: Source, by, *, link_goes: bool) -> None:
    """A link issue about the link that is given up is over. What a reader reported is of the source: it joins what is
    open of the other, or goes on."""
    loser, winner = (gone, kept) if link_goes else (kept, gone)
    issues = {issue.source_id: issue for issue in LinkIssue.objects.open().filter(source__in=[gone, kept])}
    moot, stays = issues.get(loser.pk), issues.get(winner.pk)
    if moot is None or (moot.kind == LinkIssue.Kind.REPORTED and stays is None):
        return
    if moot.kind == LinkIssue.Kind.REPORTED:
        stays.absorb_finding(kind=moot.kind, note=moot.note, better_url=moot.better_url)
    LinkIssue.objects.filter(pk=moot.pk).resolve(LinkIssue.Resolution.OTHER, by, _MERGED)


def _move(gone: Source, kept: Source) -> None:
    """What the catalogue itself has on the one that goes."""
    _join_reports(gone, kept)
    for manager in (gone.entries, gone.checks, gone.link_issues, gone.reports, gone.changes, gone.aliases):
        manager.update(source=kept)
    LinkSchedule.objects.filter(source=gone).delete()  # the one that stays has its own


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
    old, gone_id = gone.canonical_url if "link" not in taking else kept.canonical_url, gone.pk
    gone.delete()
    columns = [column for name in taking for column in FACTS[name]]
    for column in columns:
        setattr(kept, column, getattr(gone, column))
    kept.save(update_fields=columns)
    SourceAlias.objects.create(source=kept, canonical_url=old, merged_source_id=gone_id)
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
