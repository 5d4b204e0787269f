"""What a rendered text says, in one line of plain words."""

from __future__ import annotations

from .html_tokens import End, Piece, tokenize_html


def plain(html: str, length: int = 140) -> str:
    """The visible text, cut between words to at most `length` characters, formulas by the symbols that are seen."""
    words: list[str] = []
    size, parted = 0, False
    for item in tokenize_html(html):
        if isinstance(item, End):
            parted = True
        if not isinstance(item, Piece) or item.kind in ("note", "box", "sign"):
            continue
        text = " ".join(item.text.split())
        gap = " " if words and (item.space or parted or item.kind == "break") else ""
        words.append(gap + text)
        size, parted = size + len(gap + text), False
        if size > length:
            return _shortened("".join(words), length)
    return "".join(words).strip()


def _shortened(text: str, length: int) -> str:
    whole = text[:length].rpartition(" ")[0] or text[: length - 1]
    return whole.rstrip(" ,;:.…–—-") + "…"
