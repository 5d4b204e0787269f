"""One source, with all its places in the list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog.sources.source import Source
from groups.overview.sidebar import fellow_readers, source_sidebars, submissions_based_on
from notes.reading import Reading, reading_key
from readlist_site.base.web.login_required import list_reader_required


@list_reader_required
@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, whether its link leads there, and why to read it in each of its places. Where it was merged into
    another, that one's page."""
    found = get_object_or_404(Source.objects.visible_to(request.user).by_id_or_merged_id(pk))
    if found.pk != pk:
        return redirect(found, permanent=True)
    places = list(found.listed_entries().visible_to(request.user))
    readings = Reading.objects.visible_to(request.user).filter(source=found).by_key()
    read_by = fellow_readers(request.user, places)
    for place in places:
        place.reading = readings.get(reading_key(place))
        place.read_by = read_by.words(place)
    context = {
        "source": found,
        "places": places,
        "sidebars": source_sidebars(request.user, found),
        "based_on_it": submissions_based_on(request.user, found),
        "in_list": True,
    }
    return render(request, "pages/source.html", context)
