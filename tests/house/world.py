"""One of everything, and everybody who might come by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.test import Client
from django.utils import timezone

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from groups.leaving.leave import leave_group, remove_from_group
from groups.members.ban import Ban
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.reports.report import ContentReport
from groups.reports.subject import of_post
from groups.reviews.comment_thread import CommentMessage, CommentThread
from groups.reviews.review_request import ReviewRequest
from groups.reviews.review_round import ReviewRound
from groups.reviews.verdict import Verdict
from groups.threads.post import Post
from groups.threads.thread import Thread
from groups.webhooks.webhook import Webhook
from notes.draft import Draft
from readlist_site.base.images.image import Image
from readlist_site.base.jobs import job_file
from readlist_site.base.jobs.job import Job
from tests import factories
from tests.database import make_once, undone
from tests.groups.reviewing import say, show, take, topic_of

ROLES = (
    "anonymous", "stranger", "outsider", "former", "banned",
    "member", "reviewer", "author", "owner", "curator", "administrator",
)  # fmt: skip

# Everybody who has to do with a group, or tries.
OF_GROUPS = ("owner", "author", "reviewer", "member", "former", "banned", "outsider", "stranger")


@dataclass(frozen=True)
class World:
    """Addresses of the table below take their arguments from here."""

    people: dict[str, object]
    group: Group
    topic: Section
    page: Section
    entry: Entry
    invitation: Invitation
    membership: Membership
    ban: Ban
    round: ReviewRound
    accepted: ReviewRound
    thread: Thread
    post: Post
    job: Job
    message: CommentMessage
    report: ContentReport
    image: Image
    _signed_in: dict[str, SimpleCookie] = field(default_factory=dict)

    @property
    def list(self) -> ReadingList:
        return self.group.list

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens inside changes nothing: many may be tried on one world."""
        for role in self.people.keys() - self._signed_in.keys():
            self.client(role)
        with undone():
            yield

    def client(self, role: str) -> Client:
        """A browser in which this person is signed in."""
        client = Client(raise_request_exception=False)
        if role in self._signed_in:
            client.cookies = deepcopy(self._signed_in[role])
        elif role != "anonymous":
            factories.sign_in(client, self.people[role])
            self._signed_in[role] = deepcopy(client.cookies)
        return client

    def reset(self, client: Client, role: str) -> Client:
        """This browser of the person's as it was before its last answer: quicker than another one, which would load
        all middleware anew."""
        client.cookies = deepcopy(self._signed_in.get(role, SimpleCookie()))
        return client


def make_world() -> World:
    """The world below; everybody is signed in."""
    world = make_once("world", _build)
    for client in map(world.client, world.people):
        factories.mark_seen(client)
    _write_file(world.job)
    factories.write_file_of(world.image)
    return world


def _build() -> World:
    """A group of four with a submission that its reviewer holds, an accepted one and one that nobody has taken, a
    thread, a draft and a link. One more has left it and one was thrown out; both had a part in it."""
    reading_list = factories.make_list()
    people = {role: factories.make_user(role.title()) for role in OF_GROUPS}
    people["curator"] = factories.make_curator("Curator")
    people["administrator"] = factories.make_user("Administrator", is_staff=True, is_superuser=True)
    factories.add_factors(people["owner"])
    insiders = [people[role] for role in ("owner", "author", "reviewer", "member")]
    group = factories.make_group(*insiders, reading_list=reading_list, name="Quiet Fridays")
    factories.make_group(people["outsider"], reading_list=reading_list, name="Another group")
    shown = show(people["author"], group)
    take(shown, people["reviewer"])
    ReviewRequest.objects.ask(shown, people["member"], by=people["author"])
    accepted = show(people["owner"], group, topic_of(group, 1))
    for reviewer in (people["reviewer"], people["member"]):
        say(accepted, reviewer, "approve", "It **holds**.")
    on_words = Verdict.on_words(accepted.revision.answers.first(), range(6), "Which *one*?", "*This* answer")
    on_words.review = accepted.reviews.get(reviewer=people["reviewer"])
    on_words.render()
    on_words.save()
    under = CommentThread.objects.of_comment(accepted.submission, f"v{accepted.reviews.first().verdicts.first().pk}")
    asking = accepted.reviews.first().verdicts.last()
    Verdict.objects.filter(pk=asking.pk).update(value="needs_work")
    CommentThread.objects.of_comment(accepted.submission, f"v{asking.pk}").resolve(by=people["reviewer"])
    message = under.reply(author=people["author"], body="Does it hold for $\\beta = 0$?")
    show(people["member"], group, topic_of(group, 2))
    image = factories.make_image(people["author"])
    body = f"$\\beta$, or *not*?\n\n{image.markdown('Two curves')}"
    thread = Thread.objects.start(
        group=group, author=people["author"], title="Which knob?", body=body, about=topic_of(group)
    )
    for role in ("former", "banned"):
        factories.join(group, people[role])
        show(people[role], group, topic_of(group, 1))
        Post.objects.reply(thread=thread, author=people[role], body="I was here.")
    leave_group(group.membership_of(people["former"]))
    remove_from_group(group.membership_of(people["banned"]), by=people["owner"], why="Quarrels.", ban=True)
    url, why = "https://example.org/one-more", "It says when it fails."
    Suggestion.objects.suggest(topic_of(group), by=people["author"], url=url, title="One more", why=why)
    Report.objects.report(Entry.objects.first().source, by=people["member"], kind="outdated", text="It has a sequel.")
    reported = ContentReport.objects.report(
        of_post(thread.posts.first()), by=people["reviewer"], reason="other", text="It is not a question."
    )
    prompt = reading_list.prompts.first()
    Draft.objects.create(author=people["member"], topic=topic_of(group), answers={str(prompt.pk): "The slice."})
    membership = group.memberships.get(person=people["member"])
    membership.set_feed_address(exists=True)
    add_webhook(group)
    world = World(
        people=people,
        group=group,
        topic=topic_of(group),
        page=reading_list.sections.get(kind=Section.Kind.PAGE),
        entry=Entry.objects.first(),
        invitation=Invitation.objects.create(group=group, invited_by=people["owner"]),
        ban=group.bans.get(),
        membership=membership,
        round=shown,
        accepted=accepted,
        thread=thread,
        post=thread.posts.first(),
        job=job_of(people["author"]),
        message=message,
        report=reported,
        image=image,
    )
    for role in people:
        world.client(role)
    return world


def add_webhook(group: Group) -> Webhook:
    """The group's webhook, paused, with a test that failed."""
    webhook = Webhook.objects.create(group=group, url="https://chat.example.org/hooks/1", paused_at=timezone.now())
    test = {"event": "test", "key": "test-1", "path": webhook.get_absolute_url(), "actor": group.owner}
    webhook.deliveries.create(state="failed", attempts=1, status=500, problem="not_shown", **test)
    return webhook


def _write_file(job: Job) -> None:
    with job_file.create(job.token) as file:
        file.write(b"Answer 1 of revision 1")


def job_of(person) -> Job:
    """A job that is done, with a file."""
    Job.objects.start("an_export", person=person)
    job = Job.objects.take()
    _write_file(job)
    job.finish(Job.State.DONE, file_name="mine.txt")
    job.refresh_from_db()
    return job
