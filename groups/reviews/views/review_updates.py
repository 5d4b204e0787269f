"""What has come since I began to write a review: asked now and then by the page on which I write."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from groups.overview.views.submission import get_latest_round
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.pagination import whole_number

from .review_form import review_by


@require_safe
def review_updates(request: HttpRequest, pk: int) -> HttpResponse:
    """A newer revision, or that the review is wanted no more, or sent; nothing where all is as it was."""
    round = get_latest_round(request, pk)
    if not wants_partial(request):
        return redirect("review", pk)
    newer = whole_number(request.GET.get("round")) != round.pk
    reason = round.why_not_reviewable(request.user, editing="editing" in request.GET)
    if not newer and not reason:
        return HttpResponse(status=204)
    context = {"round": round, "reason": reason, "given": review_by(request.user, round)}
    return render(request, "groups/reviews/review_updates.html", context)
