"""What the page of a thread shows, in few statements that are built once."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from groups.members.group import keep_members
from groups.members.membership import Membership
from groups.members.mute import mutes
from readlist_site.base.web.pagination import KeyPage, paginate_by_key
from readlist_site.base.web.together import Ask, Together, answers

from . import notifications
from .follow import follow_facts
from .post import PAGE, Post
from .post_draft import PostDraft
from .reaction import ReactionsOf
from .read_position import first_unread, read_to
from .thread import Thread
from .thread_log import ThreadLogEntry

# What no page of a thread shows of its subject and of people.
_UNSEEN_OF_TOPIC = ("body", "body_html", "renderer", "source_text", "last_imported")
_UNSEEN_OF_PERSON = (
    "password", "last_login", "is_superuser", "time_zone", "language", "theme", "is_staff", "email_refused_at",
    "browsers_forgotten_at", "date_joined", "deletes_at",
)  # fmt: skip
_UNSEEN_OF_POST = ("body", "renderer", "idempotency_key", "form_id")
_UNSEEN = {
    "topic": _UNSEEN_OF_TOPIC,
    "submission__summary__topic": _UNSEEN_OF_TOPIC,
    "submission__summary__author": _UNSEEN_OF_PERSON,
    "answer__author": _UNSEEN_OF_PERSON,
    "answer": _UNSEEN_OF_POST,
    "source": ("last_imported",),
}


@Together
def _thread_rows(user, key: int) -> list[QuerySet]:
    threads = Thread.objects.visible_to(user).filter(pk=key).with_subject().select_related("group", "answer__author")
    unseen = [f"{of}__{name}" for of, names in _UNSEEN.items() for name in names]
    members = Membership.objects.filter(group__threads=key).with_person()
    of_reader = {"read_to": read_to(user), "newest_unread": notifications.newest_unread(user)}
    of_reader |= {"answer_is_muted": mutes(user, "answer__author")}
    posts = Post.objects.filter(thread=OuterRef("pk")).order_by("pk")
    closings = ThreadLogEntry.objects.filter(thread=OuterRef("pk"), event=ThreadLogEntry.Event.CLOSED).order_by("-pk")
    of_thread = {"first_post_key": Subquery(posts.values("pk")[:1]), "closer": Subquery(closings.values("by")[:1])}
    of_thread |= {"closer_name": Subquery(closings.values("by__display_name")[:1])}
    return [threads.defer(*unseen).annotate(**of_reader, **of_thread, **follow_facts(user)), members]


@Together
def _draft_rows(user, thread: int) -> list[QuerySet]:
    return [PostDraft.objects.visible_to(user).filter(thread=thread).order_by("-base")[:1]]


@Together
def _newest_posts(thread: Thread, user) -> list[QuerySet]:
    unseen = *_UNSEEN_OF_POST, *(f"author__{name}" for name in _UNSEEN_OF_PERSON)
    return [shown_to(Post.objects.filter(thread=thread), user).defer(*unseen).order_by("-pk")[: PAGE + 1]]


def shown_to(posts: QuerySet[Post], user) -> QuerySet[Post]:
    """Fetch with posts what the page of a thread shows of them: their authors, the reactions, and whether the user has
    muted the author."""
    return posts.select_related("author").annotate(reacted=ReactionsOf(), is_muted=mutes(user, "author"))


def find_thread(user, key: int) -> Thread:
    """Return a thread of a person's groups with its subject, answer and `follow_facts`, the `members` of its group,
    what they have `read_to`, and the key of their `newest_unread` notification about it, None without one. Raises
    Http404 for other threads. One statement."""
    return _found(user, key)[0]


def find_with_draft(user, key: int) -> tuple[Thread, PostDraft | None]:
    """Return the same with the person's draft of a reply, if they have one. One statement."""
    thread, ((drafts,),) = _found(user, key, _draft_rows.ask(user=user, thread=key))
    return thread, drafts[0] if drafts else None


def _found(user, key: int, *asks: Ask) -> tuple[Thread, list]:
    ((threads, members), *answered) = answers(_thread_rows.ask(user=user, key=key), *asks)
    if not threads:
        raise Http404
    keep_members(threads[0].group, members)
    return threads[0], answered


def page_of(
    thread: Thread, person, *, before: int | None, start: int | None, newest: bool
) -> tuple[KeyPage, Post | None]:
    """Return the posts to show, and the first one of the thread that is unread: the posts at the position that is
    named, those below `before`, those from `start` on, or the `newest`; without one those from the first unread post
    on, or the newest, if that is among them. Takes a thread of `find_thread`."""
    if before is not None or start is not None:
        page = paginate_by_key(shown_to(thread.posts.all(), person), size=PAGE, before=before, start=start)
        return page, first_unread(thread, person)
    (found,) = _newest_posts(thread=thread, user=person)
    rows = found[:PAGE][::-1]
    page = KeyPage(rows, rows[0].pk if found[PAGE:] else None)
    if page.earlier and page.earlier > thread.read_to:
        unread = first_unread(thread, person)
        if unread and unread.pk < page.earlier and not newest:
            page = paginate_by_key(shown_to(thread.posts.all(), person), size=PAGE, start=unread.pk)
        return page, unread
    unread = (each for each in rows if each.pk > thread.read_to and each.is_readable and each.author_id != person.pk)
    return page, next(unread, None)
