"""One topic: its shelves, my path through it, and my group's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from readlist_site.web.access import list_reader_required


@list_reader_required
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "pages/topic.html")
