"""Messages for curators about where a source is listed already."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog.outline.entry import Entry
from catalog.sources.source import Source


def known_source_message(source: Source) -> SafeString:
    """An error message: the address belongs to this source, with links to it and its entries."""
    return format_html(
        _("Another source has this address, perhaps in another spelling: {}. {}"),
        _link(source),
        _where_listed(source.listed_entries()),
    )


def already_here_message(entry: Entry) -> SafeString:
    """An error message: the topic has the source already, with a link to its entry."""
    return format_html(_("This topic already has this source: {}{}."), _link(entry), _role(entry))


def message_other_listings(request: HttpRequest, entry: Entry) -> None:
    """Add an info message with the other entries of the entry's source, if there are any."""
    if others := list(entry.source.listed_entries().exclude(pk=entry.pk)):
        messages.info(request, format_html(_("The source of “{}” already existed. {}"), entry, _where_listed(others)))


def _where_listed(entries: Iterable[Entry]) -> SafeString:
    found = format_html_join("; ", "{}{}", ((_place(entry), _role(entry)) for entry in entries))
    return format_html(_("It is listed in {}."), found) if found else SafeString(escape(_("It isn’t listed anywhere.")))


def _place(entry: Entry) -> SafeString:
    headings = [heading.title for heading in entry.section.headings_above if heading.pk != entry.topic_id]
    headings_path = " › ".join([entry.topic.list.title, *headings, entry.topic.title])
    return format_html('<a href="{}">{}</a>', _address(entry), headings_path)


def _role(entry: Entry) -> str:
    return f" ({entry.get_role_display()})" if entry.role else ""


def _link(row: Model) -> SafeString:
    return format_html('<a href="{}">{}</a>', _address(row), row)


def _address(row: Model) -> str:
    return reverse(f"admin:catalog_{row._meta.model_name}_change", args=[row.pk])
