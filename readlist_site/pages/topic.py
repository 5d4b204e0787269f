"""The page of one topic: its shelves, the person's progress and that of their groups."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.curation.suggestion import Suggestion, can_suggest
from catalog.links.link_issue import LinkIssue
from catalog.outline.section import Section
from catalog.outline.topic_shelves import topic_shelves
from groups.members.group import Group
from groups.overview.sidebar import fellow_readers, topic_sidebars
from groups.overview.topic_submissions import TopicSubmissions, submissions_on
from readlist_site.base.web.login_required import list_reader_required

from .my_progress import my_topic


@list_reader_required
@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the topic as it is in its list. A retired topic has this page, too, since people wrote about it."""
    topics = Section.objects.visible_to(request.user).filter(kind=Section.Kind.TOPIC).with_headings_above()
    shown_topic = get_object_or_404(topics, pk=pk)
    shelves = topic_shelves(shown_topic, LinkIssue.objects.prefetch_open("source"))
    prompts = list(shown_topic.list.prompts.not_retired())
    my_groups = list(Group.objects.visible_to(request.user))
    groups = [group for group in my_groups if group.list_id == shown_topic.list_id]
    mine = my_topic(request.user, shown_topic, prompts, groups) if request.user.is_authenticated else None
    entries = [entry for shelf in shelves for entry in shelf.entries]
    for entry in entries:
        entry.reading = mine and mine.notebook.reading(entry)
    previous_topic, next_topic = shown_topic.neighbours()
    context = {
        "topic": shown_topic,
        "shelves": shelves,
        "mine": mine,
        "others": fellow_readers(request.user, entries),
        "can_suggest": can_suggest(request.user, shown_topic),
        "suggestions": Suggestion.objects.open_for(shown_topic, request.user),
        "sidebars": topic_sidebars(request.user, shown_topic, groups),
        "submissions": submissions_on(request.user, shown_topic, groups) if groups else TopicSubmissions(),
        "has_written": bool(mine and (mine.notebook.draft or mine.notebook.revision)),
        # Instead of asking for them once more for the header.
        "my_groups": my_groups,
        "previous_topic": previous_topic,
        "next_topic": next_topic,
        "steps": shown_topic.list.steps.all(),
        "prompts": prompts,
        "in_list": True,
    }
    return render(request, "pages/topic.html", context)
