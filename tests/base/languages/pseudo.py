"""A language for tests: every message in accented letters, in brackets and 40 % longer, so that what is not marked for
translation shows as plain English, and what is too narrow for a long language overflows.

It stands in for Esperanto, so that dates have names that are no English."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from unittest import mock

from babel import Locale
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

LANGUAGE = "eo"
_ACCENTED = str.maketrans(
    "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz", "ÅåƁƀÇçÐðÉéƑƒĜĝĤĥÎîĴĵĶķĻļṀɱÑñÖöÞþǪǫŔŕŠšŢţÛûṼṽŴŵẊẋÝýŽž"
)
# Placeholders, tags, entities and line ends stay.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>|&\w+;|\n)")


def altered(message: str) -> str:
    """Gives the message as it reads in the pseudo-language."""
    if not message.strip():
        return message
    parts = [part if number % 2 else part.translate(_ACCENTED) for number, part in enumerate(_KEPT.split(message))]
    return f"[!! {''.join(parts)}{'·' * max(len(message) * 4 // 10 - 6, 0)} !!]"


class _Translation:
    """What Django asks of a translation. Plural forms are those of English."""

    def gettext(self, message: str) -> str:
        # Django asks for a message in a context with both, and takes the message itself where the answer has both.
        return altered(message.rpartition(CONTEXT_SEPARATOR)[2])

    def pgettext(self, context: str, message: str) -> str:
        return altered(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)

    def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        return self.ngettext(singular, plural, number)

    def language(self) -> str:
        return LANGUAGE

    to_language = language


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Inside, everything is in the pseudo-language, for everybody."""
    translations = {LANGUAGE: _Translation()}
    with (
        mock.patch.dict(trans_real._translations, translations),
        mock.patch.object(translation, "get_language_from_request", return_value=LANGUAGE),
        translation.override(LANGUAGE),
    ):
        yield


def page_text(html: str) -> str:
    """Gives the text of a page's main part, with what only some people see or hear: labels and tooltips."""
    main = html.split('<main id="main"')[1].split("</main>")[0]
    labels = re.findall(r'\s(?:aria-label|title|placeholder|alt)="([^"]*)"', main)
    return unescape(" ".join([strip_tags(f"<main {main}"), *labels]))


def plain_words(text: str, data: list[str]) -> list[str]:
    """Gives the words of a text that are in plain letters, though they are no data or date: what nobody marked."""
    locale = Locale(LANGUAGE)
    dates = [
        name
        for names in (locale.days, locale.months)
        for w in ("wide", "abbreviated")
        for name in names["format"][w].values()
    ]
    for known in sorted([*data, *dates], key=len, reverse=True):
        text = text.replace(known, " ")
    return re.findall(r"(?<![\w·])[A-Za-z][a-z]+(?!\w)", text)
