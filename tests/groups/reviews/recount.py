"""What must be true of a group's reviews, reckoned from the bare rows without a word of SQL.

For `test_stateful.py`: what the product derives by queries must come to the same."""

from collections import Counter
from datetime import datetime, timedelta

from groups.members.absence import Absence
from groups.members.group import Group
from groups.members.membership import Membership
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission

WEEK = timedelta(days=7)


class Facts:
    """All rows of one group, as they stand at one moment."""

    def __init__(self, group: Group, now: datetime) -> None:
        self.group, self.now = Group.objects.get(pk=group.pk), now
        here = {"round__submission__group": group}
        self.members = {
            each.person_id: each for each in Membership.objects.filter(group=group).select_related("person")
        }
        self.away = {each.person_id for each in Absence.objects.all() if each.until is None or each.until > now}
        self.submissions = {
            each.pk: each for each in Submission.objects.filter(group=group).select_related("summary__author")
        }
        self.rounds = list(
            ReviewRound.objects.filter(submission__group=group).select_related("revision").order_by("pk")
        )
        self.claims = list(Claim.objects.filter(**here).select_related("reviewer"))
        self.reviews = list(Review.objects.filter(**here))
        self.acceptances = {each.round_id: each for each in Acceptance.objects.filter(**here)}
        self.claims_given = {review.claim_id: review for review in self.reviews}
        self.submission_of = {each.pk: each.submission_id for each in self.rounds}

    # Who is there

    def there(self, person: int) -> bool:
        return person in self.members and self.members[person].person.is_active

    def active(self, person: int) -> bool:
        return self.there(person) and person not in self.away

    def author(self, round: ReviewRound) -> int:
        return self.submissions[round.submission_id].summary.author_id

    def others(self, round: ReviewRound) -> int:
        return sum(self.active(person) for person in self.members if person != self.author(round))

    # What waits

    def of(self, submission: int) -> list[ReviewRound]:
        return [each for each in self.rounds if each.submission_id == submission]

    @property
    def current(self) -> list[ReviewRound]:
        latest = {each.submission_id: each for each in self.rounds}
        return [each for each in latest.values() if self.submissions[each.submission_id].withdrawn_at is None]

    @property
    def waiting(self) -> list[ReviewRound]:
        if self.group.archived_at:
            return []
        return [each for each in self.current if each.pk not in self.acceptances and self.there(self.author(each))]

    # Claims and reviews

    def is_live(self, claim: Claim) -> bool:
        has_time = claim.ended_at is None and claim.expires_at > self.now
        return has_time and claim.pk not in self.claims_given and claim.reviewer.is_active

    def reviewers(self, round: ReviewRound) -> set[int]:
        """Who reads it or has said what counts: approved it, or asked for changes that stand."""
        said = {each.reviewer_id for each in self.reviews if each.round_id == round.pk
                and (each.approves or self.stands(each))}  # fmt: skip
        return said | {each.reviewer_id for each in self.claims if each.round_id == round.pk and self.is_live(each)}

    def more(self, round: ReviewRound) -> int:
        """How many reviewers are still wanted."""
        return max(0, self.enough(round) - len(self.reviewers(round)))

    def queue_section(self, round: ReviewRound, person: int) -> int:
        """Under which heading of their queue a member finds it: theirs to review, to be claimed, with others, own."""
        if self.author(round) == person:
            return 3
        if any(each.round_id == round.pk and each.reviewer_id == person and self.is_live(each) for each in self.claims):
            return 0
        has_reviewed = any(each.round_id == round.pk and each.reviewer_id == person for each in self.reviews)
        is_asked_back = any(each.reviewer_id == person for each in self.open_change_requests(round.submission_id))
        is_free = len(self.reviewers(round)) < max(1, round.required_reviews) or is_asked_back
        return 1 if is_free and not has_reviewed else 2

    def priority(self, round: ReviewRound, person: int) -> int:
        """How soon it is offered: 0 to who reviewed an earlier revision, 2 where others did lately or changes are
        requested of this one, otherwise 1."""
        earlier = {each.reviewer_id for each in self.reviews if each.round_id < round.pk
                   and self.submission_of[each.round_id] == round.submission_id}  # fmt: skip
        if person in earlier:
            return 0
        is_recent = round.submitted_at + timedelta(days=round.claim_days) > self.now
        is_requested = any(
            each.round_id == round.pk and not each.approves and each.withdrawn_at is None for each in self.reviews
        )
        return 2 if (earlier - {None} and is_recent) or is_requested else 1

    def silent(self, round: ReviewRound) -> set[int]:
        """Of whom nothing is known but that they are in the group: they could take it, are away or don't want it."""
        said = {each.reviewer_id for each in self.reviews if each.round_id == round.pk}
        held = {each.reviewer_id for each in self.claims if each.round_id == round.pk and self.is_live(each)}
        return {person for person in self.members if self.there(person)} - said - held - {self.author(round)}

    def awaited_from(self, person: int) -> list[Claim]:
        waiting = {each.pk for each in self.waiting}
        return [each for each in self.claims if each.reviewer_id == person and self.is_live(each)
                and each.round_id in waiting]  # fmt: skip

    def new_reviews(self, person: int) -> list[Claim]:
        """What they hold, but for later revisions of what they have reviewed: these may always be taken."""
        known = {self.submission_of[each.round_id] for each in self.reviews if each.reviewer_id == person}
        return [each for each in self.awaited_from(person) if self.submission_of[each.round_id] not in known]

    def approvals(self, round: ReviewRound) -> int:
        return sum(review.approves for review in self.reviews if review.round_id == round.pk)

    def stands(self, review: Review) -> bool:
        if review.approves or review.withdrawn_at or not self.active(review.reviewer_id):
            return False
        later = [each for each in self.of(self.submission_of[review.round_id]) if each.pk > review.round_id]
        said = {(each.round_id, each.reviewer_id) for each in self.reviews}
        return not any((each.pk, review.reviewer_id) in said or each.shown_at <= self.now - WEEK for each in later)

    def open_change_requests(self, submission: int) -> list[Review]:
        return [each for each in self.reviews if self.submission_of[each.round_id] == submission and self.stands(each)]

    def enough(self, round: ReviewRound) -> int:
        """How many approvals accept it."""
        return 1 if self.now >= round.shown_at + WEEK else max(1, round.required_reviews)

    def is_due(self, round: ReviewRound) -> bool:
        """Whether the group has agreed, so that it must be written down by now."""
        return self.approvals(round) >= self.enough(round) and not self.open_change_requests(round.submission_id)

    # What pages count

    def in_playbook(self) -> set[int]:
        """Of each summary the latest acceptance, but for those that their author retracted."""
        latest: dict[int, int] = {}
        for each in self.rounds:
            if each.pk in self.acceptances:
                summary = self.submissions[each.submission_id].summary_id
                latest[summary] = max(each.pk, latest.get(summary, 0))
        return {key for key in latest.values() if self.acceptances[key].removed_from_playbook_at is None}

    def balance(self, person: int) -> dict[str, int]:
        author = {each.pk: self.author(each) for each in self.rounds}
        return {
            "given": sum(review.reviewer_id == person for review in self.reviews),
            "received": sum(author[review.round_id] == person for review in self.reviews),
            "all": len(self.reviews),
        }

    # What must always be true

    def check(self) -> None:
        author = {each.pk: self.author(each) for each in self.rounds}
        kept = [claim for claim in self.claims if claim.ended_at is None]
        assert all(each.reviewer_id != author[each.round_id] for each in [*self.claims, *self.reviews]), "own review"
        for columns in ("slot", "reviewer_id"):
            once = Counter((claim.round_id, getattr(claim, columns)) for claim in kept)
            assert max(once.values(), default=0) <= 1, f"two claims on one {columns}"
        twice = Counter((review.round_id, review.reviewer_id) for review in self.reviews)
        assert max(twice.values(), default=0) <= 1, "two reviews of one revision by one person"
        assert all(0 <= each.required_reviews <= 2 for each in self.rounds), "wanted out of range"
        for person in self.members:
            assert len(self.new_reviews(person)) <= 2, "more than two open claims"
        opened = Counter(each.summary_id for each in self.submissions.values() if each.withdrawn_at is None)
        assert max(opened.values(), default=0) <= 1, "two open submissions of one summary"
        assert self.group.owner_id in self.members or (self.group.archived_at and not self.members), "no owner"
