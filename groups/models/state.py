"""What has become of a submission, in words: derived from its rounds, reviews and claims each time it is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateformat import format as in_words
from django.utils.text import capfirst

from .review import PATIENCE, Review

if TYPE_CHECKING:
    from .acceptance import Acceptance
    from .round import Round


@dataclass(frozen=True)
class Sign:
    """One fact as a tag: "Ada approved", "yours until Thursday", "1 more wanted"."""

    kind: str  # the tag's class: approved, changes, mine, or none
    words: str

    @property
    def icon(self) -> str:
        return {"approved": "tick", "changes": "again"}.get(self.kind, "clock")


@dataclass(frozen=True)
class State:
    """`word` is the most telling sign; `clause` goes on from a name: "Tomás’s summary" "waits for two readers".

    `sentence` is what its author is told; `since` is when it came to this."""

    kind: str  # withdrawn, accepted, retracted, left, changes, request, reading, more, agreed, unreviewed, waits
    word: str
    clause: str
    signs: tuple[Sign, ...]
    sentence: str
    since: datetime

    @property
    def opinions(self) -> tuple[Sign, ...]:
        """The signs that the clause leaves out: who approved, who asked for changes, that it is accepted."""
        return tuple(sign for sign in self.signs if sign.kind in {"approved", "changes"})

    def __str__(self) -> str:
        return self.word


def state_of(round: "Round", viewer, now: datetime) -> State:
    """The state of a round that came `with_facts`, as the viewer would be told it."""
    return _Teller(round, viewer, now).state()


def name_of(person, viewer) -> str:
    """How the viewer is told of a person, inside a sentence."""
    if person is None:
        return "a former member"
    return "you" if person == viewer else person.first_name


def names_of(people, viewer) -> str:
    """The same of several: "Ada, Jonas and you"."""
    names = sorted((name_of(person, viewer) for person in people), key=lambda name: name == "you")
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def whose(person, viewer) -> str:
    """ "your", "Tomás’s"."""
    name = name_of(person, viewer)
    return "your" if name == "you" else f"{name}’s"


def until(when: datetime, now: datetime) -> str:
    """ "until 18:30" of today, "until Thursday" of the next days, else "until 9 December"."""
    local, today = timezone.localtime(when), timezone.localtime(now).date()
    days = (local.date() - today).days
    return "until " + in_words(local, "H:i" if days <= 0 else "l" if days < 7 else "j F")


def since(when: datetime, now: datetime) -> str:
    """ "since 14:02" of today, "since Monday" of the last days, else "since 9 November"."""
    local = timezone.localtime(when)
    days = (timezone.localtime(now).date() - local.date()).days
    return "since " + (in_words(local, "H:i" if days <= 0 else "l") if days < 7 else date_of(when, now))


def date_of(when: datetime, now: datetime) -> str:
    """ "9 November"; of another year "9 November 2025"."""
    local = timezone.localtime(when)
    return in_words(local, "j F" if local.year == timezone.localtime(now).year else "j F Y")


def if_approved(round: "Round", reviewer, now: datetime) -> str:
    """What the reviewer's approval would bring about, as a sentence. Takes a round that came `with_facts`."""
    facts = _Teller(round, reviewer, now)
    approved = [review.reviewer for review in facts.approvals if review.reviewer_id != reviewer.pk]
    others = [review for review, _ in facts.old_requests] + facts.requests
    if standing := [review.reviewer for review in others if review.reviewer_id != reviewer.pk]:
        return f"{names_of(standing, reviewer)} asked for changes: that stands beside what you say."
    if len(approved) + 1 < round.approvals_asked(now):
        return "If you approve, one more approval is wanted beside yours."
    already = f"{capfirst(names_of(approved, reviewer))} approved it. " if approved else ""
    return f"{already}If you approve, it is accepted and stands in the playbook."


class _Teller:
    """Reads the facts of one round once, and says them."""

    def __init__(self, round: "Round", viewer, now: datetime) -> None:
        self.round, self.viewer, self.now = round, viewer, now
        self.submission = round.submission
        self.author = self.submission.summary.author
        rounds = list(self.submission.rounds.all())
        self.reviews = [review for each in rounds if each.pk == round.pk for review in each.reviews.all()]
        self.approvals = [review for review in self.reviews if review.approves]
        self.requests = [review for review in self.reviews if review.stands]
        # Requests that earlier revisions left behind, and the round of each.
        earlier = (each for each in rounds if each.pk < round.pk)
        self.old_requests = [(review, each) for each in earlier for review in each.reviews.all() if review.stands]
        self.claims = round.live_claims
        # An account that was closed lowers what is wanted before that is written down.
        self.wanted = min(round.wanted, round.others)
        asked = min(round.approvals_asked(now), max(1, self.wanted))
        self.more = max(0, asked - len(self.requests) - len(self.approvals) - len(self.claims))

    def state(self) -> State:
        if self.submission.withdrawn_at:
            on = date_of(self.submission.withdrawn_at, self.now)
            return self._plain("withdrawn", "", f"taken back {on}", f"was taken back {on}")
        if self.round.accepted_at:
            return self._agreed(self.round.acceptance)
        if not self.round.author_is_there:
            return self._plain("left", "", "its author has left", "rests, as its author has left")
        kind, clause = self._waits()
        said, stands, held, wanted = self._said(), self._stands(), self._held(), self._wanted(kind)
        asked = [sign for sign in said if sign.kind == "changes"]
        telling = {"changes": asked, "request": stands, "reading": held}.get(kind) or wanted or said
        signs = (*said, *stands, *held, *wanted)
        return State(kind, telling[0].words, clause, signs, self._to_its_author(kind, clause), self._since(kind))

    def _agreed(self, acceptance: "Acceptance") -> State:
        on = date_of(acceptance.accepted_at, self.now)
        if acceptance.retracted_at is None:
            return self._plain("accepted", "approved", f"accepted {on}", f"was accepted {on}")
        word = f"taken from the playbook {date_of(acceptance.retracted_at, self.now)}"
        return self._plain("retracted", "", word, f"was accepted {on}, and {word}")

    def _plain(self, kind: str, look: str, word: str, clause: str) -> State:
        return State(kind, word, clause, (Sign(look, word),), f"It {clause}.", self.round.submitted_at)

    def _waits(self) -> tuple[str, str]:
        """On whom it waits."""
        holders = [claim.reviewer for claim in self.claims]
        if self.requests and self.viewer not in holders:
            return "changes", f"waits for {whose(self.author, self.viewer)} next revision"
        if self.claims:
            last = max(claim.expires_at for claim in self.claims)
            return "reading", f"is with {names_of(holders, self.viewer)} {until(last, self.now)}{self._beside_them}"
        if self.more and not self.reviews:
            if self.round.others == 0:
                return "unreviewed", "has nobody else to read it yet"
            return "waits", f"waits for {self._readers}{self._nobody_could}"
        if self.more:
            return "more", f"waits for {self._readers}{self._nobody_could}"
        if self.old_requests:
            return "request", f"waits for {self._askers} to read revision {self.round.revision.number}"
        return "agreed", "is agreed on"

    def _since(self, kind: str) -> datetime:
        """When it came to wait as it does."""
        if kind == "changes":
            return max(review.changed_at or review.submitted_at for review in self.requests)
        return self.round.submitted_at

    def _to_its_author(self, kind: str, clause: str) -> str:
        """The clause with what an author wants to know besides: since when, and what time alone will bring about."""
        when = since(self._since(kind), self.now)
        if kind == "changes":
            return f"It has waited for your next revision {when}."
        if kind == "waits":
            return f"Nobody has taken it yet; it has waited {when} for {self._readers}{self._nobody_could}."
        if kind == "more":
            return f"It has waited {when} for {self._readers}{self._nobody_could}.{self._patience}"
        if kind == "request":
            return f"It {clause}, {until(self._requests_end, self.now)} at the latest."
        return f"It {clause}."

    @property
    def _readers(self) -> str:
        """How many are still wanted, and who of them asked for changes in an earlier revision."""
        more = " more" if self.reviews else ""
        if self.more == 1:
            return f"one{more} reader" if not self._askers else f"{self._askers} to read it again"
        return f"two{more} readers{f', {self._askers} among them' if self._askers else ''}"

    @property
    def _askers(self) -> str:
        """Whose earlier request stands and who has not taken this revision."""
        holders = {claim.reviewer_id for claim in self.claims}
        asked = {review.reviewer for review, _ in self.old_requests if review.reviewer_id not in holders}
        return names_of(asked, self.viewer)

    @property
    def _beside_them(self) -> str:
        """Who else is wanted beside those who are reading it."""
        if self._askers:
            return f", and waits for {self._askers} to read it again"
        return f", and wants one more reader{self._nobody_could}" if self.more else ""

    @property
    def _nobody_could(self) -> str:
        """Whether they are away or have passed it over, nobody is told; where it would be said of one, nothing is."""
        return "" if self.round.somebody_could or self.round.silent == 1 else ", and nobody is free to read it now"

    @property
    def _patience(self) -> str:
        """That it will be accepted without anybody's act."""
        if not self.approvals or self.old_requests:
            return ""
        return f" On {date_of(self.round.shown_at + PATIENCE, self.now)} one approval is enough."

    @property
    def _requests_end(self) -> datetime:
        """When the last of the earlier requests is answered for long enough."""
        rounds = list(self.submission.rounds.all())
        answers = [min(each.shown_at for each in rounds if each.pk > asked.pk) for _, asked in self.old_requests]
        return max(answers) + PATIENCE

    def _said(self) -> list[Sign]:
        return [self._sign_of(review) for review in self.reviews]

    def _sign_of(self, review: Review) -> Sign:
        name = name_of(review.reviewer, self.viewer)
        if review.fell:
            return Sign("", f"{name} asked for changes, which stands no more")
        if review.withdrawn_at:
            return Sign("", f"{name} asked for changes, and let that go")
        return Sign("approved" if review.approves else "changes", f"{name} {review.get_decision_display()}")

    def _stands(self) -> list[Sign]:
        return [
            Sign("changes", f"{whose(review.reviewer, self.viewer)} request on revision {each.revision.number} stands")
            for review, each in self.old_requests
        ]

    def _held(self) -> list[Sign]:
        return [
            Sign("mine", f"yours {until(claim.expires_at, self.now)}")
            if claim.reviewer == self.viewer
            else Sign("", f"{name_of(claim.reviewer, self.viewer)} is reviewing {until(claim.expires_at, self.now)}")
            for claim in self.claims
        ]

    def _wanted(self, kind: str) -> list[Sign]:
        if kind == "unreviewed":
            return [Sign("", "unreviewed")]
        if kind == "waits":
            return [Sign("", f"waits for {self._readers}")]
        return [Sign("", f"{self.more} more wanted")] if self.more else []
