"""The addresses of earlier versions, each with the one that took its place, so that links in mails and bookmarks work.

A redirect asks nobody to sign in (the new address does where it must) and keeps the query.
"""

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

# The admin's addresses contain the name of the model: app, old name, new name. Of the models that were renamed, only
# this one had pages there.
RENAMED_IN_ADMIN = [("catalog", "doubt", "linkissue")]


@login_not_required
def moved(request: HttpRequest, to: str, **args: str | int) -> HttpResponse:
    """Redirect for good to the pattern `to`, filled with the arguments of the old address: 301 for GET and HEAD, 308
    for all else, upon which a browser sends its form again."""
    target = "/" + re.sub(r"<\w+:(\w+)>", lambda found: quote(str(args[found[1]])), to)
    query = request.META.get("QUERY_STRING", "")
    reads = request.method in {"GET", "HEAD"}
    return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target, preserve_request=not reads)


def _admin_addresses() -> dict[str, str]:
    """For each renamed model its list, and everything below."""
    found = {}
    for app, old, new in RENAMED_IN_ADMIN:
        if new in apps.all_models[app]:
            found[f"admin/{app}/{old}/"] = f"admin/{app}/{new}/"
            found[f"admin/{app}/{old}/<path:rest>"] = f"admin/{app}/{new}/<path:rest>"
    return found


urlpatterns = [
    # In mails already sent. A mail client that posts here for its reader (RFC 8058) follows no redirect.
    path("notices/end/<str:token>/", unsubscribe, name="unsubscribe"),
    # Django warns of a colon in a name, which would look like a namespace.
    *(path(old, moved, {"to": new}, name=old.replace(":", " ")) for old, new in (MOVED | _admin_addresses()).items()),
]
