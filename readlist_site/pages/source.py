"""The page of one source, with all its entries in lists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog.sources.source import Source
from groups.overview.sidebar import fellow_readers, fellow_rows, source_sidebars, submissions_based_on
from notes.reading import Reading, reading_key
from readlist_site.base.web.login_required import list_reader_required


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
    sidebars, ask = source_sidebars(request.user, shown_source)
    context = {
        "source": shown_source,
        "entries": entries,
        "others": fellow_readers(request.user, entries, *_fellows(request.user, shown_source)),
        "sidebars": sidebars,
        "ask": ask,
        "based_on_it": submissions_based_on(request.user, shown_source),
        "in_list": True,
    }
    return render(request, "pages/source.html", context)


def _fellows(user, shown_source: Source) -> list[list]:
    return fellow_rows(viewer=user, source=shown_source) if user.is_authenticated else [[], []]
