"""Notifications: shown in the app at once, sent by e-mail as the person chose."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from .kinds import unwanted

# Who reads none of theirs has at most so many unread ones; older ones end.
MOST_UNREAD = 1_000


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user) -> "NotificationQuerySet":
        """Returns the user's own notifications; none for an anonymous user."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def unread(self) -> "NotificationQuerySet":
        """Returns notifications that are neither read nor obsolete."""
        return self.filter(read_at=None, obsolete_at=None)

    def grouped(self) -> "NotificationQuerySet":
        """Returns the latest unread notification of each (person, kind, about), annotated with the number of earlier
        unread ones as `before`.

        The notifications page lists these, and the bell shows their number."""
        subject = {name: OuterRef(name) for name in ("person", "kind", "about")}
        same_subject = Notification.objects.unread().filter(**subject)
        before = (
            same_subject.filter(pk__lt=OuterRef("pk")).order_by().values("about").annotate(n=Count("pk")).values("n")
        )
        latest = self.unread().filter(~Exists(same_subject.filter(pk__gt=OuterRef("pk"))))
        return latest.annotate(before=Coalesce(Subquery(before), Value(0)))

    def count_grouped(self) -> int:
        """Returns how many rows `grouped` has for the notifications of one person, by a cheaper query."""
        return self.unread().order_by().values("kind", "about").distinct().count()

    def read_or_obsolete(self) -> "NotificationQuerySet":
        """Returns notifications that are read or obsolete."""
        return self.exclude(read_at=None, obsolete_at=None)

    def pending_email(self) -> "NotificationQuerySet":
        """Returns unread notifications for which no e-mail was sent or ruled out yet."""
        return self.unread().filter(mailed_at=None)

    def mark_read(self, now: datetime | None = None) -> int:
        """Sets `read_at` on the unread ones. Returns their number."""
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
        """Creates a notification for each of these people, except the actor, closed accounts, and those who have turned
        this kind off.

        `key` names the event: if a person has a notification with this key already, only its facts and URL are updated,
        and it stays read or mailed. Call it inside the transaction of the event, so that both are saved or neither.
        `about` names the subject: unread notifications of one kind and subject are shown as one, and become obsolete
        together. `facts` are the context of the kind's template; datetimes among them are ISO strings with a key that
        ends in "_at". `url` is a path."""
        kinds = {person: [kind] for person in people}
        self.notify_each(kinds, key=key, about=about, facts=facts, url=url, actor=actor, now=now)

    def notify_each(
        self,
        kinds: Mapping[Any, Sequence[str]],
        *,
        key: str,
        about: str,
        facts: dict,
        url: str,
        actor=None,
        now: datetime | None = None,
        replaces: bool = False,
    ) -> None:
        """As `notify`, with the kinds that fit for each person: they get one notification, of the first of these that
        they haven't turned off. With `replaces` one with this key that is of another kind is deleted, also if it was
        read or mailed; the new one is unread, and is mailed. At most two queries, with `replaces` three."""
        now = now or timezone.now()
        kinds = {person: fit for person, fit in kinds.items() if fit and person != actor and person.is_active}
        without = unwanted(kinds, {kind for fit in kinds.values() for kind in fit}) if kinds else set()
        notifications = [
            self.model(
                person=person, kind=wanted[0], key=key, about=about, facts=facts, url=url, actor=actor, created_at=now
            )
            for person, fit in kinds.items()
            if (wanted := [kind for kind in fit if (person.pk, kind) not in without])
        ]
        if replaces and notifications:
            told = [each.person for each in notifications]
            self.filter(key=key, person__in=told).exclude(kind__in={each.kind for each in notifications}).delete()
        self.bulk_create(
            notifications,
            update_conflicts=True,
            unique_fields=["person", "key"],
            update_fields=["text", "facts", "url"],
        )

    def trim(self, now: datetime | None = None) -> None:
        """Sets `obsolete_at` on the oldest unread ones of people who have more than `MOST_UNREAD`."""
        counted = self.unread().order_by().values("person").annotate(number=Count("pk"))
        for person in counted.filter(number__gt=MOST_UNREAD).values_list("person", flat=True):
            theirs = self.unread().filter(person=person).order_by("-pk")
            # None if the person has read some meanwhile.
            oldest_kept = theirs.values_list("pk", flat=True)[MOST_UNREAD - 1 : MOST_UNREAD].first()
            if oldest_kept is not None:
                theirs.filter(pk__lt=oldest_kept).order_by().update(obsolete_at=now or timezone.now())

    def mark_obsolete(self, *, about: str, kinds: Iterable[str] = (), person=None, now: datetime | None = None) -> int:
        """Sets `obsolete_at` on the notifications about this subject, of these kinds and this person if given. They no
        longer count as unread, and no e-mail is sent. Returns their number."""
        notifications = self.filter(about=about, obsolete_at=None)
        if kinds:
            notifications = notifications.filter(kind__in=kinds)
        if person:
            notifications = notifications.filter(person=person)
        return notifications.update(obsolete_at=now or timezone.now())


class Notification(models.Model):
    """One event for one person. A later event on the same subject is a row of its own; pages and e-mails group the
    unread ones."""

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
        """Returns the URL that marks it as read and redirects to its `url`."""
        return reverse("notification", args=[self.pk])

    @property
    def same_subject(self) -> NotificationQuerySet:
        """This notification and earlier ones of the same person, kind and subject."""
        subject = {"person": self.person_id, "kind": self.kind, "about": self.about}
        return Notification.objects.filter(**subject, pk__lte=self.pk)
