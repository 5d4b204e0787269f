"""What to do next; and what Readlist is, for who isn't signed in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.models import Prompt
from groups.models import Absence
from groups.news import news_of
from notes.length import LEAST, MOST

from .desk import Desk
from .drafts import begun_by
from .next_thing import next_thing


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The next thing for who is signed in; what Readlist is for who isn't."""
    if not request.user.is_authenticated:
        prompts = Prompt.objects.standing().filter(list__is_default=True) if settings.LIST_IS_PUBLIC else []
        return render(request, "pages/welcome.html", {"prompts": prompts})
    desk = Desk(request.user)
    first = next_thing(desk)
    said = first and first.reviews
    offered = {first and first.url, *(reverse("review", args=[claim.round.submission_id]) for claim in desk.held)}
    context = {
        "desk": desk,
        "absence": Absence.objects.visible_to(request.user).under_way().first(),
        "next": first,
        "held": [claim for claim in desk.held if claim.round.submission_id != said],
        "open": [round for round in desk.open if round.submission_id != said],
        "drafts": [draft for draft in begun_by(request.user) if draft.url not in offered],
        "piles": desk.top,
        "least": LEAST,
        "most": MOST,
        "news": news_of(desk.groups, request.user) if desk.groups else [],
        "today": timezone.localdate(),
    }
    return render(request, "pages/home.html", context)
