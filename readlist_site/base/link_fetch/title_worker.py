"""Reads the title of an untrusted page or PDF in a child process.

`read_title` starts this file as a script, which reads the bytes from stdin and prints the title. A malicious file can
only end that process: memory and processor time are limited in it, elapsed time by `read_title`. The script imports no
other module of this project."""

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
MAX_LENGTH = 500

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
# Best first: citation metadata names the work itself, while `<title>` often adds the site's name.
_NAMES = ["citation_title", "og:title", "title"]


def read_title(body: bytes, kind: str, charset: str, *, seconds: float = SECONDS) -> str:
    """Returns the title of a page or PDF; "" if it has none or can't be read in time."""
    if not body:
        return ""
    # The child gets neither the environment, which holds secrets, nor the working directory.
    worker = [sys.executable, "-I", __file__, kind, charset]
    try:
        process = subprocess.run(  # noqa: S603
            worker, input=body, capture_output=True, timeout=seconds, env={}, cwd="/", check=True
        )
    except (subprocess.SubprocessError, OSError, ValueError):
        return ""
    return process.stdout.decode("utf-8", "replace")


class _Page(HTMLParser):
    """Collects the titles of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.names: dict[str, str] = {}
        self._pieces: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and "title" not in self.names:
            self._pieces = []
        elif tag == "meta":
            attributes = dict(attrs)
            name = (attributes.get("name") or attributes.get("property") or "").lower()
            if name in _NAMES and name != "title" and attributes.get("content"):
                self.names.setdefault(name, attributes["content"] or "")

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
    """Returns the text on one line, without unprintable characters, cut to the maximum length."""
    words = "".join(letter if letter.isprintable() else " " for letter in text).split()
    return " ".join(words)[:MAX_LENGTH]


def of_html(body: bytes, charset: str) -> str:
    """Returns the title of an HTML page, whatever encoding it declares."""
    page = _Page()
    page.feed(_decoded(body, charset))
    page.close()
    return page.title()


def _decoded(body: bytes, charset: str) -> str:
    by_bom = next((name for bom, name in _BOMS if body.startswith(bom)), "")
    declared = _META.search(body[:4096])
    for name in (by_bom, charset, declared[1].decode() if declared else "", "utf-8"):
        # Skips codecs that aren't text encodings, and those that raise despite "replace".
        with suppress(LookupError, ValueError):
            return body.decode("cp1252" if name.lower() in {"iso-8859-1", "latin1"} else name, "replace")
    return ""


def of_pdf(body: bytes) -> str:
    """Returns the title in a PDF's metadata, else the beginning of its first page."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(body))
    title = tidy(str(reader.metadata.title or "")) if reader.metadata else ""
    # Ignores file names and defaults that word processors write there.
    if len(title.split()) > 1 and not re.search(r"\.(docx?|tex|dvi|pdf|indd)$|^(untitled|microsoft word)", title, re.I):
        return title
    return tidy(reader.pages[0].extract_text()[:2000])[:200]


def main() -> None:
    kind, charset = sys.argv[1], sys.argv[2]
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(OSError, ValueError):  # not every system lets a process limit itself
            resource.setrlimit(limit, (value, value))
    body = sys.stdin.buffer.read()
    title = of_pdf(body) if kind == "pdf" else of_html(body, charset)
    sys.stdout.buffer.write(title.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
