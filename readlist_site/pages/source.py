"""One source, with all its places in the list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog.models import Source
from groups.margin import readers, resting_on, source_margins
from notes.models import Reading
from notes.models.reading import key_of
from readlist_site.web.access import list_reader_required


@list_reader_required
@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, whether its link leads there, and why to read it in each of its places. Where it was merged into
    another, that one's page."""
    found = get_object_or_404(Source.objects.visible_to(request.user).with_key(pk))
    if found.pk != pk:
        return redirect(found, permanent=True)
    places = list(found.places().visible_to(request.user))
    readings = Reading.objects.visible_to(request.user).filter(source=found).by_key()
    read_by = readers(request.user, places)
    for place in places:
        place.reading = readings.get(key_of(place))
        place.read_by = read_by.words(place)
    context = {
        "source": found,
        "places": places,
        "margins": source_margins(request.user, found),
        "resting": resting_on(request.user, found),
        "in_list": True,
    }
    return render(request, "pages/source.html", context)
