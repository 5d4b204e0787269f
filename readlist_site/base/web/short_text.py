"""The one guard for short texts that people type: names, titles, reasons."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

INVISIBLE = "There is nothing to see in this. Write at least one visible character."

# Letters and symbols by their Unicode category, and yet nothing to see.
_BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0\U0001d159"), " ")
# Join letters in Persian, Indic scripts and emoji: the one kind of invisible character that a text may need.
_JOINERS = {"\u200c", "\u200d"}
# Control, format (zero width, bidirectional overrides) and private-use characters.
_DROPPED = {"Cc", "Cf", "Co"}


def is_visible(text: str, *, categories: str = "LNPS") -> bool:
    """Whether at least one character can be seen: by default a letter, a number, punctuation or a symbol. Spaces,
    control characters, joiners and combining marks with no letter under them can't."""
    return any(unicodedata.category(c)[0] in categories for c in text.translate(_BLANKS))


def validate_visible(text: str) -> None:
    """Raise ValidationError for a text in which nothing can be seen. For texts that are stored as they were typed."""
    if text and not is_visible(text):
        raise ValidationError(INVISIBLE, code="invisible")


def clean_short_text(text: str, *, multiline: bool = False, categories: str = "LNPS") -> str:
    """Composed letters, no control characters and none that turn the text around. One line with single spaces;
    `multiline` keeps line breaks and spaces. Empty where no character of the `categories` (first letters of Unicode's
    general categories) is left, so that nothing can be seen."""
    text = unicodedata.normalize("NFC", text).translate(_BLANKS)
    kept = (c for c in text if c in _JOINERS or c.isspace() or unicodedata.category(c) not in _DROPPED)
    text = "".join(kept).replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip() if multiline else " ".join(text.split())
    return text if is_visible(text, categories=categories) else ""


class ShortTextField(forms.CharField):
    """A short text, cleaned by `clean_short_text`. What was typed and can't be seen is refused with a message of its
    own; what was typed stays in the box. A textarea keeps its line breaks."""

    default_error_messages = {"invisible": INVISIBLE}

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        text = self.clean_text(typed)
        if typed and not text:
            raise ValidationError(self.error_messages["invisible"], code="invisible")
        return text

    def clean_text(self, text: str) -> str:
        """What is stored of it."""
        return clean_short_text(text, multiline=isinstance(self.widget, forms.Textarea))
