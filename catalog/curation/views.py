"""Views for members: suggestions of sources, votes for them, and reports of problems."""

import re

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.outline.section import Section
from catalog.outline.topic_shelves import topic_shelves
from catalog.sources.source import Source
from readlist_site.base.languages.direction import isolated
from readlist_site.base.sent_forms.sent_form import SentForm, answered_once, record_sent
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.pagination import paginate_by_key, whole_number
from readlist_site.base.web.rate_limit_http import within_limit

from .forms.report import ReportForm
from .forms.suggestion import SuggestionForm
from .report import Report
from .suggestion import Suggestion, can_suggest

PAGE = 30

_ON_ADDITIONS = re.compile(r"\badd(?:itions?)?\b", re.IGNORECASE)


@answered_once
@require_http_methods(["GET", "HEAD", "POST"])
def suggestions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a topic's shelves, its open suggestions and the form for a new one; POST creates a suggestion."""
    # With the texts of the headings above, which may say how to add something.
    topics = Section.objects.visible_to(request.user).topics().with_headings_above().defer(None)
    topic = get_object_or_404(topics, pk=pk)
    if not can_suggest(request.user, topic):
        raise Http404
    form = SuggestionForm(request.POST if request.method == "POST" else None, topic=topic, person=request.user)
    if form.is_valid() and within_limit(request, form, "suggestion") and (place := suggest(request, form)):
        messages.success(request, _("Source suggested. You’ll be notified when a curator decides."))
        return redirect(place)
    shelves = topic_shelves(topic)
    context = {
        "topic": topic,
        "form": form,
        "shelves": shelves,
        "sources": sum(len(shelf.entries) for shelf in shelves),
        "asked": _asked_of_additions(topic),
        "suggestions": Suggestion.objects.open_for(topic, request.user),
        "in_list": True,
    }
    return render(request, "catalog/curation/suggestion_form.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def suggest(request: HttpRequest, form: SuggestionForm) -> str:
    """Create the suggestion, and return its address; "", with an error on the form, if it can't be created."""
    made = form.suggest()
    if made is None:
        return ""
    place = f"{form.topic.get_absolute_url()}#{made.anchor}"
    record_sent(request, place)
    return place


@form_on(lambda request, pk: "my_suggestions")
def withdraw_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw one of the user's own suggestions, if it is still open."""
    suggestion = get_object_or_404(Suggestion.objects.of(request.user).select_related("topic"), pk=pk)
    if suggestion.withdraw():
        SentForm.objects.forget(request.user, f"{suggestion.topic.get_absolute_url()}#{suggestion.anchor}")
        messages.success(request, _("Suggestion “%(title)s” withdrawn.") % {"title": isolated(suggestion.title)})
    else:
        messages.warning(request, _("A curator already decided on this suggestion."))
    return redirect("my_suggestions")


def topic_of_suggestion(request: HttpRequest, pk: int) -> str:
    """The address of a suggestion on the page of its topic."""
    suggestion = get_object_or_404(Suggestion.objects.visible_to(request.user).select_related("topic"), pk=pk)
    return f"{suggestion.topic.get_absolute_url()}#{suggestion.anchor}"


@form_on(topic_of_suggestion)
def vote_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the user's vote if `wanted` is "yes", else remove it. Idempotent."""
    waiting = Suggestion.objects.visible_to(request.user).open()
    suggestion = get_object_or_404(waiting.select_related("topic"), pk=pk)
    if request.POST.get("wanted") == "yes":
        suggestion.vote(request.user)
    else:
        suggestion.withdraw_vote(request.user)
    if not wants_partial(request):
        return redirect(f"{suggestion.topic.get_absolute_url()}#{suggestion.anchor}")
    changed = get_object_or_404(waiting.with_votes(request.user), pk=pk)
    return render(request, "catalog/curation/vote.html", {"suggestion": changed})


@require_safe
def my_suggestions(request: HttpRequest) -> HttpResponse:
    """Show the user's suggestions and reports with their decisions, latest first. `?before=` and `?reported=` select
    older pages of each."""
    before, reported = whole_number(request.GET.get("before")), whole_number(request.GET.get("reported"))
    mine = Suggestion.objects.of(request.user).with_votes(request.user).select_related("topic__list")
    reports = Report.objects.of(request.user).select_related("source")
    context = {
        "suggestions": paginate_by_key(mine, size=PAGE, before=before),
        "reports": paginate_by_key(reports, size=PAGE, before=reported),
        "goes_back": bool(before or reported),
        "in_list": True,
    }
    return render(request, "catalog/curation/my_suggestions.html", context)


@answered_once
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a report on a source and the user's open reports on it; POST creates a report."""
    source = get_object_or_404(Source.objects.visible_to(request.user).by_id_or_merged_id(pk))
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and within_limit(request, form, "report") and send_report(request, form, source):
        messages.success(request, _("Problem reported. You’ll be notified when a curator resolves it."))
        return redirect(source)
    mine = Report.objects.of(request.user).open().filter(source=source)
    context = {"source": source, "form": form, "mine": mine, "in_list": True}
    return render(request, "catalog/curation/report.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def send_report(request: HttpRequest, form: ReportForm, source: Source) -> bool:
    """Create the report, and return whether it could be; if not, with an error on the form."""
    made = form.report(source, request.user)
    if made:
        record_sent(request, source.get_absolute_url())
    return made is not None


def _asked_of_additions(topic: Section) -> Section | None:
    """The nearest heading, this topic or one above, whose body mentions additions, or None."""
    headings = [topic, *reversed(topic.headings_above)]
    return next((heading for heading in headings if _ON_ADDITIONS.search(heading.body)), None)
