"""The method of a list, on its "How to use" page: a numbered list of steps, with the prompts as bullets under one of
them."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from .clean import on_one_line
from .commonmark import lines_of, parse, plain
from .heading_kind import names_method
from .limits import MAX_METHOD
from .nodes import SectionNode
from .parse_notes import ParseNotes
from .syntax_tree import LISTS, Node

_QUESTION = ("?", "？", "؟")
_FIRST_MARK = re.compile(r"([^\w\s])")


def method_of(sections: list[SectionNode], notes: ParseNotes) -> tuple[list[str], list[str]]:
    """The steps and prompts of the first page without sources that gives steps or asks questions: one named "How to
    use", or one with questions under a numbered step."""
    pages = [section for section in sections if not section.has_entries]
    named = [section for section in pages if names_method(section.title)]
    for section in named:
        for block in section.blocks:
            if block.type == "ordered_list":
                return _steps(block, notes)
    for section in named:
        for block in section.blocks:
            if block.type in LISTS and _asks(block):
                return [], _first_lines(block, notes)
    for section in pages:
        for block in section.blocks:
            nested = [part for item in block.children for part in item.children if part.type in LISTS]
            if block.type == "ordered_list" and nested and all(map(_asks, nested)):
                return _steps(block, notes)
    return [], []


def _steps(block: Node, notes: ParseNotes) -> tuple[list[str], list[str]]:
    """The steps (the list's items) and the prompts (the items of lists nested in them)."""
    steps = _first_lines(block, notes)
    nested = [part for item in block.children for part in item.children if part.type in LISTS]
    prompts = [text for part in nested for text in _first_lines(part, notes)]
    return [step.rstrip(":") for step in steps], prompts


def _first_lines(block: Node, notes: ParseNotes) -> list[str]:
    found = []
    for item in block.children:
        text = ""
        if item.children and item.children[0].type == "paragraph":
            text = on_one_line(item.children[0].children[0].content)
        if not text or len(text) > MAX_METHOD:
            too_long = _("a step or prompt must be one line of at most %(number)s characters.")
            notes.note(item.map[0] + 1, too_long, number=MAX_METHOD)
        else:
            found.append(text)
    return found


def _asks(block: Node) -> bool:
    """Whether all items of a list are questions."""
    items = [
        plain(item.children[0].children[0]).rstrip()
        for item in block.children
        if item.children and item.children[0].children
    ]
    return bool(items) and all(text.endswith(_QUESTION) for text in items)


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
