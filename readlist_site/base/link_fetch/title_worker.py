"""Reads the title of a page or a PDF that anybody may have made, in a process of its own.

`read_title` starts this file as a script, with the bytes as its input; the script prints the title. A hostile file can
only end that process: memory and processor time are bounded in it, the time on the clock by `read_title`. The script
imports nothing of ours."""

import codecs
import io
import re
import resource
import subprocess
import sys
from contextlib import suppress
from html.parser import HTMLParser

MEMORY = 400 * 2**20  # bytes of address space
PROCESSOR_SECONDS = 4
SECONDS = 6  # on the clock
LONGEST = 500

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
# What names the work itself, best first; a page's own title often adds the site.
_NAMES = ["citation_title", "og:title", "title"]


def read_title(body: bytes, kind: str, charset: str, *, seconds: float = SECONDS) -> str:
    """What a page or a PDF calls itself; "" where it doesn't say or can't be read."""
    if not body:
        return ""
    # It is given nothing of ours: neither the environment, with its secrets, nor the folder we run in.
    worker = [sys.executable, "-I", __file__, kind, charset]
    try:
        done = subprocess.run(  # noqa: S603
            worker, input=body, capture_output=True, timeout=seconds, env={}, cwd="/", check=True
        )
    except (subprocess.SubprocessError, OSError, ValueError):
        return ""
    return done.stdout.decode("utf-8", "replace")


class _Page(HTMLParser):
    """Collects the names a page gives itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.names: dict[str, str] = {}
        self._pieces: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and "title" not in self.names:
            self._pieces = []
        elif tag == "meta":
            said = dict(attrs)
            name = (said.get("name") or said.get("property") or "").lower()
            if name in _NAMES and name != "title" and said.get("content"):
                self.names.setdefault(name, said["content"] or "")

    def handle_data(self, data: str) -> None:
        if self._pieces is not None:
            self._pieces.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._pieces is not None:
            self.names["title"], self._pieces = "".join(self._pieces), None

    def title(self) -> str:
        named = (tidy(self.names.get(name, "")) for name in _NAMES)
        return next((name for name in named if name), "")


def tidy(text: str) -> str:
    """On one line, without what can't be seen, and not too long."""
    words = "".join(letter if letter.isprintable() else " " for letter in text).split()
    return " ".join(words)[:LONGEST]


def of_html(body: bytes, charset: str) -> str:
    """The title of a page. Whatever it says of its letters, they are read somehow."""
    page = _Page()
    page.feed(_decoded(body, charset))
    page.close()
    return page.title()


def _decoded(body: bytes, charset: str) -> str:
    marked = next((name for mark, name in _BOMS if body.startswith(mark)), "")
    meant = _META.search(body[:4096])
    for name in (marked, charset, meant[1].decode() if meant else "", "utf-8"):
        # Some codecs are no letters at all, others raise whatever they are told.
        with suppress(LookupError, ValueError):
            return body.decode("cp1252" if name.lower() in {"iso-8859-1", "latin1"} else name, "replace")
    return ""


def of_pdf(body: bytes) -> str:
    """The title a PDF gives itself, else the beginning of its first page."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(body))
    said = tidy(str(reader.metadata.title or "")) if reader.metadata else ""
    # What word processors write there of themselves is no title.
    if len(said.split()) > 1 and not re.search(r"\.(docx?|tex|dvi|pdf|indd)$|^(untitled|microsoft word)", said, re.I):
        return said
    return tidy(reader.pages[0].extract_text()[:2000])[:200]


def main() -> None:
    kind, charset = sys.argv[1], sys.argv[2]
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(OSError, ValueError):  # not every system lets a process limit itself
            resource.setrlimit(what, (most, most))
    body = sys.stdin.buffer.read()
    title = of_pdf(body) if kind == "pdf" else of_html(body, charset)
    sys.stdout.buffer.write(title.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
