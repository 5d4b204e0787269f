"""Which words of a page in the pseudo-language are plain English, though nobody wrote them: what isn't marked for
translation."""

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from babel import Locale
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from readlist_site.base.notifications.notification import Notification
from readlist_site.base.text import render
from tests.base.languages.pseudo import LANGUAGE

# Text in these is no sentence.
UNREAD = {"script", "style", "math", "template"}
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SAID = {"aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt", "label"}
# What begins so holds addresses, selectors and keys; sentences for scripts stand in other data attributes.
FOR_SCRIPTS = re.compile(r"data-(?!hx-(?!confirm))")
# Tables that no person filled in.
OF_THE_CODE = {"contenttypes", "sessions", "auth", "notifications"}
# Addresses of pages and people, paths, and time zones.
ADDRESS = re.compile(
    r"(?<!\w)(?:/[\w.-]+){2,}|https?:\S+|\S+@[\w.-]+|[\w-]+(?:\.[a-zA-Z][\w-]+)+(?:/\S*)?|\b[A-Z]\w+/[A-Z]\w+(?:/\w+)?"
)
WORD = re.compile(r"\w+(?:['’]\w+)*")
ENGLISH = re.compile(r"[A-Z]?[a-z]+(?:['’][a-z]+)*")
PART = re.compile(r"\s[—–-]\s|: |, |(?<=\d)\. | \(")
# Names that are the same in each language; and what is stored with a rendered formula.
NAMES = {"Readlist", "GitHub", "Markdown", "BibTeX", "Formula"}


class _Texts(HTMLParser):
    """The texts of a page, each as it stands between two tags or in an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append(tag)
        has = {name: value or "" for name, value in attrs}
        if has.get("translate") == "no":
            self._open.append("template")
        if tag == "input" and has.get("type") in {"submit", "button", "reset"}:
            self.found.append(has.get("value", ""))
        if tag == "meta" and has.get("name") == "description":
            self.found.append(has.get("content", ""))
        for name, value in has.items():
            if name in SAID or (FOR_SCRIPTS.match(name) and re.search(r"[a-z] [a-z]", value)):
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not UNREAD.intersection(self._open):
            self.found.append(data)


def texts_of(html: str) -> list[str]:
    """Gives what a page says, head, labels, tooltips and sentences for scripts included."""
    reader = _Texts()
    reader.feed(html)
    return [text for text in reader.found if text.strip()]


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


class Data:
    """The texts in the rows of the database: what people wrote, as they wrote it and as it is rendered."""

    def __init__(self, *more: str) -> None:
        self._values = {tuple(words_of(text)) for text in [*_all_texts(), *more]} - {()}

    @cached_property
    def _joined(self) -> str:
        return "\n".join(f" {' '.join(words)} " for words in sorted(self._values))

    def _begin_of(self, words: list[str]) -> int:
        """How many of these words, from the first, are data: a whole text, or several words in a row of one."""
        longest = 1
        while longest < len(words) and f" {' '.join(words[: longest + 1])} " in self._joined:
            longest += 1
        return longest if longest > 1 or tuple(words[:1]) in self._values else 0

    def english_beside(self, texts: Iterable[str]) -> list[str]:
        """Gives the plain English words in these texts that are no data, dates or names."""
        return [word for text in texts for word in self._english_in(text)]

    def _english_in(self, text: str) -> Iterator[str]:
        words = words_of(ADDRESS.sub(" ", text))
        place = 0
        while place < len(words):
            if taken := self._begin_of(words[place:]):
                place += taken
                continue
            word = words[place]
            if len(word) > 1 and ENGLISH.fullmatch(word) and word not in NAMES and word not in _locales_words():
                yield word
            place += 1


def _locales_words() -> set[str]:
    """The names of days and months, and the word between the last two of several names."""
    locale = Locale(LANGUAGE)
    formats = [names[kind] for names in (locale.days, locale.months) for kind in ("format", "stand-alone")]
    dates = {name for each in formats for width in each.values() for name in width.values()}
    return dates | set(WORD.findall(locale.list_patterns["standard"]["2"]))


def _all_texts() -> Iterator[str]:
    yield from dict(settings.LANGUAGES).values()
    for model in apps.get_models():
        if model._meta.app_label not in OF_THE_CODE:
            fields = [field for field in model._meta.concrete_fields if _is_text(field)]
            for row in model._default_manager.all() if fields else ():
                for field in fields:
                    yield from _strings(getattr(row, field.attname), is_long=isinstance(field, models.TextField))


def _is_text(field: models.Field) -> bool:
    return isinstance(field, models.CharField | models.TextField | models.JSONField) and not (
        field.choices or field.name == "kind"
    )


def _strings(value: object, *, is_long: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        # The steps of a list stand within a sentence.
        yield value[:1].lower() + value[1:]
        # Parts by which a title or name is shortened.
        yield from () if is_long else PART.split(value)
        if is_long and not value.startswith("<"):
            yield from texts_of(render(value).html)
        elif is_long:
            yield from texts_of(value)
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each, is_long=True)


def name_apart(people: dict[str, models.Model]) -> None:
    """Gives people names that are no English words, unlike those of their roles: in their rows, and in the facts of
    notifications."""
    facts = list(Notification.objects.all())
    for role, person in people.items():
        old, person.display_name = json.dumps(person.display_name), f"Zz{role}zz"
        person.save(update_fields=["display_name"])
        for row in facts:
            row.facts = json.loads(json.dumps(row.facts).replace(old, json.dumps(person.display_name)))
    Notification.objects.bulk_update(facts, ["facts"])
