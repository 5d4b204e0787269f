"""The reading list as an outline of tiers, parts and topics, with the person's progress."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.lists.reading_list import ReadingList
from catalog.outline.outline import Outline
from notes.notebook import Notebook
from notes.source_marks import Shelf
from readlist_site.base.web.login_required import list_reader_required

from .my_progress import topic_statuses


@list_reader_required
@require_safe
def reading_list(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Shows the list with this slug, or the default list."""
    lists = ReadingList.objects.visible_to(request.user)
    shown_list = get_object_or_404(lists, slug=slug) if slug else ReadingList.objects.default()
    if shown_list is None:
        return render(request, "pages/no_list.html", {"in_list": True})
    outline = Outline.of(shown_list)
    statuses = topic_statuses(request.user, [row.topic for row in outline.rows])
    for row in outline.rows:
        row.mine = statuses.get(row.topic.pk)
        row.notebook = row.mine.notebook if row.mine else Notebook(row.topic, row.entries)
    for block in outline.shelves:
        block.shelf = Shelf.joined(row.notebook.shelf for row in block.rows)
    context = {
        "reading_list": shown_list,
        "outline": outline,
        "others": ReadingList.objects.published().exclude(pk=shown_list.pk),
        "in_list": True,
    }
    return render(request, "pages/list.html", context)
