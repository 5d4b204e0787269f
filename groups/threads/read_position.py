# ruff: noqa: S608
"""What a member has read of a thread, and how many posts they haven't.

A post is unread for a member if it is newer than what they have read of its thread, not deleted, and not their own.
What they have read of a thread is their `ReadPosition` there; without one, `Membership.read_to`, which is the newest
post of the group when they joined or marked all as read. Keys of posts of one group grow in the order in which they are
committed, because posting locks the group."""

from django.db import IntegrityError, connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from groups.members.group import Group
from groups.members.membership import Membership
from groups.members.mute import mutes

from . import notifications
from .post import Post
from .thread import Thread

# No page counts further: a member who never reads has as many unread posts as their groups have posts.
MOST_COUNTED = 100

_READ_TO = "COALESCE(position.read_to, member.read_to)"
# Posts that are unread for `member`, who has the `position`, in `thread`.
_UNREAD = f"""post.thread_id = thread.id AND post.id > {_READ_TO} AND post.deleted_at IS NULL
    AND (post.author_id IS NULL OR post.author_id <> member.person_id)"""
_POSITION = "groups_readposition position ON position.membership_id = member.id AND position.thread_id = {0}"

# Whether `member` has muted `thread`: see `follow.follow_state`.
_IS_MUTED = """EXISTS (
    SELECT 1 FROM groups_follow muted WHERE muted.membership_id = member.id AND muted.is_muted AND (
        muted.thread_id = thread.id
        OR (
            (muted.source_id = thread.source_id OR muted.topic_id = COALESCE(thread.topic_id, (
                SELECT summary.topic_id FROM groups_submission submission
                JOIN notes_summary summary ON summary.id = submission.summary_id
                WHERE submission.id = thread.submission_id
            )))
            AND NOT EXISTS (
                SELECT 1 FROM groups_follow chosen
                WHERE chosen.membership_id = member.id AND chosen.thread_id = thread.id
                    AND NOT (chosen.by_posting AND member.follow_level = 'nothing')
            )
        )
    )
)"""
_OF_MUTED = f"""(SELECT {_IS_MUTED} FROM groups_membership member
    JOIN groups_thread thread ON thread.id = groups_thread.id
    WHERE member.group_id = thread.group_id AND member.person_id = %s)"""

_OF_THREAD = f"""(SELECT count(*) FROM (
    SELECT 1 FROM groups_membership member
    JOIN groups_thread thread ON thread.id = groups_thread.id
    LEFT JOIN {_POSITION.format("thread.id")}
    JOIN groups_post post ON {_UNREAD}
    WHERE member.group_id = thread.group_id AND member.person_id = %s AND thread.latest_id > {_READ_TO}
        AND NOT {_IS_MUTED}
    LIMIT {MOST_COUNTED}
) AS counted)"""

_READ_TO_OF_THREAD = f"""(SELECT {_READ_TO} FROM groups_membership member
    LEFT JOIN {_POSITION.format("groups_thread.id")}
    WHERE member.group_id = groups_thread.group_id AND member.person_id = %s)"""

# Threads with newer posts than the member has read anywhere, and older ones that they have marked as unread.
_OF_GROUPS = f"""SELECT member.group_id, (SELECT count(*) FROM (
    SELECT 1 FROM groups_thread thread
    LEFT JOIN {_POSITION.format("thread.id")}
    JOIN groups_post post ON {_UNREAD}
    WHERE thread.group_id = member.group_id AND thread.latest_id > member.read_to AND thread.latest_id > {_READ_TO}
        AND NOT {_IS_MUTED}
    UNION ALL
    SELECT 1 FROM groups_readposition position
    JOIN groups_thread thread ON thread.id = position.thread_id
    JOIN groups_post post ON {_UNREAD}
    WHERE position.membership_id = member.id AND position.read_to < member.read_to
        AND thread.latest_id <= member.read_to AND NOT {_IS_MUTED}
    LIMIT {MOST_COUNTED}
) AS counted) FROM groups_membership member WHERE member.person_id = %s"""

# With an offset, PostgreSQL looks into each thread by the index; without, it may read all posts once.
_ANY_UNREAD = f"SELECT 1 FROM groups_post post WHERE {_UNREAD} LIMIT 1 OFFSET 0"
# The same threads, those with the newest posts first: newer ones, and those that are marked as unread.
_NEWER = f"""SELECT thread.id, thread.latest_id FROM groups_membership member
    JOIN groups_thread thread ON thread.group_id = member.group_id AND thread.latest_id > member.read_to
    LEFT JOIN {_POSITION.format("thread.id")}
    WHERE member.person_id = %s AND thread.latest_id > {_READ_TO} AND EXISTS ({_ANY_UNREAD}) AND NOT {_IS_MUTED}
    ORDER BY thread.latest_id DESC LIMIT %s"""
# The same of each group, so that PostgreSQL stops at the limit; without, it looks into all threads and sorts them.
_NEWER_BY_GROUP = f"""SELECT newest.id, newest.latest_id
    FROM (SELECT * FROM groups_membership WHERE person_id = %s) AS member
    CROSS JOIN LATERAL (
        SELECT thread.id, thread.latest_id FROM groups_thread thread
        LEFT JOIN {_POSITION.format("thread.id")}
        WHERE thread.group_id = member.group_id AND thread.latest_id > member.read_to AND thread.latest_id > {_READ_TO}
            AND EXISTS ({_ANY_UNREAD}) AND NOT {_IS_MUTED}
        ORDER BY thread.latest_id DESC LIMIT %s
    ) AS newest"""
_THREADS = f"""SELECT id FROM (
    SELECT * FROM ({{newer}}) AS newer
    UNION ALL
    SELECT * FROM (
        SELECT thread.id, thread.latest_id FROM groups_membership member
        JOIN groups_readposition position ON position.membership_id = member.id AND position.read_to < member.read_to
        JOIN groups_thread thread ON thread.id = position.thread_id AND thread.latest_id <= member.read_to
        WHERE member.person_id = %s AND EXISTS ({_ANY_UNREAD}) AND NOT {_IS_MUTED}
        ORDER BY thread.latest_id DESC LIMIT %s
    ) AS marked
) AS found ORDER BY latest_id DESC LIMIT %s"""

# A known position is moved; a new one is written only if it says something else than the membership.
_OF_MEMBER = "member.group_id = %(group)s AND member.person_id = %(person)s"
_FORWARD = f"""UPDATE groups_readposition SET read_to = %(to)s
WHERE thread_id = %(thread)s AND read_to < %(to)s
    AND membership_id IN (SELECT member.id FROM groups_membership member WHERE {_OF_MEMBER})"""
# Locks the membership: another request may move its `read_to`, and then deletes the position that is known here.
_BEGIN = f"""INSERT INTO groups_readposition (membership_id, thread_id, read_to)
SELECT member.id, %(thread)s, %(to)s FROM groups_membership member
WHERE {_OF_MEMBER} AND member.read_to < %(to)s {{lock}}
ON CONFLICT (membership_id, thread_id) DO UPDATE SET read_to = excluded.read_to
WHERE groups_readposition.read_to < excluded.read_to"""
_BACK = f"""INSERT INTO groups_readposition (membership_id, thread_id, read_to)
SELECT member.id, %(thread)s, %(to)s FROM groups_membership member
WHERE {_OF_MEMBER} AND (member.read_to > %(to)s OR EXISTS (
    SELECT 1 FROM groups_readposition known WHERE known.membership_id = member.id AND known.thread_id = %(thread)s
))
ON CONFLICT (membership_id, thread_id) DO UPDATE SET read_to = excluded.read_to
WHERE groups_readposition.read_to > excluded.read_to"""

# Who has nothing unread has read all of the group, so that what they read later is compared with few threads only.
_NEWEST = "(SELECT max(latest_id) FROM groups_thread WHERE group_id = member.group_id)"
_ADVANCE = f"""UPDATE groups_membership AS member SET read_to = {_NEWEST}
WHERE member.group_id = %(group)s AND member.person_id = %(person)s AND member.read_to < {_NEWEST} AND NOT EXISTS (
    SELECT 1 FROM groups_thread thread
    LEFT JOIN {_POSITION.format("thread.id")}
    JOIN groups_post post ON {_UNREAD}
    WHERE thread.group_id = member.group_id AND thread.latest_id > member.read_to AND thread.latest_id > {_READ_TO}
)"""
# Positions in threads that are read to their end, and say no more than the membership.
_FOLD = """DELETE FROM groups_readposition WHERE EXISTS (
    SELECT 1 FROM groups_membership member
    WHERE member.id = groups_readposition.membership_id AND groups_readposition.read_to <= member.read_to
        AND member.group_id = %(group)s AND member.person_id = %(person)s
) AND EXISTS (
    SELECT 1 FROM groups_thread thread
    WHERE thread.id = groups_readposition.thread_id AND thread.latest_id <= groups_readposition.read_to
)"""


class ReadPositionQuerySet(models.QuerySet["ReadPosition"]):
    def mark_read(self, thread: Thread, person, *, to: int) -> bool:
        """Record that a member has read the thread up to the post with the key `to`, by conditional statements that
        never move back, and mark their notifications about these posts as read. Return whether it moved. If they have
        nothing unread in the group from then on, record that instead of a position for each thread. Does nothing for
        people who are not members."""
        notifications.resolve_read(thread, person, to=to)
        lock = "FOR SHARE OF member" if connections[router.db_for_write(ReadPosition)].vendor == "postgresql" else ""
        moved = self._move(_FORWARD, thread, person, to) or self._move(_BEGIN.format(lock=lock), thread, person, to)
        if moved and to >= thread.latest_id:
            self._fold(thread.group_id, person)
        return moved

    def _fold(self, group: int, person) -> None:
        """Move `Membership.read_to` to the newest post of the group if nothing is unread, and delete the positions that
        say no more than that. What is marked as unread at the same moment stays so: its position is not at the end of
        its thread."""
        using = router.db_for_write(ReadPosition)
        values = {"group": group, "person": person.pk}
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(_ADVANCE, values)
            if cursor.rowcount > 0:
                cursor.execute(_FOLD, values)

    def mark_unread(self, thread: Thread, person, *, since: int) -> bool:
        """Make the posts of the thread from this key on unread, by one conditional statement that never moves forward.
        Return whether it moved. Does nothing for people who are not members."""
        return self._move(_BACK, thread, person, since - 1)

    def _move(self, sql: str, thread: Thread, person, to: int) -> bool:
        using = router.db_for_write(ReadPosition)
        values = {"thread": thread.pk, "to": to, "group": thread.group_id, "person": person.pk}
        try:
            with transaction.atomic(using=using), connections[using].cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.rowcount > 0
        except IntegrityError:  # the membership has ended at this very moment
            return False

    @transaction.atomic
    def mark_all_read(self, group: Group, person, *, to: int) -> None:
        """Record that a member has read all posts of the group up to the key `to`. Positions that say no more than that
        are deleted, unless what is newer was marked as read before: a thread without a position would be read so far,
        too."""
        notifications.resolve_all_read(group, person, to=to)
        positions = self.filter(membership__group=group, membership__person=person, read_to__lte=to)
        if Membership.objects.filter(group=group, person=person, read_to__lte=to).update(read_to=to):
            positions.delete()
        else:
            positions.update(read_to=to)


class ReadPosition(models.Model):
    """How far a member has read a thread. Ends with the membership."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="read_positions")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    read_to = models.BigIntegerField(help_text="The key of the newest post that is read.")

    objects = ReadPositionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["membership", "read_to"], name="groups_position_of_member"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["thread", "membership"], name="groups_one_position_per_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.membership} up to {self.read_to}"


def unread_count(person) -> RawSQL:
    """Return an expression for a queryset of threads: how many posts of each are unread for a person, at most
    `MOST_COUNTED`; 0 for threads that they have muted, and for people who are not members."""
    return RawSQL(_OF_THREAD, [person.pk], output_field=IntegerField())  # noqa: S611


def unread_threads(person, limit: int) -> RawSQL:
    """Return, for `pk__found_by`, the keys of the `limit` threads with the newest posts among those of which something
    is unread for a person, without those that they have muted."""
    return _UnreadThreads(_THREADS.format(newer=_NEWER), [person.pk, limit, person.pk, limit, limit])


class _UnreadThreads(RawSQL):
    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list]:
        return f"({_THREADS.format(newer=_NEWER_BY_GROUP)})", self.params


def listed_for(threads: models.QuerySet[Thread], person) -> models.QuerySet[Thread]:
    """Annotate threads `with_activity` with what lists show of them to one person: `unread`, and whether they have
    muted the thread, or the author of the last post."""
    is_muted = RawSQL(_OF_MUTED, [person.pk], output_field=models.BooleanField())  # noqa: S611
    last_is_muted = mutes(person, "last_post__author")
    return threads.annotate(unread=unread_count(person), is_muted=is_muted, last_is_muted=last_is_muted)


def read_to(person) -> RawSQL:
    """Return an expression for a queryset of threads: the key of the newest post of each that a member has read."""
    return RawSQL(_READ_TO_OF_THREAD, [person.pk], output_field=models.BigIntegerField())  # noqa: S611


def unread_by_group(person) -> dict[int, int]:
    """Return how many posts are unread for a person, at most `MOST_COUNTED`, by the key of each of their groups; those
    in threads that they have muted don't count. One query."""
    with connections[router.db_for_read(ReadPosition)].cursor() as cursor:
        cursor.execute(_OF_GROUPS, [person.pk])
        return dict(cursor.fetchall())


def first_unread(thread: Thread, person) -> Post | None:
    """Return the first post that is unread for a member. Takes a thread annotated with `read_to`."""
    if thread.latest_id <= thread.read_to:
        return None
    return thread.posts.not_deleted().filter(pk__gt=thread.read_to).by_others(person).order_by("pk").first()
