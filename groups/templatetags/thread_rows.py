"""Rows of threads, as one string: `{% thread_rows threads tight=tight of_topic=of_topic %}`, for threads fetched with
excerpts, too.

A page of thirty goes over some forty nodes of templates for each. So the row in `groups/threads/thread_rows.html` is
rendered once for each kind of thread, and filled in here: see readlist_site/base/web/template_pattern.py."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from groups.threads.post_pattern import PatternAuthor
from groups.threads.thread import Thread
from readlist_site.base.languages.direction import excerpt_direction, isolated
from readlist_site.base.web.template_pattern import Pattern, mark
from readlist_site.base.web.time_filters import short_time

from .member_names import member_name

register = template.Library()

ROW = "groups/threads/thread_rows.html#row"
UNREAD, COUNT = "groups/threads/unread.html", "groups/threads/post_count.html"
STATE = "groups/threads/thread_state.html"
SUBJECT = "groups/threads/thread_subject.html"

# Sentences with greater numbers are rendered anew each time.
MOST_KEPT = 200


@register.simple_tag(takes_context=True)
def thread_rows(
    context: Context, threads: Iterable[Thread], *, tight: bool = False, of_topic: Any = None
) -> SafeString:
    """Return a row for each thread. See the template for what it takes."""
    row = Pattern(ROW)
    return SafeString("".join(_row(row, context, thread, bool(tight), of_topic) for thread in threads))


def _row(row: Pattern, context: Context, thread: Thread, tight: bool, of_topic: Any) -> str:
    user, last, unread = context["user"], thread.last_post, getattr(thread, "unread", 0)
    author = last.author if last else None
    has_subject = of_topic and not thread.topic_id if tight else thread.has_subject
    has_excerpt = last and "body_html" not in last.get_deferred_fields() and not getattr(thread, "last_is_muted", False)
    excerpt = last.excerpt if has_excerpt else ""
    values = {
        "url": f"{thread.get_absolute_url()}{'#unread' if unread else ''}",
        "title": str(thread),
        "state": _state(thread),
        "unread": _with_number(UNREAD, unread) if unread else "",
        "subject": get_template(SUBJECT).render({"thread": thread, "user": user, "short": True}) if has_subject else "",
        "excerpt": excerpt,
        "direction": excerpt_direction(excerpt),
        "count": _with_number(COUNT, thread.post_count) if last else "",
        "initials": author.initials if author else "",
        "name": isolated(member_name(context, author, inside=True)) if last else "",
        "time": isolated(short_time(last.created_at)) if last else "",
    }
    variant = bool(tight), bool(last), bool(author), author == user, bool(has_subject), bool(excerpt)
    return row.fill(variant, lambda: _context(*variant), values)


def _state(thread: Thread) -> SafeString:
    """Return the marks of a thread: pinned, a question, answered, closed, muted."""
    names = ("kind", "answer_id", "pinned_at", "closed_at", "is_muted")
    is_muted = bool(getattr(thread, "is_muted", False))
    variant = thread.kind, bool(thread.answer_id), bool(thread.pinned_at), bool(thread.closed_at), is_muted
    return Pattern(STATE).fill(variant, lambda: {"thread": dict(zip(names, variant, strict=True))}, {})


def _with_number(path: str, number: int) -> SafeString:
    """Return a small template that shows a number and nothing else."""
    if number > MOST_KEPT:
        return get_template(path).render({"number": number})
    return Pattern(path).fill((number,), lambda: {"number": number}, {})


def _context(
    tight: bool, has_post: bool, has_author: bool, is_mine: bool, has_subject: bool, has_excerpt: bool
) -> dict[str, Any]:
    """The context of a pattern: marks in place of what differs between threads of one kind."""
    me = PatternAuthor()
    shown = {name: mark(name) for name in ("url", "title", "state", "unread", "direction", "count", "name", "time")}
    return shown | {
        "user": me,
        "author": me if is_mine else PatternAuthor() if has_author else None,
        "is_mine": has_author and is_mine,
        "tight": tight,
        "has_post": has_post,
        "subject": mark("subject") if has_subject else "",
        "excerpt": mark("excerpt") if has_excerpt else "",
    }
