"""Something that a person is told: in the app at once, by mail as they chose."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user) -> "NoticeQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def unseen(self) -> "NoticeQuerySet":
        """Those that their person has not looked at, and that still say something."""
        return self.filter(seen_at=None, over_at=None)

    def gathered(self) -> "NoticeQuerySet":
        """What is unseen, each thing once: the latest of a kind about the same, with how many came `before` it.

        The page lists these, and the bell counts them."""
        same = {each: OuterRef(each) for each in ("person", "kind", "about")}
        alike = Notice.objects.unseen().filter(**same)
        before = alike.filter(pk__lt=OuterRef("pk")).order_by().values("about").annotate(n=Count("pk")).values("n")
        latest = self.unseen().filter(~Exists(alike.filter(pk__gt=OuterRef("pk"))))
        return latest.annotate(before=Coalesce(Subquery(before), Value(0)))

    def count_gathered(self) -> int:
        """How many things one person's unseen notices are about: as many as `gathered` lists, asked more cheaply."""
        return self.unseen().order_by().values("kind", "about").distinct().count()

    def earlier(self) -> "NoticeQuerySet":
        """What was seen, or is over."""
        return self.exclude(seen_at=None, over_at=None)

    def to_mail(self) -> "NoticeQuerySet":
        """What has yet to be mailed, or decided against: what was seen in the app needs no mail."""
        return self.unseen().filter(mailed_at=None)

    def see(self, now: datetime | None = None) -> int:
        """Their person has looked at them."""
        return self.unseen().update(seen_at=now or timezone.now())

    def tell(
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
        so that several of a kind are shown as one while unseen, and so that all are over at once. `facts` are what the
        kind's template needs; times among them are ISO strings, under names that end in "_at". `url` is a path."""
        now = now or timezone.now()
        notices = [
            self.model(person=each, kind=kind, key=key, about=about, facts=facts, url=url, actor=actor, created_at=now)
            for each in dict.fromkeys(people)
            if each != actor and each.is_active
        ]
        self.bulk_create(
            notices, update_conflicts=True, unique_fields=["person", "key"], update_fields=["text", "facts", "url"]
        )

    def settle(self, *, about: str, kinds: Iterable[str] = (), person=None, now: datetime | None = None) -> int:
        """There is nothing to do about it any more: it is shown as new no longer, and no mail is sent of it."""
        found = self.filter(about=about, over_at=None)
        if kinds:
            found = found.filter(kind__in=kinds)
        if person:
            found = found.filter(person=person)
        return found.update(over_at=now or timezone.now())


class Notice(models.Model):
    """One event for one person. What was said of the same thing before is never overwritten by a later event: pages
    and mails gather what is unseen."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80, help_text="The event, told once.")
    about = models.CharField(max_length=60, help_text="What it is about: a submission, a claim.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(null=True, help_text="What its kind's template needs.")
    text = models.CharField(max_length=300, blank=True, default="", help_text="The sentence, where there are no facts.")
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True, help_text="When it had nothing to say any more.")
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="When its mail was sent, or decided against.")
    held_until = models.DateTimeField(null=True, blank=True, help_text="A sender has it in hand, or tries again then.")
    held_by = models.UUIDField(null=True, blank=True, help_text="Which sender that is.")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notices_each_event_once"),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(seen_at=None, over_at=None), name="notices_unseen"),
            models.Index(fields=["about"], condition=Q(over_at=None), name="notices_not_over"),
            models.Index(
                fields=["person"], condition=Q(mailed_at=None, seen_at=None, over_at=None), name="notices_to_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}"

    def get_absolute_url(self) -> str:
        """By which it is seen; goes on to where it leads."""
        return reverse("notice", args=[self.pk])

    @property
    def alike(self) -> NoticeQuerySet:
        """It, and what its person was told of the same before."""
        same = {"person": self.person_id, "kind": self.kind, "about": self.about}
        return Notice.objects.filter(**same, pk__lte=self.pk)
