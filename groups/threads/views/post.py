"""Showing, editing and deleting a post."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.members.group import GroupArchived
from groups.members.handle import EVERYBODY
from groups.threads import notifications
from groups.threads.forms.post import EditCountField, EditForm
from groups.threads.mentions import MOST_MENTIONED, unknown_handles, with_mentions
from groups.threads.moderation import can_change
from groups.threads.post import EditedMeanwhile, Post
from groups.threads.post_draft import PostDraft
from groups.threads.reactions_html import ReactionsHtml
from groups.threads.read_position import first_unread, read_to
from groups.threads.thread import Thread
from groups.threads.thread_page import find_thread, shown_to
from readlist_site.base.drafts import concat
from readlist_site.base.drafts.autosave_http import autosave_state, conflict_choice, mark_arrived
from readlist_site.base.languages.formats import list_of_names
from readlist_site.base.text.deleted_text import stored_html
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.markdown_forms import left_out_of, tell_left_out

from .post_draft import draft_seen, edited_meanwhile, typed_in

# So many handles that are nobody's are named at once.
MOST_UNKNOWN = 5


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to the post in its thread; for HTMX, return the post. With `?unread=`, as notifications have it,
    redirect to the first unread post of the thread, if that is not after this one."""
    found = visible_post(request, pk)
    if "unread" in request.GET:
        thread = Thread.objects.annotate(read_to=read_to(request.user)).get(pk=found.thread_id)
        unread = first_unread(thread, request.user)
        if unread and unread.pk < found.pk:
            return redirect(f"{thread.get_absolute_url()}#unread")
    return shown(request, found)


def edit_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with the post or the author's draft, and save the edit on POST. If the post was deleted meanwhile,
    shows that; if it was edited in another window, shows both texts and overwrites nothing."""
    found = visible_post(request, pk)
    if not found.is_readable:
        return shown(request, found)
    if not found.can_be_edited_by(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return begin_edit(request, found)
    if "discard" in request.POST:
        PostDraft.objects.discard(request.user, found)
        return shown(request, found)
    if conflict_choice(request) in ("take", "merge"):
        return choose(request, found)
    form = EditForm(request.POST)
    if not form.is_valid():
        return not_saved(request, found, form, status=422)
    try:
        save_edit(request, found, form)
    except EditedMeanwhile:
        return two_texts(request, found, form.cleaned_data["body"])
    except RuleViolation as refusal:
        form.add_error("body", str(refusal))
        return not_saved(request, found, form, status=409)
    tell_left_out(request, left_out_of(form))
    tell_not_notified(request, found)
    return mark_arrived(request, shown(request, found, said=_("Your post is saved.")))


def tell_not_notified(request: HttpRequest, post: Post) -> None:
    """Show on the next page whom a post that was sent mentions in vain: by handles that are nobody's, by that of the
    whole group, as a member, or after as many as are told of one post."""
    unknown = unknown_handles(post.body_html, post.mentions)
    if EVERYBODY in unknown:
        unknown.remove(EVERYBODY)
        messages.info(request, _("Only owner and moderators can mention the whole group with @group."))
    if notifications.is_past_limit(post):
        said = _("A post can notify at most %(most)s members by name. The others it mentions are not notified.")
        messages.info(request, said % {"most": MOST_MENTIONED})
    if unknown := unknown[:MOST_UNKNOWN]:
        said = ngettext(
            "No member of this group has the handle %(handles)s.",
            "No member of this group has one of the handles %(handles)s.",
            len(unknown),
        )
        messages.info(request, said % {"handles": list_of_names(f"@{handle}" for handle in unknown)})


def not_saved(request: HttpRequest, post: Post, form: EditForm, *, status: int) -> HttpResponse:
    """Return the form as it was typed, with its errors."""
    draft = draft_seen(request, post=post, base=post.edits)
    return edit_page(request, post, form, status=status, draft=draft)


def choose(request: HttpRequest, post: Post) -> HttpResponse:
    """Handle the author's choice in a conflict: keep the posted text, or continue with both concatenated in a draft."""
    typed = typed_in(request)["body"]
    if conflict_choice(request) == "merge":
        both = concat({"body": typed}, {"body": post.body})
        resolve_conflict(request, post, both["body"], typed=typed)
        return mark_arrived(request, redirect("edit_post", post.pk))
    resolve_conflict(request, post, post.body, typed=typed, not_chosen=typed)
    messages.info(request, _("Your post was not changed. You can still read the other text when you edit the post."))
    return mark_arrived(request, shown(request, post))


def resolve_conflict(request: HttpRequest, post: Post, is_open: str, *, typed: str, not_chosen: str = "") -> None:
    """Store the choice between two texts: see `PostDraft.objects.resolve_conflict`."""
    tab_id = autosave_state(request)["tab_id"]
    PostDraft.objects.resolve_conflict(request.user, post, is_open, typed=typed, not_chosen=not_chosen, tab_id=tab_id)


def begin_edit(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the form with the post or its draft; with both texts if the post was edited in another window since the
    draft."""
    draft = PostDraft.objects.latest(request.user, post=post)
    if draft and draft.base != post.edits and draft.body.strip() not in ("", post.body):
        return two_texts(request, post, draft.body)
    draft = draft if draft and draft.base == post.edits else None
    if post.thread.group.archived_at and not draft:
        messages.warning(request, str(GroupArchived(post.thread.group)))
        return shown(request, post)
    return edit_page(request, post, form_of(post, draft.body if draft else post.body), draft=draft)


def form_of(post: Post, body: str) -> EditForm:
    """Return a form with a text that is to replace the present one."""
    return EditForm(initial={"body": body, "base": post.edits})


def two_texts(request: HttpRequest, post: Post, body: str) -> HttpResponse:
    """Show the typed text beside the posted one, for the author to choose one or both."""
    return edit_page(request, post, form_of(post, body), status=409, conflict=edited_meanwhile(post, body))


@transaction.atomic
def save_edit(request: HttpRequest, post: Post, form: EditForm) -> None:
    """Save the edit and delete its draft. If the author chose their text over another edit, archive the other text."""
    over = EditCountField().clean(request.POST.get("over")) if conflict_choice(request) else None
    other = post.body
    post.edit(**form.post_fields | ({} if over is None else {"base": over}))
    if over is None or post.body == other:
        PostDraft.objects.delete_posted(request.user, post.body, post=post, **autosave_state(request))
    else:
        resolve_conflict(request, post, post.body, typed=post.body, not_chosen=other)
        messages.info(request, _("Your post is saved. You can still read the other text when you edit the post."))


def edit_page(request: HttpRequest, post: Post, form: EditForm, *, status: int = 200, **more) -> HttpResponse:
    """Return the form: as a page, or as the partial that takes the place of the post."""
    in_place = wants_partial(request)
    template = "groups/threads/post_edit.html" + ("#edit" if in_place else "")
    context = {"group": post.thread.group, "thread": post.thread, "post": post, "form": form, **more}
    context |= {"form_id": f"edit-{post.pk}", "in_place": in_place}
    return render(request, template, context, status=status)


@form_on("post")
def delete_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the post. Does nothing if it is already deleted."""
    found = visible_post(request, pk)
    if found.is_readable:
        is_moderator = found.thread.group.is_moderated_by(request.user)
        if not found.can_be_deleted_by(request.user, is_moderator=is_moderator):
            raise PermissionDenied
        found.soft_delete(by=request.user)
    return shown(request, found, said=_("The post is deleted."))


def shown(request: HttpRequest, post: Post, said: str = "") -> HttpResponse:
    """For HTMX, return the focused post with `said` for screen readers; otherwise redirect to it."""
    if not wants_partial(request):
        return redirect(post.page_url())
    thread = find_thread(request.user, post.thread_id)
    with_rights([post], thread, request.user)
    context = {
        "group": thread.group,
        "thread": thread,
        "post": post,
        "said": said,
        "focused": True,
        "answered_by": answer_of(thread, request.user),
        "can_change": can_change_now(thread, request.user),
        **counted(thread),
    }
    return render(request, "groups/threads/thread.html#one", context)


def answer_of(thread: Thread, user) -> Post | None:
    """Return the post that answers the question, after `with_rights`. Takes a thread of `find_thread`."""
    if thread.answer:
        thread.answer.is_muted = thread.answer_is_muted
    return next(iter(with_rights([thread.answer] if thread.answer else [], thread, user)), None)


def can_change_now(thread: Thread, user) -> bool:
    """Return whether the member may change the thread. Reads `Group.members`."""
    return not thread.group.archived_at and can_change(thread, user, is_moderator=thread.group.has_moderator(user))


def visible_post(request: HttpRequest, pk: int) -> Post:
    visible = shown_to(Post.objects.visible_to(request.user).select_related("thread__group"), request.user)
    return get_object_or_404(visible, pk=pk)


def counted(thread: Thread) -> dict:
    """Return the number of posts that are not deleted, read anew, and their authors."""
    thread.refresh_from_db(fields=["post_count"])
    return {"count": thread.post_count, "people": thread.people}


def with_rights(posts: Iterable[Post], thread: Thread, user) -> list[Post]:
    """Set `can_edit`, `can_delete`, `can_report` and `can_mark` (as the answer) on the posts for this user,
    `is_answer`, `is_muted` of those fetched with `shown_to`, and `html` as it is shown, and return them. Reads
    `Group.members`."""
    is_open, handles = not thread.group.archived_at, {each.person_id: each.handle for each in thread.group.members}
    members, me = reverse("members", args=[thread.group_id]), user.pk
    is_moderator = thread.group.has_moderator(user)
    may_mark = is_open and thread.kind == "question" and can_change(thread, user, is_moderator=is_moderator)
    posts, reactions_html = list(posts), ReactionsHtml(thread.group, user)
    for each in posts:
        is_readable = each.is_readable
        each.can_edit = is_open and each.can_be_edited_by(user)
        each.can_report = is_open and is_readable and each.author_id != me
        # Also for who asks for it by its link, and as the answer to a question.
        each.is_muted = is_readable and getattr(each, "is_muted", False)
        each.is_answer = each.pk == thread.answer_id
        each.can_mark = may_mark and is_readable and not each.is_answer and each.pk != thread.first_post_key
        each.html = with_mentions(stored_html(each.body_html), each.mentions, handles, members)
        each.reactions_html = reactions_html(each)
        each.can_delete = is_open and each.can_be_deleted_by(user, is_moderator=is_moderator)
    return posts
