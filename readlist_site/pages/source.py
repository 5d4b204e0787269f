"""The page of one source, with all its entries in lists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog.sources.source import Source
from groups.overview.sidebar import (
    fellow_readers,
    fellow_rows,
    source_sidebar_rows,
    source_sidebars,
    submissions_based_on,
)
from notes.reading import Reading, reading_key
from readlist_site.base.web.login_required import list_reader_required
from readlist_site.base.web.together import answers


@list_reader_required
@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the source's metadata, link state and entries with their reasons. Redirects from a merged source to the
    remaining one."""
    shown_source = get_object_or_404(Source.objects.visible_to(request.user).by_id_or_merged_id(pk))
    if shown_source.pk != pk:
        return redirect(shown_source, permanent=True)
    entries = list(shown_source.listed_entries().visible_to(request.user))
    readings = Reading.objects.visible_to(request.user).filter(source=shown_source).by_key()
    for entry in entries:
        entry.reading = readings.get(reading_key(entry))
    context = {"source": shown_source, "entries": entries, "in_list": True}
    if request.user.is_authenticated:
        of_mine = {"viewer": request.user, "source": shown_source}
        fellows, sidebar = answers(fellow_rows.ask(**of_mine), source_sidebar_rows.ask(**of_mine))
        sidebars, ask = source_sidebars(shown_source, *sidebar)
        context |= {
            "others": fellow_readers(request.user, entries, *fellows),
            "sidebars": sidebars,
            "ask": ask,
            "based_on_it": submissions_based_on(request.user, shown_source),
        }
    return render(request, "pages/source.html", context)
