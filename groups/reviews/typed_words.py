"""Comments on words of answers as they stand in a review's form: several fields for each, numbered on each answer."""

import re
from collections.abc import Iterable, Mapping

# The words, where they were found, the comment on them, and words in their place: `<field>_<prompt>_<number>`.
FIELDS = ("words", "place", "remark", "instead")

_NAME = re.compile(rf"({'|'.join(FIELDS)})_([0-9]+)_([0-9]{{1,2}})")


def numbers_in(typed: Iterable[str], prompt: int) -> list[str]:
    """Return the numbers of the comments on words of the answer to a prompt, of which a field is among these names."""
    found = (match for name in typed if (match := _NAME.fullmatch(name)) and match[2] == str(prompt))
    return sorted({match[3] for match in found}, key=lambda number: (int(number), number))


def rows_in(typed: Mapping[str, str], prompt: int) -> list[list[str]]:
    """Return the texts of the comments on words of the answer to a prompt, in the order of `FIELDS`, without empty
    comments."""
    rows = ([typed.get(f"{name}_{prompt}_{number}", "") for name in FIELDS] for number in numbers_in(typed, prompt))
    return [row for row in rows if any(text.strip() for name, text in zip(FIELDS, row, strict=True) if name != "place")]


def named(rows: Iterable[list[str]], prompt: int) -> dict[str, str]:
    """Return the texts of these comments by field name, numbered from 0."""
    return {
        f"{name}_{prompt}_{number}": text
        for number, row in enumerate(rows)
        for name, text in zip(FIELDS, row, strict=True)
    }


def without_words(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in the other fields."""
    return {name: text for name, text in typed.items() if not _NAME.fullmatch(name)}


def without_quotes(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in a form without the words of answers, and what was suggested in their place."""
    return {name: text for name, text in typed.items() if not name.startswith(("words_", "place_", "instead_"))}


def merged(mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """Return the comments on words of both texts, by field name; those of both once."""
    prompts = sorted({int(match[2]) for name in (*mine, *theirs) if (match := _NAME.fullmatch(name))})
    both = {}
    for prompt in prompts:
        rows = rows_in(mine, prompt)
        both |= named([*rows, *(row for row in rows_in(theirs, prompt) if row not in rows)], prompt)
    return both
