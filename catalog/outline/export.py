"""Exports a list as a file: its headings and entries that aren't retired, in order, verbatim unless changed here."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from catalog.lists.reading_list import ReadingList
from catalog.markdown.heading_kind import names_method
from catalog.markdown.method import holds_method, with_method
from catalog.markdown.nodes import Document, EntryNode, SectionNode
from catalog.markdown.write import write
from readlist_site.base.text import costs_cpu

from .entry import Entry
from .section import Section

# The fields that the Markdown itself contains. Kinds and roles are guessed from it.
_IN_SECTION = ("title", "level", "body")
_IN_ENTRY = ("title", "url", "why")
_METHOD_PAGE = "How to use this list"
_SOURCE = ("url", "canonical_url", "title", "authors", "year", "venue", "kind", "identifier")


@costs_cpu
def as_markdown(reading_list: ReadingList) -> str:
    """The list as Markdown. A list that wasn't changed since its import gives the imported file byte for byte."""
    return write(document_of(reading_list))


@costs_cpu
def as_json(reading_list: ReadingList) -> str:
    """The list as JSON, including what Markdown can't express: kinds, roles and the facts of the sources."""
    document = document_of(reading_list)
    exported = {
        "title": reading_list.title,
        "slug": reading_list.slug,
        "steps": [step.text for step in reading_list.steps.all()],
        "prompts": [prompt.text for prompt in reading_list.prompts.not_retired()],
        "sections": [_section_as_json(section) for section in document.sections if section.parent is None],
    }
    return json.dumps(exported, ensure_ascii=False, indent=2) + "\n"


def document_of(reading_list: ReadingList) -> Document:
    """The list's headings and entries that aren't retired, and its method. Six queries, whatever its size."""
    below: dict[int | None, list[Section]] = defaultdict(list)
    for section in reading_list.sections.not_retired().defer("body_html").order_by("position", "pk"):
        below[section.parent_id].append(section)
    entries: dict[int, list[Entry]] = defaultdict(list)
    shown = Entry.objects.not_retired().filter(section__list=reading_list)
    shown = shown.select_related("source").prefetch_related("related_links")
    for entry in shown.defer("why_html").order_by("position", "pk"):
        entries[entry.section_id].append(entry)
    sections = list(_sections(None, below, entries))
    _write_method(reading_list, sections)
    return Document(reading_list.preamble, sections, is_verbatim=_is_verbatim(reading_list, sections))


def _sections(
    above: SectionNode | None, below: dict[int | None, list[Section]], entries: dict[int, list[Entry]]
) -> Iterator[SectionNode]:
    """The headings under `above`, each followed by those below it. The level of each is at least one more than that of
    the heading above, and at most 6."""
    for row in below[above.row.pk if above else None]:
        level = min(max(row.level, above.level + 1 if above else 1), 6)
        node = SectionNode(0, level, row.title, above, row.kind, row.role, row.body, _verbatim(row, level), row=row)
        node.entries = [
            EntryNode(0, entry.title, entry.url, entry.why, entry.own_role, entry.reread, _verbatim(entry), row=entry)
            for entry in entries[row.pk]
        ]
        if above:
            above.children.append(node)
        yield node
        yield from _sections(node, below, entries)


def _write_method(reading_list: ReadingList, sections: list[SectionNode]) -> None:
    """If curators changed the steps or prompts since the last import, write them into the method page, which is added
    if there is none."""
    steps = [step.text for step in reading_list.steps.all()]
    # Standard prompts are not in the file that the list was imported from.
    prompts = [prompt.text for prompt in reading_list.prompts.not_retired().filter(is_standard=False)]
    read = reading_list.last_imported_method
    if (steps, prompts) == (read.get("steps", []), read.get("prompts", [])):
        return
    pages = [section for section in sections if names_method(section.title)]
    page = next((each for each in pages if holds_method(each.body)), next(iter(pages), None))
    if page is None:
        level = min((section.level for section in sections), default=1)
        page = SectionNode(0, level, _METHOD_PAGE, None, Section.Kind.PAGE)
        sections.append(page)
    page.body, page.source_text = with_method(page.body, steps, prompts), None


def _verbatim(row: Section | Entry, level: int | None = None) -> str | None:
    """The row's lines in the file, or None if a field that they contain was changed since the import."""
    fields = _IN_ENTRY if isinstance(row, Entry) else _IN_SECTION
    values = {name: getattr(row, name) for name in fields}
    if level is not None:
        values["level"] = level
    return row.source_text if all(row.last_imported.get(name) == value for name, value in values.items()) else None


def _is_verbatim(reading_list: ReadingList, sections: list[SectionNode]) -> bool:
    """Whether the list has the headings and entries of the imported file, all unchanged and in place, and no others."""
    rows = [section.row for section in sections]
    found = [entry.row for section in sections for entry in section.entries]
    nodes = [*sections, *(entry for section in sections for entry in section.entries)]
    return (
        all(node.source_text is not None for node in nodes)
        and [row.last_imported["position"] for row in rows] == list(range(1, len(rows) + 1))
        and [row.last_imported["position"] for row in found] == list(range(1, len(found) + 1))
        and all(row.last_imported["section_id"] == row.section_id for row in found)
        and not reading_list.sections.exclude(last_imported={}).exclude(pk__in=[row.pk for row in rows]).exists()
    )


def _section_as_json(section: SectionNode) -> dict[str, Any]:
    return {
        "title": section.title,
        "level": section.level,
        "kind": section.kind,
        "role": section.role,
        "body": section.body,
        "entries": [_entry_as_json(entry) for entry in section.entries],
        "sections": [_section_as_json(child) for child in section.children],
    }


def _entry_as_json(entry: EntryNode) -> dict[str, Any]:
    row = entry.row
    return {
        "title": entry.title,
        "url": entry.url,
        "why": entry.why,
        "role": row.role,
        "reread": entry.reread,
        "related": [{"title": link.title, "url": link.url} for link in row.related_links.all()],
        "source": {name: getattr(row.source, name) for name in _SOURCE},
    }


@dataclass(frozen=True)
class Format:
    """An export format."""

    suffix: str
    content_type: str
    write: Callable[[ReadingList], str]


FORMATS = {
    "markdown": Format("md", "text/markdown", as_markdown),
    "json": Format("json", "application/json", as_json),
}
