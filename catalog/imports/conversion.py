"""Turns bookmarks that a browser exported, and CSV with a column of addresses, into a Markdown list."""

import csv
import re
from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from pathlib import PurePath

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message

_MARKS = re.compile(r"([\\`*_\[\]<>#])")
_ADDRESS = re.compile(r"https?://\S+$", re.IGNORECASE)
_TITLES = {"title", "name", "titel", "titre", "título", "标题", "名称"}
_MAX_LEVEL = 6


class NotConvertible(ValueError):
    """The file is none that can be turned into a list; the first argument is a Message saying what it is."""


def to_markdown(name: str, text: str) -> str:
    """The file with this name as Markdown: unchanged unless it is exported bookmarks or CSV.

    Raises NotConvertible for HTML that isn't bookmarks, BibTeX and CSV without addresses."""
    convert = _BY_SUFFIX.get(PurePath(name).suffix.lower())
    return convert(PurePath(name).stem, text) if convert else text


def is_converted(name: str) -> bool:
    """Whether files with this name are turned into Markdown."""
    return PurePath(name).suffix.lower() in _BY_SUFFIX


class _Bookmarks(HTMLParser):
    """Reads Netscape's format: folders are <H3>, links <A>, remarks <DD>; <DL> nests them."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.depth, self.url, self.words, self.within = 0, "", "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_remark()
        if tag == "dl":
            self.depth += 1
        elif tag in {"h1", "h3", "a", "dd"}:
            self.within, self.words = tag, ""
            self.url = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        self._end_remark()
        words = _escaped(self.words)
        if tag == "dl":
            self.depth -= 1
        elif tag == "h1":
            self.lines.append(f"# {words}\n")
        elif tag == "h3":
            self.lines.append(f"\n{'#' * min(self.depth + 1, _MAX_LEVEL)} {words}\n")
        elif tag == "a" and self.within == "a":
            self.lines.append(_item(words, self.url))
        if tag == self.within:
            self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within:
            self.words += data

    def _end_remark(self) -> None:
        if self.within == "dd" and self.words.strip():
            self.lines.append(f"  {_escaped(self.words)}")
        if self.within == "dd":
            self.within = ""


def _from_bookmarks(name: str, text: str) -> str:
    if "NETSCAPE-BOOKMARK-FILE" not in text[:1000].upper():
        raise NotConvertible(Message(_("This is a web page, not a list. Of HTML, only exported bookmarks are read.")))
    reader = _Bookmarks()
    reader.feed(text)
    reader.close()
    return "\n".join(reader.lines).strip("\n") + "\n"


def _from_csv(name: str, text: str) -> str:
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(StringIO(text.lstrip("\ufeff")), delimiter=separator) if any(row)]
    head, rows = (rows[0], rows[1:]) if rows else ([], [])
    addresses = [sum(bool(_ADDRESS.match(row[at].strip())) for row in rows if at < len(row)) for at in range(len(head))]
    if not any(addresses):
        raise NotConvertible(Message(_("This CSV file has no column with web addresses.")))
    link = addresses.index(max(addresses))
    named = next((at for at, heading in enumerate(head) if heading.strip().casefold() in _TITLES), None)
    if named is None:
        named = next((at for at in range(len(head)) if at != link), link)
    lines = [f"# {_escaped(name)}\n"]
    for row in rows:
        cells = dict(enumerate(" ".join(cell.split()) for cell in row))
        lines.append(_item(_escaped(cells.get(named, "")), cells.get(link, "")))
        for at, cell in cells.items():
            if cell and at not in {link, named}:
                heading = f"{_escaped(head[at])}: " if at < len(head) and head[at].strip() else ""
                lines.append(f"\n  {heading}{_escaped(cell)}")
    return "\n".join(lines) + "\n"


def _from_bibtex(name: str, text: str) -> str:
    raise NotConvertible(Message(_("This is BibTeX, which isn’t read yet. Export your library as CSV instead.")))


def _item(words: str, url: str) -> str:
    if not _ADDRESS.match(url):
        return f"- {words} {_escaped(url)}".rstrip()
    return f"- [{words or _escaped(url)}](<{url}>)"


def _escaped(words: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(words.split()))


_BY_SUFFIX: dict[str, Callable[[str, str], str]] = {
    ".html": _from_bookmarks,
    ".htm": _from_bookmarks,
    ".csv": _from_csv,
    ".tsv": _from_csv,
    ".bib": _from_bibtex,
}
