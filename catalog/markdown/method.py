"""The method in the body of a list's "How to use" page: a numbered list of steps, with the prompts as bullets under one
of them, as `catalog.markdown.read` parses it."""

import re
from collections.abc import Iterator

from .parser import lines_of, parse
from .syntax_tree import Node

_FIRST_MARK = re.compile(r"([^\w\s])")


def holds_method(body: str) -> bool:
    """Whether this text has a numbered list, which is read as the steps."""
    return _list_in(body) is not None


def with_method(body: str, steps: list[str], prompts: list[str]) -> str:
    """The text with its first numbered list replaced by these steps and prompts, or with them appended."""
    old = _list_in(body)
    lines = lines_of(body)
    start, end = old.map if old else (len(lines), len(lines))
    before, after = "".join(lines[:start]), "".join(lines[end:])
    new = "\n".join(_list(steps, prompts, _place_of_prompts(old), old.markup if old else "."))
    return "\n\n".join(filter(None, (before.strip("\n"), new, after.strip("\n"))))


def _list_in(body: str) -> Node | None:
    return next((block for block in parse(body).children if block.type == "ordered_list"), None)


def _place_of_prompts(old: Node | None) -> int | None:
    """The zero-based index of the step that holds the prompts, or None if no step has a nested list."""
    items = old.children if old else []
    places = (place for place, item in enumerate(items) if any(part.type.endswith("_list") for part in item.children))
    return next(places, None)


def _list(steps: list[str], prompts: list[str], place: int | None, mark: str) -> Iterator[str]:
    """The lines of the list. The prompts go under step `place`, or under the last step if there is no such step."""
    last = len(steps) - 1
    place = last if place is None else min(place, last)
    for number, step in enumerate(steps):
        start = f"{number + 1}{mark} "
        if number == place and prompts:
            yield f"{start}{_line(step.rstrip(':'))}:"
            yield from ("", *(f"{' ' * len(start)}* {_line(prompt)}" for prompt in prompts))
            if number < last:
                yield ""
        else:
            yield start + _line(step)
    if prompts and not steps:
        yield from (f"{'   ' if number else f'1{mark} '}* {_line(prompt)}" for number, prompt in enumerate(prompts))


def _line(text: str) -> str:
    """The text on one line, escaped if its beginning would otherwise be parsed as a heading, list or other block."""
    text = " ".join(text.split())
    blocks = parse(text).children
    return text if [block.type for block in blocks] == ["paragraph"] else _FIRST_MARK.sub(r"\\\1", text, count=1)
