"""Following and muting: on a thread, and for a whole group."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from groups.members.group import Group
from groups.members.membership import Membership
from groups.threads.follow import Follow
from groups.threads.forms.thread import FollowLevelForm
from groups.threads.thread import Thread
from readlist_site.base.web.form_address import absolute_url, form_on
from readlist_site.base.web.pagination import whole_number


@form_on("thread")
def follow_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow or mute the thread, or all threads about its topic or source: `thread` or `subject` is "follow" or
    "mute"."""
    visible = Thread.objects.visible_to(request.user).with_subject().select_related("group")
    thread = get_object_or_404(visible, pk=pk)
    membership = get_object_or_404(thread.group.memberships, person=request.user)
    for name, subject in (("thread", {"thread": thread}), ("subject", _subject(thread))):
        state = request.POST.get(name)
        if subject and state in ("follow", "mute"):
            Follow.objects.set_for(membership, is_muted=state == "mute", **subject)
    # Who was removed at this very moment learns on the next page that the thread isn't theirs to see.
    return redirect(thread)


def _subject(thread: Thread) -> dict:
    """Return the topic or source by which a thread's subject is followed; nothing for a thread about the group."""
    if thread.source_id:
        return {"source": thread.source}
    topic = thread.topic or (thread.submission and thread.submission.summary.topic)
    return {"topic": topic} if topic else {}


def follow_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show of which threads of the group the person is told, and save it: the level for all, or that what they chose
    for one thing, `remove`, no longer applies."""
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
    context = {"group": group, "feed": feed, "form": form, "follows": mine.select_related("thread", "topic", "source")}
    return render(request, "groups/threads/follow_settings.html", context, status=422 if form.is_bound else 200)
