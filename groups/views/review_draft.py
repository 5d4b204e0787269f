"""A review saves itself while it is typed. So does the correction of one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.forms.review import differences, kept, typed_in
from groups.models import Claim, Review, ReviewDraft, Round
from readlist_site.drafts import Conflict, Overtaken
from readlist_site.drafts.views import arrived, chosen, is_fetched, overtaken, saved, seen_by

from .desk import desk, said_by, text_to_review
from .submission import latest_round


@require_POST
def review_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What I have typed, as far as it is; whoever types keeps the review for another three days."""
    latest = latest_round(request, pk)
    mine = Claim.objects.filter(round__submission=pk, reviewer=request.user)
    if not mine.exists():
        raise Http404
    round, given = on_the_page(request, latest), said_by(request.user, latest)
    try:
        draft = keep(request, round)
    except Overtaken as other:
        conflict = two_texts(request, round, other)
        if is_fetched(request):
            return overtaken(request, conflict, form="review-form", action=request.path)
        text = text_to_review(latest, request.user)
        return desk(request, text, kept(text.passages, request.POST), conflict=conflict, correcting=given)
    mine.renew()
    if is_fetched(request):
        is_closed = latest.why_not_reviewable(request.user, editing="correcting" in request.POST)
        return saved(request, draft, notice=round != latest or bool(is_closed))
    page = redirect("correct" if given else "review", pk)
    if draft:
        messages.success(request, f"Saved {timezone.localtime(draft.saved_at):%H:%M}. You can go on from here later.")
        return arrived(request, page)
    return page


def keep(request: HttpRequest, round: Round) -> ReviewDraft | None:
    """Save what stands in the form. Raises Overtaken where another window has saved something else."""
    told = seen_by(request) | {"choice": chosen(request), "base": request.POST.get("base", "")}
    told["correcting"] = "correcting" in request.POST
    return ReviewDraft.objects.keep_typed(request.user, round, typed_in(round, request.POST), **told)


def two_texts(request: HttpRequest, round: Round, other: Overtaken) -> Conflict:
    """What stands in this window beside what another one has saved; where that is no draft, beside what was sent."""
    theirs = other.draft or Review.objects.filter(round=round, reviewer=request.user).first()
    return differences(round, typed_in(round, request.POST), theirs)


def on_the_page(request: HttpRequest, latest: Round) -> Round:
    """The round that was on the page on which somebody typed; the latest for who doesn't say."""
    asked = request.POST.get("round")
    return next((each for each in latest.submission.rounds.all() if str(each.pk) == asked), latest)
