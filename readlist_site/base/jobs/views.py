"""The page of a job: its progress, then its result and its file."""

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from readlist_site.base.web.cache_control import never_stored
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial

from .job import Job
from .job_file import stream
from .job_kind import get_kind


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows a job."""
    found = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if wants_partial(request):
        return answer_poll(request, found, cancel_url=found.cancel_url)
    return render(request, "jobs/page.html", {"job": found})


def answer_poll(request: HttpRequest, found: Job, *, cancel_url: str) -> HttpResponse:
    """Answers a page that shows `jobs/progress.html` and looks how far the job is; once it is finished, the whole page
    is loaded again. `cancel_url` is where that page cancels it."""
    if found.is_finished:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "jobs/progress.html", {"job": found, "cancel_url": cancel_url})


@form_on("job")
def cancel_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancels a job, unless it is finished, and shows it."""
    found = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    found.cancel()
    return redirect(found)


@require_safe
@never_stored
def job_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Streams the file of a job that is done; who asks for a personal one is asked who they are, unless they have just
    said so. 404 when it isn't kept any longer, or isn't theirs any more."""
    found = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not found.has_file:
        raise Http404
    if (kind := get_kind(found.kind)) and kind.is_personal and not did_recently_reauthenticate(request):
        raise ReauthenticationRequired
    return stream(found.token, found.file_name)
