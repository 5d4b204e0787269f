"""What stands in place of a text whose author has deleted their account and all their texts, or which a moderator has
deleted. Rows have an English sentence as its code; pages and files say it in the reader's language.

Its filters are template builtins: `{{ answer.body_html|stored_html }}` for a member's text as stored HTML, and
`{{ suggestion.why|stored_text }}` for plain text."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

DELETED_TEXT = "Deleted by its author"
# Of a comment of a review: posts and replies say so by a column.
DELETED_BY_MODERATOR = "Deleted by a moderator"
# What stands in a post of somebody else, in which a part was quoted.
OMITTED = "[…]"

_DELETED_HTML = re.compile(rf"\s*<p[^>]*>({DELETED_TEXT}|{DELETED_BY_MODERATOR})</p>\s*")
# Quotations were replaced by words once.
_FORMER_QUOTATION = re.compile(
    rf"<blockquote([^>]*)>\s*<p[^>]*><strong>Former member</strong></p>\s*<p([^>]*)>{DELETED_TEXT}</p>\s*</blockquote>"
)


@register.filter
def stored_text(text: str) -> str:
    """Returns a text as it is, or that it was deleted, in the active language."""
    if text == DELETED_BY_MODERATOR:
        return _("Deleted by a moderator")
    return _("Deleted by its author") if text == DELETED_TEXT else text


def is_deleted_html(html: str) -> bool:
    """Returns whether HTML that `render` made says that a text was deleted, and nothing else."""
    return bool(_DELETED_HTML.fullmatch(html))


@register.filter
def stored_html(html: str) -> SafeString:
    """Returns HTML that `render` made, as safe. A deleted text says so in the active language, and a quotation of one
    is `OMITTED`."""
    if DELETED_TEXT not in html and DELETED_BY_MODERATOR not in html:
        return mark_safe(html)  # noqa: S308
    if deleted := _DELETED_HTML.fullmatch(html):
        return format_html("<p>{}</p>", stored_text(deleted[1]))
    return mark_safe(_FORMER_QUOTATION.sub(rf"<blockquote\1><p\2>{OMITTED}</p></blockquote>", html))  # noqa: S308
