"""Pausing and resuming the user's reviews in all their groups. No page shows another person's pause."""

from datetime import datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.leaving.pause import pause_reviews, resume_reviews
from groups.members.absence import Absence
from groups.reviews.claim import Claim
from readlist_site.base.web.form_address import form_on

LONGEST = timedelta(days=366)


class AbsenceForm(forms.Form):
    """The day on which the pause ends, if it is known."""

    back_on = forms.DateField(
        required=False,
        label=gettext_lazy("Resume on (optional)"),
        help_text=gettext_lazy("Reviews resume at the start of that day. Leave this empty to resume them yourself."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Enter a date as in 2027-01-31.")},
    )

    def clean_back_on(self) -> datetime | None:
        """Return the start of that day in the current time zone, or None. Raises ValidationError unless it is within a
        year after today."""
        day, today = self.cleaned_data["back_on"], timezone.localdate()
        if day is None:
            return None
        if not today < day <= today + LONGEST:
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return timezone.make_aware(datetime.combine(day, time.min))


def pause(request: HttpRequest) -> HttpResponse:
    """Show the form and the present pause, and pause on POST."""
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        pause_reviews(request.user, until=form.cleaned_data["back_on"])
        messages.success(request, _("Your reviews are paused. You won’t be asked for reviews."))
        return redirect("pause")
    context = {
        "form": form,
        "absence": Absence.objects.visible_to(request.user).current().first(),
        "claim_count": Claim.objects.awaited_from(request.user).count(),
    }
    return render(request, "groups/leaving/pause.html", context, status=422 if form.is_bound else 200)


@form_on("pause")
def resume(request: HttpRequest) -> HttpResponse:
    """End the user's pause, if there is one."""
    resume_reviews(request.user)
    messages.success(request, _("Your reviews are resumed. You’ll be asked for reviews again."))
    return redirect("pause")
