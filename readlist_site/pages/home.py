"""The home page: the dashboard, or the welcome page for visitors who aren't signed in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.outline.method import Prompt
from groups.overview.activity import activity_rows, recent_activity
from notes.line_meter import MAX_LINES, MIN_LINES
from readlist_site.base.web.together import answers

from .dashboard import Dashboard, dashboard_rows
from .example_answer import example_answer
from .header import header_rows, set_header
from .my_drafts import draft_rows, unfinished_texts
from .next_step import dashboard_step


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Renders the dashboard with the next step; the welcome page for an anonymous visitor."""
    if not request.user.is_authenticated:
        prompts = Prompt.objects.not_retired().filter(list__is_default=True) if settings.LIST_IS_PUBLIC else []
        return render(request, "pages/welcome.html", {"prompts": prompts, "example": example_answer()})
    now = timezone.now()
    header, dashboard, drafts, activity = answers(
        header_rows.ask(person=request.user),
        dashboard_rows.ask(person=request.user, now=now),
        draft_rows.ask(person=request.user),
        activity_rows.ask(viewer=request.user, now=now),
    )
    dashboard = Dashboard(request.user, set_header(request, *header).groups, now, dashboard)
    step = dashboard_step(dashboard)
    shown_submission = step and step.submission_to_review
    linked_urls = {
        step and step.url,
        *(reverse("review", args=[claim.round.submission_id]) for claim in dashboard.claims),
    }
    show = request.GET.get("show") if request.GET.get("show") in ("threads", "reviews") else ""
    groups = dashboard.groups
    context = {
        "dashboard": dashboard,
        "absence": dashboard.absence,
        "next": step,
        "claims": [claim for claim in dashboard.claims if claim.round.submission_id != shown_submission],
        "open": [round for round in dashboard.open if round.submission_id != shown_submission],
        "drafts": [draft for draft in unfinished_texts(*drafts) if draft.url not in linked_urls],
        "topics_in_progress": dashboard.top,
        "least": MIN_LINES,
        "most": MAX_LINES,
        "stream": recent_activity(groups, request.user, *activity, show=show) if groups else None,
        "show": show,
        "today": now,
    }
    return render(request, "pages/home.html", context)
