"""The notifications page, the notification settings and unsubscribing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.pagination import paginate_by_key, whole_number

from .forms import EmailPreferencesForm
from .notification import Notification
from .unsubscribe import end_emails, read_token

PAGE = 30


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Lists unread notifications, grouped by subject, then read or obsolete ones. `?new=` and `?before=` page back in
    either list."""
    mine = Notification.objects.visible_to(request.user).select_related("actor")
    new_before, before = whole_number(request.GET.get("new")), whole_number(request.GET.get("before"))
    new = None if before else paginate_by_key(mine.grouped(), size=PAGE, before=new_before)
    earlier = None if new_before else paginate_by_key(mine.read_or_obsolete(), size=PAGE, before=before)
    context = {"new": new, "earlier": earlier, "is_older_page": bool(before or new_before)}
    return render(request, "notifications/page.html", context)


@require_safe
def notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the notification, and earlier ones on the same subject, as read, and redirects to its URL."""
    found = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    found.same_subject.mark_read()
    return redirect(found.url)


@form_on("notifications")
def mark_read(request: HttpRequest) -> HttpResponse:
    """Marks all notifications up to the key `until` as read, so that later ones, which the page didn't show, stay
    unread."""
    until = whole_number(request.POST.get("until"))
    if until is not None:
        Notification.objects.visible_to(request.user).filter(pk__lte=until).mark_read()
    return redirect("notifications")


def notification_settings(request: HttpRequest) -> HttpResponse:
    """Shows and saves the e-mail preference for each kind."""
    form = EmailPreferencesForm(request.POST if request.method == "POST" else None, person=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Notification settings saved."))
        return redirect("notification_settings")
    return render(request, "notifications/settings.html", {"form": form}, status=422 if form.is_bound else 200)


@csrf_exempt  # mail clients post here (RFC 8058); the token authenticates the request
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for confirmation, since programs open links in e-mails; POST ends the e-mails."""
    recipient = read_token(token)
    if recipient is None:
        raise Http404
    person, kinds = recipient
    done = request.method == "POST"
    if done:
        end_emails(person, kinds)
    return render(request, "notifications/unsubscribe.html", {"person": person, "kinds": kinds, "done": done})
