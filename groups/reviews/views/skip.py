"""Skipping a review."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from groups.members.exceptions import RuleViolation
from groups.reviews.skip import Skip
from groups.reviews.views.submission import get_latest_round
from readlist_site.base.web.short_text import ShortTextField


class SkipForm(forms.ModelForm):
    """A reason, and an optional explanation."""

    use_required_attribute = False

    class Meta:
        model = Skip
        fields = ("reason", "explanation")
        field_classes = {"explanation": ShortTextField}
        labels = {"reason": gettext_lazy("Reason"), "explanation": gettext_lazy("Details (optional)")}
        widgets = {"reason": forms.RadioSelect}
        error_messages = {"reason": {"required": gettext_lazy("Choose a reason.")}}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Without the empty choice that a model field adds.
        self.fields["reason"].choices = Skip.Reason.choices


@require_http_methods(["GET", "HEAD", "POST"])
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a reason, then skip the review and end the user's claim. Their draft is kept."""
    round = get_latest_round(request, pk)
    if request.method != "POST" and round.why_not_reviewable(request.user):
        return redirect(round.submission)
    before = Skip.objects.visible_to(request.user).filter(round=round).first()
    form = SkipForm(request.POST if request.method == "POST" else None, instance=before)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            Skip.objects.skip(round, request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error("explanation", str(refusal))
            status = 409
        else:
            messages.success(
                request,
                _("You skipped this review. The other members don’t see this. You can still choose it from the queue."),
            )
            return redirect("reviews", round.submission.group_id)
    context = {"group": round.submission.group, "submission": round.submission, "form": form}
    return render(request, "groups/reviews/skip.html", context, status=status)
