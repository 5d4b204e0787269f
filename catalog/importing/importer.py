"""One import: from a read file to rows, all or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from catalog.derived import derive_entries
from catalog.folding import fold
from catalog.markdown.nodes import Document, EntryNode, SectionNode
from catalog.models import Entry, ReadingList, Section, Source
from readlist_site.text import render

from .facts import apply_facts
from .matching import match_entries, match_sections
from .merging import merge
from .method import import_method

_TOLD_EVERY = 500


@dataclass
class Outcome:
    """What an import did, counted over headings and entries."""

    reading_list: ReadingList
    added: int = 0
    changed: int = 0
    retired: int = 0
    restored: int = 0
    facts: int = 0
    method: bool = False

    def __str__(self) -> str:
        said = [
            f"{count} {what}"
            for count, what in [
                (self.added, "new"),
                (self.changed, "changed"),
                (self.retired, "retired"),
                (self.restored, "brought back"),
            ]
            if count
        ]
        said += ["method updated"] if self.method else []
        said += [f"facts of {self.facts} sources updated"] if self.facts else []
        entries = Entry.objects.standing().filter(section__list=self.reading_list)
        return (
            f"{self.reading_list.title}: {self.reading_list.sections.standing().count()} headings, "
            f"{entries.count()} entries, {entries.values('source').distinct().count()} sources; "
            f"{', '.join(said) or 'nothing has changed'}."
        )


def import_list(
    document: Document,
    *,
    slug: str,
    title: str,
    make_default: bool = False,
    facts: dict[str, dict] | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Outcome:
    """Make the list with this slug say what the document says. Importing the same again changes nothing.

    What the file no longer has is retired, never deleted; what returns is brought back with all that hangs on it.
    `tell` hears now and then how many entries are written."""
    # Rendering may wait for formulas, so it happens before anything is locked.
    texts = {section.body for section in document.sections} | {entry.why for _, entry in document.entries}
    html = {text: render(text).html if text else "" for text in texts}
    with transaction.atomic():
        reading_list = _the_list(slug, title, make_default)
        outcome = _Import(reading_list, document, html, tell).run()
        outcome.method = import_method(reading_list, document)
        outcome.facts = apply_facts(facts or {})
    return outcome


def _the_list(slug: str, title: str, make_default: bool) -> ReadingList:
    """The list, locked against another import at the same time. The first one ever is shown where none is named."""
    make_default = make_default or not ReadingList.objects.filter(is_default=True).exists()
    if make_default:
        ReadingList.objects.filter(is_default=True).exclude(slug=slug).update(is_default=False)
    reading_list, _ = ReadingList.objects.select_for_update().get_or_create(slug=slug, defaults={"title": title})
    if make_default and not reading_list.is_default:
        reading_list.is_default = True
        reading_list.save(update_fields=["is_default"])
    return reading_list


class _Import:
    """The rows of one list while a document is written into them."""

    def __init__(
        self, reading_list: ReadingList, document: Document, html: dict[str, str], tell: Callable[[int, int], None]
    ) -> None:
        self.list, self.document, self.html, self.tell = reading_list, document, html, tell
        self.outcome = Outcome(reading_list)
        self.now = timezone.now()
        sections = list(reading_list.sections.all())
        self.old_entries = list(Entry.objects.filter(section__list=reading_list).select_related("source"))
        self.sections = match_sections(document, sections, self.old_entries)
        self.old_sections = sections

    def run(self) -> Outcome:
        if self.list.preamble != self.document.preamble:
            self.list.preamble = self.document.preamble
            self.list.save(update_fields=["preamble"])
        place = {node: self.sections[above].pk for above, node in self.document.entries if above in self.sections}
        entries = match_entries([node for _, node in self.document.entries], self.old_entries, place)
        gone_sections, gone_entries = self.sections.unmatched_rows(), entries.unmatched_rows()
        for position, node in enumerate(self.document.sections, start=1):
            self.sections[node] = self._write_section(node, self.sections.get(node), position)
        self._follow_links(entries)
        sources = self._sources()
        nodes = list(self.document.entries)
        for position, (above, node) in enumerate(nodes, start=1):
            if position % _TOLD_EVERY == 0:
                self.tell(position, len(nodes))
            self._write_entry(node, entries.get(node), self.sections[above], sources[fold(node.url)], position)
        self._retire([*gone_sections, *gone_entries])
        self._settle()
        return self.outcome

    def _write_section(self, node: SectionNode, row: Section | None, position: int) -> Section:
        parent = self.sections[node.parent] if node.parent else None
        fields = {
            "title": node.title,
            "level": node.level,
            "kind": node.kind,
            "role": node.role,
            "body": node.body,
            "position": position,
            "parent_id": parent.pk if parent else None,
        }
        # What a curator retired stays retired, and so does what the file adds under it.
        row = row or Section(list=self.list, retired_at=parent.retired_at if parent else None)
        html = self.html[node.body] if self._body_wins(row, node) else row.body_html
        return self._write(row, fields, {"source_text": node.source_text, "body_html": html})

    def _body_wins(self, row: Section, node: SectionNode) -> bool:
        return row.as_read.get("body") != node.body or row.body == node.body

    def _write_entry(
        self, node: EntryNode, row: Entry | None, section: Section, source: Source, position: int
    ) -> Entry:
        fields = {
            "title": node.title,
            "url": node.url,
            "why": node.why,
            "own_role": node.role,
            "reread": node.reread,
            "position": position,
            "section_id": section.pk,
            "source_id": source.pk,
        }
        if row and row.source.listed_title == row.title != node.title:
            row.source.listed_title = node.title
            row.source.save(update_fields=["listed_title"])
        row = row or Entry(topic=section, retired_at=section.retired_at)
        why_wins = row.as_read.get("why") != node.why or row.why == node.why
        html = self.html[node.why] if why_wins else row.why_html
        relates = "://" in row.why or "://" in node.why
        entry = self._write(row, fields, {"source_text": node.source_text, "why_html": html})
        if relates and why_wins:
            entry.relate()
        return entry

    def _write(self, row: Section | Entry, fields: dict, verbatim: dict) -> Section | Entry:
        """Save the row if anything is to change, and count it."""
        new, returns = row.pk is None, bool(row.retired_at and not row.as_read and row.pk)
        changed = merge(row, fields, row.as_read)
        if returns:
            row.retired_at = None
        verbatim = {**verbatim, "as_read": fields}
        stale = {name: value for name, value in verbatim.items() if getattr(row, name) != value}
        for name, value in stale.items():
            setattr(row, name, value)
        if new or returns or changed or stale:
            row.save()
        self.outcome.added += new
        self.outcome.restored += returns
        # A new neighbour above moves all that follows: no news about them.
        self.outcome.changed += bool(set(changed) - {"position"}) and not new and not returns
        return row

    def _follow_links(self, entries: dict[EntryNode, Entry]) -> None:
        """Where the file corrects the link of a source that stands nowhere else, the source goes along."""
        listed = {fold(node.url) for _, node in self.document.entries}
        for node, row in entries.items():
            corrected = fold(node.url) != row.source.canonical_url and row.as_read.get("url") != node.url
            if corrected and row.source.canonical_url not in listed:
                row.source.readdress(node.url, entry=row)

    def _sources(self) -> dict[str, Source]:
        """The source of every entry, by canonical address; new ones are made."""
        listed = {}
        for _, node in self.document.entries:
            listed.setdefault(fold(node.url), node)
        found = Source.objects.in_bulk(listed, field_name="canonical_url")
        for key, node in listed.items():
            if key not in found:
                found[key] = Source.objects.create(canonical_url=key, url=node.url, listed_title=node.title)
        return found

    def _retire(self, rows: Iterable[Section | Entry]) -> None:
        """Hide what the file has no more, so that it returns when the file has it again.

        What a curator added here was never in the file, and stays, unless the heading above it goes."""
        gone = [row for row in rows if row.as_read]
        for row in gone:
            self.outcome.retired += row.retired_at is None
            row.retired_at = row.retired_at or self.now
            row.as_read, row.source_text = {}, ""
            row.save(update_fields=["retired_at", "as_read", "source_text"])
        headings = [row for row in gone if isinstance(row, Section)]
        self.outcome.retired += Entry.objects.standing().filter(section__in=headings).update(retired_at=self.now)

    def _settle(self) -> None:
        """Derive what hangs on the tree. Where a curator's kinds no longer fit the file's tree, the guesses win."""
        derive_entries(self.list)
        lost = Entry.objects.standing().filter(section__list=self.list).exclude(topic__kind=Section.Kind.TOPIC)
        if lost.exists():
            for node, row in self.sections.items():
                if row.kind != node.kind:
                    row.kind = node.kind
                    row.save(update_fields=["kind"])
            derive_entries(self.list)
