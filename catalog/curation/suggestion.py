"""Suggestions of sources for a topic, and votes for them."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.lists.reading_list import ReadingList, is_curator
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.canonical_url import url_key
from catalog.sources.source import Source, host_of
from catalog.sources.source_role import Role

from .notifications import notify_suggestion_decided
from .proposal import Proposal, ProposalQuerySet

MAX_OPEN = 10


class TooManyOpenSuggestions(Exception):
    """This person has MAX_OPEN open suggestions."""


class AlreadySuggested(Exception):
    """There is an open suggestion of this source for this topic. `suggestion` is None if it was decided or withdrawn
    in the meantime."""

    def __init__(self, suggestion: "Suggestion | None") -> None:
        super().__init__(suggestion)
        self.suggestion = suggestion


def can_suggest(user, topic: Section) -> bool:
    """Whether the user may suggest a source for this topic, which must be visible to them."""
    return (
        user.is_authenticated
        and topic.kind == Section.Kind.TOPIC
        and topic.retired_at is None
        and topic.list.status != ReadingList.Status.ARCHIVED
    )


def suggestion_key(url: str) -> str:
    """The canonical URL of a known source with this address or alias, else that of `url` itself.

    Raises ValueError if `url` isn't a web address."""
    known = Source.objects.by_url(url)
    return known.canonical_url if known else url_key(url)


class SuggestionQuerySet(ProposalQuerySet):
    def visible_to(self, user) -> "SuggestionQuerySet":
        """The user's own suggestions, and all open ones for topics that the user may see. Pages must not show the
        author of another person's suggestion."""
        return self.shown_to(user, drafts=is_curator(user)) if user.is_authenticated else self.none()

    def shown_to(self, person, *, drafts: bool) -> "SuggestionQuerySet":
        """The person's own suggestions, and all open ones; those for topics of draft lists only if they see `drafts`.
        Reads nothing of the person but the key."""
        there = Section.objects.in_shown_lists(drafts=drafts).topics()
        return self.filter(models.Q(by=person) | models.Q(state="open", topic__in=there.order_by().values("pk")))

    def with_votes(self, user) -> "SuggestionQuerySet":
        """Annotated with the number of votes (`vote_count`) and whether the user voted (`has_my_vote`)."""
        votes = SuggestionVote.objects.filter(suggestion=OuterRef("pk")).order_by()
        counted = votes.values("suggestion").annotate(number=Count("pk")).values("number")
        return self.annotate(
            vote_count=Coalesce(Subquery(counted), 0), has_my_vote=Exists(votes.filter(person=user.pk))
        )

    def open_for(self, topic: Section, user) -> "SuggestionQuerySet":
        """The open suggestions for a topic that are visible to the user, most votes first. One query."""
        return self.visible_to(user).open_on(topic, user)

    def open_on(self, topic: Section, person) -> "SuggestionQuerySet":
        """Of these the open ones for a topic, with the person's votes, most votes first."""
        return self.open().filter(topic=topic).with_votes(person).order_by("-vote_count", "at", "pk")

    @transaction.atomic
    def suggest(self, topic: Section, *, by, url: str, title: str, why: str, role: str = "") -> "Suggestion":
        """Create a suggestion.

        Raises TooManyOpenSuggestions, AlreadySuggested, and ValueError if `url` isn't a web address."""
        # Locks the person's row, so that two concurrent suggestions can't both pass the count below.
        get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
        key = suggestion_key(url)
        if there := self.open().filter(topic=topic, canonical_url=key).first():
            raise AlreadySuggested(there)
        if self.of(by).open().count() >= MAX_OPEN:
            raise TooManyOpenSuggestions
        values = {"topic": topic, "canonical_url": key, "url": url, "title": title, "why": why, "role": role}
        try:
            with transaction.atomic():
                return self.create(by=by, **values)
        except IntegrityError as error:
            raise AlreadySuggested(self.open().filter(topic=topic, canonical_url=key).first()) from error


class Suggestion(Proposal):
    """A suggestion of one source for one topic. `entry` is the entry made when it was accepted."""

    topic = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="suggestions", verbose_name=_("topic"))
    url = models.URLField(_("link"), max_length=500)
    canonical_url = models.CharField(max_length=500, editable=False)
    title = models.CharField(_("title"), max_length=300)
    why = models.TextField(_("reason"), max_length=1000)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestions")

    objects = SuggestionQuerySet.as_manager()

    class Meta(Proposal.Meta):
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
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
        """The suggestion's fragment on pages."""
        return f"suggestion-{self.pk}"

    @property
    def host(self) -> str:
        """The host of the link, to show beside it."""
        return host_of(self.url)

    def is_by(self, user) -> bool:
        """Whether the user made this suggestion; its author can withdraw it while it is open, and can't vote for it."""
        return self.by_id is not None and self.by_id == user.pk

    @transaction.atomic
    def vote(self, person) -> None:
        """Add the person's vote. Does nothing if they voted already, if the suggestion is their own or if it was
        withdrawn. Locks the suggestion, so that it can't be withdrawn until the transaction ends."""
        still_there = Suggestion.objects.select_for_update(no_key=True).filter(pk=self.pk).exists()
        if still_there and not self.is_by(person):
            SuggestionVote.objects.bulk_create([SuggestionVote(suggestion=self, person=person)], ignore_conflicts=True)

    def withdraw_vote(self, person) -> None:
        self.votes.filter(person=person).delete()

    @transaction.atomic
    def withdraw(self) -> bool:
        """Delete the suggestion if it is open; returns whether it was. Locks it, so that no vote is added while it is
        deleted."""
        list(Suggestion.objects.select_for_update().filter(pk=self.pk).values("pk"))
        return bool(Suggestion.objects.open().filter(pk=self.pk).delete()[0])

    @transaction.atomic
    def decline(self, reason: str, *, by) -> None:
        """Decline the suggestion, record the change and notify its author. Raises AlreadyDecided."""
        self.decide(self.State.DECLINED, by=by, reason=reason)
        facts = {"title": self.title, "topic": str(self.topic), "reason": reason}
        Change.objects.record("suggestion_declined", facts, by=by, list=self.topic.list)
        self.notify_decided()

    def notify_decided(self) -> None:
        """Notify the author of the decision and, if it was accepted, the voters. Call it in the transaction that
        decides."""
        accepted = self.state == self.State.ACCEPTED
        notify_suggestion_decided(
            self.pk,
            {"title": self.title, "topic": self.topic.short_name, "accepted": accepted, "reason": self.reason},
            suggested_by=self.by,
            voters=[each.person for each in self.votes.select_related("person")] if accepted else [],
            entry_url=self.topic.entry_url(self.entry_id) if accepted else "",
            actor=self.decided_by,
            now=self.decided_at,
        )


class SuggestionVote(models.Model):
    """A person's vote for another person's suggestion."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "person"], name="catalog_one_vote_per_person")]

    def __str__(self) -> str:
        return f"{self.suggestion}, vote"
