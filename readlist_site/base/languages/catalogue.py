"""The message catalogues: extracted from the source, merged into each language's `.po` file, compiled to `.mo`.

Babel does all three, so that gettext's programs need not be installed. Templates are first turned into calls of gettext
by Django's own `templatize`."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = ("readlist_site", "catalog", "notes", "groups", "templates")
NOT_SHOWN = {"migrations", "demo"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
FIELDS = {
    "header_comment": "# Written by `manage.py messages`; only the translations are written by hand.",
    "project": "Readlist",
    "version": " ",
    "msgid_bugs_address": " ",
    "last_translator": " ",
    "language_team": " ",
    "charset": "utf-8",
    "fuzzy": False,
}
TRANSLATOR_COMMENTS = ("Translators:",)


def po_path(language: str) -> Path:
    """Returns the path of a language's catalogue. The compiled one has the same path with the suffix `.mo`."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def extract_messages() -> Catalog:
    """Returns a catalogue, without translations, of all strings marked for translation in code and templates."""
    catalogue = Catalog(**FIELDS)
    for path in _sources():
        for _, message, comments, context in extract("python", _as_python(path), KEYWORDS, TRANSLATOR_COMMENTS):
            location = (str(path.relative_to(settings.BASE_DIR)), 0)
            catalogue.add(message, locations=[location], auto_comments=comments, context=context)
    return catalogue


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*")):
            is_template = path.suffix in {".html", ".txt"} or (room == "templates" and path.suffix == ".md")
            if (is_template or path.suffix == ".py") and not NOT_SHOWN.intersection(path.parts):
                yield path


def _as_python(path: Path) -> BytesIO:
    if path.suffix == ".py":
        return BytesIO(path.read_bytes())
    # Without indentation, which Python's tokenizer would refuse.
    lines = templatize(path.read_text(), origin=str(path)).splitlines()
    return BytesIO("\n".join(line.lstrip() for line in lines).encode())


def read_catalogue(language: str) -> Catalog:
    """Returns a language's catalogue; an empty one if it has none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, **FIELDS)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Merges the extracted messages into the language's `.po` file and compiles it. What is no longer in the source
    goes; what is new has no translation yet. Returns the catalogue."""
    catalogue = read_catalogue(language)
    catalogue.update(extract_messages(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    path.with_suffix(".mo").write_bytes(compiled(language))
    return catalogue


def compiled(language: str) -> bytes:
    """Returns what the language's `.mo` file must contain."""
    buffer = BytesIO()
    write_mo(buffer, read_catalogue(language))
    return buffer.getvalue()


def untranslated(catalogue: Catalog) -> list[Message]:
    """Returns the messages without a translation, in one of their plural forms or at all, and those marked as fuzzy."""
    return [
        message
        for message in catalogue
        if message.id
        and (message.fuzzy or not all(message.string if isinstance(message.string, tuple) else [message.string]))
    ]
