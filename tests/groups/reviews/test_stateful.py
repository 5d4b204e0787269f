"""Random groups of two to twelve play through everything that people do, while the clock goes on.

After each step the facts are recounted from the bare rows. tests/length.py says how many
examples are played; READLIST_TEST_EXAMPLES=500 plays that many."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from groups.leaving.archive import archive_group, reopen_group
from groups.leaving.leave import leave_group, remove_from_group
from groups.leaving.pause import pause_reviews, resume_reviews
from groups.members.exceptions import RuleViolation
from groups.members.membership import Membership
from groups.playbook.playbook import build_playbook, contents_of
from groups.reviews.claim import Claim
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_queue import claim_best_match, queued_rounds
from groups.reviews.review_round import ReviewRound
from groups.reviews.round_data import fetch_with_status
from groups.reviews.skip import Skip
from groups.reviews.status import Kind
from groups.reviews.submission import Submission
from groups.threads.post import Post
from groups.threads.recount import drifted_threads
from groups.threads.thread import Thread
from notes.revision import Revision
from readlist_site.base.notifications.notification import Notification
from readlist_site.run.tick import tick
from tests import factories
from tests.groups.reviewing import NOW, queue_of
from tests.groups.reviews.recount import Facts
from tests.length import FULL, STATEFUL_EXAMPLES, STATEFUL_STEPS

WHO, WHICH = st.integers(0, 11), st.integers(0, 20)
DECISION = st.sampled_from(["approve", "request_changes"])


class StudyGroup(RuleBasedStateMachine):
    """Each example is undone: it is a transaction that is rolled back."""

    people: list
    reading_list: object
    topics: list
    clock: list

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.wanted: dict[int, tuple[int, int]] = {}
        self.accepted: dict[int, object] = {}
        self.clock[0] = NOW
        for person in self.people:
            person.is_active = True
        self.steps, self.account_was_closed = 0, False

    def teardown(self) -> None:
        try:
            if hasattr(self, "group"):
                self.pass_time(24 * 8)
                self.nothing_is_forgotten()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @property
    def now(self):
        return self.clock[0]

    @initialize(size=st.integers(2, 12), texts=st.integers(1, 4))
    def found(self, size, texts) -> None:
        self.elsewhere = factories.make_group(*self.people, reading_list=self.reading_list, name="Elsewhere")
        self.group = factories.make_group(*self.people[:size], reading_list=self.reading_list)
        for place in range(texts):
            self.submit(place, place // size, False)

    # People come and go

    @rule(who=WHO)
    def join(self, who) -> None:
        link = self.group.invitations.create(invited_by=None, expires_at=self.now + timedelta(days=1))
        if self.people[who].is_active:
            self.refusable(lambda: link.accept(self.people[who], hides_reading=False))

    @rule(who=WHO)
    def leave(self, who) -> None:
        if (person := self.somebody(who)) and (place := self.group.membership_of(person)):
            self.refusable(lambda: leave_group(place))

    @rule(by=WHO, whom=WHO, ban=st.booleans())
    def remove(self, by, whom, ban) -> None:
        if place := self.place(whom):
            self.refusable(lambda: remove_from_group(place, by=self.people[by], ban=ban))

    @rule(by=WHO, to=WHO)
    def transfer_ownership(self, by, to) -> None:
        self.refusable(lambda: self.fresh().transfer_ownership(self.people[to], by=self.people[by]))

    @rule(by=WHO, often=st.integers(0, 5))
    def archive_and_reopen(self, by, often) -> None:
        group = self.fresh()
        if group.archived_at and group.owner:
            reopen_group(group, by=group.owner)
        elif often == 0:
            self.refusable(lambda: archive_group(group, by=self.people[by]))

    @rule(who=WHO, author=WHO)
    def rest(self, who, author) -> None:
        """The group is archived for a while; somebody takes what they can in another one."""
        group, person = self.fresh(), self.somebody(who)
        if group.archived_at is None and group.owner and person:
            self.next(who)
            self.next(who)
            archive_group(group, by=group.owner)
            self.take_elsewhere(self.people.index(person), author)
            reopen_group(group, by=group.owner)

    @rule(who=WHO, author=WHO)
    def leave_for_a_while(self, who, author) -> None:
        """An author leaves and is in again; meanwhile somebody takes what they can in another group."""
        if place := self.place(author):
            self.refusable(lambda: leave_group(place))
            self.take_elsewhere(who, author)
            self.join(author)

    def take_elsewhere(self, who, author) -> None:
        for topic in range(2):
            shown = self.show(self.people[author], topic, self.elsewhere)
            if shown and self.people[who].is_active:
                self.refusable(lambda shown=shown: shown.claim(self.people[who], self.now))

    @rule(who=WHO, days=st.none() | st.integers(1, 10))
    def go_away(self, who, days) -> None:
        until = self.now + timedelta(days=days) if days else None
        pause_reviews(self.people[who], until=until, now=self.now)

    @rule(who=WHO)
    def come_back(self, who) -> None:
        resume_reviews(self.people[who], now=self.now)

    @rule(who=WHO)
    def close_account(self, who) -> None:
        # Its owner hands a group over first; who administers accounts sees to that.
        if self.fresh().owner_id != self.people[who].pk and who > 7:
            self.people[who].is_active, self.account_was_closed = False, True
            self.people[who].save(update_fields=["is_active"])

    # They write

    @rule(who=WHO, topic=st.integers(0, 2), replies=st.booleans())
    def submit(self, who, topic, replies) -> None:
        author, group = self.somebody(who) or self.people[who], self.fresh()
        round = self.show(author, topic, group)
        if round is None:
            return
        facts = Facts(group, self.now)
        assert round.required_reviews == min(2, facts.others(round))
        self.wanted[round.pk] = (round.revision_id, round.required_reviews)
        if replies:
            for review in Review.objects.filter(
                round__submission=round.submission_id, round__lt=round.pk, replies=None
            ):
                CommentReply.objects.create(round=round, review=review, response="addressed")

    def show(self, author, topic, group) -> ReviewRound | None:
        number = Revision.objects.filter(summary__author=author, summary__topic=self.topics[topic]).count() + 1
        answers = {prompt.pk: f"Revision {number}." for prompt in self.reading_list.prompts.all()}
        revision = Revision.freeze(author, self.topics[topic], answers, at=self.now)
        return self.refusable(lambda: Submission.objects.submit(revision, group, now=self.now))

    @rule(which=WHICH)
    def withdraw(self, which) -> None:
        mine = [each for each in self.submissions() if each.can_be_withdrawn_by(each.summary.author)]
        if each := pick(mine, which):
            self.refusable(lambda: each.withdraw(now=self.now))

    @rule(which=WHICH)
    def retract(self, which) -> None:
        mine = [each for each in self.submissions() if each.can_be_removed_from_playbook_by(each.summary.author)]
        if each := pick(mine, which):
            self.refusable(lambda: each.remove_from_playbook(now=self.now))

    # They review

    @rule(who=WHO)
    def next(self, who) -> None:
        if not (person := self.somebody(who)):
            return
        self.refusable(lambda: claim_best_match(person, self.group, self.now))

    @rule(who=WHO, which=WHICH)
    def claim(self, who, which) -> None:
        """Three members, one after the other, pick the same."""
        for place in range(3):
            facts = Facts(self.group, self.now)
            if (round := pick(facts.current, which)) and (person := self.somebody(who + place)):
                self.refusable(lambda round=round, person=person: round.claim(person, self.now))

    @rule(which=WHICH)
    def release(self, which) -> None:
        if claim := pick(self.live_claims(), which):
            claim.release(self.now)

    @rule(who=WHO, which=WHICH, reason=st.sampled_from(Skip.Reason.values))
    def skip(self, who, which, reason) -> None:
        if round := pick(Facts(self.group, self.now).current, which):
            self.refusable(lambda: Skip.objects.skip(round, self.people[who], reason, now=self.now))

    @rule(which=WHICH)
    def write(self, which) -> None:
        if claim := pick(self.live_claims(), which):
            key = {"author": claim.reviewer, "round": claim.round}
            seen = getattr(ReviewDraft.objects.filter(**key).first(), "mark", "")
            ReviewDraft.objects.save_draft(key, {"typed": {"overall": str(self.now)}}, seen=seen, at=self.now)
            Claim.objects.filter(pk=claim.pk).renew(self.now)

    @rule(who=WHO, which=WHICH, decision=DECISION)
    def give(self, who, which, decision) -> None:
        """With what somebody holds, or what has lapsed and nobody else has taken; else with what is next."""
        if not self.open_claims():
            self.next(who)
        if claim := pick(self.open_claims(), which):
            self.refusable(lambda: Review.objects.submit(claim, decision, now=self.now))

    @rule(who=WHO, decisions=st.lists(DECISION, min_size=2, max_size=2))
    def take_and_give(self, who, decisions) -> None:
        """Two members come one after the other, and say at once what they think."""
        for place, decision in enumerate(decisions):
            self.next(who + place)
            for claim in self.open_claims():
                if claim.reviewer == self.somebody(who + place):
                    self.refusable(
                        lambda claim=claim, decision=decision: Review.objects.submit(claim, decision, now=self.now)
                    )

    @rule(who=WHO)
    def ask_while_away(self, who) -> None:
        if person := self.somebody(who):
            pause_reviews(person, now=self.now)
            self.take_and_give(who, ["request_changes"])

    @rule(who=WHO, decision=DECISION)
    def let_go_and_correct(self, who, decision) -> None:
        """Others come in between."""
        if not (person := self.somebody(who)):
            return
        self.take_and_give(who, ["request_changes"])
        mine = Review.objects.open_change_requests().filter(reviewer=person, round__submission__group=self.group)
        if review := mine.order_by("pk").last():
            self.refusable(lambda: review.withdraw_change_request(now=self.now))
            for other in self.people:
                self.refusable(lambda other=other: review.round.claim(other, self.now))
            self.refusable(lambda: review.edit(decision, now=self.now))

    @rule(which=WHICH, decision=DECISION)
    def correct(self, which, decision) -> None:
        if review := pick(Facts(self.group, self.now).reviews, which):
            self.refusable(lambda: review.edit(decision, now=self.now))

    @rule(which=WHICH)
    def withdraw_change_request(self, which) -> None:
        if review := pick(Facts(self.group, self.now).reviews, which):
            self.refusable(lambda: review.withdraw_change_request(now=self.now))

    # They talk

    @rule(who=WHO, which=WHICH, deletes=st.booleans())
    def talk(self, who, which, deletes) -> None:
        """Somebody starts a thread, replies in one, or deletes a post in one."""
        threads, person = list(Thread.objects.filter(group=self.group)), self.people[who]
        if not threads or which > 15:
            self.refusable(lambda: Thread.objects.start(group=self.fresh(), author=person, title="T", body="B"))
        elif deletes and (post := pick(list(pick(threads, which).posts.all()), which)):
            self.refusable(lambda: post.soft_delete(by=person))
        else:
            self.refusable(lambda: Post.objects.reply(thread=pick(threads, which), author=person, body="B"))

    @rule(hours=st.sampled_from([1, 20, 50, 80, 200]))
    def pass_time(self, hours) -> None:
        self.clock[0] += timedelta(hours=hours)
        tick(self.now)
        self.account_was_closed = False
        facts = Facts(self.group, self.now)
        for round in facts.waiting:
            assert not facts.is_due(round), "agreed on, and not accepted"
            assert round.required_reviews <= facts.others(round), "more wanted than there are others"
        for kind in ("wanted", "revised", "reviewed", "accepted"):
            assert not Notification.objects.filter(kind=kind, person__is_active=False, created_at=self.now).exists()

    # What is true after each step

    @invariant()
    def nothing_is_broken(self) -> None:
        if not hasattr(self, "group"):
            return
        facts = Facts(self.group, self.now)
        facts.check()
        elsewhere = Facts(self.elsewhere, self.now)
        for person in self.people:
            assert len(facts.new_reviews(person.pk) + elsewhere.new_reviews(person.pk)) <= 2, (
                "more than two claims in two groups"
            )
        for round in facts.rounds:
            revision, wanted = self.wanted[round.pk]
            assert round.revision_id == revision
            assert round.required_reviews <= wanted, "wanted was raised"
            self.wanted[round.pk] = (revision, round.required_reviews)
        for key, date in self.accepted.items():
            assert key in facts.acceptances, "an acceptance was undone"
            assert facts.acceptances[key].accepted_at == date
        for round in facts.rounds:
            if round.pk in facts.acceptances.keys() - self.accepted.keys():
                assert facts.approvals(round) >= facts.enough(round), "accepted without enough approvals"
        outdated = ReviewRound.objects.filter(submission__group=self.group).outdated(self.now)
        assert self.account_was_closed or not outdated, "a verb forgot when time accepts"
        assert not any(drifted_threads()), "what is kept of a thread isn't what counting gives"
        self.accepted |= {key: each.accepted_at for key, each in facts.acceptances.items()}
        self.steps += 1
        if self.steps % 3 == 0:
            self.nothing_is_forgotten()

    def nothing_is_forgotten(self) -> None:
        """What pages say and count."""
        facts = Facts(self.group, self.now)
        viewer = self.people[self.steps % len(self.people)]
        states = {
            each.pk: each.status_for(viewer, self.now)
            for each in fetch_with_status([each.pk for each in facts.rounds], self.now)
        }
        waiting = {each.pk for each in facts.waiting}
        for round in facts.current:
            state = states[round.pk]
            assert (state.kind in {Kind.ACCEPTED, Kind.REMOVED}) == (round.pk in facts.acceptances)
            if round.pk in waiting:
                assert state.kind not in {Kind.WITHDRAWN, Kind.AUTHOR_LEFT}
        if viewer.pk in facts.members:
            queue = queue_of(viewer, self.now)
            assert {each.pk for each in queue} == waiting
            for each in queue:
                assert each.slots_taken == len(facts.reviewers(each)), "another number of reviewers than the rows tell"
                assert each.more == facts.more(each), "another number of reviewers wanted than the rows tell"
                assert each.queue_section == facts.queue_section(each, viewer.pk)
                assert each.priority == facts.priority(each, viewer.pk)
            asked = {each.round_id for each in facts.reviews if facts.stands(each)}
            assert {each.pk for each in queued_rounds(viewer, self.now) if each.change_requested} == asked & waiting
        self.nothing_waits_in_vain(facts, states)
        assert Review.objects.balance_of(viewer, self.group) == facts.balance(viewer.pk)
        assert {each.pk for each in ReviewRound.objects.in_playbook(self.group, self.now)} == facts.in_playbook()
        assert build_playbook(contents_of(self.group)).summaries == len(facts.in_playbook())
        new = Notification.objects.visible_to(viewer).unread()
        assert {each.about for each in new} == {each.about for each in new.grouped()}

    def nothing_waits_in_vain(self, facts, states) -> None:
        """What is said to wait for somebody can be taken by somebody, unless it is said that nobody is free; which is
        said of several alone."""
        offered = {
            person: {each.pk for each in queued_rounds(facts.members[person].person, self.now) if each.is_offered}
            for person in facts.members
            if facts.active(person)
        }
        for round in facts.waiting:
            if states[round.pk].kind not in {Kind.AWAITING_REVIEW, Kind.NEEDS_MORE}:
                continue
            could = {person for person, rounds in offered.items() if round.pk in rounds} - {facts.author(round)}
            nobody = states[round.pk].nobody_is_free
            assert could or nobody or len(facts.silent(round)) == 1, "it waits, and nobody may take it"
            assert not (could and nobody), "somebody is free"
            assert not (nobody and len(facts.silent(round)) == 1), "said of one"

    # How

    def refusable(self, act):
        """Do it, or be refused with a sentence. Nothing else may happen."""
        before = Facts(self.group, self.now)
        try:
            with transaction.atomic():
                done = act()
        except RuleViolation as refusal:
            words = str(refusal)
        else:
            self.no_more_read_it_than_are_wanted(before, Facts(self.group, self.now))
            return done
        assert words
        return None

    def no_more_read_it_than_are_wanted(self, before: Facts, after: Facts) -> None:
        """Whoever has come to read a text is one of those that are wanted, or has asked for changes that stand."""
        known = {each.pk for each in before.rounds}
        for round in after.waiting:
            fellow_readers = after.reviewers(round)
            come = fellow_readers - (before.reviewers(round) if round.pk in known else set())
            asked = {each.reviewer_id for each in before.open_change_requests(round.submission_id)}
            assert len(fellow_readers) <= max(1, round.required_reviews) or come <= asked, "more reviewers than wanted"

    def fresh(self):
        return type(self.group).objects.get(pk=self.group.pk)

    def somebody(self, who):
        """One of the members, if there are any."""
        there = self.group.memberships.with_open_account().select_related("person").order_by("pk")
        return getattr(pick(list(there), who), "person", None)

    def place(self, who) -> Membership | None:
        return Membership.objects.filter(group=self.group, person=self.people[who]).select_related("group").first()

    def submissions(self) -> list:
        return list(Submission.objects.filter(group=self.group, rounds__isnull=False).distinct().order_by("pk"))

    def open_claims(self) -> list:
        here = Claim.objects.filter(round__submission__group=self.group, ended_at=None, review=None)
        return list(here.filter(reviewer__is_active=True).order_by("pk"))

    def live_claims(self) -> list:
        return [each for each in self.open_claims() if each.expires_at > self.now]


def pick(found: list, which: int):
    return found[which % len(found)] if found else None


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_group_can_do_what_it_likes(db, monkeypatch):
    world = factories.make_list()
    topics = list(world.sections.filter(kind="topic"))
    people = [factories.make_user() for _ in range(12)]
    clock = [NOW]
    # Whatever asks for the time is told that of the example.
    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    shared = {"people": people, "reading_list": world, "topics": topics, "clock": clock}
    machine = type("StudyGroup", (StudyGroup,), shared)
    bounds = settings(
        max_examples=STATEFUL_EXAMPLES,
        stateful_step_count=STATEFUL_STEPS,
        derandomize=not FULL,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(machine, settings=bounds)
