"""Four people of a group write, mention, delete, react, close, read, follow, mute, leave and come back at random. After
each step it is counted from what they did which posts are unread for whom, and of which they are notified."""

from collections.abc import Collection

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from groups.leaving.leave import leave_group
from groups.members.exceptions import RuleViolation
from groups.members.invitation import Invitation
from groups.threads import moderation
from groups.threads.post import Post
from groups.threads.reaction import Reaction
from groups.threads.read_position import unread_by_group, unread_count
from groups.threads.thread import Thread
from readlist_site.base.notifications.notification import Notification
from tests import factories
from tests.length import FULL, TALK_EXAMPLES, TALK_STEPS

WHO, WHICH = st.integers(0, 3), st.integers(0, 30)
HTMX = {"HTTP_HX_REQUEST": "true"}


class Talk(RuleBasedStateMachine):
    """Each example is undone: it is a transaction that is rolled back."""

    people: list
    clients: list[Client]
    reading_list: object

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.group = factories.make_group(*self.people[:3], reading_list=self.reading_list)
        self.members = set(range(3))
        self.closed: set[int] = set()
        self.reactions: dict[tuple[int, int], str] = {}
        self.unread: dict[int, set[int]] = {who: set() for who in range(4)}
        self.told: dict[int, set[int]] = {who: set() for who in range(4)}
        self.level, self.chosen = dict.fromkeys(range(4), "all"), {who: {} for who in range(4)}
        self.open(0)
        self.open(1)

    @rule(who=WHO)
    def open(self, who: int) -> None:
        if who in self.members:
            thread = Thread.objects.start(group=self.group, author=self.people[who], title="T", body="First")
            self.is_new(thread.posts.get(), who)

    @rule(who=WHO, which=WHICH, named=st.sets(WHO))
    def reply(self, who: int, which: int, named: set[int]) -> None:
        """And mention some, members or not."""
        thread = self.thread(which)
        if who not in self.members:
            return
        body = " ".join(["More", *(f"@{self.people[each].display_name}" for each in sorted(named))])
        if thread.pk in self.closed:
            with pytest.raises(RuleViolation):
                Post.objects.reply(thread=thread, author=self.people[who], body=body)
            return
        self.is_new(Post.objects.reply(thread=thread, author=self.people[who], body=body), who, named)

    @rule(which=WHICH)
    def close_or_reopen(self, which: int) -> None:
        thread = self.thread(which)
        if thread.pk in self.closed:
            moderation.reopen(thread, self.people[0])
        else:
            moderation.close(thread, self.people[0], reason="Enough.")
        self.closed ^= {thread.pk}

    @rule(who=WHO, which=WHICH, kind=st.sampled_from(["agree", "thanks", ""]))
    def react(self, who: int, which: int, kind: str) -> None:
        posts = list(Post.objects.filter(thread__group=self.group).order_by("pk"))
        post = posts[which % len(posts)]
        self.clients[who].post(reverse("react", args=[post.pk]), {"kind": kind})
        if who in self.members and kind and post.is_readable and post.author != self.people[who]:
            self.reactions[post.pk, self.people[who].pk] = kind
        elif who in self.members and not kind:
            self.reactions.pop((post.pk, self.people[who].pk), None)

    def is_new(self, post: Post, author: int, named: Collection[int] = ()) -> None:
        for who in self.members - {author}:
            self.unread[who].add(post.pk)
            chosen = self.chosen[who].get(post.thread_id)
            if self.level[who] == "nothing" and chosen == "posted":
                chosen = None
            if chosen in ("follow", "posted") or (chosen is None and self.level[who] == "all") or who in named:
                self.told[who].add(post.pk)
        self.chosen[author].setdefault(post.thread_id, "posted")

    @rule(who=WHO, level=st.sampled_from(["all", "mine", "nothing"]))
    def choose(self, who: int, level: str) -> None:
        self.clients[who].post(reverse("follow_settings", args=[self.group.pk]), {"follow_level": level})
        if who in self.members:
            self.level[who] = level

    @rule(who=WHO, which=WHICH, state=st.sampled_from(["follow", "mute"]))
    def follow(self, who: int, which: int, state: str) -> None:
        thread = self.thread(which)
        self.clients[who].post(reverse("follow_thread", args=[thread.pk]), {"thread": state})
        if who in self.members:
            self.chosen[who][thread.pk] = state

    @rule(who=WHO, which=WHICH)
    def edit(self, who: int, which: int) -> None:
        if who in self.members and (mine := self.left().filter(author=self.people[who])):
            mine[which % len(mine)].edit("Other words")

    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        if left := self.left():
            post = left[which % len(left)]
            post.soft_delete(by=self.people[0])
            for who in self.members:
                self.unread[who].discard(post.pk)
                self.told[who].discard(post.pk)

    @rule(who=WHO, which=WHICH, how=st.sampled_from(["page", "in place", "prefetch", "preview", "head"]))
    def look(self, who: int, which: int, how: str) -> None:
        thread, client = self.thread(which), self.clients[who]
        page, updates = thread.get_absolute_url(), f"{reverse('posts', args=[thread.pk])}?after=0&shown=1"
        if how == "head":
            client.head(page)
        elif how in ("prefetch", "preview"):
            client.get(page, headers={"Sec-Purpose" if how == "prefetch" else "X-Purpose": how})
        elif how == "in place":
            # The page says first that it has shown what it inserted, and is given the rest.
            client.get(updates.replace("after=0", f"after={thread.latest_id}"), **HTMX)
        else:
            client.get(page)
        if how in ("page", "in place") and who in self.members:
            shown = set(thread.posts.values_list("pk", flat=True))
            self.unread[who] -= shown
            self.told[who] -= shown

    @rule(who=WHO, which=WHICH)
    def mark_unread(self, who: int, which: int) -> None:
        posts = list(Post.objects.filter(thread__group=self.group))
        post = posts[which % len(posts)]
        self.clients[who].post(reverse("mark_unread", args=[post.thread_id]), {"post": post.pk})
        if who in self.members:
            since = self.left().filter(thread=post.thread_id, pk__gte=post.pk).by_others(self.people[who])
            self.unread[who].update(since.values_list("pk", flat=True))

    @rule(who=WHO, back=st.integers(0, 2))
    def mark_all_read(self, who: int, back: int) -> None:
        """On a page that was opened so many posts ago."""
        keys = list(Post.objects.filter(thread__group=self.group).order_by("-pk").values_list("pk", flat=True))
        until = keys[min(back, len(keys) - 1)]
        self.clients[who].post(reverse("mark_all_read", args=[self.group.pk]), {"until": until})
        self.unread[who] = {pk for pk in self.unread[who] if pk > until}
        self.told[who] = {pk for pk in self.told[who] if pk > until}

    @rule(who=WHO)
    def come_or_go(self, who: int) -> None:
        """Whoever comes, comes by a link, and starts clean."""
        person = self.people[who]
        if who not in self.members:
            link = Invitation.objects.make(self.group, self.people[0])
            link.accept(person, hides_reading=False)
            self.members.add(who)
        elif who:
            leave_group(self.group.membership_of(person))
            self.members.remove(who)
            self.unread[who], self.told[who], self.chosen[who], self.level[who] = set(), set(), {}, "all"

    @invariant()
    def counts_are_what_counting_gives(self) -> None:
        if not hasattr(self, "group"):
            return
        reactions = {
            (post, person): kind for post, person, kind in Reaction.objects.values_list("post", "person", "kind")
        }
        assert reactions == self.reactions
        by_thread: dict[int, int] = dict(Post.objects.values_list("pk", "thread"))
        for who, person in enumerate(self.people):
            muted = {thread for thread, chosen in self.chosen[who].items() if chosen == "mute"}
            unread = {pk for pk in self.unread[who] if by_thread[pk] not in muted}
            expected = len(unread)
            assert unread_by_group(person) == ({self.group.pk: expected} if who in self.members else {})
            notified = Notification.objects.visible_to(person)
            assert not notified.filter(actor=person).exists()
            if who not in self.members:
                assert not notified.unread().exists()
            told = (
                notified.unread()
                .filter(kind__in=["new_thread", "reply", "mention", "quote"])
                .values_list("facts__post", flat=True)
            )
            assert sorted(told) == sorted(self.told[who])
            counts = Thread.objects.annotate(unread=unread_count(person)).values_list("pk", "unread")
            for thread, count in counts:
                assert count == sum(by_thread[pk] == thread for pk in unread)

    def thread(self, which: int) -> Thread:
        threads = list(Thread.objects.filter(group=self.group))
        return threads[which % len(threads)]

    def left(self):
        return Post.objects.filter(thread__group=self.group).not_deleted()


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.every_engine
@pytest.mark.timeout(1800)
def test_everybody_is_told_once_and_unread_is_what_nobody_has_shown(db):
    # Their handles are their names.
    people = [factories.make_user(f"reader{letter}") for letter in "abcd"]
    clients = [Client() for _ in people]
    for client, person in zip(clients, people, strict=True):
        factories.sign_in(client, person)
    shared = {"people": people, "clients": clients, "reading_list": factories.make_list()}
    bounds = settings(
        max_examples=TALK_EXAMPLES,
        stateful_step_count=TALK_STEPS,
        derandomize=not FULL,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(type("Talk", (Talk,), shared), settings=bounds)
