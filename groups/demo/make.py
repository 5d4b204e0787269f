"""Creates the demo group from its modules, in chronological order, with the models' own methods."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.canonical_url import url_key
from catalog.sources.source import Source
from groups.members.group import Group
from groups.members.membership import Membership
from groups.reports.report import ContentReport
from groups.reports.subject import of_post
from groups.reviews.comment_thread import CommentThread
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.reviews.submission import Submission
from groups.reviews.verdict import Verdict
from groups.threads.moderation import mark_answer
from groups.threads.notifications import resolve_all_read
from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.reading import Reading
from notes.revision import Revision
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.text import find

from .drafts import DRAFTS, TYPED
from .listed import GROUP
from .people import PEOPLE, READ, READING, SKIPPED, WANT
from .plot import store_plot
from .shapes import (
    DemoDraft,
    DemoMessage,
    DemoPost,
    DemoPostDraft,
    DemoReply,
    DemoReview,
    DemoReviewDraft,
    DemoReviewEdit,
    DemoRevision,
    DemoSkip,
    DemoSummary,
    DemoText,
    DemoThread,
)
from .suggested import SUGGESTED, suggest
from .summaries import WRITTEN
from .threads import TALKS

CLOCK = ZoneInfo("Europe/Berlin")
BEGAN, FINISHED = "18:10", "19:20"
PROMPTS = 3

Event = tuple[datetime, Callable[[datetime], None]]


# How many posts, those of their own included, the members have not read yet.
UNREAD_POSTS = 3


class ListMissing(Exception):
    """No published list has all topics and sources of the demo group; the message names what is missing."""


@transaction.atomic
def make_demo(password: str) -> Group:
    """Create the group and everything its members have done up to now. Raises ListMissing."""
    life = Life(find_list(), password, timezone.now())
    for when, happens in sorted(life.events(), key=lambda event: event[0]):
        happens(when)
    suggest(life.topics, life.entries, life.people, life.at)
    old = {"created_at__lt": life.now - timedelta(days=3), "person__in": life.people.values()}
    Notification.objects.filter(**old).mark_read(life.now)
    recent = Post.objects.filter(thread__group=life.group).order_by("-pk").values_list("pk", flat=True)
    life.group.memberships.update(read_to=recent[UNREAD_POSTS])
    for person in life.people.values():
        resolve_all_read(life.group, person, to=recent[UNREAD_POSTS])
    return life.group


def find_list() -> ReadingList:
    """Return the first list that has every topic and source of the demo, the default one first. Raises ListMissing."""
    topics, sources = used_in_demo()
    lacking: list[str] = sorted(topics)
    for each in ReadingList.objects.published().order_by("-is_default", "pk"):
        titles = set(each.sections.topics().values_list("title", flat=True))
        addresses = set(
            Entry.objects.not_retired().filter(topic__list=each).values_list("source__canonical_url", flat=True)
        )
        lacking = sorted(topics - titles) + sorted(url for url in sources if url_key(url) not in addresses)
        if not lacking and each.prompts.not_retired().count() != PROMPTS:
            lacking = [f"a method of {PROMPTS} prompts"]
        if not lacking:
            return each
    raise ListMissing(lacking[0] if len(lacking) == 1 else f"{lacking[0]} and {len(lacking) - 1} more")


def used_in_demo() -> tuple[set[str], set[str]]:
    """Return the titles of all topics and the URLs of all sources that the demo uses."""
    texts = [revision.text for written in WRITTEN for revision in written.revisions] + [draft.text for draft in DRAFTS]
    topics = {each.topic for each in (*WRITTEN, *DRAFTS, *SUGGESTED)} | {
        talk.about[1] for talk in TALKS if _is(talk, "topic")
    }
    sources = {url for text in texts for url in text.based_on} | {
        talk.about[1] for talk in TALKS if _is(talk, "source")
    }
    read = {url for kind in (READ, READING, WANT, SKIPPED) for theirs in kind.values() for url in theirs}
    return topics, sources | read


def _is(talk: DemoThread, kind: str) -> bool:
    return talk.about[:1] == (kind,)


class Life:
    """The demo group: its people, and the events in it."""

    def __init__(self, reading_list: ReadingList, password: str, now: datetime) -> None:
        self.now = now
        self.topics = {topic.title: topic for topic in Section.objects.topics().filter(list=reading_list)}
        listed = Entry.objects.not_retired().filter(topic__list=reading_list).select_related("source")
        # For a source with several entries, its first: the last assignment wins, so the order is reversed.
        self.entries = {entry.source.canonical_url: entry for entry in listed.order_by("-position")}
        self.prompts = [prompt.pk for prompt in reading_list.prompts.not_retired()]
        self.people = {person.key: self._person(person, password) for person in PEOPLE}
        self.group = self._meet(reading_list)
        self.rounds: dict[tuple[str, str], ReviewRound] = {}

    def at(self, moment: str) -> datetime:
        """Return the moment that a module writes as "12 21:40" or "3h": see `shapes`."""
        if moment.endswith("h"):
            return self.now - timedelta(hours=int(moment[:-1]))
        days, clock = moment.split()
        day = self.now.astimezone(CLOCK).date() - timedelta(days=int(days))
        return datetime.combine(day, time.fromisoformat(clock), CLOCK)

    # People

    def _person(self, person, password: str) -> User:
        joined = self.at(person.joined) - timedelta(minutes=20)
        named = {"display_name": person.name, "time_zone": person.time_zone}
        return User.objects.create_user(person.email, password, is_demo=True, date_joined=joined, **named)

    def _meet(self, reading_list: ReadingList) -> Group:
        """Create the group, let the others join by an invitation link, and revoke the link."""
        founder, *others = PEOPLE
        group = Group.objects.create_with_owner(self.people[founder.key], name=GROUP, list=reading_list)
        invitation = group.invitations.create(invited_by=self.people[founder.key])
        for person in others:
            invitation.accept(self.people[person.key], hides_reading=False).set_role(person.role)
        invitation.revoke()
        Group.objects.filter(pk=group.pk).update(created_at=self.at(founder.joined))
        group.invitations.update(created_at=self.at(founder.joined), revoked_at=self.at(others[-1].joined))
        for person in PEOPLE:
            Membership.objects.filter(group=group, person=self.people[person.key]).update(
                joined_at=self.at(person.joined)
            )
        Notification.objects.filter(person__in=self.people.values()).update(created_at=self.at(founder.joined))
        return group

    # What happens

    def events(self) -> Iterator[Event]:
        """Yield all events, in no particular order."""
        yield from self._reading()
        for written in WRITTEN:
            yield from self._writing(written)
        for draft in DRAFTS:
            yield self.at(draft.at), partial(self._draft, draft)
        for talk in TALKS:
            yield from self._talking(talk)
        for typed in TYPED:
            yield self.at(typed.at), partial(self._type, typed)

    def _reading(self) -> Iterator[Event]:
        state = Reading.State
        for key, theirs in READ.items():
            for url, (began, finished) in theirs.items():
                yield self.at(f"{began} {BEGAN}"), partial(self._read, key, url, state.READING)
                yield self.at(f"{finished} {FINISHED}"), partial(self._read, key, url, state.READ)
        for kind, present in ((state.READING, READING), (state.WANT, WANT), (state.SKIPPED, SKIPPED)):
            for key, theirs in present.items():
                for url, day in theirs.items():
                    yield self.at(f"{day} {BEGAN}"), partial(self._read, key, url, kind)

    def _read(self, key: str, url: str, state: str, when: datetime) -> None:
        Reading.objects.set(self.people[key], self.entries[url_key(url)], state, at=when)

    def _draft(self, draft: DemoDraft, when: datetime) -> None:
        answers, topic = self._answers(draft.text), self.topics[draft.topic]
        Draft.save_answers(self.people[draft.author], topic, answers, self._sources(draft.text), at=when)

    def _answers(self, text: DemoText) -> dict[int, str]:
        return dict(zip(self.prompts, text.answers, strict=True))

    def _sources(self, text: DemoText) -> list[int]:
        return [self.entries[url_key(url)].source_id for url in text.based_on]

    # Summaries and reviews

    def _writing(self, written: DemoSummary) -> Iterator[Event]:
        for revision in written.revisions:
            yield self.at(revision.at), partial(self._submit, written, revision)
            for review in revision.reviews:
                if review.claimed_at:
                    yield self.at(review.claimed_at), partial(self._claim, written, review.by)
                yield self.at(review.at), partial(self._review, written, review)
                if review.edit:
                    yield self.at(review.edit.at), partial(self._edit_review, written, review.by, review.edit)
            for claim in revision.claims:
                yield self.at(claim.at), partial(self._claim, written, claim.by)
                if claim.draft:
                    yield self.at(claim.draft.at), partial(self._draft_review, written, claim.by, claim.draft)
            for skip in revision.skips:
                yield self.at(skip.at), partial(self._skip, written, skip)
            for message in revision.messages:
                yield self.at(message.at), partial(self._discuss, written, written.revisions.index(revision), message)
            if revision.removed_at:
                yield self.at(revision.removed_at), partial(self._remove_from_playbook, written)

    def _submit(self, written: DemoSummary, new: DemoRevision, when: datetime) -> None:
        author, topic = self.people[written.author], self.topics[written.topic]
        answers, sources = self._answers(new.text), self._sources(new.text)
        revision = Revision.freeze(author, topic, answers, sources, at=when)
        before = self.rounds.get((written.author, written.topic))
        round = Submission.objects.submit(revision, self.group, why=new.why, now=when)
        self.rounds[written.author, written.topic] = round
        CommentReply.objects.save_for(round, [self._reply(before, reply) for reply in new.replies])

    def _reply(self, before: ReviewRound, reply_to: DemoReply) -> CommentReply:
        review = before.reviews.get(reviewer=self.people[reply_to.reviewer])
        reply = CommentReply(response=reply_to.response)
        if reply_to.answer is None:
            reply.review = review
        else:
            reply.verdict = review.verdicts.filter(offset=None)[reply_to.answer]
        reply.set_text(reply_to.text)
        return reply

    def _discuss(self, written: DemoSummary, index: int, message: DemoMessage, when: datetime) -> None:
        """Reply under a comment on the revision at this index."""
        submission = self.rounds[written.author, written.topic].submission
        review = submission.rounds.all()[index].reviews.get(reviewer=self.people[message.reviewer])
        thread = CommentThread.objects.of_comment(
            submission, f"v{review.verdicts.filter(offset=None)[message.answer].pk}"
        )
        thread.reply(author=self.people[message.by], body=message.body, now=when)

    def _claim(self, written: DemoSummary, key: str, when: datetime) -> None:
        self.rounds[written.author, written.topic].claim(self.people[key], now=when)

    def _review(self, written: DemoSummary, review: DemoReview, when: datetime) -> None:
        round = self.rounds[written.author, written.topic]
        claim = round.claims.not_ended().get(reviewer=self.people[review.by])
        verdicts = [*_verdicts(round, review), *_comments_on_words(round, review)]
        Review.objects.submit(claim, _decision(review), review.overall, verdicts, now=when)

    def _edit_review(self, written: DemoSummary, key: str, edit: DemoReviewEdit, when: datetime) -> None:
        round = self.rounds[written.author, written.topic]
        review = round.reviews.get(reviewer=self.people[key])
        review.edit(_decision(edit), edit.overall, _verdicts(round, edit), now=when)

    def _draft_review(self, written: DemoSummary, key: str, draft: DemoReviewDraft, when: datetime) -> None:
        round = self.rounds[written.author, written.topic]
        typed = {}
        for verdict in _verdicts(round, draft):
            prompt = verdict.answer.prompt_id
            typed |= {f"verdict_{prompt}": verdict.value, f"comment_{prompt}": verdict.comment}
        ReviewDraft.objects.save_draft({"author": self.people[key], "round": round}, {"typed": typed}, at=when)

    def _skip(self, written: DemoSummary, skip: DemoSkip, when: datetime) -> None:
        round, reviewer = self.rounds[written.author, written.topic], self.people[skip.by]
        Skip.objects.skip(round, reviewer, skip.reason, skip.explanation, now=when)

    def _remove_from_playbook(self, written: DemoSummary, when: datetime) -> None:
        self.rounds[written.author, written.topic].submission.remove_from_playbook(now=when)

    # Threads

    def _talking(self, talk: DemoThread) -> Iterator[Event]:
        posts: list[Post] = []
        for index, line in enumerate(talk.posts):
            yield self.at(line.at), partial(self._post, talk, posts, line)
            if line.edited:
                yield self.at(line.edited), partial(self._edit, posts, index, line.edited_to)
            if line.reported:
                by, at, text = line.reported
                yield self.at(at), partial(self._report, posts, index, by, text)
            if line.deleted_at:
                yield self.at(line.deleted_at), partial(self._delete, posts, index)
        if talk.answered:
            index, at = talk.answered
            yield self.at(at), partial(self._mark_answer, posts, index)

    def _post(self, talk: DemoThread, posts: list[Post], line: DemoPost, when: datetime) -> None:
        body, author = line.body, self.people[line.by]
        if line.plot:
            body += f"\n\n{store_plot(author, when).markdown(line.plot)}"
        values = {"author": author, "body": body, "now": when}
        if posts:
            posts.append(Post.objects.reply(thread=posts[0].thread, **values))
        else:
            kind = Thread.Kind.QUESTION if talk.answered else Thread.Kind.DISCUSSION
            of_thread = {"group": self.group, "title": talk.title, "kind": kind, "about": self._about(talk)}
            posts.append(Thread.objects.start(**of_thread, **values).posts.get())

    def _mark_answer(self, posts: list[Post], index: int, when: datetime) -> None:
        mark_answer(posts[0].thread, posts[index], posts[0].author, when)

    def _type(self, typed: DemoPostDraft, when: datetime) -> None:
        if typed.thread:
            key, fields = {"thread": self.group.threads.get(title=typed.thread)}, {"body": typed.body}
        else:
            key, fields = {"group": self.group}, {"title": typed.title, "about": "", "body": typed.body}
        PostDraft.objects.save_draft({"author": self.people[typed.by], **key}, {"typed": fields}, at=when)

    def _about(self, talk: DemoThread) -> Section | Source | Submission | None:
        match talk.about:
            case ("topic", title):
                return self.topics[title]
            case ("source", url):
                return self.entries[url_key(url)].source
            case ("submission", author, title):
                return self.rounds[author, title].submission
        return None

    def _edit(self, posts: list[Post], index: int, body: str, when: datetime) -> None:
        posts[index].edit(body, now=when)

    def _report(self, posts: list[Post], index: int, key: str, text: str, when: datetime) -> None:
        said = {"reason": ContentReport.Reason.OTHER, "text": text}
        ContentReport.objects.report(of_post(posts[index]), by=self.people[key], now=when, **said)

    def _delete(self, posts: list[Post], index: int, when: datetime) -> None:
        posts[index].soft_delete(by=posts[index].author, now=when)


def _comment(verdict: str | tuple[str, str]) -> str:
    return "" if isinstance(verdict, str) else verdict[1]


def _verdicts(round: ReviewRound, review: DemoReview | DemoReviewEdit | DemoReviewDraft) -> list[Verdict]:
    """Return an unsaved verdict for each answer."""
    return [
        Verdict(answer=answer, value=each if isinstance(each, str) else each[0], comment=_comment(each))
        for answer, each in zip(round.revision.answers.all(), review.verdicts, strict=True)
    ]


def _comments_on_words(round: ReviewRound, review: DemoReview) -> Iterator[Verdict]:
    answers = list(round.revision.answers.all())
    for each in review.on_words:
        (passage,) = find(answers[each.answer].body, each.words)
        yield Verdict.on_words(answers[each.answer], passage, each.text, each.instead)


def _decision(review: DemoReview | DemoReviewEdit) -> str:
    return Review.Decision.APPROVE if review.approves else Review.Decision.REQUEST_CHANGES
