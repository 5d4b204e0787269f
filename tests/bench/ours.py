"""Readlist's own rule: the product's code on a database in memory, told what day it is."""

from datetime import UTC, datetime, timedelta
from itertools import count
from math import inf

from django.utils import timezone

from catalog.outline.section import Section
from groups.leaving.pause import pause_reviews
from groups.members.exceptions import RuleViolation
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_queue import claim_best_match
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from notes.revision import Revision
from tests import factories
from tests.bench.life import APPROVES_FIRST, APPROVES_LATER, AT_ONCE, FINISHES, YEAR, Days, Life, Outcome, Text

NEW_YEAR = datetime(timezone.now().year, 1, 1, tzinfo=UTC)


class Readlist:
    """People press "Review next" when they look, sit down to what they hold, and revise when changes are asked for."""

    def __init__(self, life: Life) -> None:
        self.life, self.days = life, Days(life, "Readlist")
        people = [factories.make_user() for _ in range(life.size)]
        self.group = factories.make_group(*people, reading_list=factories.make_list(is_default=False))
        self.people = people
        self.member = {person.pk: place for place, person in enumerate(people)}
        self.prompts = list(self.group.list.prompts.not_retired())
        self.topics: list[Section] = []
        self.shown: dict[Text, Submission] = {}
        self.works: list[list[Submission]] = [[] for _ in people]
        self.revising: set[int] = set()

    @property
    def now(self) -> datetime:
        return NEW_YEAR + timedelta(days=self.days.now)

    def outcome(self) -> Outcome:
        for text in self.life.texts:
            self.days.at(text.ready, lambda text=text: self._submit(text))
        for member, silences in enumerate(self.life.silences):
            self.days.look_in(member, self._look)
            for silence in silences:
                if silence.away:
                    until = NEW_YEAR + timedelta(days=silence.ends)
                    self.days.at(silence.begins, lambda who=self.people[member], until=until: self._go_away(who, until))
        for day in range(int(YEAR)):
            self.days.at(day, self._tick)
        self.days.pass_by()
        return self._counted()

    # What people do

    def _submit(self, text: Text) -> None:
        topic = self._topic(sum(each.author == text.author for each in self.shown))
        round = self._show(text.author, topic)
        self.shown[text] = round.submission

    def _show(self, author: int, topic: Section) -> ReviewRound:
        person = self.people[author]
        number = Revision.objects.filter(summary__author=person, summary__topic=topic).count() + 1
        answers = {prompt.pk: f"What revision {number} says." for prompt in self.prompts}
        revision = Revision.freeze(person, topic, answers, at=self.now)
        round = Submission.objects.submit(revision, self.group, now=self.now)
        for member in range(self.life.size):
            if member != author:
                self.days.tell(member, self._look)
        return round

    def _look(self, member: int) -> None:
        if len(self.works[member]) == AT_ONCE:
            return
        claim = claim_best_match(self.people[member], self.group, self.now)
        if claim and claim.round.submission not in self.works[member]:
            sittings, done = self.days.sit_down(member)
            submission = claim.round.submission
            self.works[member].append(submission)
            for day in sittings:
                self.days.at(day, lambda: self._type(member, submission))
            self.days.at(done, lambda: self._review(member, submission))

    def _type(self, member: int, submission: Submission) -> None:
        Claim.objects.filter(reviewer=self.people[member], round__submission=submission).renew(self.now)

    def _review(self, member: int, submission: Submission) -> None:
        """As the page does it: on the newest revision, also after the time has run out, if nobody else has the slot."""
        self.works[member].remove(submission)
        reviewer, round = self.people[member], Submission.objects.get(pk=submission.pk).current
        likely = (
            APPROVES_LATER if Review.objects.filter(round__submission=submission, reviewer=reviewer).exists() else 0
        )
        approves = self.days.random.random() < (likely or APPROVES_FIRST)
        try:
            claim = round.claims.filter(reviewer=reviewer, ended_at=None).first() or round.claim(reviewer, self.now)
            if claim:
                Review.objects.submit(claim, "approve" if approves else "request_changes", now=self.now)
                self._hear(submission, approves)
        except RuleViolation:
            pass  # it is accepted, or taken back
        self.days.tell(member, self._look)

    def _hear(self, submission: Submission, approves: bool) -> None:
        if not approves and submission.pk not in self.revising:
            self.revising.add(submission.pk)
            author = self.member[submission.summary.author_id]
            day = self.life.after(author, self.days.now, self.days.draw(FINISHES))
            self.days.at(day, lambda: self._revise(author, submission))

    def _revise(self, author: int, submission: Submission) -> None:
        self.revising.discard(submission.pk)
        if not Acceptance.objects.filter(round__submission=submission).exists():
            self._show(author, submission.summary.topic)

    def _go_away(self, person, until: datetime) -> None:
        pause_reviews(person, until=until, now=self.now)

    def _tick(self) -> None:
        ReviewRound.objects.filter(submission__group=self.group).accept_due(self.now)

    # What came of it

    def _counted(self) -> Outcome:
        given = [Review.objects.filter(reviewer=person).count() for person in self.people]
        outcome = Outcome(given=given)
        for text, submission in self.shown.items():
            first: dict[int, float] = {}
            for review in Review.objects.filter(round__submission=submission).order_by("submitted_at"):
                first.setdefault(review.reviewer_id, self._day(review.submitted_at))
            reviews = sorted(first.values())
            asked = submission.rounds.first().slots
            needed = reviews[asked - 1] if len(reviews) >= asked else inf
            if reviews:  # after seven days one is enough
                needed = min(needed, max(text.ready + self.group.single_approval_days, reviews[0]))
            yes = Acceptance.objects.filter(round__submission=submission).first()
            accepted = self._day(yes.accepted_at) if yes else inf
            outcome.count(text, reviews, min(needed, accepted), accepted)
        return outcome

    def _day(self, when: datetime) -> float:
        return (when - NEW_YEAR) / timedelta(days=1)

    def _topic(self, place: int) -> Section:
        """The next topic that a person writes about."""
        while len(self.topics) <= place:
            self.topics.append(factories.make_section(self.group.list, "topic", f"Topic {next(_numbers)}"))
        return self.topics[place]


_numbers = count(1)
