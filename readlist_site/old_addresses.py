"""Redirects from the URLs of earlier versions, so that links in e-mails and bookmarks still work.

A redirect needs no login (the new URL does where it must) and keeps the query string."""

import re
from urllib.parse import quote

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import path

from readlist_site.base.notifications.views import unsubscribe

app_name = "old"

MOVED = {
    "away/": "absence/",
    "away/end/": "absence/cancel/",
    "bans/<key:pk>/end/": "bans/<key:pk>/cancel/",
    "groups/<key:pk>/archive/end/": "groups/<key:pk>/archive/cancel/",
    "groups/<key:pk>/threads/log/": "groups/<key:pk>/log/",
    "groups/<key:pk>/membership/end/": "groups/<key:pk>/membership/cancel/",
    "join/<slug:token>/": "invitations/<slug:token>/",
    "memberships/<key:pk>/ownership/": "memberships/<key:pk>/ownership-transfer/",
    "memberships/<key:pk>/rank/": "memberships/<key:pk>/role/",
    "notices/": "notifications/",
    "notices/<key:pk>/": "notifications/<key:pk>/",
    "notices/seen/": "notifications/read/",
    "notices/settings/": "notifications/settings/",
    "posts/<key:pk>/removal/": "posts/<key:pk>/deletion/",
    "submissions/<key:pk>/claim/end/": "submissions/<key:pk>/claim/cancel/",
    "submissions/<key:pk>/retraction/": "submissions/<key:pk>/playbook-removal/",
    "submissions/<key:pk>/review/correction/": "submissions/<key:pk>/review/edit/",
    "submissions/<key:pk>/review/news/": "submissions/<key:pk>/review/updates/",
    "submissions/<key:pk>/review/withdrawal/": "submissions/<key:pk>/review/change-request/withdrawal/",
    "suggestions/<key:pk>/removal/": "suggestions/<key:pk>/withdrawal/",
    "suggestions/<key:pk>/second/": "suggestions/<key:pk>/vote/",
}

# App, old and new model name. Admin URLs contain the model's name; of the renamed models only this one is registered
# there.
RENAMED_IN_ADMIN = [("catalog", "doubt", "linkissue")]


@login_not_required
def moved(request: HttpRequest, to: str, **args: str | int) -> HttpResponse:
    """Redirects permanently to the pattern `to`, filled with the arguments of the old URL: 301 for GET and HEAD, 308
    for other methods, so that the browser sends the form again."""
    target = "/" + re.sub(r"<\w+:(\w+)>", lambda match: quote(str(args[match[1]])), to)
    query = request.META.get("QUERY_STRING", "")
    is_read = request.method in {"GET", "HEAD"}
    return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target, preserve_request=not is_read)


def _admin_addresses() -> dict[str, str]:
    """Returns old and new pattern for the change list of each renamed model and for all pages below it."""
    patterns = {}
    for app, old, new in RENAMED_IN_ADMIN:
        if new in apps.all_models[app]:
            patterns[f"admin/{app}/{old}/"] = f"admin/{app}/{new}/"
            patterns[f"admin/{app}/{old}/<path:rest>"] = f"admin/{app}/{new}/<path:rest>"
    return patterns


urlpatterns = [
    # Linked in e-mails already sent. Not a redirect, since mail clients that post here (RFC 8058) don't follow one.
    path("notices/end/<str:token>/", unsubscribe, name="unsubscribe"),
    # Django warns about a colon in a URL name, since it looks like a namespace.
    *(path(old, moved, {"to": new}, name=old.replace(":", " ")) for old, new in (MOVED | _admin_addresses()).items()),
]
