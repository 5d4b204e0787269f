"""What members are told of threads: what they follow, and what they have muted. Takes threads without importing their
model, because that imports this module."""

from django.db import models, transaction
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.membership import Membership


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
        chosen = {"is_muted": is_muted, "by_posting": False}
        self.update_or_create(membership=membership, **subject, defaults=chosen)
        return True


class Follow(models.Model):
    """A member follows one thread, or the threads about one topic or source, or has muted them. Ends with the
    membership."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="follows")
    thread = models.ForeignKey("groups.Thread", on_delete=models.CASCADE, null=True, related_name="follows")
    topic = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, related_name="+")
    is_muted = models.BooleanField(default=False)
    by_posting = models.BooleanField(
        default=False, db_default=False, help_text="They follow the thread because they posted in it."
    )

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


def choices_of(follows: QuerySet[Follow], thread: str = "") -> dict[str, Subquery]:
    """Return annotations for a queryset that leads to threads by the lookup `thread` ("" for one of threads):
    `thread_choice` and `subject_choice` say what these `follows` hold for the thread, and for its topic or source:
    "follow", "mute" or "posted" (followed by posting), None where they hold nothing. What a submission is about is its
    summary's topic."""
    topic = Coalesce(OuterRef(f"{thread}topic"), OuterRef(f"{thread}submission__summary__topic"))
    subject = Q(topic=topic) | Q(source=OuterRef(f"{thread}source"))
    muted, posted = When(is_muted=True, then=Value("mute")), When(by_posting=True, then=Value("posted"))
    choice = Case(muted, posted, default=Value("follow"))
    return {
        name: Subquery(follows.filter(condition).annotate(choice=choice).values("choice")[:1])
        for name, condition in (("thread_choice", Q(thread=OuterRef(f"{thread}pk"))), ("subject_choice", subject))
    }


def follow_facts(person) -> dict[str, Subquery]:
    """Return annotations for a queryset of threads: `choices_of` the person, and `follow_level` of their membership."""
    mine = Follow.objects.filter(membership__person=person, membership__group=OuterRef("group"))
    membership = Membership.objects.filter(person=person, group=OuterRef("group"))
    return {"follow_level": Subquery(membership.values("follow_level")[:1]), **choices_of(mine)}


def followers_of(thread: models.Model) -> QuerySet[Membership]:
    """Return the memberships of a thread's group that `follow_state` takes, with their people: of those with an open
    account. Reads the thread's subject anew, in one statement with what is followed: it may have been merged."""
    members = Membership.objects.with_open_account().filter(group__threads=thread.pk)
    theirs = Follow.objects.filter(membership=OuterRef("pk"))
    return members.annotate(**choices_of(theirs, "group__threads__")).select_related("person")


def follow_state(found: models.Model) -> str:
    """Return "follow", "mute" or "none": whether a member is told of posts in a thread. Takes a thread with
    `follow_facts`, or one of `followers_of`. What they chose for the thread goes before its topic or source, and that
    before the group. Who wants to be told of nothing follows what they chose, and not what they only posted in."""
    if follow_reason(found) in ("subject", "group"):
        return subject_state(found)
    return "mute" if found.thread_choice == "mute" else "follow"


def follow_reason(found: models.Model) -> str:
    """Return which choice of a member `follow_state` comes from: "thread", "posted", "subject" or "group"."""
    wants_nothing = found.follow_level == Membership.FollowLevel.NOTHING
    if found.thread_choice and not (found.thread_choice == "posted" and wants_nothing):
        return "posted" if found.thread_choice == "posted" else "thread"
    return "subject" if found.subject_choice else "group"


def subject_state(found: models.Model) -> str:
    """Return the same for threads about the topic or source of this one, or the whole group."""
    is_followed = found.follow_level == Membership.FollowLevel.ALL
    return found.subject_choice or ("follow" if is_followed else "none")


def followed_subject(thread: models.Model) -> dict:
    """Return the topic or source by which a thread's subject is followed, for `Follow.objects.set_for`; nothing for a
    thread about the group. Takes a thread `with_subject`. See `choices_of`."""
    if thread.source_id:
        return {"source": thread.source}
    topic = thread.topic or (thread.submission and thread.submission.summary.topic)
    return {"topic": topic} if topic else {}
