"""What monitors ask, and the page that administrators see."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from readlist_site.base.accounts.second_factor.required import second_factor_required
from readlist_site.base.web.cache_control import never_stored
from readlist_site.run.periodic_task import TICK, PeriodicTask

from .database_checks import check_migrations
from .diagnosis import diagnose, is_well
from .figures import Figures
from .finding import Finding, Level, error, ok
from .work_checks import check_worker

_unstored = cache_control(no_store=True)


@login_not_required
@require_safe
@_unstored
def readyz(request: HttpRequest) -> HttpResponse:
    """Responds with JSON: the codes of what was found of database, migrations and worker. 200 if all is well, else 503.
    Two or three queries; tells nothing but codes, since everybody may ask."""
    found = _readiness()
    return JsonResponse({"ready": is_well(found), "found": [each.code for each in found]}, status=_status(found))


def _readiness() -> list[Finding]:
    try:
        migrations = check_migrations()
        if migrations.level == Level.ERROR:
            return [ok("database"), migrations]
        ticked_at = PeriodicTask.objects.filter(name=TICK).values_list("done_at", flat=True).first()
    except (DatabaseError, InterfaceError):
        return [error("database_away")]
    return [ok("database"), migrations, check_worker(ticked_at, timezone.now())]


def _status(found: list[Finding]) -> int:
    return 200 if is_well(found) else 503


@login_not_required
@require_safe
@_unstored
def metrics(request: HttpRequest) -> HttpResponse:
    """Responds with figures as OpenMetrics, if the request has the bearer token METRICS_TOKEN; 401 if it hasn't, 404
    where there is no such setting, 503 while the database is away. Eight queries."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"}, content_type="text/plain")
    try:
        # Imported here: the library for it takes 15 MB, and most instances have no monitor.
        from .metrics import CONTENT_TYPE, exposition

        return HttpResponse(exposition(Figures.read()), content_type=CONTENT_TYPE)
    except (DatabaseError, InterfaceError):
        return HttpResponse(status=503, content_type="text/plain")


@require_safe
@never_stored
def status(request: HttpRequest) -> HttpResponse:
    """Shows administrators what `manage.py doctor` finds; for others there is no such page. Connects to the mail
    server."""
    if not (request.user.is_active and request.user.is_superuser):
        raise Http404
    return _status_page(request)


@second_factor_required
def _status_page(request: HttpRequest) -> HttpResponse:
    found = diagnose(request=request)
    # What is wrong first; what is alike as it was found.
    worst = [Level.ERROR, Level.WARNING, Level.OK]
    found.sort(key=lambda each: worst.index(each.level))
    context = {"found": found, "is_well": is_well(found), "title": _("Status")}
    return render(request, "run/health/status.html", {**admin.site.each_context(request), **context})
