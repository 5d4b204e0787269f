"""A source that a reader would add to a topic."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from catalog.folding import fold
from catalog.notices import tell_suggestion_decided

from .change import Change
from .entry import Entry
from .proposal import Proposal, ProposalQuerySet
from .reading_list import ReadingList
from .role import Role
from .section import Section
from .source import Source, host_of

MOST_OPEN = 10


class TooManyOpen(Exception):
    """This person has as many open suggestions as one may have."""


class SuggestedAlready(Exception):
    """Somebody suggested this source for this topic. `suggestion` is None where it was decided or taken back since."""

    def __init__(self, suggestion: "Suggestion | None") -> None:
        super().__init__(suggestion)
        self.suggestion = suggestion


def may_suggest(user, topic: Section) -> bool:
    """Whether this person may suggest a source for a topic that they can see."""
    return (
        user.is_authenticated
        and topic.kind == Section.Kind.TOPIC
        and topic.retired_at is None
        and topic.list.status != ReadingList.Status.ARCHIVED
    )


def key_of(url: str) -> str:
    """What two suggestions of one source share, whatever address of it they name. ValueError for what is no address."""
    known = Source.objects.known(url)
    return known.canonical_url if known else fold(url)


class SuggestionQuerySet(ProposalQuerySet):
    def visible_to(self, user) -> "SuggestionQuerySet":
        """One's own, and those of everybody that wait for a topic one can see: without saying whose they are."""
        if not user.is_authenticated:
            return self.none()
        there = Section.objects.visible_to(user).topics()
        return self.filter(models.Q(by=user) | models.Q(state="open", topic__in=there.order_by().values("pk")))

    def with_seconds(self, user) -> "SuggestionQuerySet":
        """Each with the number of its `seconded_by`, and whether this person is among them (`is_seconded`)."""
        mine = Second.objects.filter(suggestion=OuterRef("pk"), person=user.pk)
        return self.annotate(seconded_by=Count("seconds"), is_seconded=Exists(mine))

    def waiting_for(self, topic: Section, user) -> "SuggestionQuerySet":
        """What is suggested for a topic and not decided, as this person sees it, the most wanted first. One query."""
        waiting = self.visible_to(user).open().filter(topic=topic).with_seconds(user)
        return waiting.order_by("-seconded_by", "at", "pk")

    @transaction.atomic
    def suggest(self, topic: Section, *, by, url: str, title: str, why: str, role: str = "") -> "Suggestion":
        """Put it before the curators. Raises TooManyOpen, SuggestedAlready, and ValueError for what is no address."""
        # Of two at once by one person the second counts the first.
        get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
        key = key_of(url)
        if there := self.open().filter(topic=topic, canonical_url=key).first():
            raise SuggestedAlready(there)
        if self.of(by).open().count() >= MOST_OPEN:
            raise TooManyOpen
        said = {"topic": topic, "canonical_url": key, "url": url, "title": title, "why": why, "role": role}
        try:
            with transaction.atomic():
                return self.create(by=by, **said)
        except IntegrityError as error:
            raise SuggestedAlready(self.open().filter(topic=topic, canonical_url=key).first()) from error


class Suggestion(Proposal):
    """One source for one topic. `entry` is what came of it."""

    topic = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="suggestions")
    url = models.URLField("link", max_length=500)
    canonical_url = models.CharField(max_length=500, editable=False)
    title = models.CharField(max_length=300)
    why = models.TextField(max_length=1000, help_text="What it adds to what the topic has.")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestions")

    objects = SuggestionQuerySet.as_manager()

    class Meta(Proposal.Meta):
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["topic", "canonical_url"],
                condition=models.Q(state="open"),
                name="catalog_one_open_suggestion",
            ),
            models.CheckConstraint(condition=~models.Q(why=""), name="catalog_suggestion_says_why"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def anchor(self) -> str:
        """The fragment by which pages know it."""
        return f"suggestion-{self.pk}"

    @property
    def host(self) -> str:
        """Where the link leads, for words beside it."""
        return host_of(self.url)

    def is_of(self, user) -> bool:
        """Whether this person made it: they can take it back while it is open, and need not second it."""
        return self.by_id is not None and self.by_id == user.pk

    @transaction.atomic
    def second(self, person) -> None:
        """They would read it, too. Said twice, or by who suggested it, it counts no more. Nothing where it was taken
        back meanwhile: its row is locked, so that it stays until the transaction ends."""
        still_there = Suggestion.objects.select_for_update(no_key=True).filter(pk=self.pk).exists()
        if still_there and not self.is_of(person):
            Second.objects.bulk_create([Second(suggestion=self, person=person)], ignore_conflicts=True)

    def second_no_more(self, person) -> None:
        self.seconds.filter(person=person).delete()

    def take_back(self) -> bool:
        """Forget it, unless it is decided. Says whether it was open."""
        return bool(Suggestion.objects.open().filter(pk=self.pk).delete()[0])

    @transaction.atomic
    def decline(self, reason: str, *, by) -> None:
        """Leave the list as it is, and tell why. Raises Decided."""
        self.decide(self.State.DECLINED, by=by, reason=reason)
        facts = {"title": self.title, "topic": str(self.topic), "reason": reason}
        Change.objects.note("suggestion_declined", facts, by=by, list=self.topic.list)
        tell_suggestion_decided(self)


class Second(models.Model):
    """Another reader would have it, too."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="seconds")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "person"], name="catalog_second_once")]

    def __str__(self) -> str:
        return f"{self.suggestion}, seconded"
