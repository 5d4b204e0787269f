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
    form = EditForm(request.POST if request.method == "POST" else None, initial=first_said(found))
    if not form.is_valid():
        return edit_page(request, found, form, status=422 if form.is_bound and not wants_partial(request) else 200)
    if "merge" in request.POST:
        both = f"{form.cleaned_data['body']}\n\n{found.body}"
        return edit_page(request, found, EditForm(initial=first_said(found) | {"body": both}))
    try:
        save_edit(request, found, form)
    except EditedMeanwhile:
        mine = form.said | {"base": found.edits}
        return edit_page(request, found, EditForm(initial=mine), status=409, mine=mine)
    return shown(request, found, said="Your post is changed.")


def first_said(post: Post) -> dict:
    """What stands in the box when an edit is begun."""
    return {"body": post.body, "base": post.edits}


@transaction.atomic
def save_edit(request: HttpRequest, post: Post, form: EditForm) -> None:
    """Change the post, and let the draft of that go."""
    post.edit(**form.said)
    PostDraft.objects.sent(request.user, post.body, post=post)


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
