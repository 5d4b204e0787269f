"""The Markdown of blocks of a file, as it is shown: the lines it was cleaned to."""

from .clean import with_breaks
from .syntax_tree import Node


class BlockText:
    """The lines of a cleaned file."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def lines_of(self, block: Node) -> str:
        """The block's lines as they are."""
        return "\n".join(self.lines[block.map[0] : block.map[1]]) + "\n"

    def dedented(self, block: Node) -> str:
        """The block's Markdown, without what indents it in a list."""
        lines = self.lines[block.map[0] : block.map[1]]
        width = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
        first = lines[0].lstrip() if lines else ""
        return with_breaks(
            "\n".join([first, *(line[width:] if block.level > 0 else line for line in lines[1:])]).strip("\n")
        )

    def between(self, start: int, end: int) -> str:
        """The Markdown of the lines from `start` (from zero) up to `end`."""
        return with_breaks("\n".join(self.lines[start:end]).strip("\n"))
