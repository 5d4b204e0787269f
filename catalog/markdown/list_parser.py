"""Turns a Markdown file into a Document, or refuses it with line numbers and reasons.

What is a heading, an entry or text follows from the structure of the whole file: where links are, what all rows of a
table hold, which headings look alike. So `Survey` looks at all blocks before `TreeBuilder` takes the first."""

import re

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message

from .clean import clean
from .commonmark import Progress, lines_of, no_progress, parse
from .heading_kind import Kinds
from .labels import Labels
from .limits import MAX_ENTRIES, MAX_TEXT, check_lines, check_size
from .method import method_of
from .nodes import Document, Problem, UnreadableList
from .parse_notes import ParseNotes
from .survey import Survey
from .syntax_tree import Node, without_collection
from .tree_builder import TreeBuilder

_BOM = "\ufeff"


def read(text: str, on_progress: Progress = no_progress, *, base: str = "") -> Document:
    """Parse a list file. The document's `notes` list whatever isn't read as it stands, or isn't shown. Relative links
    are resolved by the address `base`, if there is one. `on_progress` is called often, with the share of the work that
    is done, and may raise to stop it.

    Raises UnreadableList if the file has no entry, exceeds a limit or can't be stored without loss."""
    check_size(text)
    mark = _BOM if text.startswith(_BOM) else ""
    try:
        with without_collection():
            document = _read(text.removeprefix(_BOM), on_progress, base)
    except RecursionError:
        raise UnreadableList([Problem(1, Message(_("the Markdown in this file is nested too deeply.")))]) from None
    document.preamble = mark + document.preamble
    return document


def _read(text: str, on_progress: Progress, base: str) -> Document:
    lines = lines_of(text)
    check_lines(lines)
    cleaned, references, links = clean(text, base), {}, []
    root = parse(cleaned.text, references, lambda share: on_progress(share / 2), links)
    labels = Labels(links, re.findall(r"\*\*([^*\n]{1,40}?)(?::\*\*|\*\*:)", cleaned.text))
    notes = ParseNotes(lines, cleaned)
    survey = Survey(root.children, labels, cleaned.summaries, has_references=bool(references))
    builder = TreeBuilder(survey, cleaned, notes, labels, references)
    done = 0
    for part in survey.parts:
        builder.take(part)
        done += 1 + len(part.blocks)
        on_progress((1 + done / (len(root.children) + 1)) / 2)
    document = _finished(builder, root.children)
    root.release()
    return document


def _finished(builder: TreeBuilder, blocks: list[Node]) -> Document:
    """The document of a tree that holds all parts."""
    tree, notes = builder.tree, builder.notes
    notes.note_cleaned()
    if not tree.entry_count:
        notes.note_nothing(blocks)
        reason = Message(
            _("this file has no entries. An entry is a list item, a table row or a paragraph with a link.")
        )
        raise UnreadableList([*notes.problems, Problem(1, reason), *notes.notes])
    if tree.entry_count > MAX_ENTRIES:
        notes.refuse(1, _("this file has more than %(number)s entries."), number=MAX_ENTRIES)
    tree.place_entries_of_containers(notes)
    for section in tree.sections:
        section.body = builder.body_of(section)
        if len(section.body) > MAX_TEXT:
            too_long = _("the text under this heading is longer than %(number)s characters.")
            notes.refuse(section.line, too_long, number=MAX_TEXT)
    steps, prompts = method_of(tree.sections, notes)
    if notes.problems:
        raise UnreadableList(notes.problems)
    for section in tree.sections:
        notes.note_unclear(section.line, section.title, section.body)
        for entry in section.entries:
            notes.note_unclear(entry.line, entry.title, entry.why)
    Kinds(tree.sections).set_all()
    notes.note_labels()
    return Document(tree.share_lines(notes.lines), tree.sections, steps, prompts, notes.in_order())
