"""What readers would add to a topic."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.forms.suggestion import SuggestionForm
from catalog.models import Report, Section, Suggestion
from catalog.models.suggestion import may_suggest
from catalog.shelves import shelves_of
from readlist_site.web.keys import whole_number, window

PAGE = 30

_ON_ADDITIONS = re.compile(r"\badd(?:itions?)?\b", re.IGNORECASE)


@require_http_methods(["GET", "HEAD", "POST"])
def suggestions(request: HttpRequest, pk: int) -> HttpResponse:
    """A topic's: what it has, what waits, and the form for one more."""
    topics = Section.objects.visible_to(request.user).topics().with_headings_above()
    topic = get_object_or_404(topics, pk=pk)
    if not may_suggest(request.user, topic):
        raise Http404
    form = SuggestionForm(request.POST if request.method == "POST" else None, topic=topic, person=request.user)
    if form.is_valid() and (made := form.suggest()):
        messages.success(request, "Suggested. The curators decide; you will be told.")
        return redirect(f"{topic.get_absolute_url()}#{made.anchor}")
    shelves = shelves_of(topic)
    context = {
        "topic": topic,
        "form": form,
        "shelves": shelves,
        "sources": sum(len(shelf.entries) for shelf in shelves),
        "asked": _asked_of_additions(topic),
        "suggestions": Suggestion.objects.waiting_for(topic, request.user),
        "in_list": True,
    }
    return render(request, "catalog/suggestion/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own, while nobody has decided it."""
    suggestion = get_object_or_404(Suggestion.objects.of(request.user).select_related("topic"), pk=pk)
    if suggestion.take_back():
        messages.success(request, f"“{suggestion.title}” is suggested no longer.")
    else:
        messages.warning(request, "The curators have decided it already.")
    return redirect("my_suggestions")


@require_safe
def my_suggestions(request: HttpRequest) -> HttpResponse:
    """What one suggested and reported, and what came of it, the latest first. `?before=` and `?reported=` go back."""
    before, reported = whole_number(request.GET.get("before")), whole_number(request.GET.get("reported"))
    mine = Suggestion.objects.of(request.user).with_seconds(request.user).select_related("topic__list")
    reports = Report.objects.of(request.user).select_related("source")
    context = {
        "suggestions": window(mine, size=PAGE, before=before),
        "reports": window(reports, size=PAGE, before=reported),
        "goes_back": bool(before or reported),
        "in_list": True,
    }
    return render(request, "catalog/suggestion/mine.html", context)


def _asked_of_additions(topic: Section) -> Section | None:
    """The nearest heading under which the list itself says something of additions."""
    headings = [topic, *reversed(topic.headings_above)]
    return next((heading for heading in headings if _ON_ADDITIONS.search(heading.body)), None)
