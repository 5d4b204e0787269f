"""A discussion in a group: about a topic, a source, a submission, or the group at large."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.reviews.submission import Submission
from groups.webhooks.delivery import WebhookDelivery
from readlist_site.base.accounts.models import User
from readlist_site.base.text import RENDERER_VERSION, Rendered, render
from readlist_site.base.text.deleted_text import stored_text
from readlist_site.base.web.addresses import address

from .mentions import find_mentions
from .notifications import notify_posted
from .post_image import PostImage
from .thread_subject import ThreadSubject


def body_columns(body: str, rendered: Rendered | None = None) -> dict:
    """Return the columns of a post for a text. `rendered`: the text's HTML, if it is rendered already. Raises
    TextTooLong."""
    return {"body": body, "body_html": (rendered or render(body)).html, "renderer": RENDERER_VERSION}


def idempotency_key_for(idempotency_key: uuid.UUID | None, *said) -> uuid.UUID:
    """Return a key that is the same whenever the same form is sent with the same content: a form that the browser
    restored and that has another text by now makes a new post. Without `idempotency_key` the key is random."""
    return uuid.uuid5(idempotency_key, " ".join(map(str, said))) if idempotency_key else uuid.uuid4()


_AUTHORS = """
WITH RECURSIVE authors (author) AS (
    SELECT min(author_id) FROM groups_post WHERE thread_id = %(thread)s AND deleted_at IS NULL
    UNION ALL
    SELECT (
        SELECT min(author_id) FROM groups_post
        WHERE thread_id = %(thread)s AND deleted_at IS NULL AND author_id > authors.author
    ) FROM authors WHERE authors.author IS NOT NULL
)
SELECT author, (
    SELECT min(id) FROM groups_post
    WHERE thread_id = %(thread)s AND deleted_at IS NULL AND author_id = authors.author
) FROM authors WHERE author IS NOT NULL
"""

# The columns that lists of threads show, with what names subjects and authors.
SHOWN_IN_LISTS = (
    "group", "title", "kind", "answer", "pinned_at", "closed_at", "post_count", "latest_id",
    "topic__kind", "topic__title", "source__listed_title",
    "submission__withdrawn_at", "submission__summary__author__display_name", "submission__summary__topic__title",
    "last_post__created_at", "last_post__author__display_name",
)  # fmt: skip


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user) -> "ThreadQuerySet":
        """Return the threads of the groups that a person is a member of."""
        return self.filter(group__in=Group.objects.visible_to(user))

    def about_topic(self, topic: Section) -> "ThreadQuerySet":
        """Return the threads about the topic, its sources, and submissions on it. Each of these has an index, which the
        database passes over when it is asked for all three at once."""
        found, sources = self.order_by(), topic.topic_entries.not_retired().values("source")
        about_sources = found.filter(source__in=sources).values("pk")
        about_submissions = found.filter(submission__summary__topic=topic).values("pk")
        return self.filter(pk__found_by=found.filter(topic=topic).values("pk").union(about_sources, about_submissions))

    def about_source(self, source: Source) -> "ThreadQuerySet":
        return self.filter(source=source)

    def with_subject(self) -> "ThreadQuerySet":
        """Select what is needed to name the subject."""
        return self.select_related("topic", "source", "submission__summary__author", "submission__summary__topic")

    def with_activity(self, *, excerpts: bool = False) -> "ThreadQuerySet":
        """Order by newest activity, and select `last_post` with its author. Fetches what lists of threads show and
        nothing else; with `excerpts` also what `Post.excerpt` of the last posts needs."""
        shown = (*SHOWN_IN_LISTS, "last_post__body_html") if excerpts else SHOWN_IN_LISTS
        return self.with_subject().select_related("last_post__author").only(*shown).order_by("-latest_id")

    def latest_in(self, groups: Iterable[int], limit: int) -> "ThreadQuerySet":
        """Return the `limit` threads with the newest posts in these groups. Reads as many threads of each group, by the
        index: sorting those of several groups would read all of them."""
        of_one = """SELECT * FROM (
            SELECT id, latest_id FROM groups_thread WHERE group_id = %s ORDER BY latest_id DESC LIMIT %s
        ) AS of_one"""
        groups = list(groups)
        if not groups:
            return self.none()
        union = " UNION ALL ".join([of_one] * len(groups))
        latest = f"SELECT id FROM ({union}) AS found ORDER BY latest_id DESC LIMIT %s"  # noqa: S608
        params = [value for group in groups for value in (group, limit)] + [limit]
        return self.filter(pk__in=RawSQL(latest, params))  # noqa: S611

    def recent_in(self, group: Group | int, *, excerpts: bool = False) -> "ThreadQuerySet":
        """Return a group's threads, newest activity first: see `with_activity`. The caller checks that the group may be
        seen."""
        return self.filter(group=group).with_activity(excerpts=excerpts)

    def start(
        self,
        *,
        group: Group,
        author,
        title: str,
        body: str,
        kind: str = "discussion",
        about: ThreadSubject | None = None,
        idempotency_key: uuid.UUID | None = None,
        rendered: Rendered | None = None,
        now: datetime | None = None,
    ) -> "Thread":
        """Create a thread with its first post, and return it. If the author sent the same content with the same
        `idempotency_key` before, return that thread. Locks the source that it is about, then the group. Raises
        GroupArchived, RuleViolation ("not_a_member"), and ValueError for a submission to another group."""
        if isinstance(about, Submission) and about.group_id != group.pk:
            raise ValueError("A thread is about what was submitted to its own group.")
        now, token = now or timezone.now(), idempotency_key_for(idempotency_key, group.pk, title, body)
        words = body_columns(body, rendered)
        try:
            with transaction.atomic():
                columns = subject_columns(about)
                group.lock_for(author)
                begun = {"opened_by": author, "opened_at": now}
                thread = self.create(group=group, title=title, kind=kind, **begun, **columns)
                sent = {"idempotency_key": token, "form_id": idempotency_key}
                mentions = find_mentions(words["body_html"], group, author)
                post = thread.posts.create(author=author, created_at=now, mentions=mentions, **sent, **words)
                PostImage.objects.write_down(post)
                notify_posted(post, now, starts=True)
                WebhookDelivery.objects.record(
                    group, WebhookDelivery.Event.THREAD, key=f"thread-{thread.pk}", actor=author, now=now,
                    path=thread.get_absolute_url(), facts={"title": title},
                )  # fmt: skip
        except IntegrityError:
            thread = self.filter(posts__author=author, posts__idempotency_key=token).first()
            if thread is None:
                raise
        return thread


def subject_columns(about: ThreadSubject | None) -> dict[str, int | None]:
    """Return the columns that hold the subject. Locks a source, and follows it if it was merged into another."""
    columns: dict[str, int | None] = {"topic_id": None, "source_id": None, "submission_id": None}
    if isinstance(about, Source):
        return columns | {"source_id": Source.objects.lock_current([about.pk])[about.pk]}
    if about:
        columns["topic_id" if isinstance(about, Section) else "submission_id"] = about.pk
    return columns


class Thread(models.Model):
    """A titled discussion with at least one post, about at most one subject; without one it is about the group in
    general."""

    class Kind(models.TextChoices):
        DISCUSSION = "discussion", _("Discussion")
        QUESTION = "question", _("Question")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="threads")
    kind = models.CharField(
        max_length=10, choices=Kind.choices, default=Kind.DISCUSSION, db_default=Kind.DISCUSSION.value
    )
    title = models.CharField(max_length=160)
    topic = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="threads")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="threads")
    submission = models.ForeignKey(Submission, on_delete=models.RESTRICT, null=True, blank=True, related_name="threads")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    pinned_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_reason = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)
    answer = models.ForeignKey(
        "groups.Post", on_delete=models.SET_NULL, db_constraint=False, db_index=False, null=True, editable=False,
        related_name="+", help_text="The post that answers it, of a question.",
    )  # fmt: skip
    post_changes = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="How often a post of it was edited or deleted."
    )
    # Written by triggers of the database, and by nothing else: see `latest_post_triggers`.
    post_count = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="How many of its posts are not deleted."
    )
    latest_id = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="The key of its newest post, also if that is deleted."
    )
    last_post = models.ForeignKey(
        "groups.Post", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True, editable=False,
        related_name="+", help_text="The newest of its posts that is not deleted.",
    )  # fmt: skip

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["group", "-latest_id"], name="groups_thread_by_activity"),
            models.Index(
                fields=["group", "-latest_id"],
                condition=models.Q(pinned_at__isnull=False),
                name="groups_thread_pinned",
            ),
            models.Index(
                fields=["topic", "group", "-latest_id"],
                condition=models.Q(topic__isnull=False),
                name="groups_thread_about_topic",
            ),
            models.Index(
                fields=["source", "group", "-latest_id"],
                condition=models.Q(source__isnull=False),
                name="groups_thread_about_source",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="groups_thread_has_title"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["discussion", "question"]), name="groups_thread_kind_known"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(topic=None, source=None)
                    | models.Q(topic=None, submission=None)
                    | models.Q(source=None, submission=None)
                ),
                name="groups_thread_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return stored_text(self.title)

    def get_absolute_url(self) -> str:
        return address("thread", self.pk)

    @cached_property
    def first_post_key(self) -> int:
        """The key of the post that it began with. Pages fetch it with the thread: see `thread_page`."""
        return self.posts.order_by("pk").values_list("pk", flat=True)[0]

    @property
    def takes_replies(self) -> bool:
        """Whether it is open, in a group that is not archived."""
        return not self.closed_at and not self.group.archived_at

    @property
    def has_subject(self) -> bool:
        """Whether it has a subject."""
        return any((self.topic_id, self.source_id, self.submission_id))

    @property
    def people(self) -> list[User]:
        """The authors of its posts that are not deleted, in the order of their first post. Goes from author to author
        in the index of posts, so that a long thread takes no longer than a short one of as many people. Reads
        `Group.members`."""
        with connection.cursor() as cursor:
            cursor.execute(_AUTHORS, {"thread": self.pk})
            keys = [key for key, _first in sorted(cursor.fetchall(), key=lambda row: row[1])]
        found = {each.person_id: each.person for each in self.group.members}
        found |= User.objects.only("display_name").in_bulk([key for key in keys if key not in found])
        return [found[key] for key in keys if key in found]
