"""The tree of a parsed text. markdown-it-py has one, too, which takes several times the memory and time."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from markdown_it.token import Token

# The types of lists.
LISTS = {"ordered_list", "bullet_list"}
_NO_ATTRIBUTES: dict[str, str | int | float] = {}


class Node:
    """A block or mark of a text. `start` and `end` are where a link begins and ends in the text of its block, -1 for
    other nodes; `is_nested` is whether it was opened and closed, as a list is and a line of text isn't."""

    __slots__ = (
        "attrs",
        "children",
        "content",
        "end",
        "is_nested",
        "level",
        "map",
        "markup",
        "parent",
        "start",
        "tag",
        "type",
    )

    def __init__(self, token: Token | None, parent: "Node | None") -> None:
        self.parent, self.start, self.end, self.is_nested = parent, -1, -1, False
        self.children: list[Node] = []
        if token is None:
            self.type, self.tag, self.content, self.markup = "root", "", "", ""
            self.level, self.map, self.attrs = 0, None, _NO_ATTRIBUTES
            return
        self.is_nested = token.nesting == 1
        self.type = token.type.removesuffix("_open") if self.is_nested else token.type
        self.tag, self.content, self.markup, self.level = token.tag, token.content, token.markup, token.level
        self.map, self.attrs = token.map, token.attrs or _NO_ATTRIBUTES

    def __repr__(self) -> str:
        return f"Node({self.type})"

    def add(self, tokens: Sequence) -> "Node":
        """Adds the nodes of these tokens under it; nodes among the tokens' children are taken as they are."""
        at = self
        for token in tokens:
            if isinstance(token, Node):
                token.parent = at
                at.children.append(token)
            elif token.nesting == -1:
                if token.meta:
                    at.start, at.end = token.meta.get("start", -1), token.meta.get("end", -1)
                at = at.parent
            else:
                node = Node(token, at)
                at.children.append(node)
                if token.nesting == 1:
                    at = node
                elif token.children:
                    node.add(token.children)
        return self

    def release(self) -> None:
        """Forgets what is above each node below, so that nodes that nobody holds are freed at once, not by the next
        search for garbage."""
        for node in self.walk():
            node.parent = None

    def walk(self) -> Iterator["Node"]:
        """It and all nodes below, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def node_of(words: str, url: str, start: int, end: int) -> Node:
    """A link to this address, or a text if there is none."""
    node = Node(None, None)
    if not url:
        node.type, node.content = "text", words
        return node
    node.type, node.tag, node.is_nested = "link", "a", True
    node.attrs, node.start, node.end = {"href": url}, start, end
    text = node_of(words, "", -1, -1)
    text.parent, text.level = node, 1
    node.children.append(text)
    return node


@contextmanager
def without_collection() -> Iterator[None]:
    """Stops the search for garbage meanwhile: it would go through all objects again and again, which is a third of the
    time, and find nothing. What has no references any more is still freed at once."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
