"""A sentence that is kept as facts and translated when it is shown, in the language of who reads it then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from .direction import isolated_each


@dataclass(frozen=True)
class Message:
    """`text` is an English sentence marked by `gettext_noop`, with named placeholders for `values`. `str()` translates
    it; whole numbers are written as the active language does."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = {
            name: number_format(value, force_grouping=True) if type(value) is int else value
            for name, value in self.values.items()
        }
        return gettext(self.text) % isolated_each(shown)

    def to_json(self) -> list:
        """The message as JSON, for `from_json`."""
        return [self.text, dict(self.values)]

    @classmethod
    def from_json(cls, stored: "list | str") -> "Message | str":
        """The message from JSON. A string, as earlier versions stored it, stays as it is."""
        return stored if isinstance(stored, str) else cls(*stored)
