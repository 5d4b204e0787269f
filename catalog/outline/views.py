"""Views of a list's prose pages and of its export."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import conditional_page, require_safe

from catalog.lists.reading_list import ReadingList
from readlist_site.base.web.cache_control import never_stored
from readlist_site.base.web.login_required import list_reader_required

from .export import FORMATS
from .section import Section


@list_reader_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a heading of kind page with its body and those of the pages below it."""
    pages = Section.objects.visible_to(request.user).filter(kind=Section.Kind.PAGE).with_headings_above()
    found = get_object_or_404(pages, pk=pk)
    context = {"page": found, "chapters": found.pages_below(), "in_list": True}
    return render(request, "catalog/outline/page.html", context)


@list_reader_required
@never_stored
@conditional_page
@require_safe
def export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Download the list as Markdown or JSON, byte for byte as `manage.py export_readlist` writes it. A program that has
    this file already gets 304 instead."""
    reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user), slug=slug)
    file = FORMATS[form]
    headers = {"Content-Disposition": f'attachment; filename="{slug}.{file.suffix}"'}
    return HttpResponse(file.write(reading_list), content_type=f"{file.content_type}; charset=utf-8", headers=headers)
