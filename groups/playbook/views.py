"""The playbook of a group, and its export."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from groups.members.group import Group
from readlist_site.base.text.sanitise import IMAGE
from readlist_site.base.web.cache_control import never_stored
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.pagination import whole_number

from .export import as_markdown
from .forms import PlaybookFilter
from .playbook import contents_of


@require_safe
def playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page of the playbook, filtered by tier and author, or the whole with `?whole=yes`, for printing."""
    asked = filter_of(request, pk)
    whole = request.GET.get("whole") == "yes"
    playbook = asked.playbook() if whole else asked.page(whole_number(request.GET.get("from")))
    context = {"group": asked.contents.group, "filter": asked, "playbook": playbook}
    template = "groups/playbook/playbook.html" + ("#found" if wants_partial(request) else "")
    return render(request, template, context)


@never_stored
@require_safe
def export_playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the filtered playbook as a Markdown file. Its images are addresses, which members can open."""
    asked = filter_of(request, pk)
    text = as_markdown(asked.playbook(), parts=asked.words)
    text = IMAGE.sub(lambda found: request.build_absolute_uri(found[0]), text)
    name = "-".join(filter(None, [slugify(asked.contents.group.name), "playbook"]))
    headers = {"Content-Disposition": f'attachment; filename="{name}.md"'}
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)


def filter_of(request: HttpRequest, pk: int) -> PlaybookFilter:
    """Return the filter in the query string for a group's playbook. Raises Http404 for a group that the user isn't
    in."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    return PlaybookFilter(request.GET, contents=contents_of(group), viewer=request.user)
