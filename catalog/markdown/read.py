"""Turns a Markdown file into a Document, or refuses it with line numbers and reasons."""

from markdown_it.tree import SyntaxTreeNode

from readlist_site.text import MAX_LENGTH

from .entry import entry_of, links_first
from .guess import kind_and_role, names_method, names_page
from .nodes import Document, EntryNode, Problem, SectionNode, Unreadable
from .parser import lines_of, parse, plain

LISTS = {"ordered_list", "bullet_list"}
MAX_TITLE = 300
MAX_METHOD = 300
_BOM = "\ufeff"


def read(text: str) -> Document:
    """The file's meaning. Raises Unreadable for a file in which anything can't be understood."""
    mark = _BOM if text.startswith(_BOM) else ""
    reader = _Reader(text.removeprefix(_BOM))
    document = reader.read()
    document.preamble = mark + document.preamble
    return document


class _Reader:
    """One walk over the file's blocks."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self.blocks = parse(text).children
        self.sections: list[SectionNode] = []
        self.problems: list[Problem] = []

    def read(self) -> Document:
        for number, line in enumerate(self.lines, start=1):
            if "\0" in line:
                self._refuse(number, "there is a NUL character, which no text has.")
        for block in self.blocks:
            self._take(block)
        if not self.problems and not any(section.entries for section in self.sections):
            self._refuse(1, "there is no entry in this file: a list item with a title and a link, under a heading.")
        steps, prompts = self._method()
        for section in self.sections:
            section.body = self._body(section.blocks)
            if len(section.body) > MAX_LENGTH:
                self._refuse(section.line, f"the text under this heading is longer than {MAX_LENGTH:,} characters.")
        if self.problems:
            raise Unreadable(self.problems)
        for section in self.sections:
            section.kind, section.role = kind_and_role(section)
        return Document(self._share_lines(), self.sections, steps, prompts)

    def _refuse(self, line: int, reason: str) -> None:
        self.problems.append(Problem(line, reason))

    def _take(self, block: SyntaxTreeNode) -> None:
        section = self.sections[-1] if self.sections else None
        line = block.map[0] + 1
        if block.type == "heading":
            self._open(block, line)
        elif block.type in LISTS and self._lists_entries(block, section):
            self._list(block, section)
        elif block.type != "hr" and section and section.entries:
            self._refuse(
                line, f"this text stands after the entries of “{section.title}”: put it above them or under a heading."
            )
        elif section:
            section.blocks.append(block)

    def _open(self, block: SyntaxTreeNode, line: int) -> None:
        title = " ".join(plain(block.children[0]).split())
        if not title:
            self._refuse(line, "this heading has no words.")
        if len(title) > MAX_TITLE:
            self._refuse(line, f"this heading is longer than {MAX_TITLE} characters.")
        level = int(block.tag[1])
        parent = self.sections[-1] if self.sections else None
        while parent and parent.level >= level:
            parent = parent.parent
        section = SectionNode(line, level, title, parent)
        if parent:
            parent.children.append(section)
        self.sections.append(section)

    def _lists_entries(self, block: SyntaxTreeNode, section: SectionNode | None) -> bool:
        """Whether this list names things to read. Under a heading like "How to use this" no list does."""
        above = section
        while above:
            if names_page(above.title):
                return False
            above = above.parent
        return any(links_first(item) for item in block.children)

    def _list(self, block: SyntaxTreeNode, section: SectionNode | None) -> None:
        for item in block.children:
            line = item.map[0] + 1
            if section is None:
                self._refuse(line, "this entry stands before the first heading.")
                continue
            entry = entry_of(item, "".join(self.lines[item.map[0] : item.map[1]]))
            if isinstance(entry, EntryNode):
                section.entries.append(entry)
            else:
                self._refuse(line, entry)

    def _body(self, blocks: list[SyntaxTreeNode]) -> str:
        """The prose under a heading, without the lines that only part it from what follows."""
        prose = list(blocks)
        while prose and prose[-1].type == "hr":
            prose.pop()
        while prose and prose[0].type == "hr":
            prose.pop(0)
        if not prose:
            return ""
        text = "".join(self.lines[prose[0].map[0] : prose[-1].map[1]])
        return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")

    def _method(self) -> tuple[list[str], list[str]]:
        """The steps and prompts of the first "How to use" page that has a numbered list."""
        for section in self.sections:
            if names_method(section.title):
                for block in section.blocks:
                    if block.type == "ordered_list":
                        return self._steps(block)
        return [], []

    def _steps(self, block: SyntaxTreeNode) -> tuple[list[str], list[str]]:
        """Each item is a step; what a step lists under itself are the prompts that a summary answers."""
        steps = self._first_lines(block)
        nested = [part for item in block.children for part in item.children if part.type in LISTS]
        prompts = [text for part in nested for text in self._first_lines(part)]
        return [step.rstrip(":") for step in steps], prompts

    def _first_lines(self, block: SyntaxTreeNode) -> list[str]:
        found = []
        for item in block.children:
            text = ""
            if item.children and item.children[0].type == "paragraph":
                text = " ".join(item.children[0].children[0].content.split())
            if not text or len(text) > MAX_METHOD:
                self._refuse(item.map[0] + 1, f"a step or prompt is one line of at most {MAX_METHOD} characters.")
            found.append(text)
        return found

    def _share_lines(self) -> str:
        """Give each node the lines from its own first to the next node's. Returns what stands before all of them."""
        nodes = [node for section in self.sections for node in (section, *section.entries)]
        ends = [node.line - 1 for node in nodes[1:]] + [len(self.lines)]
        for node, end in zip(nodes, ends, strict=True):
            node.source_text = "".join(self.lines[node.line - 1 : end])
        return "".join(self.lines[: nodes[0].line - 1])
