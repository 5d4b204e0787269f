"""Creates and resolves the notifications about threads. Called inside the transaction of the change that causes them.
Takes instances of threads and posts without importing their models, because these import this module.

All notifications of one post have one key, so that nobody is told of it twice. The sentences are in
`templates/groups/threads/notifications/`."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import CharField, Model, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from groups.members.group import Group
from groups.members.membership import Membership
from groups.members.mute import people_who_muted
from groups.threads.follow import follow_state, followers_of
from groups.threads.mentions import ALL, MOST_MENTIONED, named_in, to_tell
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind, Section
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.text.deleted_text import DELETED_TEXT

REPLY, NEW_THREAD, QUOTE, MENTION, ANSWER, REACTION = "reply", "new_thread", "quote", "mention", "answer", "reaction"
CHANGED = "thread_changed"

# The events of which only the last says how a thread is now.
CLOSING = ("closed", "reopened")

# A busy thread in a big group has more; those that are older were read long ago.
MOST_RETITLED = 2_000

_MAIL = EmailPreference.Mail
_TEMPLATE = "groups/threads/notifications/{}.txt"

_POST_ENDED = _("The post was deleted, or you can’t see it any more")

KINDS = (
    NotificationKind(
        MENTION,
        _("Someone mentions you"),
        _TEMPLATE.format(MENTION),
        _MAIL.AT_ONCE,
        can_be_off=True,
        section=Section.THREADS,
        ended=_POST_ENDED,
    ),
    NotificationKind(
        ANSWER,
        _("Your post is marked as the answer, or your question is answered"),
        _TEMPLATE.format(ANSWER),
        _MAIL.AT_ONCE,
        can_be_off=True,
        section=Section.THREADS,
        ended=_("The mark was removed, or you can’t see the post any more"),
    ),
    NotificationKind(
        QUOTE,
        _("Someone quotes you"),
        _TEMPLATE.format(QUOTE),
        _MAIL.DAILY,
        can_be_off=True,
        section=Section.THREADS,
        ended=_POST_ENDED,
    ),
    NotificationKind(
        REPLY,
        _("A new post in a thread you follow"),
        _TEMPLATE.format(REPLY),
        _MAIL.DAILY,
        can_be_off=True,
        section=Section.THREADS,
        ended=_POST_ENDED,
    ),
    NotificationKind(
        NEW_THREAD,
        _("A new thread in a group you follow"),
        _TEMPLATE.format(NEW_THREAD),
        _MAIL.NEVER,
        can_be_off=True,
        section=Section.THREADS,
        ended=_POST_ENDED,
    ),
    NotificationKind(
        REACTION,
        _("Someone reacts to your post"),
        _TEMPLATE.format(REACTION),
        _MAIL.NEVER,
        can_be_off=True,
        is_mailed=False,
        section=Section.THREADS,
        ended=_("The reaction was withdrawn, or you can’t see the post any more"),
    ),
    NotificationKind(
        CHANGED,
        _("Someone renames, moves, closes or reopens a thread that you started"),
        _TEMPLATE.format(CHANGED),
        _MAIL.NEVER,
        can_be_off=True,
        is_mailed=False,
        section=Section.THREADS,
    ),
)
_NAMES = tuple(kind.name for kind in KINDS)


def about(thread: Model) -> str:
    """Return what a notification about a thread has as its subject."""
    return f"groups/{thread.group_id}/threads/{thread.pk}"


def notify_posted(post: Model, now: datetime, *, starts: bool = False) -> None:
    """Notify members of a new post: those it mentions or quotes, and those who follow the thread; who has muted it, or
    wants to be told of nothing else, only of a mention by name; who has muted the author, only of a mention of the
    whole group. `starts`: whether the thread begins with it. The author follows the thread from then on, unless
    they have muted it."""
    thread, author, named = post.thread, post.author, to_tell(_named(post))
    quoted, reply = set() if starts else _quoted(post), NEW_THREAD if starts else REPLY
    kinds: dict[User, list[str]] = {}
    muting = people_who_muted(author)
    for each in followers_of(thread):
        fits = {
            MENTION: _is_told_of_mention(each, named),
            QUOTE: _can_be_told(each) and each.person_id in quoted,
            reply: follow_state(each) == "follow",
        }
        if each.person_id in muting:
            fits = {MENTION: ALL in named and fits[MENTION]}
        kinds[each.person] = [kind for kind, does_fit in fits.items() if does_fit]
        if each.person_id == author.pk:
            each.follows.get_or_create(thread=thread, defaults={"by_posting": True})
    _notify(post, kinds, now)


def notify_mentioned(post: Model, now: datetime) -> None:
    """Notify members whom a post mentions since it was edited: in place of what they were told of the post before.
    Who was told of a mention in it is not told again."""
    mentioned = _named(post)
    told = _told_of_mention(post) if mentioned else set()
    if named := to_tell(mentioned, told):
        members = followers_of(post.thread).exclude(person__in=told)
        if ALL not in named:
            members = members.exclude(person__in=people_who_muted(post.author))
        kinds = {each.person: [MENTION] for each in members if _is_told_of_mention(each, named)}
        _notify(post, kinds, now, replaces=True)


def is_past_limit(post: Model) -> bool:
    """Return whether a post mentions people by name who weren't told, because with those who were, also before an edit,
    they are more than are told of one post."""
    named = {*_named(post)}
    told = _told_of_mention(post) if named and ALL not in named else named
    return bool(named - told) and len(named | told) > MOST_MENTIONED


def _named(post: Model) -> list[int]:
    return named_in(post.body_html, post.mentions, post.author_id)


def _told_of_mention(post: Model) -> set[int]:
    told = Notification.objects.filter(about=about(post.thread), key=f"post-{post.pk}", kind=MENTION)
    return set(told.values_list("person", flat=True))


def _notify(post: Model, kinds: dict[User, list[str]], now: datetime, *, replaces: bool = False) -> None:
    thread, author = post.thread, post.author
    Notification.objects.notify_each(
        kinds, key=f"post-{post.pk}", about=about(thread), facts=_facts(thread, post, poster=author.first_name),
        url=f"{post.get_absolute_url()}?unread=yes", actor=author, now=now, replaces=replaces,
    )  # fmt: skip


def _facts(thread: Model, post: Model, **person: str) -> dict:
    """Return the facts of a notification about a post of a thread; `person` names the one who caused it."""
    return person | {"thread": thread.title, "group": thread.group.name, "post": post.pk}


def notify_answered(thread: Model, post: Model, by: User, now: datetime) -> None:
    """Notify who asked a question, and who wrote the post that is marked as its answer, if they are members."""
    facts = _facts(thread, post, marker=by.first_name)
    members = [each.person for each in followers_of(thread) if each.person_id in (post.author_id, thread.opened_by_id)]
    for each in members:
        Notification.objects.notify(
            [each], kind=ANSWER, key=f"answer-{post.pk}-{now.timestamp():.0f}", about=about(thread),
            facts=facts | {"is_own": each == post.author}, url=post.get_absolute_url(), actor=by, now=now,
        )  # fmt: skip


def resolve_answer(thread: Model, now: datetime) -> None:
    """Mark the notifications about the answer of a thread as obsolete."""
    Notification.objects.mark_obsolete(about=about(thread), kinds=[ANSWER], now=now)


def notify_changed(thread: Model, event: str, by: User, now: datetime) -> None:
    """Notify who started a thread of what somebody else has done to it, if they are a member and can be told of it.
    When it is closed or reopened, what they were told of either before counts as read."""
    if event in CLOSING:
        Notification.objects.filter(about=about(thread), kind=CHANGED, facts__event__in=CLOSING).mark_read(now)
    told = [each.person for each in followers_of(thread).filter(person=thread.opened_by_id) if _can_be_told(each)]
    Notification.objects.notify(
        told, kind=CHANGED, key=f"changed-{thread.pk}-{event}-{now.timestamp():.6f}", about=about(thread), actor=by,
        now=now, facts={"marker": by.first_name, "event": event, "thread": thread.title, "group": thread.group.name},
        url=thread.get_absolute_url(),
    )  # fmt: skip


def retitle(thread: Model) -> None:
    """Have the notifications about a thread, of very many the newest, name it by its present title, but for those that
    say who gave it which title."""
    of_it = Notification.objects.filter(about=about(thread)).exclude(kind=CHANGED, facts__event="renamed")
    told = list(of_it.order_by("-pk")[:MOST_RETITLED])
    for each in told:
        each.facts |= {"thread": thread.title}
    Notification.objects.bulk_update(told, ["facts"], batch_size=500)


def notify_reacted(post: Model, person: User, now: datetime) -> None:
    """Notify the author of a post, if they are a member and have muted neither the thread nor the person."""
    thread, theirs = post.thread, followers_of(post.thread).filter(person=post.author_id)
    told = [each.person for each in theirs.exclude(person__in=people_who_muted(person)) if _can_be_told(each)]
    Notification.objects.notify(
        told, kind=REACTION, key=f"reaction-{post.pk}-{person.pk}", about=about(thread),
        facts=_facts(thread, post, poster=person.first_name), url=post.get_absolute_url(), actor=person, now=now,
    )  # fmt: skip


def resolve_reacted(post: Model, person: User) -> None:
    """Mark the notification about a person's reaction as obsolete."""
    Notification.objects.filter(key=f"reaction-{post.pk}-{person.pk}").mark_obsolete(about=about(post.thread))


def _can_be_told(member: Membership) -> bool:
    """Return whether a member is told of what concerns them in a thread, although they don't follow it: not if they
    have muted it, or want to be told of nothing."""
    state = follow_state(member)
    return state == "follow" or (state == "none" and member.follow_level != Membership.FollowLevel.NOTHING)


def _is_told_of_mention(member: Membership, named: set[int]) -> bool:
    """Return whether a mention reaches a member. One by name does so in a thread that they have muted, and if they want
    to be told of nothing else, as on GitHub and GitLab: a question to one person would be lost."""
    return member.person_id in named or (_can_be_told(member) and ALL in named)


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


def newest_unread(person: User) -> Subquery:
    """Return an annotation for a queryset of threads: the key of a person's newest unread notification about each, NULL
    without one."""
    group, thread = (Cast(OuterRef(key), CharField()) for key in ("group_id", "pk"))
    about = Concat(Value("groups/"), group, Value("/threads/"), thread)
    unread = Notification.objects.visible_to(person).unread().filter(about=about)
    return Subquery(unread.order_by("-pk").values("pk")[:1])


def resolve_shown(thread: Model, person: User, *, first: int, last: int, newest: int) -> None:
    """Mark a person's notifications about the posts of a thread from one key to another, and about its answer and what
    was done to it, which all of its pages show, as read. What came after the `newest` notification that the page knew
    of stays unread."""
    shown = Q(kind__in=[ANSWER, CHANGED]) | Q(facts__post__gte=first, facts__post__lte=last)
    Notification.objects.filter(shown, person=person, about=about(thread), pk__lte=newest).mark_read()


def resolve_all_read(group: Group, person: User, *, to: int) -> None:
    """Mark a person's notifications about the posts of a group up to this key, and about what was done to their
    threads, as read."""
    Notification.objects.filter(person=person, kind__in=_NAMES, about__startswith=f"groups/{group.pk}/threads/").filter(
        Q(facts__post__lte=to) | Q(kind=CHANGED)
    ).mark_read()


def resolve_replied(post: Model, person: User) -> None:
    """Mark a person's notification about a post, to which they replied by mail, as read."""
    Notification.objects.filter(person=person, about=about(post.thread), facts__post=post.pk).mark_read()


def resolve_deleted(post: Model, now: datetime | None = None) -> None:
    """Mark the notifications about a deleted post as obsolete."""
    Notification.objects.filter(facts__post=post.pk).mark_obsolete(about=about(post.thread), now=now)


def resolve_erased(person: User, now: datetime) -> None:
    """Mark the notifications about all posts of a person as obsolete."""
    Notification.objects.filter(actor=person, kind__in=_NAMES, obsolete_at=None).update(obsolete_at=now)


def forget_poster(person: User) -> None:
    """Remove a person's name from notifications of their posts to others."""
    told = list(Notification.objects.filter(actor=person, kind__in=_NAMES).exclude(person=person))
    for each in told:
        each.facts |= {"poster": "", "marker": ""}
    Notification.objects.bulk_update(told, ["facts"], batch_size=500)


def forget_titles(threads: Iterable[Model]) -> None:
    """Replace the titles of threads whose title was erased in notifications of them."""
    told = list(Notification.objects.filter(about__in=[about(thread) for thread in threads]))
    for each in told:
        each.facts |= {"thread": DELETED_TEXT}
    Notification.objects.bulk_update(told, ["facts"], batch_size=500)
