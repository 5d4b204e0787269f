"""The reading list as an outline of tiers, parts and topics, with the person's progress."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.lists.reading_list import ReadingList, is_curator
from catalog.outline.outline import Outline, outline_queries
from catalog.outline.section import Section
from groups.reviews.group_progress import my_outcomes, outcome_query
from groups.reviews.review_round import ReviewRound
from notes.notebook import Notebook, notebook_queries, notebooks_of
from notes.source_marks import Shelf
from readlist_site.base.web.login_required import list_reader_required
from readlist_site.base.web.together import RowsOf, Text, Together, answers

from .header import header_rows, set_header
from .my_progress import statuses_of


@list_reader_required
@require_safe
def reading_list(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Shows the list with this slug, or the default list."""
    user, now = request.user, timezone.now()
    which = {"slug": Text(slug) if slug else None, "drafts": is_curator(user)}
    asks = [_list_rows.ask(**which)]
    if user.is_authenticated:
        asks += [header_rows.ask(person=user), _my_rows.ask(person=user, now=now, **which)]
    (lists, others, *rows), *personal = answers(*asks)
    if personal:
        set_header(request, *personal[0])
    if not lists:
        if slug:
            raise Http404
        return render(request, "pages/no_list.html", {"in_list": True})
    outline = Outline.of_rows(lists[0], *rows)
    statuses = {}
    if personal:
        *notebook, rounds = personal[1]
        topics = [row.topic for row in outline.rows]
        statuses = statuses_of(notebooks_of(topics, _visible(rows[0], rows[1]), *notebook), my_outcomes(rounds, now))
    for row in outline.rows:
        row.mine = statuses.get(row.topic.pk)
        row.notebook = row.mine.notebook if row.mine else Notebook(row.topic, row.entries)
    for block in outline.shelves:
        block.shelf = Shelf.joined(row.notebook.shelf for row in block.rows)
    context = {
        "reading_list": lists[0],
        "outline": outline,
        "others": [other for other in others if other != lists[0]],
        "in_list": True,
    }
    return render(request, "pages/list.html", context)


@Together
def _list_rows(slug: str | None, drafts: bool) -> list[QuerySet]:
    """The list, all that are published, and the rows of its outline."""
    lists = _lists(slug, drafts=drafts)
    return [lists, ReadingList.objects.published(), *outline_queries(RowsOf(lists))]


@Together
def _my_rows(person, now: datetime, slug: str | None, drafts: bool) -> list[QuerySet]:
    """A person's notebook on the topics of the list, and the facts of their rounds on these."""
    lists = _lists(slug, drafts=drafts).order_by().values("pk")
    topics = Section.objects.topics().filter(list__in=lists).order_by().values("pk")
    mine = ReviewRound.objects.filter(submission__summary__author=person, submission__summary__topic__in=topics)
    return [*notebook_queries(person, topics), outcome_query(mine, now)]


def _lists(slug: str | None, *, drafts: bool) -> QuerySet[ReadingList]:
    """The list with this slug, if it may be shown; the default list without one."""
    if slug is None:
        return ReadingList.objects.filter(is_default=True)
    lists = ReadingList.objects.filter(slug=slug)
    return lists if drafts else lists.exclude(status=ReadingList.Status.DRAFT)


def _visible(sections: list[Section], entries: list) -> list:
    """The entries that no retired heading hides."""
    keys = {section.pk for section in sections}
    return [entry for entry in entries if entry.section_id in keys]
