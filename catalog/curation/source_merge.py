"""Merges two sources that are the same. Every app re-points its own rows (see `catalog.outline.usage`)."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef

from catalog.links.finding_text import stored_finding
from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.outline.change import Change
from catalog.outline.usage import move_source, references_to
from catalog.sources.source import Source
from catalog.sources.source_alias import SourceAlias

from .merge_preview import FACTS, SourceComparison, fact_text
from .report import Report
from .suggestion import Suggestion

_MERGED = stored_finding("merged")


@transaction.atomic
def merge_sources(gone: Source, kept: Source, *, by, taking: Collection[str] = (), seen: str = "") -> Source:
    """Merge `gone` into `kept`, delete `gone` and return `kept`. Locks the lists of both, then both sources.

    All rows on `gone` are moved to `kept`; the URL given up and the old primary key become an alias; all entries get
    the link that is kept; where both are in one section, all entries but the first are retired. `taking` names the
    FACTS to copy from `gone`.

    Raises StaleVersion if one of them was merged already or if they no longer have the fingerprint `seen`, and
    ValueError if both are the same source."""
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
    """Reload and lock both sources, so that no row can be added to either (see `Source.objects.lock_current`).

    Raises StaleVersion if one is gone, and ValueError if both are the same."""
    if gone.pk == kept.pk:
        raise ValueError("A source is the same as itself.")
    locked = Source.objects.select_for_update().filter(pk__in=[gone.pk, kept.pk]).order_by("pk")
    by_pk = {source.pk: source for source in locked}
    if len(by_pk) < 2:
        raise StaleVersion
    return by_pk[gone.pk], by_pk[kept.pk]


def _change_lines(comparison: SourceComparison, taking: Collection[str]) -> list[tuple[str, dict]]:
    """The lines for the change log, with the values before and after."""
    gone, kept = comparison.gone, comparison.kept
    both = {"gone": str(gone), "kept": str(kept)}
    lines = [("merged", {**both, "gone_url": gone.url, "kept_url": kept.url})]
    lines += [
        (
            "took_fact",
            {
                **both,
                "label": "url" if name == "link" else name,
                "before": fact_text(kept, name),
                "after": fact_text(gone, name),
            },
        )
        for name in FACTS
        if name in taking
    ]
    return lines


def _resolve_link_issues(gone: Source, kept: Source, by, *, link_goes: bool) -> None:
    """Resolve the link issue of the link that is given up. A reported one is about the source rather than the link, so
    it is merged into the other open issue, or stays open if there is none."""
    loser, winner = (gone, kept) if link_goes else (kept, gone)
    issues = {issue.source_id: issue for issue in LinkIssue.objects.open().filter(source__in=[gone, kept])}
    loser_issue, winner_issue = issues.get(loser.pk), issues.get(winner.pk)
    if loser_issue is None or (loser_issue.kind == LinkIssue.Kind.REPORTED and winner_issue is None):
        return
    if loser_issue.kind == LinkIssue.Kind.REPORTED:
        winner_issue.absorb_finding(kind=loser_issue.kind, note=loser_issue.note, better_url=loser_issue.better_url)
    LinkIssue.objects.filter(pk=loser_issue.pk).resolve(LinkIssue.Resolution.OTHER, by, _MERGED)


def _move(gone: Source, kept: Source) -> None:
    """Re-point the catalogue's own rows from `gone` to `kept`."""
    _join_reports(gone, kept)
    for manager in (gone.entries, gone.checks, gone.link_issues, gone.reports, gone.changes, gone.aliases):
        manager.update(source=kept)
    LinkSchedule.objects.filter(source=gone).delete()  # `kept` has its own


def _join_reports(gone: Source, kept: Source) -> None:
    """Join open reports of the same kind by the same person on both sources: append the text to the report on `kept`,
    which takes the better link if it has none, and delete the one on `gone`, since only one may be open."""
    for report in gone.reports.open().filter(by__isnull=False):
        same: Report | None = kept.reports.open().filter(by=report.by_id, kind=report.kind).first()
        if same:
            same.text = "\n\n".join(dict.fromkeys(filter(None, [same.text, report.text])))
            same.better_url = same.better_url or report.better_url
            same.save(update_fields=["text", "better_url"])
            report.delete()


def _become_one(gone: Source, kept: Source, taking: Collection[str]) -> None:
    """Delete `gone`, copy the chosen facts to `kept` and save it, and add the alias for the URL given up.

    Raises AssertionError, instead of deleting them, if rows still point at `gone`."""
    if left := references_to(gone):
        raise AssertionError(f"These would go with the source: {', '.join(left)}.")
    old, gone_id = gone.canonical_url if "link" not in taking else kept.canonical_url, gone.pk
    gone.delete()
    columns = [column for name in taking for column in FACTS[name]]
    for column in columns:
        setattr(kept, column, getattr(gone, column))
    kept.save(update_fields=columns)
    SourceAlias.objects.create(source=kept, canonical_url=old, merged_source_id=gone_id)
    _follow_suggestions(old, kept)


def _follow_suggestions(old: str, kept: Source) -> None:
    """Set the canonical URL of suggestions with the old one. An open suggestion stays as it is if its topic has an open
    one with the new URL, since only one may be open."""
    suggested = Suggestion.objects.filter(canonical_url=old)
    also = Suggestion.objects.open().filter(topic=OuterRef("topic"), canonical_url=kept.canonical_url)
    suggested.exclude(Exists(also), state=Suggestion.State.OPEN).update(canonical_url=kept.canonical_url)
