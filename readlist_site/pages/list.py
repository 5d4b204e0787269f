"""The reading list as an outline: tiers, parts and topics, with how far I am."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from readlist_site.web.access import list_reader_required


@list_reader_required
def reading_list(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The named list, or the default one."""
    return render(request, "pages/list.html")
