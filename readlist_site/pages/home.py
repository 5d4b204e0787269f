"""The home page: the dashboard, or the welcome page for visitors who aren't signed in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.outline.method import Prompt
from groups.members.absence import Absence
from groups.overview.activity import recent_activity
from notes.line_meter import MAX_LINES, MIN_LINES

from .dashboard import Dashboard
from .example_answer import example_answer
from .my_drafts import unfinished_texts
from .next_step import dashboard_step


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Renders the dashboard with the next step; the welcome page for an anonymous visitor."""
    if not request.user.is_authenticated:
        prompts = Prompt.objects.not_retired().filter(list__is_default=True) if settings.LIST_IS_PUBLIC else []
        return render(request, "pages/welcome.html", {"prompts": prompts, "example": example_answer()})
    absence = Absence.objects.visible_to(request.user).current().first()
    dashboard = Dashboard(request.user, paused=absence is not None)
    step = dashboard_step(dashboard)
    shown_submission = step and step.submission_to_review
    linked_urls = {
        step and step.url,
        *(reverse("review", args=[claim.round.submission_id]) for claim in dashboard.claims),
    }
    context = {
        "dashboard": dashboard,
        "my_groups": dashboard.groups,
        "absence": absence,
        "next": step,
        "claims": [claim for claim in dashboard.claims if claim.round.submission_id != shown_submission],
        "open": [round for round in dashboard.open if round.submission_id != shown_submission],
        "drafts": [draft for draft in unfinished_texts(request.user) if draft.url not in linked_urls],
        "topics_in_progress": dashboard.top,
        "least": MIN_LINES,
        "most": MAX_LINES,
        "news": recent_activity(dashboard.groups, request.user) if dashboard.groups else [],
        "today": timezone.now(),
    }
    return render(request, "pages/home.html", context)
