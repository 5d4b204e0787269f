"""The HTML of many posts at once, filled into patterns of the template that also shows a single one."""

from collections.abc import Sequence
from types import SimpleNamespace

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from readlist_site.base.web.template_pattern import Pattern, mark, number_mark
from readlist_site.base.web.time_filters import exact_time, short_time

from .post import Post
from .thread import Thread

TEMPLATE = "groups/threads/thread.html#post"


class PatternAuthor:
    """An author in a pattern: equal to nobody but themselves."""

    pk = 0
    display_name = first_name = mark("name")
    initials = mark("initials")


def posts_html(request: HttpRequest, posts: Sequence[Post], thread: Thread) -> SafeString:
    """Return the HTML of posts fetched with their authors, after `with_rights`. Reads `Group.name_hints`."""
    if not posts:
        return SafeString("")
    csrf_token, user = get_token(request), request.user
    exact, short = exact_time.on_page(), short_time.on_page()
    html, pattern, hints = [], Pattern(TEMPLATE), thread.group.name_hints
    names: dict[int | None, tuple[str, str]] = {None: ("", "")}
    for post in posts:
        author, key = post.author, post.author_id
        if key not in names:
            names[key] = (author.display_name + (f" ({hints[key]})" if key in hints else ""), author.initials)
        name, initials = names[key]
        values = {
            "0": post.pk,
            "1": thread.pk,
            "csrf": csrf_token,
            "name": name,
            "initials": initials,
            "when": exact(post.created_at),
            "edited": short(post.edited_at),
            "body": post.html,
            "reactions": post.reactions_html,
        }
        variant = (
            bool(author), key == user.pk, post.is_readable, post.can_edit, post.can_delete, bool(post.edited_at),
            post.can_mark, post.is_answer, post.can_report, post.is_muted,
            post.deleted_as, thread.takes_replies,
        )  # fmt: skip
        html.append(pattern.fill(variant, lambda post=post: _context(post, thread, user), values))
    return mark_safe("".join(html))  # noqa: S308


def _context(post: Post, thread: Thread, user) -> dict:
    """The context of a pattern: marks in place of what differs between posts of one variant."""
    me, key = PatternAuthor(), number_mark(0)
    return {
        "user": me,
        "csrf_token": mark("csrf"),
        "thread": SimpleNamespace(
            get_absolute_url=reverse("thread", args=[number_mark(1)]),
            takes_replies=thread.takes_replies,
        ),
        "post": SimpleNamespace(
            pk=key,
            get_absolute_url=reverse("post", args=[key]),
            author=me if post.author == user else PatternAuthor() if post.author else None,
            created_at=mark("when"),
            edited_at=mark("edited") if post.edited_at else None,
            html=mark("body"),
            reactions_html=mark("reactions"),
            is_readable=post.is_readable,
            can_edit=post.can_edit,
            can_delete=post.can_delete,
            can_mark=post.can_mark,
            is_answer=post.is_answer,
            can_report=post.can_report,
            is_muted=post.is_muted,
            deleted_as=post.deleted_as,
        ),
    }
