"""Autosave for replies, edits of posts, and new threads."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext_lazy

from groups.members.group import Group
from groups.threads.forms.post import EditCountField
from groups.threads.post import EditedMeanwhile, Post
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from readlist_site.base.drafts import Conflict, StaleDraft
from readlist_site.base.drafts.autosave_http import (
    autosave_state,
    conflict_choice,
    conflict_response,
    is_autosave,
    mark_arrived,
    saved_response,
)
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.markdown_forms import IdempotencyKeyField
from readlist_site.base.web.pagination import whole_number

# The fields of these forms.
TYPED = ("title", "kind", "about", "body")
LABELS = {"title": gettext_lazy("Title"), "body": ""}


@form_on("thread")
def reply_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft of a reply."""
    thread = get_object_or_404(Thread.objects.visible_to(request.user).select_related("group"), pk=pk)
    return save_draft(
        request, page=f"{thread.get_absolute_url()}#reply", form="reply", group=thread.group, thread=thread
    )


@form_on("edit_post")
def edit_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft of an edit of the user's own post."""
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("thread__group"), pk=pk)
    if post.author_id != request.user.pk:
        raise PermissionDenied
    page, base = resolve_url("edit_post", pk), EditCountField().clean(request.POST.get("base")) or 0
    try:
        return save_draft(request, page=page, form=f"edit-{pk}", group=post.thread.group, post=post, base=base)
    except EditedMeanwhile:
        typed = typed_in(request)
        if not post.is_readable or typed["body"].strip() == post.body:
            return answer(request, None, page)
        conflict = edited_meanwhile(post, typed["body"])
        if is_autosave(request):
            return conflict_response(request, conflict, form=f"edit-{pk}", action=page)
        return two_texts(request, post.thread.group, conflict, typed, page=page, action=page)


@form_on("new_thread")
def thread_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft of a new thread."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    return save_draft(request, page=resolve_url("new_thread", pk), form="new-thread", group=group)


@form_on("groups")
def ask_draft(request: HttpRequest) -> HttpResponse:
    """Save the draft of a question in the group that the form names."""
    groups = Group.objects.visible_to(request.user)
    group = get_object_or_404(groups, pk=whole_number(request.POST.get("group")))
    return save_draft(request, page=resolve_url("new_thread", group.pk), form="ask", group=group)


def save_draft(request: HttpRequest, *, page: str, form: str, group: Group, **key) -> HttpResponse:
    """Save the draft of the form with this id. If another window saved something else, show both texts."""
    typed, idempotency_key = typed_in(request), IdempotencyKeyField().clean(request.POST.get("idempotency_key"))
    before_conflict = request.POST.get("seen", "")
    draft_state = autosave_state(request) | {"choice": conflict_choice(request), "moved": before_conflict}
    try:
        draft = PostDraft.objects.save_typed(
            request.user, typed, form_id=idempotency_key, **draft_state, **(key or {"group": group})
        )
    except StaleDraft as other:
        conflict = Conflict.between(typed, other.draft.typed, LABELS, draft=other.draft)
        if is_autosave(request):
            return conflict_response(request, conflict, form=form, action=request.path)
        more = {"seen": before_conflict} | ({"base": key["base"]} if "base" in key else {})
        if "group" in request.POST:
            more["group"] = group.pk
        return two_texts(request, group, conflict, typed | more, page=page, action=request.path)
    return answer(request, draft, page)


def two_texts(
    request: HttpRequest, group: Group, conflict: Conflict, typed: dict, *, page: str, action: str
) -> HttpResponse:
    """Show both texts on a page of their own, when the form was submitted by a button. `action` is the address that
    takes the choice."""
    context = {"group": group, "conflict": conflict, "typed": typed, "page": page, "action": action}
    return render(request, "groups/threads/post_conflict.html", context, status=409)


def answer(request: HttpRequest, draft: PostDraft | None, page: str) -> HttpResponse:
    """Return the draft's state for an autosave; redirect to the page if a button was pressed."""
    if is_autosave(request):
        return saved_response(request, draft)
    if request.htmx:
        # Without the fragment, because a browser that already shows the page would only scroll.
        return HttpResponse(status=204, headers={"HX-Redirect": page.partition("#")[0]})
    return mark_arrived(request, redirect(page)) if draft else redirect(page)


def draft_seen(request: HttpRequest, **key) -> PostDraft | None:
    """Return the draft of a form that was refused, if the form may overwrite it, so that later autosaves continue
    it."""
    draft, draft_state = PostDraft.objects.latest(request.user, **key), autosave_state(request)
    return draft if draft and draft.may_overwrite(**draft_state) else None


def typed_in(request: HttpRequest) -> dict[str, str]:
    """Return the form's content as a draft stores it."""
    fields = {name: request.POST.get(name, "") for name in TYPED if name in request.POST}
    return {"body": ""} | {name: text.replace("\0", "").replace("\r\n", "\n") for name, text in fields.items()}


def edited_meanwhile(post: Post, body: str) -> Conflict:
    """Return the conflict between the typed text and the posted one. Its `version_token` is the number of edits
    shown."""
    differences = Conflict.between({"body": body}, {"body": post.body}, LABELS).differences
    return Conflict(differences, version_token=str(post.edits), saved_at=post.edited_at)
