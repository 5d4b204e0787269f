"""How long a list of 10,000 entries takes: to read, to preview and to import, new, unchanged and changed throughout.

python tests/bench/importing.py
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
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
    """Do it, and print how long it took."""
    begun = perf_counter()
    done = do()
    print(f"{perf_counter() - begun:6.1f} s  {what}")  # noqa: T201
    return done


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ["READLIST_DATA"] = tempfile.mkdtemp()
    os.environ["DJANGO_SETTINGS_MODULE"] = "readlist_site.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from catalog.imports import import_list, preview_list
    from catalog.lists.reading_list import ReadingList
    from catalog.markdown.read import read

    call_command("migrate", verbosity=0)
    new = clocked("reading the file", lambda: read(text()))
    clocked("preview of a new list", lambda: preview_list(new, reading_list=ReadingList(slug="long", title="Long")))
    for what, document in [("new", new), ("unchanged", new), ("changed throughout", read(text("!")))]:
        if what != "new":
            found = ReadingList.objects.get(slug="long")
            clocked(
                f"preview, {what}", lambda document=document, found=found: preview_list(document, reading_list=found)
            )
        clocked(f"import, {what}", lambda document=document: import_list(document, slug="long", title="Long"))


if __name__ == "__main__":
    main()
