"""Rendering of a text, for forms (on save and preview) and models."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from math import ceil

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from . import markup_bounds, render_process, safe_html, source_rules
from .cpu_meter import costs_cpu
from .line_count import WIDTH, width
from .problems import sentence
from .simple_text import render_simple

RENDERER_VERSION = 9
"""Stored beside the HTML. Increase it whenever `render` returns different HTML or lines for the same source."""

MAX_LENGTH = 20_000
"""Characters of one text."""

MAX_SECONDS = 0.075
"""Of processor time for one text, whatever it contains. A usual one takes a hundredth of it."""

MAX_HERE = 1_000
"""Characters of a text that is rendered in this process, as long as it has no formulas and no code to colour: none
takes more than a third of `MAX_SECONDS`."""

_RISKY = re.compile(r"\$|\\[(\[]|\\begin\b|```|~~~")
_MAX_GIVEN_UP = 2  # formulas of a text that may use up their time; after that, no formula of it is tried

STALLED = gettext_lazy("A formula takes too long to read. Write it more simply.")
TOO_COSTLY = gettext_lazy("This text takes too long to render. Write it more simply, or divide it.")
UNAVAILABLE = gettext_lazy("The server is too busy to render this text. Try again in a minute.")

_logger = logging.getLogger(__name__)


class TextTooLong(ValueError):
    """A text has more than `MAX_LENGTH` characters. Forms check this before they render."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as HTML, its line count (see `line_count.py`), and sentences about what could not be rendered, in the
    active language.

    `refusal` is one of these sentences where the text must not be sent as it is; "" otherwise. Where the text took too
    long as a whole, `html` has its source. `cpu_seconds` is the processor time that it took, here and in the process
    that renders."""

    html: SafeString
    lines: int
    problems: tuple[str, ...]
    refusal: str = ""
    cpu_seconds: float = field(default=0.0, compare=False)
    is_unclear: bool = False  # whether it is refused only because it isn't clear what of it is private

    @property
    def renderer(self) -> int:
        """The version to store beside the HTML: 0 for a text that is shown as written, so that `manage.py render` tries
        again."""
        return 0 if self.refusal else RENDERER_VERSION


class TimeBudget:
    """A limit on the processor time lost to texts that are given up, shared by many. When it is used up, no further
    formulas are tried; `unread` counts the texts that were given up, or a formula of theirs."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self.unread = 0

    @property
    def is_over(self) -> bool:
        return self._left <= 0

    def spend(self, seconds: float) -> None:
        self._left -= seconds


@costs_cpu
def render(
    source: str, budget: TimeBudget | None = None, *, line_breaks: bool = True, is_typed: bool = True
) -> Rendered:
    """Returns Markdown with LaTeX as sanitised HTML, within `MAX_SECONDS` of processor time. Raises TextTooLong and, if
    a meter refuses the work (see `cpu_meter.py`), what that raises; nothing else.

    A line break in a paragraph is shown and counted as one, as in answers, reviews and posts, or as a space without
    `line_breaks`, as in a list's file. Front matter and private comments are left out, and told, unless the text is
    stored already (not `is_typed`); where it isn't clear what is private, `refusal` says so. Callers that render many
    texts in a row pass the same `budget` to each call."""
    if len(source) > MAX_LENGTH:
        raise TextTooLong(f"A text has at most {MAX_LENGTH} characters, this one {len(source)}.")
    started = time.thread_time()
    if simple := render_simple(source):
        html, lines = simple
        return Rendered(SafeString(html), lines, (), "", time.thread_time() - started)
    source = source.encode(errors="replace").decode()  # replaces lone surrogates, which can't be encoded
    if reason := markup_bounds.exceeded(source):
        return _as_written(source, reason, time.thread_time() - started)
    if len(source) <= MAX_HERE and not _RISKY.search(source):
        html, lines, problems, _, doubt = safe_html.to_html(source, line_breaks=line_breaks, is_typed=is_typed)
        sentences = _sentences((each.kind, each.values) for each in problems)
        refusal = sentence(doubt.kind, dict(doubt.values)) if doubt else ""
        return Rendered(SafeString(html), lines, sentences, refusal, time.thread_time() - started, bool(doubt))
    reading = {"line_breaks": line_breaks, "is_typed": is_typed}
    return _in_render_process(source, reading, budget or TimeBudget(float("inf")), started)


@dataclass(frozen=True, slots=True)
class Sent:
    """A text as it may be sent: without front matter and private comments. `left_out` are sentences about these, in the
    active language; `refusal` is one that says why the text may not be sent, "" if it may."""

    text: str
    left_out: tuple[str, ...] = ()
    refusal: str = ""


def as_sent(source: str) -> Sent:
    """Returns what of a text, of at most MAX_LENGTH characters, may be sent, within `MAX_SECONDS` of processor time."""
    if "%%" not in source and not source.startswith("---"):
        return Sent(source)
    safe = source.encode(errors="replace").decode()
    if markup_bounds.exceeded(safe):
        return Sent(source)  # `render` refuses it
    if len(safe) <= MAX_HERE:
        found = source_rules.as_sent(safe)
        text, left_out, doubt = found.text, [(each.kind, each.values) for each in found.left_out], found.doubt
        doubt = doubt and (doubt.kind, doubt.values)
    else:
        try:
            reply = render_process.call("as_sent", safe, seconds=MAX_SECONDS)
        except render_process.RenderProcessUnavailable:
            return Sent(source, refusal=str(UNAVAILABLE))
        if reply.value is None:
            return Sent(source, refusal=str(TOO_COSTLY))
        text, left_out, doubt = reply.value
    refusal = sentence(doubt[0], dict(doubt[1])) if doubt else ""
    return Sent(text, _sentences(left_out), refusal) if left_out or doubt else Sent(source)


class RendererUnavailable(Exception):
    """The text could not be rendered now, and can be later."""


def render_stored(source: str, *, line_breaks: bool = True, is_typed: bool = False) -> SafeString:
    """Returns the HTML of a text that is stored already, to replace that of an older renderer: as written, if it is
    longer than a text may be now or takes too long. Nothing of it is left out, unless it is a draft or of a list's file
    (`is_typed`). Raises RendererUnavailable."""
    if len(source) > MAX_LENGTH:
        return _as_written(source, "", 0).html
    rendered = render(source, line_breaks=line_breaks, is_typed=is_typed)
    if rendered.refusal == UNAVAILABLE:
        raise RendererUnavailable
    return rendered.html


def _in_render_process(source: str, reading: dict[str, bool], budget: TimeBudget, started: float) -> Rendered:
    """Has the text rendered, without those formulas that turn out to take too long."""
    spent = 0.0
    given_up: list[int] | None = None if budget.is_over else []
    while True:
        try:
            reply = render_process.call("render", source, reading, given_up, seconds=MAX_SECONDS - spent)
        except render_process.RenderProcessUnavailable:
            return _as_written(source, str(UNAVAILABLE), spent + time.thread_time() - started)
        spent += reply.cpu_seconds
        if not reply.died:
            break
        budget.spend(reply.cpu_seconds)
        if reply.formula < 0 or given_up is None or spent > MAX_SECONDS * 0.9:
            break
        given_up = [*given_up, reply.formula] if len(given_up) < _MAX_GIVEN_UP - 1 else None
    if reply.error:
        _logger.error("A text could not be rendered.\n%s", reply.error)
    cpu_seconds = spent + time.thread_time() - started
    if reply.value is None:
        budget.unread += 1
        return _as_written(source, str(TOO_COSTLY), cpu_seconds)
    html, lines, problems, stalled, doubt = reply.value
    budget.unread += stalled
    refusal = str(STALLED) if stalled else sentence(doubt[0], dict(doubt[1])) if doubt else ""
    return Rendered(SafeString(html), lines, _sentences(problems), refusal, cpu_seconds, bool(doubt and not stalled))


def _sentences(problems: Iterable[tuple[str, Iterable[tuple[str, str | int]]]]) -> tuple[str, ...]:
    return tuple(sentence(kind, dict(values)) for kind, values in problems)


def _as_written(source: str, refusal: str, cpu_seconds: float) -> Rendered:
    """Returns the source as paragraphs of plain text."""
    paragraphs = re.split(r"\n\s*\n", source.strip())
    html = "".join(
        '<p dir="auto">{}</p>\n'.format(escape(text, quote=False).replace("\n", "<br>\n"))
        for text in paragraphs
        if text
    )
    lines = sum(ceil(width(" ".join(line.split())) / WIDTH) for line in source.split("\n"))
    return Rendered(SafeString(html), lines, (refusal,), refusal, cpu_seconds)
