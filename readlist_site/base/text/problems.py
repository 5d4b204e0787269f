"""What a text tells its author: sentences about what could not be read, or was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

LENGTH = 60  # characters of the source that are shown


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence by its name in `SENTENCES`, with what is inserted."""

    kind: str
    values: tuple[tuple[str, str | int], ...] = ()


def excerpt(source: str, length: int = LENGTH) -> str:
    """Returns the beginning of a source, on one line."""
    shown = " ".join(source[: 4 * length].split())
    return shown if len(shown) <= length and len(source) <= 4 * length else shown[: length - 1] + "…"


def sentence(kind: str, values: Mapping[str, str | int]) -> str:
    """Returns the sentence in the active language."""
    return str(SENTENCES[kind]) % values


SENTENCES = {
    # Formulas
    "unreadable": _("The formula %(formula)s could not be read. Check its commands and brackets."),
    "empty": _("The formula %(formula)s could not be read: it is empty."),
    "too_long": _("The formula %(formula)s could not be read: it is longer than %(most)s characters."),
    "too_many": _("The formula %(formula)s could not be read: a text holds %(most)s formulas at most."),
    "took_too_long": _("The formula %(formula)s could not be read: it took too long."),
    "grows": _("The formula %(formula)s could not be read: it grows too large."),
    "defines": _("The formula %(formula)s could not be read: new commands cannot be defined here."),
    "refers": _(
        "The formula %(formula)s could not be read: %(command)s refers to something outside of it. Write the number "
        "or name instead."
    ),
    "too_deep": _("The formula %(formula)s could not be read: it has more than %(most)s groups inside one another."),
    "unclosed": _("The formula %(formula)s could not be read: too many of its brackets are opened and never closed."),
    "command": _("The formula %(formula)s could not be read: the command %(command)s is not known here."),
    "similar_command": _(
        "The formula %(formula)s could not be read: the command %(command)s is not known here; %(similar)s is."
    ),
    "environment": _("The formula %(formula)s could not be read: the environment %(name)s is not known here."),
    "missing_end": _("The formula %(formula)s could not be read: %(sign)s is missing at its end."),
    "missing": _("The formula %(formula)s could not be read: something is missing at its end."),
    "not_opened": _("The formula %(formula)s could not be read: %(sign)s closes what was never opened."),
    "ampersand": _(
        "The formula %(formula)s could not be read: the sign & has a meaning only inside aligned, cases or a matrix."
    ),
    "scripts": _("The formula %(formula)s could not be read: a letter has two indices or two exponents. Use braces."),
    "limits": _("The formula %(formula)s could not be read: \\limits has a meaning only after an operator like \\sum."),
    "only_text": _(
        "The formula %(formula)s could not be read: one of its commands has a meaning only outside of formulas."
    ),
    "only_maths": _(
        "The formula %(formula)s could not be read: a sign in its \\text{…} has a meaning only in formulas."
    ),
    "mismatched_end": _("The formula %(formula)s could not be read: it has %(found)s where it needs %(end)s."),
    "columns": _("The formula %(formula)s could not be read: after \\begin{array}, name its columns, as in {lcr}."),
    "label_left_out": _("The formula %(formula)s is shown without its \\label, because formulas have no numbers here."),
    # What is left out
    "front_matter": _("The front matter is left out: %(source)s"),
    "private": _("%(source)s is private and is left out of what others see."),
    "private_not_closed": _(
        "%(source)s looks like a private comment, but no %(signs)s closes it. Close it, or put a backslash before it."
    ),
    "private_unclear": _(
        "It isn’t clear where the private comment %(source)s begins or ends. To keep it private, put %(signs)s on "
        "lines of their own before and after it, outside of code and lists. To show it, put a backslash before it."
    ),
    "unused_footnote": _("This footnote isn’t shown, because the text has no %(label)s: %(source)s"),
    "footnote_twice": _("%(label)s has two footnotes. This one isn’t shown: %(source)s"),
    "undescribed": _(
        "An image has no description. Write what it shows between the brackets, for people who can’t see it: ![…](…)"
    ),
    "long_row": _(
        "The row %(source)s has more cells than its table has columns. The last ones aren’t shown. Write \\| for a | "
        "that is part of a cell."
    ),
    "nested": _("Some lists or quotations are nested too deeply to be shown. Nest them less."),
    # What looks like one
    "dollar_not_closed": _(
        "%(source)s looks like a formula. To make it one, close it with $ directly after its last letter."
    ),
    "dollars_not_closed": _(
        "%(source)s looks like a formula. To make it one, close it with $$ before the next blank line."
    ),
    "bracket_not_closed": _(
        "%(source)s looks like a formula. To make it one, close it with %(closing)s before the next blank line."
    ),
    "environment_not_closed": _("%(source)s looks like a formula. To make it one, close it with \\end{%(name)s}."),
}
