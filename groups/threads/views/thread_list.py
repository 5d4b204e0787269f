"""The list of a group's threads, and starting a new one."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.members.group import Group, GroupArchived, find_group
from groups.threads.forms.thread import ThreadForm
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.read_position import ReadPosition, listed_for
from groups.threads.thread import Thread
from groups.threads.thread_subject import find_subject
from readlist_site.base.drafts.autosave_http import autosave_state, mark_arrived
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.markdown_forms import left_out_of, tell_left_out
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.rate_limit_http import within_limit
from readlist_site.base.web.together import Together

from .post import tell_not_notified
from .post_draft import draft_seen

PAGE = 30
# Of more pinned threads the latest are shown.
MOST_PINNED = 20


@require_safe
def threads(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a group's threads, `PAGE` at a time, newest activity first, after those that are pinned."""
    before = whole_number(request.GET.get("before"))
    group, ((found,),) = find_group(request.user, pk, _page_rows.ask(user=request.user, group=pk, before=before))
    pinned, rows = [each for each in found if each.pinned_at], [each for each in found if not each.pinned_at]
    context = {
        "group": group,
        "threads": [*pinned, *rows[:PAGE]],
        "before": before,
        "earlier": rows[PAGE - 1].latest_id if rows[PAGE:] else None,
        "newest": max((each.latest_id for each in (*pinned, *rows)), default=None) if before is None else None,
    }
    return render(request, "groups/threads/thread_list.html", context)


@Together
def _page_rows(user, group: int, before: int | None) -> list[QuerySet]:
    """The threads of a page, one more than it shows; on the first page also those that are pinned."""
    found = listed_for(Thread.objects.recent_in(group, excerpts=True), user)
    if before is not None:
        return [found.filter(pinned_at=None, latest_id__lt=before)[: PAGE + 1]]
    here = Thread.objects.filter(group=group).order_by("-latest_id").values("pk")
    pinned = Q(pk__in=here.filter(pinned_at__isnull=False)[:MOST_PINNED])
    return [found.filter(pinned | Q(pk__in=here.filter(pinned_at=None)[: PAGE + 1]))]


@form_on("threads")
def mark_all_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark all posts of the group up to the key `until` as read, so that later ones, which the page didn't show, stay
    unread."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    until = whole_number(request.POST.get("until"))
    if until is not None:
        ReadPosition.objects.mark_all_read(group, request.user, to=min(until, group.newest_post_key))
    return redirect("threads", group.pk)


def new_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a new thread, with its draft if there is one; create the thread on POST."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    if request.method == "POST":
        return create_thread(request, group)
    draft = PostDraft.objects.latest(request.user, group=group)
    if group.archived_at and not draft:
        messages.warning(request, str(GroupArchived(group)))
        return redirect(group)
    form = ThreadForm(group=group, user=request.user, initial=first_typed(request, group, draft))
    return thread_form(request, group, form, draft)


@form_on("groups")
def ask(request: HttpRequest) -> HttpResponse:
    """Create a thread in the group that the form names, from the page of what it is about. If the form is invalid, it
    is shown on the page for new threads of the group."""
    groups = Group.objects.visible_to(request.user).select_related("list")
    return create_thread(request, get_object_or_404(groups, pk=whole_number(request.POST.get("group"))))


def create_thread(request: HttpRequest, group: Group) -> HttpResponse:
    """Create the thread. If the form is invalid or the group was archived meanwhile, what was typed stays in the
    form."""
    form, status = ThreadForm(request.POST, group=group, user=request.user), 422
    if form.is_valid() and is_within_limit(request, group, form):
        try:
            started = start(request, group, form)
            tell_left_out(request, left_out_of(form))
            tell_not_notified(request, started.posts.order_by("pk")[0])
            return mark_arrived(request, redirect(started))
        except RuleViolation as refusal:
            form.add_error("body", str(refusal))
            status = 409
    return thread_form(request, group, form, draft_seen(request, group=group), status=status)


def is_within_limit(request: HttpRequest, group: Group, form: ThreadForm) -> bool:
    """Return whether the person may open this thread now. A form that is sent again opens none."""
    sent = form.cleaned_data
    said = (group.pk, sent["title"], sent["body"])
    return Post.objects.was_sent(request.user, sent["idempotency_key"], *said) or within_limit(
        request, form, "thread", "body"
    )


def thread_form(
    request: HttpRequest, group: Group, form: ThreadForm, draft: PostDraft | None, *, status: int = 200
) -> HttpResponse:
    context = {"group": group, "form": form, "draft": draft}
    return render(request, "groups/threads/new_thread.html", context, status=status)


@transaction.atomic
def start(request: HttpRequest, group: Group, form: ThreadForm) -> Thread:
    """Create the thread and delete its draft."""
    thread = Thread.objects.start(group=group, author=request.user, **form.post_fields)
    PostDraft.objects.delete_posted(request.user, form.post_fields["body"], group=group, **autosave_state(request))
    return thread


def first_typed(request: HttpRequest, group: Group, draft: PostDraft | None) -> dict[str, str]:
    """Return the form's initial data. A subject in the query string takes precedence over the draft's."""
    typed = draft.typed if draft else {}
    return typed | {"about": requested_subject(request, group) or typed.get("about", "")}


def requested_subject(request: HttpRequest, group: Group) -> str:
    """Return the key of the subject in the query string, or "". Raises Http404 if the user can't use it."""
    for kind in ("topic", "source", "submission"):
        if kind in request.GET:
            key = f"{kind}-{request.GET[kind]}"
            if not find_subject(group, request.user, key):
                raise Http404
            return key
    return ""
