"""Finds the words that a reviewer selected in an answer."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from groups.reviews.claim import Claim
from groups.reviews.forms.words import MOST_WORDS, words_selected
from readlist_site.base.web.pagination import whole_number

from .submission import get_latest_round


@require_safe
def selected_words(request: HttpRequest, pk: int, prompt: int) -> JsonResponse:
    """Return, as JSON, the words of the Markdown of the answer to a prompt that are shown as the visible characters
    from `start` to `stop`, and their place. `words` are these characters; they come back without a place where they
    can't be found. Raises Http404 unless the user has claimed or reviewed the submission."""
    round = get_latest_round(request, pk)
    if not Claim.objects.filter(round__submission=pk, reviewer=request.user).exists():
        raise Http404
    answer = next((each for each in round.revision.answers.all() if each.prompt_id == prompt), None)
    if answer is None:
        raise Http404
    start, stop = (whole_number(request.GET.get(name)) or 0 for name in ("start", "stop"))
    words, place = words_selected(answer, request.GET.get("words", "")[:MOST_WORDS], start, stop)
    return JsonResponse({"words": words, "place": place})
