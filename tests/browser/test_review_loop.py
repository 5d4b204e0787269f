"""The loop of review where it is begun, broken off and left: each as people would go about it in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from groups.reviews.claim import Claim
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.submission import Submission
from tests import factories
from tests.browser.steps import answer_to, judge, title
from tests.groups.reviewing import days, revise, say, show, take, topic_of
from tests.length import SCRIPTS

KNOB, FAILS, METRIC = factories.PROMPTS
LONG = "Turn the knob and the loss follows it for a while, until the reference model gives way. "

# Without scripts, test_loop.py goes round the whole of it.
pytestmark = [pytest.mark.soak, pytest.mark.parametrize("javascript", SCRIPTS)]


@pytest.fixture
def tomas(group):
    return factories.join(group, factories.make_user("Tomás Herrera"))


def on_answer(page: Page, name: str, prompt: str, word: str, text: str = "") -> None:
    """In the editor, say something to somebody's comment."""
    answer = page.get_by_role("group", name=f"Your reply to {name} on “{prompt}”")
    answer.get_by_label(word).check()
    if text:
        answer.get_by_label("Reply").fill(text)


def keep(page: Page, javascript: bool, typed: str) -> None:
    """See that the server has this text: with scripts by itself, without by the button."""
    if not javascript:
        page.get_by_role("button", name="Save draft").click()
    expect(page.locator("[data-draft-mark]")).to_have_text(re.compile(r"Saved\s"))
    # That may be said of the verdict alone, which was chosen before.
    while typed not in ReviewDraft.objects.get().typed.values():
        page.wait_for_timeout(50)


def test_a_second_round_answers_each_comment_and_ends_in_the_playbook(page_for, group, ada, jonas, javascript):
    first = show(ada, group, topic_of(group), LONG, f"{LONG}When it is small.", LONG, at=days(-2))
    say(first, jonas, "request_changes", "Why?", at=days(-1))
    page = page_for(ada, javascript=javascript)
    page.goto(f"{topic_of(group).get_absolute_url()}summary/")
    page.get_by_label(FAILS).fill(f"{LONG}When the labels are certain.")
    on_answer(page, "Jonas", KNOB, "Disagree", "The *curve* says it.")
    on_answer(page, "Jonas", FAILS, "Addressed")
    on_answer(page, "Jonas", METRIC, "Later")
    page.get_by_label("Why it changed").fill("Named the condition.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("You submitted revision 2")

    page = page_for(jonas, javascript=javascript)
    page.goto("/")
    expect(page.get_by_text("1 addressed · 1 disagreed with · 1 left for later")).to_be_visible()
    page.get_by_role("button", name="Review changes").click()
    knob, fails, metric = (answer_to(page, prompt) for prompt in factories.PROMPTS)
    expect(page.get_by_text("Named the condition.")).to_be_visible()
    expect(fails.get_by_role("insertion").locator("visible=true")).to_have_text("the labels are certain")
    expect(fails.get_by_role("deletion").locator("visible=true")).to_have_text("it is small")
    expect(fails.locator(".replied")).to_contain_text("Addressed")
    expect(knob.locator(".replied")).to_contain_text("The curve says it.")
    expect(metric.locator(".replied")).to_contain_text("Later")
    still_open = page.locator(".tally").get_by_role("listitem")
    expect(still_open).to_have_count(2)
    for answer in (knob, metric):
        expect(answer.get_by_label("Needs work", exact=True)).to_be_checked()
    for prompt in factories.PROMPTS:
        judge(page, prompt, "Holds up")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("The summary is accepted and in the playbook.")
    page.get_by_role("link", name="playbook", exact=True).click()
    entry = page.get_by_role("article", name="Ada Okafor on Post-training")
    expect(entry).to_contain_text("When the labels are certain.")
    expect(entry).to_contain_text("Approved by Jonas Lind")


@pytest.mark.parametrize("lapsed", [False, True])
def test_a_review_broken_off_goes_on_in_another_browser(page_for, group, ada, jonas, javascript, lapsed):
    round = show(ada, group)
    claim = take(round, jonas)
    page = page_for(jonas, javascript=javascript)
    page.goto(f"/submissions/{round.submission_id}/review/")
    judge(page, FAILS, "Needs work", "Under which condition?")
    keep(page, javascript, "Under which condition?")
    page.context.close()
    if lapsed:
        Claim.objects.filter(pk=claim.pk).update(expires_at=days(-1))

    page = page_for(jonas, javascript=javascript)
    page.goto("/")
    begun = page.get_by_role("region", name="Drafts")
    if not lapsed:
        page.get_by_role("link", name="Continue review").click()
    else:
        begun.get_by_role("link", name=re.compile("Continue.*Your review of Ada’s summary")).click()
        expect(page.get_by_role("heading", name="Your time for this review ran out")).to_be_visible()
        expect(page.get_by_text("You can continue it when you review this.")).to_be_visible()
        page.get_by_role("button", name="Review summary").click()
    fails = answer_to(page, FAILS)
    expect(fails.locator("[name^=comment_]")).to_have_value("Under which condition?")
    expect(fails.get_by_label("Needs work", exact=True)).to_be_checked()
    page.get_by_role("button", name="Request changes").click()
    expect(page.get_by_role("status")).to_contain_text("Your review was sent to the author.")
    expect(answer_to(page, FAILS)).to_contain_text("Under which condition?")
    page.goto("/")
    expect(begun).to_have_count(0)


def test_the_author_leaves_while_reviews_are_open(page_for, console, group, ada, jonas, tomas, javascript):
    console.expect("409")  # what is no longer wanted can't be sent
    accepted = show(jonas, group, topic_of(group, 0), at=days(-3))
    for reviewer in (ada, tomas):
        say(accepted, reviewer, "approve", at=days(-2))
    waiting, adas = show(jonas, group, topic_of(group, 1)), show(ada, group, topic_of(group, 2))
    take(waiting, ada)
    take(adas, jonas)
    reviewers = page_for(ada, javascript=javascript)
    reviewers.goto(f"/submissions/{waiting.submission_id}/review/")

    page = page_for(jonas, javascript=javascript)
    page.goto(f"/groups/{group.pk}/members/")
    page.get_by_role("main").get_by_role("link", name="Leave group").click()
    page.get_by_role("button", name="Leave group").click()
    expect(page.get_by_role("status")).to_have_text(f"You have left {group}.")

    judge(reviewers, FAILS, "Needs work", "Under which condition?")
    if javascript:
        notice = reviewers.get_by_text("The author has left the group. Your text is kept below.")
        expect(notice, "it is told in place once what was typed is saved").to_be_visible()
    reviewers.get_by_role("button", name="Request changes").click()
    refusal = reviewers.get_by_role("alert")
    expect(refusal.get_by_role("heading")).to_have_text("Your review is not sent")
    expect(refusal).to_contain_text("The author has left the group. Your text is kept below")
    expect(answer_to(reviewers, FAILS).locator("[name^=comment_]")).to_have_value("Under which condition?")
    reviewers.goto(waiting.submission.get_absolute_url())
    expect(reviewers.get_by_role("region", name="Status")).to_contain_text(
        "The author has left the group, so it can’t be reviewed any more."
    )
    reviewers.goto(f"/groups/{group.pk}/reviews/")
    expect(reviewers.get_by_role("region", name="Your submissions")).to_contain_text("Waiting for")
    expect(reviewers.get_by_role("region", name="You’re reviewing")).to_have_count(0)
    expect(reviewers.get_by_role("main")).not_to_contain_text("Jonas")
    reviewers.goto(f"/groups/{group.pk}/playbook/")
    entry = reviewers.get_by_role("article", name="Jonas Lind on Post-training")
    expect(entry).to_contain_text("Approved by Ada Okafor and Tomás Herrera")

    others = page_for(tomas, javascript=javascript)
    others.goto(f"/groups/{group.pk}/reviews/")
    others.get_by_role("button", name="Review next").click()
    expect(title(others)).to_contain_text("Ada Okafor on Refusals")


def test_the_same_summary_in_two_groups_has_two_talks(page_for, group, ada, jonas, javascript):
    elke = factories.make_user("Elke Voss")
    owls = factories.make_group(ada, elke, reading_list=group.list, name="Night owls")
    revision = revise(ada, topic_of(group), LONG, LONG, LONG)
    here, there = (Submission.objects.submit(revision, each, now=days(-2)) for each in (group, owls))
    say(here, jonas, "request_changes", "Jonas asks.", at=days(-1))
    say(there, elke, "request_changes", "Elke asks.", at=days(-1))

    page = page_for(ada, javascript=javascript)
    page.goto(f"{topic_of(group).get_absolute_url()}summary/")
    page.get_by_label(FAILS).fill(f"{LONG}When the labels are certain.")
    on_answer(page, "Jonas", FAILS, "Addressed", "To his comment.")
    on_answer(page, "Elke", FAILS, "Disagree", "To her comment.")
    page.get_by_label("Why it changed").fill("Named the condition.")
    page.get_by_label("Submit to").select_option(group.name)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text(f"You submitted revision 2 to {group}")
    expect(page.get_by_role("main")).not_to_contain_text("owls")

    elkes = page_for(elke, javascript=javascript)
    elkes.goto(there.submission.get_absolute_url())
    expect(answer_to(elkes, FAILS)).to_contain_text("Elke asks.")
    for unsaid in ("To her comment.", "certain", group.name, "Jonas", "Revision 2"):
        expect(elkes.get_by_role("main")).not_to_contain_text(unsaid)

    page.goto(f"{topic_of(group).get_absolute_url()}summary/")
    page.get_by_label("Why it changed").fill("Named the condition.")
    page.get_by_label("Submit to").select_option(owls.name)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text(f"You submitted revision 2 to {owls}")
    elkes.goto("/")
    elkes.get_by_role("button", name="Review changes").click()
    expect(answer_to(elkes, FAILS).locator(".replied")).to_contain_text("To her comment.")
    jonas_page = page_for(jonas, javascript=javascript)
    jonas_page.goto("/")
    jonas_page.get_by_role("button", name="Review changes").click()
    expect(answer_to(jonas_page, FAILS).locator(".replied")).to_contain_text("To his comment.")
    for page, unsaid in (
        (elkes, (group.name, "Jonas", "To his comment.")),
        (jonas_page, (owls.name, "Elke", "To her comment.")),
    ):
        for word in unsaid:
            expect(page.get_by_role("main")).not_to_contain_text(word)
