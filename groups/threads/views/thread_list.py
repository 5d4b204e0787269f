"""What a group talks about, and how a new thread begins."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.members.group import Group, GroupArchived
from groups.threads.forms.thread import ThreadForm
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from groups.threads.thread_subject import find_subject
from readlist_site.base.drafts.autosave_http import autosave_state, mark_arrived
from readlist_site.base.web.pagination import whole_number

from .post_draft import draft_seen

PAGE = 30


@require_safe
def threads(request: HttpRequest, pk: int) -> HttpResponse:
    """All threads of a group, the one with the newest post first."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    found = Thread.objects.recent_in(group)
    before = whole_number(request.GET.get("before"))
    if before is not None:
        found = found.filter(latest_id__lt=before)
    rows = list(found[: PAGE + 1])
    context = {
        "group": group,
        "threads": rows[:PAGE],
        "before": before,
        "earlier": rows[PAGE - 1].latest_id if rows[PAGE:] else None,
    }
    return render(request, "groups/threads/thread_list.html", context)


def new_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """A title, what it is about, the first post; as they were left, if it was begun before."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    if request.method == "POST":
        return create_thread(request, group)
    draft = PostDraft.objects.latest(request.user, group=group)
    if group.archived_at and not draft:
        messages.warning(request, str(GroupArchived(group)))
        return redirect(group)
    form = ThreadForm(group=group, user=request.user, initial=first_typed(request, group, draft))
    return thread_form(request, group, form, draft)


def create_thread(request: HttpRequest, group: Group) -> HttpResponse:
    """Open the thread. What was typed stays in the form where that can't be: because something is wrong with it, or
    because the group was archived meanwhile."""
    form, status = ThreadForm(request.POST, group=group, user=request.user), 422
    if form.is_valid():
        try:
            return mark_arrived(request, redirect(start(request, group, form)))
        except RuleViolation as refusal:
            form.add_error("body", str(refusal))
            status = 409
    return thread_form(request, group, form, draft_seen(request, group=group), status=status)


def thread_form(
    request: HttpRequest, group: Group, form: ThreadForm, draft: PostDraft | None, *, status: int = 200
) -> HttpResponse:
    context = {"group": group, "form": form, "draft": draft}
    return render(request, "groups/threads/new_thread.html", context, status=status)


@transaction.atomic
def start(request: HttpRequest, group: Group, form: ThreadForm) -> Thread:
    """Open the thread, and let the draft of it go."""
    thread = Thread.objects.start(group=group, author=request.user, **form.post_fields)
    PostDraft.objects.delete_posted(request.user, form.post_fields["body"], group=group, **autosave_state(request))
    return thread


def first_typed(request: HttpRequest, group: Group, draft: PostDraft | None) -> dict[str, str]:
    """What stands in the form at first. What the address asks for comes before what was chosen then."""
    typed = draft.typed if draft else {}
    return typed | {"about": requested_subject(request, group) or typed.get("about", "")}


def requested_subject(request: HttpRequest, group: Group) -> str:
    """The key of what the address says that the thread shall be about."""
    for kind in ("topic", "source", "submission"):
        if kind in request.GET:
            key = f"{kind}-{request.GET[kind]}"
            if not find_subject(group, request.user, key):
                raise Http404
            return key
    return ""
