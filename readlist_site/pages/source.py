"""One source, with all its places in the list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from readlist_site.web.access import list_reader_required


@list_reader_required
def source(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "pages/source.html")
