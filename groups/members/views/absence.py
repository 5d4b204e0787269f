"""The away switch: one's own, for all one's groups. No page shows anybody another's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from groups.members.absence import Absence
from groups.members.forms.absence import AbsenceForm
from groups.reviews.claim import Claim


def pause(request: HttpRequest) -> HttpResponse:
    """What being away means, and the switch."""
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        Absence.objects.pause(request.user, until=form.cleaned_data["back_on"])
        messages.success(request, "You are away: nothing is wanted of you.")
        return redirect("pause")
    context = {
        "form": form,
        "absence": Absence.objects.visible_to(request.user).current().first(),
        "claim_count": Claim.objects.awaited_from(request.user).count(),
    }
    return render(request, "groups/members/absence.html", context, status=422 if form.is_bound else 200)


@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Be back, whether or not one was away."""
    Absence.objects.resume(request.user)
    messages.success(request, "Welcome back: you count in again.")
    return redirect("pause")
