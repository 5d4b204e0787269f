"""Text that people write: Markdown with LaTeX to sanitised HTML, line counts, diffs and excerpts."""

from .anchor import CONTEXT, carry, context, find
from .cpu_meter import costs_cpu, metered
from .diff import Diff, diff
from .line_count import count_lines
from .markdown_embed import embedded, literal, without_html
from .plain_text import plain, without_quotations
from .render import (
    MAX_LENGTH,
    RENDERER_VERSION,
    Rendered,
    RendererUnavailable,
    Sent,
    TextTooLong,
    TimeBudget,
    as_sent,
    render,
    render_stored,
)
from .selected_words import mark_words, markdown_passage, visible_characters, visible_passage
from .simple_text import parts_of_simple

__all__ = [
    "CONTEXT",
    "MAX_LENGTH",
    "RENDERER_VERSION",
    "Diff",
    "Rendered",
    "RendererUnavailable",
    "Sent",
    "TextTooLong",
    "TimeBudget",
    "as_sent",
    "carry",
    "context",
    "costs_cpu",
    "count_lines",
    "diff",
    "embedded",
    "find",
    "literal",
    "mark_words",
    "markdown_passage",
    "metered",
    "parts_of_simple",
    "plain",
    "render",
    "render_stored",
    "visible_characters",
    "visible_passage",
    "without_html",
    "without_quotations",
]
