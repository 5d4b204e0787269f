"""The newest posts of groups, found by the index of each thread's posts: without reading all posts of the groups, or of
the instance."""

from collections.abc import Iterable
from functools import cache

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from groups.members.mute import mutes
from readlist_site.base.web.together import Together

from .post import Post
from .thread import Thread

# Posts in older threads are missed if the newest posts of this many threads are left out for the viewer, or deleted.
MOST_THREADS = 200
# Greater than the key of any post.
NEWEST = 10**18 - 1


def newest_posts(groups: Iterable[int], limit: int, *, viewer=None, reader=None, before: int = NEWEST) -> list[Post]:
    """Return the newest `limit` posts of these groups, newest first, with their authors and threads; those before a
    key. For a `viewer` without their own, and those of whom they have muted; for a `reader` with all, and whether they
    have muted the author.

    Looks into the threads with the newest posts, and reads as many posts of each as could be shown. At least two
    statements, without posts one. The caller checks that the groups may be seen."""
    arguments = {f"group_{place}": key for place, key in enumerate(groups)}
    arguments |= {"viewer": viewer, "before": before, "is_first": before >= NEWEST}
    shown, looked_at = [], 2 * limit
    while looked_at <= max(MOST_THREADS, 2 * limit):
        (found,) = _newest_keys(limit)(looked_at=looked_at, **arguments)
        latest_ids = [latest_id for latest_id, *_ in found]
        shown = sorted((pk for _, *posts in found for pk in posts if pk), reverse=True)[:limit]
        # In the threads that were not looked at all posts are older than the newest of each that was.
        is_complete = before < NEWEST or len(found) < looked_at
        if is_complete or (len(shown) == limit and shown[-1] >= min(latest_ids)):
            break
        looked_at *= 4
    (posts,) = _posts(keys=shown, reader=reader) if shown else ([],)
    return posts


@cache
def _newest_keys(limit: int) -> Together:
    def build(looked_at: int, viewer, before: int, is_first: bool, **groups: int) -> list[QuerySet]:
        """Of each of the threads to look at, the key of its newest post, and those of the posts that could be shown."""
        posts = Post.objects.not_deleted().filter(thread=OuterRef("pk"), pk__lt=before)
        if viewer:
            posts = posts.filter(~Q(author=viewer) | Q(author=None)).exclude(mutes(viewer, "author"))
        keys = posts.order_by("-pk").values("pk")
        newest = {f"newest_{index}": Subquery(keys[index : index + 1]) for index in range(limit)}
        if is_first:
            threads = Thread.objects.latest_in(groups.values(), looked_at).order_by()
        else:
            by_newest = Thread.objects.filter(group__in=list(groups.values())).annotate(newest=Subquery(keys[:1]))
            by_newest = by_newest.order_by(F("newest").desc(nulls_last=True)).values("pk")[:limit]
            threads = Thread.objects.filter(pk__in=by_newest).order_by()
        return [threads.annotate(**newest).values_list("latest_id", *newest)]

    return Together(build)


@Together
def _posts(keys: list[int], reader) -> list[QuerySet]:
    posts = Post.objects.filter(pk__in=keys).select_related("author", "thread")
    posts = posts.annotate(is_muted=mutes(reader, "author")) if reader else posts
    shown = ("body_html", "created_at", "author__display_name", "thread__title", "thread__opened_at", "thread__group")
    return [posts.only(*shown).order_by("-pk")]
