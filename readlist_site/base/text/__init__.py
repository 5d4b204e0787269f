"""Text that people write: Markdown with LaTeX to sanitised HTML, line counts, diffs and excerpts."""

from .cpu_meter import costs_cpu, metered
from .diff import Diff, diff
from .markdown_embed import embedded, literal, without_html
from .math import TimeBudget
from .plain_text import plain
from .render import MAX_LENGTH, RENDERER_VERSION, Rendered, TextTooLong, render

__all__ = [
    "MAX_LENGTH",
    "RENDERER_VERSION",
    "Diff",
    "Rendered",
    "TextTooLong",
    "TimeBudget",
    "costs_cpu",
    "diff",
    "embedded",
    "literal",
    "metered",
    "plain",
    "render",
    "without_html",
]
