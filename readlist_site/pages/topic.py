"""The page of one topic: its shelves, the person's progress and that of their groups."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.curation.suggestion import Suggestion, can_suggest
from catalog.links.link_issue import LinkIssue
from catalog.lists.reading_list import is_curator
from catalog.outline.entry import Entry
from catalog.outline.method import MethodStep, Prompt
from catalog.outline.section import Section
from catalog.outline.topic_shelves import shelf_queries, shelves_of
from groups.overview.sidebar import ask_rows, fellow_readers, sidebar_rows, topic_sidebars
from groups.overview.topic_submissions import TopicSubmissions, submission_rows, submissions_on
from groups.threads.ask import ask_box
from readlist_site.base.web.login_required import list_reader_required
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.together import RowsOf, Together, answers

from .header import header_rows, set_header
from .my_progress import my_topic, my_topic_rows

# Columns of a heading and of an entry, in the order of their fields.
_LIST, _POSITION, _SOURCE = 1, 3, 3


@list_reader_required
@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the topic as it is in its list. A retired topic has this page, too, since people wrote about it."""
    user, now, key = request.user, timezone.now(), Section(pk=pk)
    asks = [_topic_rows.ask(topic=key)]
    if user.is_authenticated:
        asks += [
            header_rows.ask(person=user),
            my_topic_rows.ask(person=user, topic=key, now=now),
            sidebar_rows.ask(viewer=user, topic=key, now=now),
            submission_rows.ask(viewer=user, topic=key, now=now),
            _suggestion_rows.ask(person=user, topic=key, drafts=is_curator(user)),
            ask_rows.ask(viewer=user),
        ]
    (found, headings, entries, issues, prompts, steps, before, after), *personal = answers(*asks)
    shown_topic = next((each for each in found if not each.list.is_draft or is_curator(user)), None)
    if shown_topic is None:
        raise Http404
    _set_link_issues(entries, issues)
    shelves = shelves_of(shown_topic, headings, entries)
    for shelf in shelves:
        shelf.open_at(whole_number(request.GET.get("from")))
    visible = [entry for entry in entries if entry.section.retired_at is None]
    context = {
        "topic": shown_topic,
        "shelves": shelves,
        "can_suggest": can_suggest(user, shown_topic),
        "previous_topic": next(iter(before), None),
        "next_topic": next(iter(after), None),
        "steps": steps,
        "prompts": prompts,
        "submissions": TopicSubmissions(),
        "in_list": True,
    }
    if personal:
        header, mine, sidebar, submissions, (suggestions,), (drafts,) = personal
        groups = [group for group in set_header(request, *header).groups if group.list_id == shown_topic.list_id]
        mine = my_topic(user, shown_topic, prompts, visible, mine, now, groups)
        for entry in entries:
            entry.reading = mine.notebook.reading(entry)
        members, readings, *_ = sidebar
        context |= {
            "mine": mine,
            "others": fellow_readers(user, entries, members, readings),
            "suggestions": suggestions,
            "ask": None if shown_topic.retired_at else ask_box(f"topic-{shown_topic.pk}", groups, drafts),
            "sidebars": topic_sidebars(user, shown_topic, groups, visible, now, *sidebar),
            "submissions": submissions_on(*submissions, now),
            "has_written": bool(mine.notebook.draft or mine.notebook.revision),
        }
    return render(request, "pages/topic.html", context)


@Together
def _topic_rows(topic: Section) -> list[QuerySet]:
    """The topic with the headings above, its shelves and entries, their open link issues, prompts and method of the
    list, and the topics before and after this one."""
    found = Section.objects.filter(pk=topic.pk, kind=Section.Kind.TOPIC).with_headings_above()
    found = found.defer("source_text", "last_imported", "list__preamble", "list__last_imported_method")
    headings, entries = shelf_queries(topic)
    topics = Section.objects.topics().headings_only().filter(list__in=RowsOf(found, _LIST))
    return [
        found,
        headings.defer("source_text", "last_imported"),
        entries,
        LinkIssue.objects.open().filter(source__in=RowsOf(entries, _SOURCE)),
        Prompt.objects.not_retired().filter(list__in=RowsOf(found, _LIST)),
        MethodStep.objects.filter(list__in=RowsOf(found, _LIST)).order_by("position", "pk"),
        topics.filter(position__lt=RowsOf(found, _POSITION)).reverse()[:1],
        topics.filter(position__gt=RowsOf(found, _POSITION))[:1],
    ]


@Together
def _suggestion_rows(person, topic: Section, drafts: bool) -> list[QuerySet]:
    """The open suggestions for a topic. `drafts`: whether the person sees draft lists."""
    return [Suggestion.objects.shown_to(person, drafts=drafts).open_on(topic, person)]


def _set_link_issues(entries: list[Entry], issues: list[LinkIssue]) -> None:
    """Sets what `Source.link_issue` reads, as `LinkIssue.objects.prefetch_open` does."""
    by_source = {issue.source_id: issue for issue in issues}
    for entry in entries:
        entry.source.prefetched_link_issues = [by_source[entry.source_id]] if entry.source_id in by_source else []
