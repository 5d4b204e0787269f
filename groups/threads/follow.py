"""What members are told of threads: what they follow, and what they have muted."""

from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery

from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.membership import Membership

from .thread import Thread


class FollowQuerySet(models.QuerySet["Follow"]):
    def visible_to(self, user) -> "FollowQuerySet":
        """Return a person's own."""
        return self.filter(membership__person=user) if user.is_authenticated else self.none()

    @transaction.atomic
    def set_for(self, membership: Membership, *, is_muted: bool, **subject) -> bool:
        """Follow or mute a `thread`, `topic` or `source`, for a member. Return False, and write nothing, if the
        membership has ended. Locks the source, then the group. A source that was merged meanwhile stands for the one
        that remains."""
        if source := subject.pop("source", None):
            subject["source_id"] = Source.objects.lock_current([source.pk])[source.pk]
        if not membership.lock():
            return False
        self.update_or_create(membership=membership, **subject, defaults={"is_muted": is_muted})
        return True


class Follow(models.Model):
    """A member follows one thread, or the threads about one topic or source, or has muted them. Ends with the
    membership."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="follows")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, related_name="follows")
    topic = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, related_name="+")
    is_muted = models.BooleanField(default=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "thread"], name="groups_one_follow_per_thread"),
            models.UniqueConstraint(fields=["membership", "topic"], name="groups_one_follow_per_topic"),
            models.UniqueConstraint(fields=["membership", "source"], name="groups_one_follow_per_source"),
            models.CheckConstraint(
                condition=(
                    Q(thread__isnull=False, topic=None, source=None)
                    | Q(thread=None, topic__isnull=False, source=None)
                    | Q(thread=None, topic=None, source__isnull=False)
                ),
                name="groups_follow_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.thread or self.topic or self.source}"


def follow_facts(person) -> dict[str, Subquery]:
    """Return annotations for a queryset of threads: `follow_level` of the person's membership; `thread_muted` and
    `subject_muted`, which say whether they have muted the thread, and its topic or source: None where they neither
    follow nor mute it."""
    mine = Follow.objects.filter(membership__person=person, membership__group=OuterRef("group"))
    subject = (
        Q(topic=OuterRef("topic")) | Q(source=OuterRef("source")) | Q(topic=OuterRef("submission__summary__topic"))
    )
    membership = Membership.objects.filter(person=person, group=OuterRef("group"))
    return {
        "follow_level": Subquery(membership.values("follow_level")[:1]),
        "thread_muted": Subquery(mine.filter(thread=OuterRef("pk")).values("is_muted")[:1]),
        "subject_muted": Subquery(mine.filter(subject).order_by("is_muted").values("is_muted")[:1]),
    }


def follow_state(thread: Thread) -> str:
    """Return "follow", "mute" or "none": whether a member is told of replies. Takes a thread with `follow_facts`. What
    they chose for the thread goes before its topic or source, and that before the group."""
    if thread.thread_muted is None or thread.follow_level == Membership.FollowLevel.NOTHING:
        return subject_state(thread)
    return "mute" if thread.thread_muted else "follow"


def subject_state(thread: Thread) -> str:
    """Return the same for threads about the topic or source of this one, or the whole group."""
    if thread.follow_level == Membership.FollowLevel.NOTHING:
        return "none"
    if thread.subject_muted is not None:
        return "mute" if thread.subject_muted else "follow"
    return "follow" if thread.follow_level == Membership.FollowLevel.ALL else "none"
