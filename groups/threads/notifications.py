"""Creates and resolves the notifications about threads. Called inside the transaction of the change that causes them.
Takes instances of threads and posts without importing their models, because these import this module.

All notifications of one post have one key, so that nobody is told of it twice. The sentences are in
`templates/groups/threads/notifications/`."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.members.group import Group
from groups.members.membership import Membership
from groups.threads.follow import follow_state, followers_of
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.text.deleted_text import DELETED_TEXT

REPLY, NEW_THREAD, QUOTE = "reply", "new_thread", "quote"

_MAIL = EmailPreference.Mail
_TEMPLATE = "groups/threads/notifications/{}.txt"

KINDS = (
    NotificationKind(QUOTE, _("Someone quotes you"), _TEMPLATE.format(QUOTE), _MAIL.DAILY, can_be_off=True),
    NotificationKind(
        REPLY, _("A new post in a thread you follow"), _TEMPLATE.format(REPLY), _MAIL.DAILY, can_be_off=True
    ),
    NotificationKind(
        NEW_THREAD, _("A new thread in a group you follow"), _TEMPLATE.format(NEW_THREAD), _MAIL.NEVER, can_be_off=True
    ),
)
_NAMES = tuple(kind.name for kind in KINDS)


def about(thread: Model) -> str:
    """Return what a notification about a thread has as its subject."""
    return f"groups/{thread.group_id}/threads/{thread.pk}"


def notify_posted(post: Model, now: datetime, *, starts: bool = False) -> None:
    """Notify members of a new post: those it quotes, and those who follow the thread; nobody who has muted it or wants
    to be told of nothing. `starts`: whether the thread begins with it. The author follows the thread from then on,
    unless they have muted it."""
    thread, author = post.thread, post.author
    quoted, reply = set() if starts else _quoted(post), NEW_THREAD if starts else REPLY
    kinds: dict[User, list[str]] = {}
    for each in followers_of(thread):
        state = follow_state(each)
        can_be_told = state == "follow" or (state == "none" and each.follow_level != Membership.FollowLevel.NOTHING)
        concerned = [QUOTE] if can_be_told and each.person_id in quoted else []
        kinds[each.person] = [*concerned, *([reply] if state == "follow" else [])]
        if each.person_id == author.pk:
            each.follows.get_or_create(thread=thread, defaults={"by_posting": True})
    facts = {"poster": author.first_name, "thread": thread.title, "group": thread.group.name, "post": post.pk}
    Notification.objects.notify_each(
        kinds, key=f"post-{post.pk}", about=about(thread), facts=facts, url=f"{post.get_absolute_url()}?unread=yes",
        actor=author, now=now,
    )  # fmt: skip


# The beginning of a quotation as "Quote" writes it: see `Post.quotation`.
_QUOTATION = re.compile(r'<blockquote[^>]*>\s*<p[^>]*>\s*<a href="/posts/(\d{1,18})/"')


def _quoted(post: Model) -> set[int]:
    """Return the authors of the posts of the thread that the post quotes: a quotation names one by its link."""
    keys = {int(key) for key in _QUOTATION.findall(post.body_html)}
    quoted = post.thread.posts.not_deleted().filter(pk__in=keys) if keys else post.thread.posts.none()
    return set(quoted.exclude(author=None).values_list("author", flat=True))


def resolve_read(thread: Model, person: User, *, to: int) -> None:
    """Mark a person's notifications about the posts of a thread up to this key as read."""
    Notification.objects.filter(person=person, about=about(thread), facts__post__lte=to).mark_read()


def resolve_all_read(group: Group, person: User, *, to: int) -> None:
    """Mark a person's notifications about the posts of a group up to this key as read."""
    Notification.objects.filter(person=person, kind__in=_NAMES, about__startswith=f"groups/{group.pk}/threads/").filter(
        facts__post__lte=to
    ).mark_read()


def resolve_deleted(post: Model, now: datetime | None = None) -> None:
    """Mark the notifications about a deleted post as obsolete."""
    told = Notification.objects.filter(about=about(post.thread), key=f"post-{post.pk}", obsolete_at=None)
    told.update(obsolete_at=now or timezone.now())


def resolve_erased(person: User, now: datetime) -> None:
    """Mark the notifications about all posts of a person as obsolete."""
    Notification.objects.filter(actor=person, kind__in=_NAMES, obsolete_at=None).update(obsolete_at=now)


def forget_poster(person: User) -> None:
    """Remove a person's name from notifications of their posts to others."""
    told = list(Notification.objects.filter(actor=person, kind__in=_NAMES).exclude(person=person))
    for each in told:
        each.facts |= {"poster": ""}
    Notification.objects.bulk_update(told, ["facts"], batch_size=500)


def forget_titles(threads: Iterable[Model]) -> None:
    """Replace the titles of threads whose title was erased in notifications of them."""
    told = list(Notification.objects.filter(about__in=[about(thread) for thread in threads]))
    for each in told:
        each.facts |= {"thread": DELETED_TEXT}
    Notification.objects.bulk_update(told, ["facts"], batch_size=500)
