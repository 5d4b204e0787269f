"""Everything people write goes through here: Markdown with LaTeX to safe HTML, lines, differences, excerpts."""

from .diff import Diff, diff
from .embed import embedded, literal
from .math import Patience
from .plain import plain
from .render import MAX_LENGTH, RENDERER_VERSION, Rendered, TextTooLong, render

__all__ = [
    "MAX_LENGTH",
    "RENDERER_VERSION",
    "Diff",
    "Patience",
    "Rendered",
    "TextTooLong",
    "diff",
    "embedded",
    "literal",
    "plain",
    "render",
]
