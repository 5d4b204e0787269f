"""A thread: its posts, the form for a reply, and updates."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from groups.members.exceptions import RuleViolation
from groups.threads import notifications
from groups.threads.follow import follow_reason, follow_state, subject_state
from groups.threads.forms.post import PostForm
from groups.threads.post import PAGE, Post
from groups.threads.post_draft import PostDraft
from groups.threads.post_pattern import posts_html
from groups.threads.read_position import ReadPosition, first_unread
from groups.threads.thread import Thread
from groups.threads.thread_page import find_thread, find_with_draft, page_of, shown_to
from readlist_site.base.drafts.autosave_http import autosave_state, mark_arrived
from readlist_site.base.languages.formats import list_of_names
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.markdown_forms import left_out_of, tell_left_out
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.rate_limit_http import within_limit

from .post import answer_of, can_change_now, counted, tell_not_notified, with_rights
from .post_draft import draft_seen

TEMPLATE = "groups/threads/thread.html"

# Characters of a passage.
MOST_QUOTED = 2_000

# In these headers browsers say that they fetch a page before, or without, showing it to anybody.
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the thread from its first unread post on, or the posts at a position in a long thread, and the form with the
    draft of a reply; what is shown is read from then on. `?quote=` adds a quotation to the form; for HTMX only the
    quotation is returned."""
    found, draft = find_with_draft(request.user, pk)
    quoted = quotation(request, found)
    if wants_partial(request):
        return HttpResponse(quoted, content_type="text/plain; charset=utf-8")
    typed = draft.body.rstrip() if draft else ""
    form = PostForm(initial={"body": "\n\n".join(filter(None, [typed, quoted]))})
    return thread_page(request, found, form, draft, reads=not is_speculative(request))


def posts(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the posts after the one in `?after=` for HTMX, and those on the page, from `?first=` to `?after=`, that
    changed since `?changes=`, the number of the thread's changes then, when the post in `?answer=` was the answer; and
    that the thread was closed meanwhile, or with `?closed=` opened; status 204 if there is nothing new. On POST add a
    reply.

    With `?shown=` the page says that it is being looked at, with the posts that it had inserted up to `?after=`: they
    are read, unless an unread post is before the first that it shows, `?first=`."""
    found = find_thread(request.user, pk)
    if request.method == "POST":
        return reply(request, found)
    after, line = whole_number(request.GET.get("after")), "line" in request.GET
    if after is None or not wants_partial(request):
        return redirect(found)
    if "shown" not in request.GET:
        return news(request, found, after, line=line)
    if after > found.read_to and is_shown_from(found, request):
        ReadPosition.objects.mark_read(found, request.user, to=after)
    answer = news(request, found, after, line=line)
    if answer.status_code == 204:
        # So that the page says it once.
        context = {"thread": found, "last": after, "line": line, "first": first_shown(request)}
        context["changes"] = found.post_changes
        return render(request, f"{TEMPLATE}#mark", context)
    return answer


def first_shown(request: HttpRequest) -> int:
    """Return the key of the first post that the page shows, as it says itself; 0 if it doesn't."""
    return whole_number(of_page(request, "first")) or 0


def of_page(request: HttpRequest, name: str) -> str | None:
    """Return what a page that asks for news, or sends a reply, says of itself under this name."""
    return request.GET.get(name) or request.POST.get(name)


def is_shown_from(thread: Thread, request: HttpRequest) -> bool:
    """Return whether the page shows all posts that are unread."""
    unread = first_unread(thread, request.user)
    return unread is not None and first_shown(request) <= unread.pk


@form_on("thread")
def mark_unread(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the posts of a thread from `post` on as unread, and show the group's threads. Without a post of this thread
    nothing changes."""
    found = find_thread(request.user, pk)
    since = whole_number(request.POST.get("post"))
    if since is None or not found.posts.filter(pk=since).exists():
        return redirect(found)
    ReadPosition.objects.mark_unread(found, request.user, since=since)
    messages.success(request, _("The thread is marked as unread from that post on."))
    return redirect("threads", found.group_id)


def reply(request: HttpRequest, thread: Thread) -> HttpResponse:
    """Post a reply. If it is invalid or the group was archived meanwhile, what was typed stays in the form."""
    form = PostForm(request.POST)
    if not form.is_valid() or not is_within_limit(request, thread, form):
        return not_posted(request, thread, form, status=422)
    try:
        post = send(request, thread, form)
    except RuleViolation as refusal:
        form.add_error("body", str(refusal))
        return not_posted(request, thread, form, status=409)
    tell_left_out(request, left_out_of(form))
    tell_not_notified(request, post)
    after = whole_number(request.POST.get("after"))
    if after is None or not wants_partial(request):
        return mark_arrived(request, redirect(post.page_url()))
    return news(request, thread, after, line="line" in request.POST, form=PostForm())


def is_within_limit(request: HttpRequest, thread: Thread, form: PostForm) -> bool:
    """Return whether the person may post this now. A form that is sent again posts nothing."""
    sent = form.cleaned_data
    return Post.objects.was_sent(request.user, sent["idempotency_key"], thread.pk, sent["body"]) or within_limit(
        request, form, "post", "body"
    )


def not_posted(request: HttpRequest, thread: Thread, form: PostForm, *, status: int) -> HttpResponse:
    """Return the form as it was typed, with its errors."""
    draft = draft_seen(request, thread=thread)
    if not wants_partial(request):
        return thread_page(request, thread, form, draft, status=status)
    context = {"group": thread.group, "thread": thread, "form": form, "draft": draft, "live": True}
    answer = render(request, f"{TEMPLATE}#reply", context, status=status)
    return reswap(retarget(answer, "#reply"), "outerHTML")


@transaction.atomic
def send(request: HttpRequest, thread: Thread, form: PostForm) -> Post:
    """Save the reply and delete its draft."""
    post = Post.objects.reply(thread=thread, author=request.user, **form.post_fields)
    PostDraft.objects.delete_posted(request.user, post.body, thread=thread, **autosave_state(request))
    return post


def news(request: HttpRequest, thread: Thread, after: int, *, line: bool, form: PostForm | None = None) -> HttpResponse:
    """Return the posts after one, to append to the page, those that changed, to take their place on it, and whether the
    thread takes replies, if the page says otherwise; after the user's own reply with an empty `form`.

    `line`: whether the page already shows the line above the first new post."""
    new = list(shown_to(thread.posts.filter(pk__gt=after), request.user)[:PAGE])
    changed, changes = changed_posts(request, thread, after)
    is_turned = bool(of_page(request, "closed")) == thread.takes_replies
    if not new and changes is None and not is_turned:
        return HttpResponse(status=204)
    others = [post for post in new if post.author_id != request.user.pk]
    context = {
        "group": thread.group,
        "thread": thread,
        "posts": with_rights(new, thread, request.user),
        "changed": with_rights(changed, thread, request.user),
        "answered_by": answer_of(thread, request.user) if changes is not None or is_turned else None,
        "is_changed": changes is not None or is_turned,
        "is_turned": is_turned,
        **rights_in(thread, request.user),
        "changes": thread.post_changes if changes is None else changes,
        "first_of_others": others[0] if others and not line else None,
        "news_in_words": in_words(others, changed, form),
        "line": line or bool(others),
        "last": new[-1].pk if new else after,
        "inserted": bool(others),
        "first": first_shown(request),
        **counted(thread),
        "form": form,
        "live": True,
    }
    return render(request, f"{TEMPLATE}#news", context)


def changed_posts(request: HttpRequest, thread: Thread, after: int) -> tuple[list[Post], int | None]:
    """Return the posts on the page that others have changed since it was told of changes, at most `PAGE`, and the
    number of the last change that it is told of now; None if there was none."""
    told = whole_number(of_page(request, "changes"))
    if told is None or told >= thread.post_changes:
        return [], None
    on_page = thread.posts.filter(pk__gte=first_shown(request), pk__lte=after)
    answers = {whole_number(of_page(request, "answer")) or None, thread.answer_id}
    marked = answers - {None} if len(answers) > 1 else set()
    changed = shown_to(on_page.changed_since(told, request.user, marked=marked), request.user)
    found = list(changed[:PAGE])
    return found, found[-1].last_change if len(found) == PAGE else thread.post_changes


def in_words(others: list[Post], changed: list[Post], form: PostForm | None) -> str:
    """Return a description of the new and changed posts for screen readers."""
    names = dict.fromkeys(post.author.first_name if post.author else _("a former member") for post in others)
    said = [_("Your reply is posted.")] if form else []
    if others:
        told = ngettext("%(number)s new post by %(names)s.", "%(number)s new posts by %(names)s.", len(others))
        said.append(told % {"number": len(others), "names": list_of_names(names)})
    if changed:
        told = ngettext("%(number)s post was changed.", "%(number)s posts were changed.", len(changed))
        said.append(told % {"number": len(changed)})
    return " ".join(said)


def thread_page(
    request: HttpRequest,
    thread: Thread,
    form: PostForm,
    draft: PostDraft | None = None,
    *,
    status: int = 200,
    reads: bool = False,
) -> HttpResponse:
    """Render the page. `live`: whether it shows the newest posts, so that new ones are appended. `reads`: whether the
    posts on it are read from then on."""
    asked = request.GET
    before, start = whole_number(asked.get("before")), whole_number(asked.get("from"))
    shown, unread = page_of(thread, request.user, before=before, start=start, newest="newest" in asked)
    posts = with_rights(shown.rows, thread, request.user)
    old = [post for post in posts if not unread or post.pk < unread.pk]
    # A line above the first post of all would part nothing.
    has_line = bool(unread and len(old) < len(posts) and (old or shown.earlier))
    context = {
        "group": thread.group,
        "thread": thread,
        "window": shown,
        "posts": posts,
        "old_html": posts_html(request, old, thread),
        "new_html": posts_html(request, posts[len(old) :], thread),
        "new_since": unread.created_at if has_line else None,
        "line": has_line,
        "last": shown.rows[-1].pk if shown.rows else 0,
        "count": thread.post_count,
        "people": thread.people,
        "answered_by": answer_of(thread, request.user),
        "changes": thread.post_changes,
        "form": form,
        "draft": draft,
        "live": shown.later is None,
        "first": shown.rows[0].pk if shown.rows else 0,
        **follow_states(thread),
        **rights_in(thread, request.user),
    }
    answer = render(request, TEMPLATE, context, status=status)
    if reads and shown.rows and thread.newest_unread:
        # Reactions, an answer and mentions since an edit come to what is read already.
        first, last = shown.rows[0].pk, min(shown.rows[-1].pk, thread.read_to)
        notifications.resolve_shown(thread, request.user, first=first, last=last, newest=thread.newest_unread)
    # While an unread post is before the page, nothing on it is read.
    if reads and unread and shown.rows[0].pk <= unread.pk <= shown.rows[-1].pk:
        ReadPosition.objects.mark_read(thread, request.user, to=shown.rows[-1].pk)
    return answer


def rights_in(thread: Thread, user) -> dict[str, bool]:
    """Return whether the member may change the thread, and pin it. Reads `Group.members`."""
    is_open = not thread.group.archived_at
    return {"can_change": can_change_now(thread, user), "can_pin": is_open and thread.group.has_moderator(user)}


def follow_states(thread: Thread) -> dict[str, str]:
    """Return what the page says of following the thread, and its subject. Takes a thread with `follow_facts`."""
    reason = follow_reason(thread)
    return {"follow_state": follow_state(thread), "follow_reason": reason, "subject_state": subject_state(thread)}


def is_speculative(request: HttpRequest) -> bool:
    """Return whether nobody may be looking at the answer: it is to a HEAD, a prefetch, a prerendering or a preview."""
    purposes = " ".join(request.headers.get(name, "") for name in PURPOSES).lower()
    return request.method == "HEAD" or any(word in purposes for word in ("prefetch", "prerender", "preview"))


def quotation(request: HttpRequest, thread: Thread) -> str:
    """Return the quotation of the post in `?quote=`, or of its `?passage=`; "" if the thread has no such post."""
    asked = whole_number(request.GET.get("quote"))
    post = thread.posts.not_deleted().select_related("author").filter(pk=asked).first() if asked else None
    passage = request.GET.get("passage", "")[:MOST_QUOTED]
    if post and passage.strip():
        return post.quotation_of(passage)
    return post.quotation if post else ""
