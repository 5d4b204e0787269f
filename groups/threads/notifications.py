"""Creates and resolves the notifications about threads. Called inside the transaction of the change that causes them.
Takes instances of threads and posts without importing their models, because these import this module.

All notifications of one post have one key, so that nobody is told of it twice. The sentences are in
`templates/groups/threads/notifications/`."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.members.group import Group
from groups.members.membership import Membership
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.kinds import NotificationKind, people_without
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.text import literal
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
    """Notify members of a new post: those it quotes, and those who follow the thread. `starts`: whether the thread
    begins with it. The author follows the thread from then on, unless they have muted it."""
    thread, author = post.thread, post.author
    followers = _followers(thread)
    quoted = [] if starts else [person for person in _quoted(post) if person in followers]
    # Who wants to know nothing of quotations still learns of the reply.
    uninterested = people_without(QUOTE, quoted) if quoted else set()
    quoted = [person for person in quoted if person.pk not in uninterested]
    replied_to = [person for person, follows in followers.items() if follows and person not in quoted]
    facts = {"poster": author.first_name, "thread": thread.title, "group": thread.group.name, "post": post.pk}
    for people, kind in ((quoted, QUOTE), (replied_to, NEW_THREAD if starts else REPLY)):
        Notification.objects.notify(
            people, kind=kind, key=f"post-{post.pk}", about=about(thread), facts=facts, url=post.get_absolute_url(),
            actor=author, now=now,
        )  # fmt: skip
    if membership := thread.group.memberships.filter(person=author).first():
        membership.follows.get_or_create(thread=thread)


def _followers(thread: Model) -> dict[User, bool]:
    """Return the members who can be told of a thread, and whether they follow it: None of those who want to be told
    nothing, or have muted it. What a member chose for the thread goes before its topic or source, and that before the
    group."""
    topic = thread.topic_id or (thread.submission and thread.submission.summary.topic_id)
    subject = Q(follows__thread=thread.pk)
    subject |= Q(follows__topic=topic) if topic else Q()
    subject |= Q(follows__source=thread.source_id) if thread.source_id else Q()
    members = thread.group.memberships.with_open_account().exclude(follow_level=Membership.FollowLevel.NOTHING)
    chosen: dict[int, list[tuple[bool, bool]]] = {}
    rows = members.filter(subject).values_list("pk", "follows__thread", "follows__is_muted")
    for pk, of_thread, is_muted in rows:
        chosen.setdefault(pk, []).append((of_thread is None, is_muted))
    found = {}
    for each in members.select_related("person"):
        # A row of the thread itself comes first, then one that follows.
        _, is_muted = min(chosen.get(each.pk, [(False, each.follow_level != Membership.FollowLevel.ALL)]))
        if not is_muted or each.pk not in chosen:
            found[each.person] = not is_muted
    return found


def _quoted(post: Model) -> list[User]:
    """Return the authors in the thread whose words the post quotes: under their name, as "Quote" writes it."""
    if "> **" not in post.body:
        return []
    lines = {line.strip() for line in post.body.splitlines() if line.startswith(">")}
    people = [person for person in post.thread.people if f"> **{literal(str(person))}**" in lines]
    words = {line.removeprefix(">").strip() for line in lines}
    theirs = post.thread.posts.filter(author__in=people).exclude(pk=post.pk).values_list("author", "body")
    said = {author for author, body in theirs if any(line.strip() in words for line in body.splitlines() if line)}
    return [person for person in people if person.pk in said]


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
