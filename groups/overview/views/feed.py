"""A group's Atom feed at a secret address of each member, and the form that makes and revokes the address."""

import re
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from groups.members.membership import Membership
from groups.overview.activity import Activity, feed_activities
from readlist_site.base.accounts.language_choice import language_of
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.form_address import absolute_url, form_on

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@login_not_required
@require_safe
@cache_control(private=True, no_cache=True)
@conditional_page
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the feed, in the language of the member whose address it is; 404 once they have left, revoked the
    address, or closed their account."""
    members = Membership.objects.with_open_account().select_related("group", "person")
    membership = get_object_or_404(members, feed_token=token)
    language = language_of(membership.person)
    with translation.override(language):
        body = _atom(request, membership)
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    response["Content-Language"] = language
    response["X-Robots-Tag"] = "noindex"
    return response


class _GroupFeed(Atom1Feed):
    """Without entries it is as old as the group, and not, as Django has it, new each time it is asked for. Takes plain
    texts: Atom's summaries are HTML, and XML has no control characters."""

    def add_item(self, title: str, link: str, description: str | None, **item) -> None:
        item["author_name"] = _CONTROL.sub("", item["author_name"])
        description = escape(_CONTROL.sub("", description)) if description else None
        super().add_item(_CONTROL.sub("", title), link, description, **item)

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=self.feed["since"])


def _atom(request: HttpRequest, membership: Membership) -> str:
    group = membership.group
    atom = _GroupFeed(
        title=_("%(group)s on Readlist") % {"group": isolated(str(group))},
        link=absolute_url(request, group.get_absolute_url()),
        description=None,
        feed_url=absolute_url(request, request.path),
        language=translation.get_language(),
        since=group.created_at,
    )
    for each in feed_activities(group, membership.person, timezone.now()):
        url = absolute_url(request, each.url)
        atom.add_item(
            title=_sentence(each),
            link=url,
            description=each.thing.excerpt if each.kind == "post" and not each.thing.is_muted else None,
            author_name=each.person.display_name if each.person else _("A former member"),
            # The address of a submission is the same for each of its revisions, submitted and accepted.
            unique_id=f"{url}#{each.kind}-{each.thing.pk}",
            pubdate=each.when,
            updateddate=each.when,
        )
    return atom.writeString("utf-8")


def _sentence(activity: Activity) -> str:
    return " ".join(render_to_string("groups/overview/feed_entry.txt", {"each": activity}).split())


@form_on("follow_settings")
def feed_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the user an address of the group's feed, a new one if they have one, or with `revoke` take it away."""
    membership = get_object_or_404(Membership, group=pk, person=request.user)
    membership.set_feed_address(exists="revoke" not in request.POST)
    messages.success(request, _("Feed address created.") if membership.feed_token else _("Feed address revoked."))
    return redirect("follow_settings", pk)
