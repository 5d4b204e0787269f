"""A world whose group has been at it for long: 12 members, 65 topics, 2,000 submissions, put there in a few inserts."""

from datetime import timedelta
from itertools import product

from django.utils import timezone

from catalog.outline.section import Section
from groups.members.group import Group
from groups.members.membership import Membership
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.reviews.verdict import Verdict
from notes.revision import Answer, BasedOn, Revision
from notes.summary import Summary
from readlist_site.base.accounts.models import User
from readlist_site.base.text import RENDERER_VERSION, render
from tests.house.world import World

MEMBERS, TOPICS, SUBMISSIONS = 12, 65, 2_000
BODY = "What a nat of divergence costs: $\\beta\\,\\mathrm{KL}$. It *fails* where the reward model was never asked."


def fill(world: World) -> None:
    """Everybody summarises everything and shows it to the world's group: more than half is accepted, of the rest some
    are asked to change, some are held, most wait. Earlier ones were taken back, or shown to a second group."""
    people, topics = twelve(world.group), sixty_five(world.topic)
    second = Group.objects.filter(name="A second group").get()
    known = set(Summary.objects.values_list("author", "topic"))
    pairs = [pair for pair in product(people, topics) if (pair[0].pk, pair[1].pk) not in known]
    summaries = Summary.objects.bulk_create(Summary(author=author, topic=topic) for author, topic in pairs)
    revisions = revise(summaries)
    now = timezone.now()
    shown = [Submission(summary=summary, group=world.group) for summary in summaries]
    more = SUBMISSIONS - Submission.objects.count() - len(shown)
    taken_back = [Submission(summary=summary, group=world.group, withdrawn_at=now) for summary in summaries]
    elsewhere = [Submission(summary=summary, group=second) for summary in summaries]
    submissions = Submission.objects.bulk_create([*shown, *[*taken_back, *elsewhere][:more]])
    rounds = ReviewRound.objects.bulk_create(
        ReviewRound(
            submission=each,
            revision=revisions[each.summary_id],
            required_reviews=2,
            submitted_at=now - timedelta(days=place % 6),
        )
        for place, each in enumerate(submissions)
    )
    review(rounds, people)


def twelve(group: Group) -> list[User]:
    """As many members as a group may have."""
    people = list(group.people.all())
    more = User.objects.bulk_create(
        User(email=f"busy-{place}@example.org", display_name=f"Busy Person {place}")
        for place in range(MEMBERS - len(people))
    )
    Membership.objects.bulk_create(Membership(group=group, person=person) for person in more)
    return people + more


def sixty_five(topic: Section) -> list[Section]:
    """So many topics on the list, the new ones beside this one."""
    topics = list(Section.objects.topics().filter(list=topic.list))
    return topics + Section.objects.bulk_create(
        Section(list=topic.list, parent=topic.parent, kind="topic", title=f"Topic {place}", level=topic.level,
                position=90_000 + place)
        for place in range(TOPICS - len(topics))
    )  # fmt: skip


def revise(summaries: list[Summary]) -> dict[int, Revision]:
    """A revision of each, by summary, that answers every prompt and rests on two sources."""
    revisions = Revision.objects.bulk_create(Revision(summary=summary, number=1, lines=6) for summary in summaries)
    prompts, html = list(summaries[0].topic.list.prompts.not_retired()), render(BODY).html
    entries = list(summaries[0].topic.list.sections.topics().first().topic_entries.all()[:2])
    Answer.objects.bulk_create(
        Answer(revision=revision, prompt=prompt, prompt_text=prompt.text, position=prompt.position, body=BODY,
               body_html=html, renderer=RENDERER_VERSION)
        for revision in revisions for prompt in prompts
    )  # fmt: skip
    BasedOn.objects.bulk_create(
        BasedOn(revision=revision, source_id=entry.source_id, title=entry.title, position=entry.position)
        for revision in revisions
        for entry in entries
    )
    return {revision.summary_id: revision for revision in revisions}


def review(rounds: list[ReviewRound], people: list[User]) -> None:
    """Of ten, six are approved by two and accepted, one is asked to change, one is held by somebody, two wait."""
    now = timezone.now()
    claims, reviews = [], []
    for place, round in enumerate(rounds):
        author, fate = round.submission.summary.author, place % 10
        readers = [person for person in people if person != author]
        for slot in range({6: 1, 7: 1, 8: 0, 9: 0}.get(fate, 2)):
            reader = readers[(place + slot) % len(readers)]
            ended = None if fate == 7 else now
            claim = Claim(round=round, slot=slot + 1, reviewer=reader, taken_at=now, ended_at=ended,
                          expires_at=now + timedelta(days=3))  # fmt: skip
            claims.append(claim)
            if fate != 7:
                decision = Review.Decision.REQUEST_CHANGES if fate == 6 else Review.Decision.APPROVE
                reviews.append(Review(round=round, claim=claim, reviewer=reader, decision=decision,
                                      renderer=RENDERER_VERSION))  # fmt: skip
    Claim.objects.bulk_create(claims)
    Review.objects.bulk_create(reviews)
    answers = {}
    for answer in Answer.objects.filter(revision__in={round.revision_id for round in rounds}):
        answers.setdefault(answer.revision_id, []).append(answer)
    Verdict.objects.bulk_create(
        Verdict(review=each, answer=answer, value="holds")
        for each in reviews
        for answer in answers[each.round.revision_id]
    )
    accepted = {each.round_id: each.round for each in reviews if each.approves}.values()
    Acceptance.objects.bulk_create(Acceptance(round=round) for round in accepted)
