"""Saying that I would read, too, what somebody suggests."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from catalog.curation.suggestion import Suggestion
from readlist_site.base.web.htmx import wants_partial


@require_POST
def vote_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """`wanted=yes` says so, anything else takes it back; said again it changes nothing."""
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
