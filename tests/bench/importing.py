"""What a list of 10,000 entries takes to read, preview and import: new, unchanged and changed throughout; and what a
megabyte of one mark takes to read.

python tests/bench/importing.py [--marks]

Times are of the processor, since others may use the machine meanwhile; a loop of a million squares, printed first,
says how fast it is at the moment (about 0.06 s on a core that is free). Imports are applied as a curator's upload is,
with the record that undoes them.
"""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import TypeVar

TOPICS, ENTRIES = 500, 20
Done = TypeVar("Done")


def text(mark: str = ".") -> str:
    """A list with a link in every reason, as the longest lists have."""
    lines = ["# Tier 1 — All", ""]
    for topic in range(TOPICS):
        lines += [f"## {topic + 1}. Topic {topic}", "", "About it.", ""]
        for number in range(ENTRIES):
            link, code = f"https://s{topic}.org/{number}", f"https://c{topic}.org/{number}"
            lines.append(f"- [Title {topic}-{number}]({link}) Why: Because, see [code]({code}){mark}")
        lines.append("")
    return "\n".join(lines)


def clocked(what: str, do: Callable[[], Done]) -> Done:
    """Do it, and print what it took."""
    begun = process_time()
    done = do()
    memory = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    print(f"{process_time() - begun:6.2f} s  {memory:4} MB  {what}", flush=True)  # noqa: T201
    return done


def read_marks() -> None:
    """A megabyte of each mark, in one paragraph and in items."""
    from catalog.markdown.list_parser import read
    from catalog.markdown.nodes import UnreadableList
    from tests.catalog.markdown.test_hostile import MARKS

    def attempt(file: str) -> None:
        with contextlib.suppress(UnreadableList):
            read(file)

    for mark in MARKS:
        for shape, between in [("in one paragraph", "\n"), ("in items", "\n- [T](https://a.org/) ")]:
            line = mark * (100 // len(mark) if between != "\n" else 20_000 // len(mark))
            file = f"# L\n\n- [A](https://a.org/1)\n\n{between.join([line] * (1_000_000 // len(line)))}\n"
            clocked(f"1 MB of {mark!r} {shape}", lambda file=file: attempt(file))


def time_lock(reading_list: object) -> None:
    """Print how long the import's transaction holds its lock from here on, which is called as it has been taken."""
    from django.db import transaction

    begun, began = perf_counter(), process_time()

    def tell() -> None:
        clock, processor = perf_counter() - begun, process_time() - began
        print(f"{processor:6.2f} s           under the lock; {clock:.2f} s of the clock")  # noqa: T201

    transaction.on_commit(tell)


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ["READLIST_DATA"] = tempfile.mkdtemp()
    os.environ["DJANGO_SETTINGS_MODULE"] = "readlist_site.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from catalog.imports import preview_list
    from catalog.imports.apply_upload import apply_upload
    from catalog.imports.upload import Upload
    from catalog.lists.reading_list import ReadingList
    from catalog.markdown.list_parser import read

    clocked("a loop of a million squares", lambda: sum(number * number for number in range(1_000_000)))
    if "--marks" in sys.argv:
        read_marks()
        return
    call_command("migrate", verbosity=0)
    new = clocked("reading the file", lambda: read(text()))
    clocked("preview of a new list", lambda: preview_list(new, reading_list=ReadingList(slug="long", title="Long")))
    for what, document in [("new", new), ("unchanged", new), ("changed throughout", read(text("!")))]:
        found = ReadingList.objects.filter(slug="long").first()
        if found:
            clocked(
                f"preview, {what}", lambda document=document, found=found: preview_list(document, reading_list=found)
            )
        upload = Upload.objects.create(slug="long", title="Long", list=found, seen=found.version if found else 0)
        clocked(
            f"import, {what}",
            lambda upload=upload, document=document: apply_upload(upload, document, by=None, in_transaction=time_lock),
        )


if __name__ == "__main__":
    main()
