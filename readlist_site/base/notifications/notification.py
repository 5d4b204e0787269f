"""Something that a person is told: in the app at once, by mail as they chose."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user) -> "NotificationQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def unread(self) -> "NotificationQuerySet":
        """Those that their person has not looked at, and that still say something."""
        return self.filter(read_at=None, obsolete_at=None)

    def grouped(self) -> "NotificationQuerySet":
        """What is unread, each thing once: the latest of a kind about the same, with how many came `before` it.

        The page lists these, and the bell counts them."""
        same = {each: OuterRef(each) for each in ("person", "kind", "about")}
        alike = Notification.objects.unread().filter(**same)
        before = alike.filter(pk__lt=OuterRef("pk")).order_by().values("about").annotate(n=Count("pk")).values("n")
        latest = self.unread().filter(~Exists(alike.filter(pk__gt=OuterRef("pk"))))
        return latest.annotate(before=Coalesce(Subquery(before), Value(0)))

    def count_grouped(self) -> int:
        """How many things one person's unread notifications are about: as many as `grouped` lists, asked more
        cheaply."""
        return self.unread().order_by().values("kind", "about").distinct().count()

    def read_or_obsolete(self) -> "NotificationQuerySet":
        """What was seen, or is over."""
        return self.exclude(read_at=None, obsolete_at=None)

    def pending_email(self) -> "NotificationQuerySet":
        """What has yet to be mailed, or decided against: what was seen in the app needs no mail."""
        return self.unread().filter(mailed_at=None)

    def mark_read(self, now: datetime | None = None) -> int:
        """Their person has looked at them."""
        return self.unread().update(read_at=now or timezone.now())

    def notify(
        self,
        people: Iterable,
        *,
        kind: str,
        key: str,
        about: str,
        facts: dict,
        url: str,
        actor=None,
        now: datetime | None = None,
    ) -> None:
        """Tell each of these people once, whoever tells them how often: `key` names the event. The actor is never told.
        Told again with other facts it stays what it was, seen or mailed; the facts and where they lead are the later.

        Call it inside the transaction that makes the event: both are kept, or neither. `about` names what it is about,
        so that several of a kind are shown as one while unread, and so that all are over at once. `facts` are what the
        kind's template needs; times among them are ISO strings, under names that end in "_at". `url` is a path."""
        now = now or timezone.now()
        notifications = [
            self.model(person=each, kind=kind, key=key, about=about, facts=facts, url=url, actor=actor, created_at=now)
            for each in dict.fromkeys(people)
            if each != actor and each.is_active
        ]
        self.bulk_create(
            notifications,
            update_conflicts=True,
            unique_fields=["person", "key"],
            update_fields=["text", "facts", "url"],
        )

    def mark_obsolete(self, *, about: str, kinds: Iterable[str] = (), person=None, now: datetime | None = None) -> int:
        """There is nothing to do about it any more: it is shown as new no longer, and no mail is sent of it."""
        found = self.filter(about=about, obsolete_at=None)
        if kinds:
            found = found.filter(kind__in=kinds)
        if person:
            found = found.filter(person=person)
        return found.update(obsolete_at=now or timezone.now())


class Notification(models.Model):
    """One event for one person. What was said of the same thing before is never overwritten by a later event: pages
    and mails gather what is unread."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80, help_text="The event, told once.")
    about = models.CharField(max_length=60, help_text="What it is about: a submission, a claim.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(null=True, help_text="What its kind's template needs.")
    text = models.CharField(max_length=300, blank=True, default="", help_text="The sentence, where there are no facts.")
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    obsolete_at = models.DateTimeField(null=True, blank=True, help_text="When it had nothing to say any more.")
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="When its mail was sent, or decided against.")
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text="A sender has it in hand, or tries again then."
    )
    leased_by = models.UUIDField(null=True, blank=True, help_text="Which sender that is.")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notices_each_event_once"),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(read_at=None, obsolete_at=None), name="notices_unread"),
            models.Index(fields=["about"], condition=Q(obsolete_at=None), name="notices_not_obsolete"),
            models.Index(
                fields=["person"],
                condition=Q(mailed_at=None, read_at=None, obsolete_at=None),
                name="notices_pending_email",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}"

    def get_absolute_url(self) -> str:
        """By which it is seen; goes on to where it leads."""
        return reverse("notification", args=[self.pk])

    @property
    def same_subject(self) -> NotificationQuerySet:
        """It, and what its person was told of the same before."""
        same = {"person": self.person_id, "kind": self.kind, "about": self.about}
        return Notification.objects.filter(**same, pk__lte=self.pk)
