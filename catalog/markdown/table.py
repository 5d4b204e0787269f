"""Reads the rows of a table as entries. Which column holds the titles follows from what all rows hold there."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message

from .clean import on_one_line
from .commonmark import links_in, plain
from .entry import Named, ReadEntry, is_web_link, make_entry, name_in
from .labels import ADDRESS, Labels, folded, is_title_like
from .syntax_tree import Node

_DATE = re.compile(
    r"[\W\d]*(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-zäéû]*[\W\d]*|week"
    r"|lecture|day|session|unit|woche|semaine|semana|lec|wk|неделя|年|月|日|周|第)*[\W\d]*",
    re.IGNORECASE,
)
_FEW_WORDS = 6
_TICKS = " ✅✓✔☑❌✗✘⬜☐◻□■🔲\ufe0f-–—"


@dataclass
class Row:
    """The entries of a row. `heading` is the row's title if it has several sources, else ""; `text` what else it says
    then."""

    line: int
    entries: list[ReadEntry]
    heading: str = ""
    text: str = ""


class TableReader:
    """One table that has a link in some row."""

    def __init__(self, table: Node, labels: Labels) -> None:
        self.labels = labels
        head = table.children[0].children[0]
        self.headings = [on_one_line(_text(cell)) for cell in head.children]
        self.rows = rows_of(table)
        self.cells = [[cell.children[0] if cell.children else None for cell in row.children] for row in self.rows]
        self.named = self._title_column()
        self.grouped = self._group_column()

    def read(self) -> list[Row]:
        return [self._row(row, cells) for row, cells in zip(self.rows, self.cells, strict=True)]

    def _row(self, row: Node, cells: list[Node | None]) -> Row:
        line = row.map[0] + 1
        links = [(column, link) for column, cell in enumerate(cells) if cell for link in _web_links(cell)]
        if not links:
            return Row(line, [ReadEntry(None, Message(_("this row has no link, unlike others in its table.")))])
        held = cells[self.named]
        if self.grouped is not None and held and _web_links(held):
            return self._group(line, cells)
        here = [link for column, link in links if column == self.named]
        at, link = (self.named, here[0]) if here else links[0]
        titled = cells[self.named]
        if titled is None or not _text_of(titled).strip():
            named, other = name_in(cells[at], link, self.labels), at
        elif at == self.named:
            named, other = name_in(titled, link, self.labels), at
        else:
            named, other = name_in(titled, None, self.labels), self.named
        whys = [named.remark] if other == at else [named.remark, named.after]
        if other != at:
            rest = name_in(cells[at], link, self.labels, alone=True)
            named.labels = [each for each in rest.labels if folded(each) != folded(self.headings[at])]
        for column, cell in enumerate(cells):
            if column == other:
                text = named.after if other == at else ""
            elif column == at:
                text = self._labelled(column, cell, rest.rest)
            else:
                text = self._labelled(column, cell, cell.content.strip() if cell else "")
            whys.append(text)
        return Row(line, [make_entry(line, named, link.attrs["href"], "\n\n".join(filter(None, whys)))])

    def _group(self, line: int, cells: list[Node | None]) -> Row:
        """A row with several sources as a heading with entries."""
        titled, held = cells[self.grouped], cells[self.named]
        heading = on_one_line(_text_of(titled)) if titled else ""
        links = _web_links(held)
        entries, ends = [], [*(link.start for link in links[1:]), None]
        for number, (link, end) in enumerate(zip(links, ends, strict=True)):
            own = on_one_line(plain(link))
            before = held.content[: link.start].strip(" \ue000,;|·•-–—") if number == 0 else ""
            after = held.content[link.end : end].strip(" \ue000,;|·•-–—")
            why = "\n\n".join(text for text in (before, after) if any(map(str.isalnum, text)))
            title = "" if ADDRESS.match(own) else own
            entries.append(make_entry(line, Named(title), link.attrs["href"], why))
        rest = []
        for column, cell in enumerate(cells):
            if cell and column not in {self.grouped, self.named}:
                rest.append(self._labelled(column, cell, cell.content.strip()))
        return Row(line, entries, heading, "\n\n".join(filter(None, rest)))

    def _labelled(self, column: int, cell: Node | None, text: str) -> str:
        """The cell's Markdown after its column's name, if that helps: not before sentences, nor before what says the
        same. Marks without words are shown only with the column's name."""
        text = text.strip()
        heading = self.headings[column]
        if not any(map(str.isalnum, heading)):
            # A column without a name that holds numbers numbers the rows.
            return text if any(map(str.isalpha, text)) else ""
        if not text or not text.strip(_TICKS):
            return ""
        words = on_one_line(_text_of(cell)).split() if cell else []
        links = links_in(cell) if cell else []
        if len(words) > _FEW_WORDS or any(folded(plain(link)) == folded(heading) for link in links):
            return text
        return f"{heading}: {text}"

    def _title_column(self) -> int:
        """The column with the titles: distinct, in words, linked or bold, not labels, numbers, dates or long texts."""
        width = len(self.headings)
        scores = [self._score(column) for column in range(width)]
        return max(range(width), key=lambda column: (scores[column], -column))

    def _score(self, column: int) -> float:
        cells = [cells[column] for cells in self.cells if column < len(cells)]
        texts = [on_one_line(_text_of(cell)) if cell else "" for cell in cells]
        filled = [text for text in texts if text]
        if not filled:
            return -10
        count = len(filled)
        links = [_web_links(cell) if cell else [] for cell in cells]
        titled = sum(any(self._is_title(link) for link in found) for found in links) / len(texts)
        bold = sum("**" in cell.content or "__" in cell.content for cell in cells if cell) / len(texts)
        words = sum(is_title_like(text) and not self.labels.is_label(text) for text in filled) / len(texts)
        labels = sum(_only_labels(text, self.labels) for text in filled) / count
        repeated = 1 - len({folded(text) for text in filled}) / count
        dates = sum(bool(_DATE.fullmatch(text)) for text in filled) / count
        addresses = sum(bool(ADDRESS.match(text)) for text in filled) / count
        long = sum(len(text) > 120 for text in filled) / count
        short = sum(sum(map(str.isalpha, text)) < 2 for text in filled) / count if count > 1 else 0
        score = 2 * words + 1.5 * titled + 1.2 * bold * (not titled) - 3 * labels - 1.2 * repeated
        return score - 2.5 * dates - 3 * addresses - long * (1 - bold) - 0.6 * short

    def _is_title(self, link: Node) -> bool:
        words = plain(link)
        return is_title_like(words) and not self.labels.is_label(words)

    def _group_column(self) -> int | None:
        """The column that names the rows if each of many rows lists several titled sources in one cell, else None."""
        held = [cells[self.named] for cells in self.cells if self.named < len(cells)]
        several = sum(sum(map(self._is_title, _web_links(cell))) > 1 for cell in held if cell)
        if several < 1 or several * 3 < len(held):
            return None
        names = []
        for column in range(len(self.headings)):
            texts = [folded(_text_of(cells[column])) for cells in self.cells if cells[column]]
            if column == self.named or len(set(texts)) < len(self.rows) or not all(map(is_title_like, texts)):
                continue
            linked = any(_web_links(cells[column]) for cells in self.cells if cells[column])
            dates = sum(bool(_DATE.fullmatch(text)) for text in texts)
            if max(map(len, texts)) <= 120 and not linked:
                names.append((dates * 2 > len(texts), column))
        return min(names)[1] if names else None


def rows_of(table: Node) -> list[Node]:
    return [row for part in table.children if part.type == "tbody" for row in part.children]


def _web_links(cell: Node) -> list[Node]:
    return [link for link in links_in(cell) if is_web_link(link)]


def _text(cell: Node) -> str:
    return _text_of(cell.children[0]) if cell.children else ""


def _text_of(inline: Node) -> str:
    return plain(inline)


def _only_labels(text: str, labels: Labels) -> bool:
    words = [part for part in re.split(r"[\s,;|/·•()\[\]]+", text) if part]
    return labels.is_label(text) or (bool(words) and all(map(labels.is_label, words)))
