"""Reactions to posts: one of a few, shown with names. Nothing is counted or ranked by them."""

import json
from datetime import datetime

from django.conf import settings
from django.db import connections, models, router, transaction
from django.db.models import Expression, TextField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import notifications
from .post import Post

# Of members to what others wrote, in groups that are not archived. One row a person and post: another one replaces it.
_REACT = """INSERT INTO groups_reaction (post_id, person_id, kind, at)
SELECT post.id, member.person_id, %(kind)s, %(at)s FROM groups_post post
JOIN groups_thread thread ON thread.id = post.thread_id
JOIN groups_group study_group ON study_group.id = thread.group_id AND study_group.archived_at IS NULL
JOIN groups_membership member ON member.group_id = thread.group_id AND member.person_id = %(person)s
WHERE post.id = %(post)s AND post.deleted_at IS NULL
    AND (post.author_id IS NULL OR post.author_id <> member.person_id)
ON CONFLICT (post_id, person_id) DO UPDATE SET kind = excluded.kind, at = excluded.at
WHERE groups_reaction.kind <> excluded.kind"""


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def visible_to(self, user) -> "ReactionQuerySet":
        """Return the reactions to the posts that a person may see."""
        return self.filter(post__in=Post.objects.visible_to(user))

    @transaction.atomic
    def react(self, post: Post, person, kind: str, now: datetime | None = None) -> bool:
        """Record a member's reaction to a post, instead of another of theirs, by one conditional statement, and notify
        the author. Return whether anything changed: not for posts that are deleted or their own. Locks the group.
        Raises GroupArchived, and RuleViolation ("not_a_member")."""
        post.thread.group.lock_for(person)
        now, using = now or timezone.now(), router.db_for_write(Reaction)
        at = connections[using].ops.adapt_datetimefield_value(now)
        with connections[using].cursor() as cursor:
            cursor.execute(_REACT, {"kind": kind, "at": at, "person": person.pk, "post": post.pk})
            changed = cursor.rowcount > 0
        if changed:
            notifications.notify_reacted(post, person, now)
        return changed

    @transaction.atomic
    def withdraw(self, post: Post, person) -> bool:
        """Delete a person's reaction to a post. Return whether there was one. Locks the group. Raises what `react`
        raises."""
        post.thread.group.lock_for(person)
        notifications.resolve_reacted(post, person)
        return bool(self.filter(post=post, person=person).delete()[0])


class Reaction(models.Model):
    """One person's reaction to one post."""

    class Kind(models.TextChoices):
        AGREE = "agree", _("Agree")
        THANKS = "thanks", _("Thanks")
        CHANGED_MIND = "changed", _("Changed my mind")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions", db_index=False)
    # Without a constraint, because servers of the release before delete accounts and don't know this table.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="groups_one_reaction_to_a_post"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["agree", "thanks", "changed"]), name="groups_reaction_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}"


_REACTED = """(SELECT CAST({all}({pair}(person_id, kind)) AS text) FROM (
    SELECT person_id, kind FROM groups_reaction WHERE post_id = groups_post.id ORDER BY at, id
) AS reacted)"""


class ReactionsOf(Expression):
    """In a queryset of posts: the reactions to each, as JSON: [[the person's key, kind], …], the earliest first. They
    cost no statement of their own so."""

    output_field = TextField()

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        return _REACTED.format(pair="json_array", all="json_group_array"), []

    def as_postgresql(self, compiler, connection) -> tuple[str, list]:
        return _REACTED.format(pair="json_build_array", all="json_agg"), []


def people_by_kind(reacted: str | None) -> dict[str, list[int]]:
    """Return the keys of the people who reacted, by kind, of a post annotated with `ReactionsOf`."""
    found: dict[str, list[int]] = {}
    for person, kind in json.loads(reacted) if reacted else ():
        found.setdefault(kind, []).append(person)
    return found
