"""One source, with all its places in the list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from catalog.models import Source
from readlist_site.web.access import list_reader_required


@list_reader_required
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, whether its link leads there, and why to read it in each of its places."""
    found = get_object_or_404(Source, pk=pk)
    return render(request, "pages/source.html", {"source": found, "places": list(found.places()), "in_list": True})
