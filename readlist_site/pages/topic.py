"""One topic: its shelves, my path through it, and my group's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Doubt, Section, Suggestion
from catalog.models.suggestion import may_suggest
from catalog.shelves import shelves_of
from groups.margin import readers, topic_margins
from readlist_site.web.access import list_reader_required

from .mine import my_topic


@list_reader_required
@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """The topic as it stands in its list. A retired one keeps its page, since people wrote on it."""
    topics = Section.objects.visible_to(request.user).filter(kind=Section.Kind.TOPIC).with_headings_above()
    found = get_object_or_404(topics, pk=pk)
    shelves = shelves_of(found, Doubt.objects.for_sources("source"))
    prompts = list(found.list.prompts.standing())
    mine = my_topic(request.user, found, prompts) if request.user.is_authenticated else None
    entries = [entry for shelf in shelves for entry in shelf.entries]
    read_by = readers(request.user, entries)
    for entry in entries:
        entry.reading = mine and mine.notebook.reading(entry)
        entry.read_by = read_by.words(entry)
    context = {
        "topic": found,
        "shelves": shelves,
        "mine": mine,
        "may_suggest": may_suggest(request.user, found),
        "suggestions": Suggestion.objects.waiting_for(found, request.user),
        "margins": topic_margins(request.user, found),
        "previous_topic": found.previous_topic(),
        "next_topic": found.next_topic(),
        "steps": found.list.steps.all(),
        "prompts": prompts,
        "in_list": True,
    }
    return render(request, "pages/topic.html", context)
