"""What a group agreed on: topic by topic, one column a prompt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from groups.members.group import Group
from readlist_site.base.web.htmx import wants_partial

from .export import as_markdown
from .forms import PlaybookFilter
from .playbook import contents_of


@require_safe
def playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it on one page, or one tier's, or one author's: to read, search and print."""
    asked = filter_of(request, pk)
    context = {"group": asked.contents.group, "filter": asked, "playbook": asked.playbook()}
    template = "groups/playbook/playbook.html" + ("#found" if wants_partial(request) else "")
    return render(request, template, context)


@require_safe
def export_playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file of Markdown, to keep."""
    asked = filter_of(request, pk)
    text = as_markdown(asked.playbook(), parts=asked.words)
    name = "-".join(filter(None, [slugify(asked.contents.group.name), "playbook"]))
    headers = {"Content-Disposition": f'attachment; filename="{name}.md"'}
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)


def filter_of(request: HttpRequest, pk: int) -> PlaybookFilter:
    """What the address asks for of a group's playbook."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    return PlaybookFilter(request.GET, contents=contents_of(group), viewer=request.user)
