"""What is done to a thread as a whole: its title, kind and subject, pinning, closing, and which post answers it.

Each is done under the group's lock by one who may, and written to the group's log of threads, together or not at all;
what changes nothing is not logged. Who started the thread is notified when others rename, move, close or reopen it.
Each raises GroupArchived, and RuleViolation ("not_a_member", "may_not_change_thread", "may_not_pin_thread",
"question_is_no_answer")."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from groups.members.exceptions import RuleViolation

from . import notifications
from .post import Post
from .thread import Thread, subject_columns
from .thread_log import ThreadLogEntry
from .thread_subject import ThreadSubject

Event = ThreadLogEntry.Event


def can_change(thread: Thread, user, *, is_moderator: bool) -> bool:
    """Return whether a member may change the thread, close it, and mark its answer: who started it, and moderators."""
    return is_moderator or thread.opened_by_id == user.pk


@transaction.atomic
def edit_thread(thread: Thread, by, *, title: str, kind: str, about: ThreadSubject | None) -> None:
    """Rename the thread, change its kind, or move it to another subject. A discussion has no answer. Locks the source
    that it is about, then the group."""
    now, columns = timezone.now(), subject_columns(about)
    _lock(thread, by)
    if title != thread.title:
        _change(thread, by, Event.RENAMED, now, thread.title, title=title)
    if any(getattr(thread, name) != value for name, value in columns.items()):
        _change(thread, by, Event.MOVED, now, **columns)
    if kind != thread.kind:
        answer = thread.answer if kind == Thread.Kind.QUESTION else None
        _change_answer(thread, by, Event.KIND, now, answer, kind=kind)


@transaction.atomic
def pin(thread: Thread, by, *, is_pinned: bool) -> None:
    """Show the thread before all others, or no longer. Only moderators do so."""
    now = timezone.now()
    _lock(thread, by, as_moderator=True)
    if bool(thread.pinned_at) != is_pinned:
        event = Event.PINNED if is_pinned else Event.UNPINNED
        _change(thread, by, event, now, pinned_at=now if is_pinned else None)


@transaction.atomic
def close(thread: Thread, by, *, reason: str) -> None:
    """Take no more replies. A second call keeps the first reason."""
    now = timezone.now()
    _lock(thread, by)
    if not thread.closed_at:
        _change(thread, by, Event.CLOSED, now, reason, closed_at=now, closed_reason=reason)


@transaction.atomic
def reopen(thread: Thread, by) -> None:
    """Take replies again."""
    _lock(thread, by)
    if thread.closed_at:
        _change(thread, by, Event.REOPENED, timezone.now(), closed_at=None, closed_reason="")


@transaction.atomic
def mark_answer(thread: Thread, post: Post | None, by, now: datetime | None = None) -> None:
    """Mark the post that answers a question, instead of another; None: unmark it. Who asked and who wrote the post are
    notified. Does nothing for a discussion, and for a post that is deleted or of another thread. Raises RuleViolation
    ("question_is_no_answer") for the post that asks."""
    now = now or timezone.now()
    _lock(thread, by)
    if thread.kind != Thread.Kind.QUESTION or thread.answer_id == (post and post.pk):
        return
    if post and not thread.posts.not_deleted().filter(pk=post.pk).exists():
        return
    if post and post.pk == thread.first_post_key:
        raise RuleViolation("question_is_no_answer")
    _change_answer(thread, by, Event.ANSWERED if post else Event.UNANSWERED, now, post)
    if post:
        notifications.notify_answered(thread, post, by, now)


def _lock(thread: Thread, by, *, as_moderator: bool = False) -> None:
    """Lock the group's row, read the thread again, and check that `by` may change it."""
    thread.group.lock_for(by)
    thread.refresh_from_db(fields=[*CHANGED])
    is_moderator = thread.group.is_moderated_by(by)
    if as_moderator and not is_moderator:
        raise RuleViolation("may_not_pin_thread")
    if not can_change(thread, by, is_moderator=is_moderator):
        raise RuleViolation("may_not_change_thread")


CHANGED = (
    "title", "kind", "topic", "source", "submission", "pinned_at", "closed_at", "closed_reason", "answer",
)  # fmt: skip


# Of these who started the thread is notified.
TOLD = (Event.RENAMED, Event.MOVED, Event.CLOSED, Event.REOPENED)


def _change(thread: Thread, by, event: str, now: datetime, detail: str = "", **columns) -> None:
    for name, value in columns.items():
        setattr(thread, name, value)
    thread.save(update_fields=list(columns))
    ThreadLogEntry.objects.create(group=thread.group, thread=thread, event=event, by=by, detail=detail, at=now)
    if event == Event.RENAMED:
        notifications.retitle(thread)
    if event in TOLD:
        notifications.notify_changed(thread, event, by, now)


def _change_answer(thread: Thread, by, event: str, now: datetime, answer: Post | None, **columns) -> None:
    """Make the change, and show it at the posts that were or become the answer."""
    former = thread.answer
    _change(thread, by, event, now, answer=answer, **columns)
    if former != answer:
        notifications.resolve_answer(thread, now)
        for each in filter(None, (former, answer)):
            each.show_change()
