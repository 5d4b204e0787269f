"""A list as a file to keep."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalog.lists.reading_list import ReadingList
from readlist_site.base.web.login_required import list_reader_required

from .export import FORMATS


@list_reader_required
@require_safe
def export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The list as Markdown or as JSON, byte for byte what `manage.py export_readlist` writes."""
    reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user), slug=slug)
    file = FORMATS[form]
    headers = {"Content-Disposition": f'attachment; filename="{slug}.{file.suffix}"'}
    return HttpResponse(file.write(reading_list), content_type=f"{file.content_type}; charset=utf-8", headers=headers)
