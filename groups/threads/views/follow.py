"""Following and muting: on a thread, and for a whole group."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from groups.members.group import Group
from groups.members.membership import Membership
from groups.threads.follow import Follow, follow_facts, followed_subject
from groups.threads.forms.thread import FollowLevelForm
from groups.threads.thread import Thread
from readlist_site.base.web.cache_control import never_stored
from readlist_site.base.web.form_address import absolute_url, form_on
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.pagination import paginate_by_key, whole_number

from .thread import TEMPLATE, follow_states

# The number of follows on a page of the settings.
PAGE = 30


@form_on("thread")
def follow_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow or mute the thread, or all threads about its topic or source: `thread` or `subject` is "follow" or
    "mute". Return the control for HTMX; else redirect to it, on the page of the thread that `from` names."""
    visible = Thread.objects.visible_to(request.user).with_subject().select_related("group")
    thread = get_object_or_404(visible, pk=pk)
    membership = get_object_or_404(thread.group.memberships, person=request.user)
    said = chosen = ""
    for name, subject in (("thread", {"thread": thread}), ("subject", followed_subject(thread))):
        state = request.POST.get(name)
        if subject and state in ("follow", "mute"):
            if not Follow.objects.set_for(membership, is_muted=state == "mute", **subject):
                # Who was removed at this very moment learns on the next page that the thread isn't theirs to see.
                return redirect(thread)
            said, chosen = sentence(state, next(iter(subject))), name
    if wants_partial(request):
        found = get_object_or_404(visible.annotate(**follow_facts(request.user)), pk=pk)
        context = {"group": found.group, "thread": found, "said": said, "chosen": chosen, **follow_states(found)}
        return render(request, f"{TEMPLATE}#followed", context)
    if said:
        messages.success(request, said)
    start = whole_number(request.POST.get("from"))
    return redirect(f"{thread.get_absolute_url()}{f'?from={start}' if start else ''}#follow")


def sentence(state: str, subject: str) -> str:
    """Return what has changed."""
    return {
        ("follow", "thread"): _("You follow this thread."),
        ("mute", "thread"): _("You muted this thread."),
        ("follow", "topic"): _("You follow the threads about this topic."),
        ("mute", "topic"): _("You muted the threads about this topic."),
        ("follow", "source"): _("You follow the threads about this source."),
        ("mute", "source"): _("You muted the threads about this source."),
    }[state, subject]


@never_stored
def follow_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show of which threads of the group the person is told, `PAGE` of what they follow and mute at a time, and save
    it: the level for all, or that what they chose for one thing, `remove`, no longer applies."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    membership = get_object_or_404(Membership, group=group, person=request.user)
    mine = Follow.objects.visible_to(request.user).filter(membership=membership)
    if "remove" in request.POST:
        mine.filter(pk=whole_number(request.POST["remove"])).delete()
        return redirect("follow_settings", pk)
    form = FollowLevelForm(request.POST if request.method == "POST" else None, membership=membership)
    if form.is_valid():
        form.save()
        messages.success(request, _("Notification settings saved."))
        return redirect("follow_settings", pk)
    feed = membership.feed_token and absolute_url(request, reverse("feed", args=[membership.feed_token]))
    before = whole_number(request.GET.get("before"))
    page = paginate_by_key(mine.select_related("thread", "topic", "source"), size=PAGE, before=before)
    context = {"group": group, "feed": feed, "form": form, "before": before}
    context |= {"follows": page, "newest_first": page.rows[::-1]}
    return render(request, "groups/threads/follow_settings.html", context, status=422 if form.is_bound else 200)
