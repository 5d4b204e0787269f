"""One topic: its shelves, my path through it, and my group's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.curation.suggestion import Suggestion, can_suggest
from catalog.links.link_issue import LinkIssue
from catalog.outline.section import Section
from catalog.outline.topic_shelves import topic_shelves
from groups.overview.sidebar import fellow_readers, topic_sidebars
from readlist_site.base.web.login_required import list_reader_required

from .my_progress import my_topic


@list_reader_required
@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """The topic as it stands in its list. A retired one keeps its page, since people wrote on it."""
    topics = Section.objects.visible_to(request.user).filter(kind=Section.Kind.TOPIC).with_headings_above()
    found = get_object_or_404(topics, pk=pk)
    shelves = topic_shelves(found, LinkIssue.objects.prefetch_open("source"))
    prompts = list(found.list.prompts.not_retired())
    mine = my_topic(request.user, found, prompts) if request.user.is_authenticated else None
    entries = [entry for shelf in shelves for entry in shelf.entries]
    read_by = fellow_readers(request.user, entries)
    for entry in entries:
        entry.reading = mine and mine.notebook.reading(entry)
        entry.read_by = read_by.words(entry)
    context = {
        "topic": found,
        "shelves": shelves,
        "mine": mine,
        "can_suggest": can_suggest(request.user, found),
        "suggestions": Suggestion.objects.open_for(found, request.user),
        "sidebars": topic_sidebars(request.user, found),
        "previous_topic": found.previous_topic(),
        "next_topic": found.next_topic(),
        "steps": found.list.steps.all(),
        "prompts": prompts,
        "in_list": True,
    }
    return render(request, "pages/topic.html", context)
