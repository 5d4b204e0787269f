"""Turns bookmarks that a browser exported, CSV with a column of addresses, and BibTeX into a Markdown list."""

import csv
import logging
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from pathlib import PurePath

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message

_MARKS = re.compile(r"([\\`*_\[\]<>#])")
_ADDRESS = re.compile(r"https?://\S+$", re.IGNORECASE)
_TITLES = {"title", "name", "titel", "titre", "título", "标题", "名称"}
_TITLE_OF_BOOKMARKS = re.compile(r"<h1[^<>]*>([^<>]*)</h1>", re.IGNORECASE)
_MAX_LEVEL = 6
_WEB_ADDRESS = re.compile(r"https?://[^\s{}<>]+", re.IGNORECASE)
_FORMULA = re.compile(r"(\$[^$]+\$)")
# The fields of BibTeX that say where a text appeared, the first that is there counts; and those with texts about it.
_VENUES = ("journal", "journaltitle", "booktitle", "school", "institution", "publisher", "howpublished")
_TEXTS = ("abstract", "annote", "annotation", "keywords")
# How many characters of LaTeX are decoded, in a file and in one field.
_DECODED, _LONGEST_DECODED = 400_000, 5_000
_SHOWN_OF_FAULTY = 200

# What can't be parsed is shown in the preview.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


class NotConvertible(ValueError):
    """The file is none that can be turned into a list; the first argument is a Message saying what it is."""


def to_markdown(name: str, text: str) -> str:
    """The file with this name as Markdown: unchanged unless it is exported bookmarks, CSV or BibTeX.

    Raises NotConvertible for HTML that isn't bookmarks, CSV without addresses and BibTeX without entries."""
    convert = _BY_SUFFIX.get(PurePath(name).suffix.lower())
    return convert(PurePath(name).stem, text) if convert else text


def title_of_file(name: str, text: str) -> str:
    """The title that the list will have: that of bookmarks, else the name of the file. Nothing is parsed."""
    heading = _TITLE_OF_BOOKMARKS.search(text[:5000]) if is_bookmarks(text) else None
    return " ".join(unescape(heading[1]).split()) if heading else PurePath(name).stem


def is_bookmarks(text: str) -> bool:
    """Whether the text is in Netscape's format."""
    return "NETSCAPE-BOOKMARK-FILE" in text[:1000].upper()


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
    if not is_bookmarks(text):
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
    # Imported here, as LaTeX below: they take 10 MB of each worker, and hardly one of them reads such a file.
    import bibtexparser
    from bibtexparser.model import Entry

    library = bibtexparser.parse_string(text)
    if not library.entries:
        raise NotConvertible(Message(_("This BibTeX file has no entry that can be read.")))
    decode = _LatexText()
    lines = [f"# {_escaped(name)}\n"]
    # What can't be parsed stays in its place, as an item without a link, which the preview tells of.
    for block in sorted([*library.entries, *library.failed_blocks], key=lambda block: block.start_line or 0):
        if not isinstance(block, Entry):
            lines.append(f"- {_escaped(block.raw[:_SHOWN_OF_FAULTY])}")
            continue
        fields = {field.key.lower(): str(field.value) for field in block.fields}
        lines.append(_item(_escaped(decode(fields.get("title", ""))) or _escaped(block.key), _address(fields)))
        authors = decode(fields.get("author") or fields.get("editor", "")).replace(" and ", "; ")
        venue = next((decode(fields[name]) for name in _VENUES if fields.get(name) and "://" not in fields[name]), "")
        about = [authors, venue, decode(fields.get("year") or fields.get("date", ""))]
        texts = [
            ". ".join(each.rstrip(".") for each in about if each),
            *(decode(fields.get(each, "")) for each in _TEXTS),
        ]
        lines += [f"\n  {_with_formulas(each)}" for each in texts if each]
    return "\n".join(lines) + "\n"


class _LatexText:
    """Turns LaTeX into text. Only so much of a file is decoded, since that is slow; of the rest, braces are dropped."""

    def __init__(self) -> None:
        from pylatexenc.latex2text import LatexNodes2Text

        self._left = _DECODED
        self._decoder = LatexNodes2Text(math_mode="verbatim", keep_braced_groups=False)

    def __call__(self, latex: str) -> str:
        if "\\" not in latex and "~" not in latex:
            return latex.replace("{", "").replace("}", "")
        self._left -= len(latex)
        if self._left < 0 or len(latex) > _LONGEST_DECODED:
            return latex.replace("{", "").replace("}", "")
        return self._decoder.latex_to_text(latex)


def _with_formulas(words: str) -> str:
    """The words as Markdown, with the formulas in them as they are."""
    parts = _FORMULA.split(" ".join(words.split()))
    return "".join(part if number % 2 else _MARKS.sub(r"\\\1", part) for number, part in enumerate(parts))


def _address(fields: dict[str, str]) -> str:
    """The web address of a BibTeX entry: its own, or that of its DOI or arXiv number; "" if it has none."""
    if found := _WEB_ADDRESS.search(" ".join(fields.get(name, "") for name in ("url", "howpublished", "note"))):
        return found[0].replace("\\", "")
    if doi := fields.get("doi", "").strip():
        return doi if _ADDRESS.match(doi) else f"https://doi.org/{doi.replace(chr(92), '')}"
    number = fields.get("eprint", "").strip()
    is_arxiv = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).casefold() == "arxiv"
    return f"https://arxiv.org/abs/{number}" if is_arxiv and number else ""


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
