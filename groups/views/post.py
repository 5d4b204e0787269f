"""One post: its place in the thread, its edit by who wrote it, its removal."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from groups.forms.post import EditForm
from groups.models import Post, PostDraft, Thread
from groups.models.post import EditedMeanwhile
from readlist_site.drafts.views import seen_by
from readlist_site.text import MAX_LENGTH
from readlist_site.text import render as render_text
from readlist_site.web.htmx import wants_partial


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to where the post stands; for HTMX the post as it is."""
    found = visible_post(request, pk)
    return shown(request, found)


def edit_post(request: HttpRequest, pk: int) -> HttpResponse:
    """The post in a box. Who saves too late, after it was removed, sees that it was; who saves after it was edited in
    another window gets both texts, and nothing is overwritten."""
    found = visible_post(request, pk)
    if not found.stands:
        return shown(request, found)
    if not found.editable_by(request.user):
        raise PermissionDenied
    draft = PostDraft.objects.latest(request.user, post=found)
    if "take" in request.POST:
        PostDraft.objects.filter(author=request.user, post=found).delete()
        return shown(request, found)
    if request.method != "POST" and draft and draft.base != found.edits and draft.body != found.body:
        return both(request, found, draft.body)
    form = EditForm(request.POST if request.method == "POST" else None, initial=first_said(found, draft))
    if not form.is_valid():
        status = 422 if form.is_bound and not wants_partial(request) else 200
        return edit_page(request, found, form, status=status, draft=draft)
    if "merge" in request.POST:
        merged = f"{form.cleaned_data['body']}\n\n{found.body}"
        return edit_page(request, found, EditForm(initial={"body": merged, "base": found.edits}))
    try:
        save_edit(request, found, form)
    except EditedMeanwhile:
        return both(request, found, form.cleaned_data["body"])
    return shown(request, found, said="Your post is changed.")


def first_said(post: Post, draft: PostDraft | None) -> dict:
    """What stands in the box when an edit is begun, or goes on."""
    return {"body": draft.body if draft and draft.base == post.edits else post.body, "base": post.edits}


def both(request: HttpRequest, post: Post, body: str) -> HttpResponse:
    """What was typed beside what was posted meanwhile: one of them, or both together, is to go on."""
    form = EditForm(initial={"body": body, "base": post.edits})
    return edit_page(request, post, form, status=409, mine=render_text(body[:MAX_LENGTH]).html)


@transaction.atomic
def save_edit(request: HttpRequest, post: Post, form: EditForm) -> None:
    """Change the post, and let the draft of that go."""
    post.edit(**form.said)
    PostDraft.objects.sent(request.user, post.body, post=post, **seen_by(request))


def edit_page(request: HttpRequest, post: Post, form: EditForm, *, status: int = 200, **more) -> HttpResponse:
    """The form, as the page asked for it: by itself, or in the post's place."""
    template = "groups/post/edit.html" + ("#edit" if wants_partial(request) else "")
    context = {"group": post.thread.group, "thread": post.thread, "post": post, "form": form, **more}
    return render(request, template, context, status=status)


@require_POST
def remove_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the post's text away. Twice is as good as once."""
    found = visible_post(request, pk)
    if found.stands:
        if not found.removable_by(request.user):
            raise PermissionDenied
        found.remove(by=request.user)
    return shown(request, found, said="The post is removed.")


def shown(request: HttpRequest, post: Post, said: str = "") -> HttpResponse:
    """The post for HTMX, with the focus on it and a word for who can't see it change; else the way to it."""
    if not wants_partial(request):
        return redirect(post.place())
    with_rights([post], post.thread, request.user)
    context = {"thread": post.thread, "post": post, "said": said, "focused": True, **counted(post.thread)}
    return render(request, "groups/thread/page.html#one", context)


def visible_post(request: HttpRequest, pk: int) -> Post:
    visible = Post.objects.visible_to(request.user).select_related("author", "thread__group")
    return get_object_or_404(visible, pk=pk)


def counted(thread: Thread) -> dict:
    """How much stands in a thread, and who wrote it."""
    return {"count": thread.posts.standing().count(), "people": thread.people}


def with_rights(posts: Iterable[Post], thread: Thread, user) -> list[Post]:
    """The posts, each knowing whether this person `may_edit` and `may_remove` it. Who moderates is asked once."""
    moderates = thread.group.moderated_by(user)
    posts = list(posts)
    for each in posts:
        each.may_edit = each.editable_by(user)
        each.may_remove = each.removable_by(user, moderates=moderates)
    return posts
