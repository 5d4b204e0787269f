"""Everything people write goes through here: Markdown with LaTeX to safe HTML, lines, differences, excerpts."""

from .plain import plain
from .render import MAX_LENGTH, RENDERER_VERSION, Rendered, TextTooLong, render

__all__ = ["MAX_LENGTH", "RENDERER_VERSION", "Rendered", "TextTooLong", "plain", "render"]
