"""Files that nobody means well with: refused or read, with a clear message, soon and in little memory."""

import contextlib
import re
import time
from io import StringIO
from itertools import product

import pytest
from django.core.management import CommandError, call_command

from catalog.imports import import_list
from catalog.markdown import limits
from catalog.markdown.list_parser import read
from catalog.markdown.nodes import UnreadableList
from catalog.outline.entry import Entry
from readlist_site.base.text import render_process
from tests.length import some

BOMB = r"\lAngle" * 28
ENTRY = "# T\n\n- [A](https://a.org)\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * (limits.MAX_CHARACTERS + 1), "longer than 4,000,000 characters"),
        (ENTRY + "x" * (limits.MAX_LINE + 1), "line is longer"),
        (ENTRY + "\x07", "control character U+0007"),
        (ENTRY + "\x9b31m", "control character U+009B"),
        (ENTRY + "> " * 60 + "deep", "nested deeper"),
        (ENTRY + "".join("  " * depth + "- x\n" for depth in range(60)), "nested deeper"),
        ("# x\n" * (limits.MAX_HEADINGS + 1) + ENTRY, "more than 5,000 headings"),
        ("prose\n" * 1000, "no entries"),
    ],
    ids=lambda value: value if len(value) < 40 else "file",
)
def test_a_hostile_file_is_refused_soon(text, words):
    begun = time.process_time()
    with pytest.raises(UnreadableList, match=re.escape(words)):
        read(text)
    assert time.process_time() - begun < 10


MARKS = [
    "[",
    "![",
    "[`",
    "[<",
    "*a ",
    "**a",
    "`",
    "![",
    "<a ",
    "<!--",
    "&",
    "_",
    "(https://",
    "$\\frac{",
    "\u202e",
    "[a](",
    "|-",
    "> ",
    "- ",
]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("sign", "between"), some(list(product(MARKS, ["\n", "\n- [T](https://a.org/) "])), 0), ids=repr
)
def test_a_megabyte_of_marks_is_read_or_refused_soon(sign, between):
    """A tenth of it, in a tenth of the time, and the time is a straight line: see `tests/bench/importing.py`."""
    line = sign * (10_000 // len(sign))
    begun = time.process_time()
    with contextlib.suppress(UnreadableList):
        assert read(f"{ENTRY}\n# U\n\n{between.join([line] * 10)}\n").text.count(sign) >= 10 * len(line) // len(sign)
    assert time.process_time() - begun < 2


def test_a_list_that_is_one_table_is_read():
    rows = "".join(f"| [T{number}](https://a.org/{number}) | so |\n" for number in range(1000))
    document = read(f"| Name | Why |\n|---|---|\n{rows}")
    assert sum(1 for _ in document.entries) == 1000


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\xff\xfe", "# T".encode("utf-16")])
def test_what_is_no_text_is_refused(tmp_path, content):
    file = tmp_path / "list.md"
    file.write_bytes(content)
    with pytest.raises(CommandError, match="isn’t UTF-8"):
        call_command("import_readlist", str(file))


def test_a_huge_file_is_not_even_read(tmp_path):
    file = tmp_path / "list.md"
    with file.open("wb") as hollow:
        hollow.truncate(50_000_000)
    with pytest.raises(CommandError, match="larger than"):
        call_command("import_readlist", str(file))


@pytest.mark.django_db
def test_formulas_that_take_too_long_share_one_measure_of_time(monkeypatch):
    asked = []

    def die(job, source, reading, given_up, *, seconds):
        asked.append(given_up)
        if given_up is None:
            return render_process.Reply(
                (f"<p><code>{source}</code></p>", 1, [("took_too_long", [("formula", "x")])], True, None), 0.001
            )
        return render_process.Reply(None, 0.1, died=True, formula=0)

    entries = "".join(f"- [T{number}](https://a.org/{number}) - $\\beta^{{{number}}}$\n" for number in range(300))
    monkeypatch.setattr(render_process, "call", die)
    outcome = import_list(read(f"# T\n\n{entries}"), slug="bomb", title="Bomb")
    assert 40 < sum(given_up is not None for given_up in asked) < 80
    assert outcome.notes == [("slow", 300)]
    whys = Entry.objects.filter(topic__list=outcome.reading_list).values_list("why_html", flat=True)
    assert len(whys) == 300
    assert all("\\beta^" in why for why in whys)


@pytest.mark.django_db
def test_a_formula_bomb_is_imported_soon_and_said(tmp_path, monkeypatch):
    monkeypatch.setattr("catalog.imports.importer._BUDGET", 0.5)
    bombs = "".join(f"- [T{number}](https://a.org/{number}) - ${BOMB}{number}$\n" for number in range(40))
    file, errors = tmp_path / "list.md", StringIO()
    file.write_text(f"# T\n\n{bombs}- [Fine](https://a.org/fine) - so\n")
    begun = time.process_time()
    call_command("import_readlist", str(file), stdout=StringIO(), stderr=errors)
    assert time.process_time() - begun < 10
    assert "40 texts took too long to render. They are shown as plain text" in errors.getvalue()
    assert Entry.objects.filter(topic__list__slug="list").count() == 41
