"""The list that ships with Readlist, in tests: as text, imported, and ten times as long."""

import re
from functools import cache
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.imports import import_list, read_facts
from catalog.lists.reading_list import ReadingList
from catalog.markdown.list_parser import read
from catalog.markdown.nodes import Document
from catalog.sources.source import Source
from tests.database import can_make_once, make_once

DATA = Path(__file__).resolve().parents[2] / "catalog" / "data"
FILE = DATA / "READLIST.md"
FACTS = DATA / "sources.json"


def shipped_text() -> str:
    """The file with its own line ends."""
    return FILE.read_bytes().decode()


@cache
def _read(text: str) -> Document:
    """Reading takes half of an import's time, and these texts are read for many tests."""
    return read(text)


def import_text(text: str, *, slug: str = "shipped", **options) -> ReadingList:
    """The list with this text."""
    return import_list(_read(text), slug=slug, title="Machine-learning reading list", **options).reading_list


def import_shipped() -> ReadingList:
    """The shipped list with its facts. Where there is no list yet, its rows are those of the first time."""
    if ReadingList.objects.exists() or Source.objects.exists() or not can_make_once("shipped list"):
        return _import_shipped()
    make_once("shipped list", _import_shipped)
    return ReadingList.objects.get(slug="shipped")


def _import_shipped() -> ReadingList:
    return import_text(shipped_text(), facts=read_facts(FACTS.read_text()))


def import_both() -> tuple[ReadingList, ReadingList]:
    """The shipped list, and a default one with ten times the headings, entries and sources. Where there is no list yet,
    their rows are those of the first time."""
    name = "shipped list and ten times as much"
    if ReadingList.objects.exists() or Source.objects.exists() or not can_make_once(name):
        _import_both()
    else:
        make_once(name, _import_both)
    return ReadingList.objects.get(slug="shipped"), ReadingList.objects.get(slug="ten-times")


def _import_both() -> None:
    import_shipped()
    copies = [re.sub(r"\((https?://[^)]+)\)", rf"(\1?copy={number})", shipped_text()) for number in range(10)]
    import_text("\n\n".join(copies), slug="ten-times", make_default=True)


def queries(client: Client, path: str) -> int:
    """How many queries the page takes once caches are warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
