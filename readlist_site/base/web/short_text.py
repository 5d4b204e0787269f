"""Cleaning and validation of short texts that people type: names, titles, reasons."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

INVISIBLE = _("This has no visible character. Write at least one.")

# Letters and symbols by their Unicode category that are displayed as blanks.
_BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0\U0001d159"), " ")
# Needed in Persian, Indic scripts and emoji: the only invisible characters that are allowed.
_JOINERS = {"\u200c", "\u200d"}
# Control, format (zero width, bidirectional overrides) and private-use characters.
_DROPPED = {"Cc", "Cf", "Co"}


def is_visible(text: str, *, categories: str = "LNPS") -> bool:
    """Returns whether the text has at least one visible character: by default a letter, number, punctuation or symbol.
    Spaces, control characters, joiners and combining marks alone are not visible."""
    return any(unicodedata.category(c)[0] in categories for c in text.translate(_BLANKS))


def validate_visible(text: str) -> None:
    """Raises ValidationError if a text has no visible character. For texts that are stored as typed."""
    if text and not is_visible(text):
        raise ValidationError(INVISIBLE, code="invisible")


def clean_short_text(text: str, *, multiline: bool = False, categories: str = "LNPS") -> str:
    """Returns the text in NFC, without control characters and bidirectional overrides, on one line with single spaces;
    `multiline` preserves line breaks and spaces. Returns "" if it has no character of the `categories` (first letters
    of Unicode's general categories)."""
    text = unicodedata.normalize("NFC", text).translate(_BLANKS)
    characters = (c for c in text if c in _JOINERS or c.isspace() or unicodedata.category(c) not in _DROPPED)
    text = "".join(characters).replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip() if multiline else " ".join(text.split())
    return text if is_visible(text, categories=categories) else ""


class ShortTextField(forms.CharField):
    """A CharField cleaned by `clean_short_text`. Non-blank text without a visible character is invalid. A textarea
    keeps its line breaks."""

    default_error_messages = {"invisible": INVISIBLE}

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        text = self.clean_text(typed)
        if typed and not text:
            raise ValidationError(self.error_messages["invisible"], code="invisible")
        return text

    def clean_text(self, text: str) -> str:
        """Returns the text as it is stored."""
        return clean_short_text(text, multiline=isinstance(self.widget, forms.Textarea))
