"""A group of five talks for a day, on desks and on phones: a question and its answer, and an edit of a summary that one
of them suggests and another applies. After each step the others look what they are told, what is unread and shown."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle

import pytest
from django.utils.functional import cached_property
from playwright.sync_api import Locator, Page, expect

from groups.members.group import Group
from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.accounts.models import User
from tests import factories
from tests.browser.checks import no_sideways_scroll
from tests.browser.steps import answer_to, judge, title
from tests.browser.test_comments_on_words import select
from tests.groups.reviewing import days, show, take, topic_of
from tests.length import DAYS, SCRIPTS

KNOB, FAILS, METRIC = factories.PROMPTS
BODIES = (
    "The memory of a batch is set by its longest sequence and **never** by its mean. It grows with $n^2$.",
    "It fails when prompts are long and many of them differ in length from one another, as they do in chats.",
    "Tokens a second at a fixed latency, and the share of memory that the cache has at the peak of the day.",
)
pytestmark = [pytest.mark.soak, pytest.mark.parametrize("widths", DAYS)]
GROUP, TOPIC, QUESTION = "Thursday post-training", "Post-training", "Which knob?"
THREAD = f"“{QUESTION}” in {GROUP}"


class Window:
    """A person's browser, on a desk or a phone."""

    def __init__(self, person: User, group: Group, open_page: Callable[[User], Page], *, javascript: bool) -> None:
        self.person, self.group, self.open_page, self.javascript = person, group, open_page, javascript

    @cached_property
    def page(self) -> Page:
        return self.open_page(self.person)

    def told(self) -> list[str]:
        """The sentences of the unread notifications, the latest first, as many as the bell counts. To see them reads
        none."""
        self.page.goto("/notifications/")
        unread = self.page.get_by_role("region", name="Unread").locator("li div > a").all_inner_texts()
        expect(self.page.get_by_role("link", name=f"Notifications: {len(unread)} unread")).to_be_visible()
        return unread

    def follow(self, told: str) -> None:
        """Open what a notification is about."""
        self.page.get_by_role("link", name=told).click()

    def unread_at_home(self) -> str:
        """What home says of the posts in the thread that are new."""
        self.page.goto("/")
        no_sideways_scroll(self.page)
        row = self.page.locator(".threads li").filter(has_text=QUESTION)
        return row.locator(".unread").inner_text() if row.count() else ""

    def open_thread(self) -> None:
        self.page.goto(f"{self.group.get_absolute_url()}threads/")
        self.page.get_by_role("link", name=QUESTION).click()
        expect(title(self.page)).to_have_text(QUESTION)

    def look(self) -> None:
        """See what came or changed since."""
        if self.javascript:
            self.page.evaluate("htmx.trigger('#poll', 'look')")
        else:
            self.page.reload()

    def post_by(self, name: str) -> Locator:
        """The last post of a person."""
        return self.page.get_by_role("article", name=name).last

    def reply(self, words: str) -> None:
        box = self.page.get_by_label("Reply")
        box.fill(box.input_value() + words)
        self.page.get_by_role("button", name="Post reply").click()
        expect(self.post_by("You")).to_contain_text(words)


@pytest.fixture
def windows(group, ada, jonas, tomas, mei, page_for):
    """A function: the windows of Ada, Jonas, Tomás, Mei-Ling and Priya, of these widths by turns."""
    priya = factories.join(group, factories.make_user("Priya Nair"))

    def windows(widths: Sequence[int], *, javascript: bool) -> list[Window]:
        pages = [partial(page_for, javascript=javascript, width=width) for width in widths]
        people = zip([ada, jonas, tomas, mei, priya], cycle(pages), strict=False)
        return [Window(person, group, open_page, javascript=javascript) for person, open_page in people]

    return windows


@pytest.mark.long
@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_is_asked_and_answered_and_all_learn_what_concerns_them(windows, topic, widths, javascript):
    ada, jonas, tomas, mei, priya = windows(widths, javascript=javascript)

    mute(mei, "Priya Nair")
    ask_and_mention(ada, topic)
    assert jonas.told() == [f"Ada mentioned you in {THREAD}"]
    assert tomas.unread_at_home() == "1 unread"

    ada.page.reload()
    quote_and_answer(jonas)
    ada.look()
    expect(ada.post_by("Jonas Lind").locator("blockquote")).to_contain_text("alone")

    priya.open_thread()
    priya.reply("@mei-ling, @tomás: I have not.")
    threads_news = [f"Jonas posted in {THREAD}", f"Ada started the thread {THREAD}"]
    assert tomas.told() == [f"Priya mentioned you in {THREAD}", *threads_news]
    assert mei.told() == threads_news
    assert mei.unread_at_home() == "3 unread"
    mei.open_thread()
    expect(mei.page.get_by_text("Post by a muted member: Show")).to_be_visible()
    expect(mei.page.get_by_text("I have not.")).to_be_hidden()
    assert mei.told() == []

    mark_answer(ada)
    assert jonas.told() == [f"Ada marked your post in {THREAD} as the answer", f"Priya posted in {THREAD}"]
    jonas.open_thread()
    expect(jonas.page.get_by_role("region", name="Answer")).to_contain_text("Between 0.05 and 0.5.")
    assert jonas.told() == []


@pytest.mark.parametrize("javascript", SCRIPTS)
def test_a_post_is_reacted_to_and_edited_while_others_look(windows, group, ada, jonas, widths, javascript):
    _, author, reader, *_ = windows(widths, javascript=javascript)
    thread = Thread.objects.start(group=group, author=ada, title=QUESTION, body="I mean *alone*.")
    Post.objects.reply(thread=thread, author=jonas, body="Between 0.05 and 0.5.")

    reader.open_thread()
    react(reader)
    assert author.told() == [f"Tomás reacted to your post in {THREAD}", f"Ada started the thread {THREAD}"]
    author.open_thread()
    expect(author.post_by("You").get_by_role("group", name="Reactions")).to_contain_text("Tomás")

    edit(author)
    reader.look()
    expect(reader.post_by("Jonas Lind")).to_contain_text("Between 0.01 and 0.5.")
    reader.post_by("Jonas Lind").get_by_role("link", name="edited").click()
    expect(reader.page.get_by_role("insertion")).to_have_text("0.01")
    assert (author.told(), reader.told(), reader.unread_at_home()) == ([], [], "")


@pytest.mark.long
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_an_edit_is_suggested_and_applied_and_a_comment_resolved(windows, group, ada, tomas, widths, javascript):
    author, _, reviewer, *_ = windows(widths, javascript=javascript)
    round = show(ada, group, topic_of(group), *BODIES, at=days(-1))
    take(round, tomas)

    suggest_an_edit_and_comment(reviewer, round.submission)
    assert author.told() == [f"Tomás requested changes to your summary of {TOPIC}"]
    author.follow("Tomás requested changes")
    expect(author.page.get_by_role("link", name="2 open comments")).to_be_visible()
    reply_to_comment(author, FAILS, "Those of chats.")
    assert reviewer.told() == [f"Ada replied to your comment on Ada’s summary of {TOPIC}"]
    reviewer.follow("Ada replied")
    resolve(reviewer, FAILS)
    expect(reviewer.page.get_by_role("link", name="1 open comment")).to_be_visible()

    apply_and_submit(author, topic_of(group))
    assert reviewer.told() == [f"Ada applied your suggested edits and submitted revision 2 of the summary of {TOPIC}"]
    reviewer.follow("Ada applied")
    expect(answer_to(reviewer.page, KNOB).get_by_text("Edit applied")).to_be_visible()
    expect(reviewer.page.get_by_role("link", name="open comment")).to_have_count(0)
    approve(reviewer)
    assert author.told() == [f"Tomás approved your summary of {TOPIC}"]
    assert reviewer.told() == []


def mute(window: Window, name: str) -> None:
    window.page.goto(window.group.get_absolute_url())
    window.page.get_by_role("navigation", name=GROUP).get_by_role("link", name="Members").click()
    window.page.get_by_role("listitem").filter(has_text=name).get_by_role("button", name="Mute").click()
    expect(window.page.get_by_role("status")).to_contain_text("You muted")


def ask_and_mention(window: Window, topic) -> None:
    page = window.page
    page.goto(topic.get_absolute_url())
    page.get_by_text(f"Ask a question in {GROUP}").click()
    page.get_by_label("Question", exact=True).fill(QUESTION)
    box = page.get_by_label("Details")
    box.press_sequentially("@jo")
    if window.javascript:
        expect(page.get_by_role("option", name="@jonas")).to_be_visible()
        box.press("Enter")
        expect(box).to_have_value("@jonas ")
    box.fill("@jonas, have you swept it?\n\nI mean $\\beta$ alone.")
    page.get_by_role("button", name="Ask question").click()
    expect(title(page)).to_have_text(QUESTION)


def quote_and_answer(window: Window) -> None:
    window.follow("Ada mentioned you")
    asked = window.post_by("Ada Okafor")
    if window.javascript:
        asked.get_by_text("alone").select_text()
    asked.get_by_role("link", name="Quote").click()
    expect(window.page.get_by_label("Reply")).to_have_value(re.compile(r"^> .*alone\.\n\n$", re.DOTALL))
    window.reply("Between 0.05 and 0.5.")
    expect(window.post_by("You").locator("blockquote")).to_contain_text("alone")
    # On the thread's own page what comes later would be read as soon as it asks for it.
    window.page.goto("/list/")


def mark_answer(window: Window) -> None:
    window.open_thread()
    window.post_by("Jonas Lind").get_by_role("button", name="Mark as answer").click()
    expect(window.page.get_by_role("region", name="Answer")).to_contain_text("Between 0.05 and 0.5.")


def react(window: Window) -> None:
    post = window.post_by("Jonas Lind")
    post.locator("summary", has_text="React").click()
    post.get_by_role("button", name="Thanks").click()
    expect(post.get_by_role("group", name="Reactions")).to_contain_text("Tomás")


def edit(window: Window) -> None:
    window.post_by("You").get_by_role("link", name="Edit", exact=True).click()
    box = window.page.get_by_label("Your post")
    box.fill(box.input_value().replace("0.05", "0.01"))
    window.page.get_by_role("button", name="Save post").click()
    expect(window.post_by("You")).to_contain_text("0.01")


def suggest_an_edit_and_comment(window: Window, submission) -> None:
    page = window.page
    page.goto(f"/submissions/{submission.pk}/review/")
    answer = answer_to(page, KNOB)
    if window.javascript:
        select(page, KNOB, "It grows", "with")
        page.get_by_role("button", name="Suggest an edit", exact=True).click()
        expect(answer.get_by_role("button", name="Delete comment")).to_be_visible()
    else:
        answer.locator("summary", has_text="Comment on words").click()
        answer.get_by_label("Words of the answer").last.fill("It grows with")
        answer.locator("summary", has_text="Suggest an edit").last.click()
    edit = answer.get_by_label("Suggested edit").first
    expect(edit).to_be_visible()
    edit.fill("The cache grows with")
    judge(page, FAILS, "Needs work", "Whose prompts?")
    page.get_by_role("button", name="Request changes").click()
    expect(answer_to(page, KNOB).locator(".words ins")).to_have_text("The cache")


def reply_to_comment(window: Window, prompt: str, words: str) -> None:
    talk = answer_to(window.page, prompt)
    talk.locator("summary", has_text="Reply").click()
    talk.get_by_role("textbox", name="Reply").fill(words)
    talk.get_by_role("button", name="Send reply").click()
    expect(answer_to(window.page, prompt).locator(".replied")).to_contain_text(words)


def resolve(window: Window, prompt: str) -> None:
    answer_to(window.page, prompt).get_by_role("button", name="Mark as resolved").click()
    expect(answer_to(window.page, prompt).get_by_text("Resolved by you")).to_be_visible()


def apply_and_submit(window: Window, topic) -> None:
    page = window.page
    page.goto(f"/topics/{topic.pk}/summary/")
    page.get_by_role("button", name="Apply edit").click()
    expect(page.get_by_text("Applied to your draft")).to_be_visible()
    page.get_by_label("Why it changed").fill("Says what grows.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("You submitted revision 2")).to_be_visible()


def approve(window: Window) -> None:
    window.page.get_by_role("button", name="Review changes").click()
    for prompt in (KNOB, FAILS, METRIC):
        judge(window.page, prompt, "Holds up")
    window.page.get_by_role("button", name="Approve", exact=True).click()
    expect(window.page.get_by_text("You approved")).to_be_visible()
