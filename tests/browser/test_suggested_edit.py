"""A reviewer suggests an edit of selected words; the author applies it and sends the revision; the reviewer sees it."""

import pytest
from playwright.sync_api import expect

from groups.reviews.reply import CommentReply
from tests import factories
from tests.browser.steps import answer_to
from tests.browser.test_comments_on_words import select
from tests.groups.reviewing import days, show, take, topic_of
from tests.length import SCRIPTS

KNOB, FAILS, METRIC = factories.PROMPTS
BODIES = (
    "The memory of a batch is set by its longest sequence and **never** by its mean. " * 2 + "It grows with $n^2$.",
    "It fails when prompts are long and many of them differ in length from one another, as they do in chats.",
    "Tokens a second at a fixed latency, and the share of memory that the cache has at the peak of the day.",
)


@pytest.mark.parametrize("width", [1440, 390])
def test_an_edit_is_suggested_applied_sent_and_seen(page_for, group, ada, jonas, width):
    round = show(ada, group, topic_of(group), *BODIES, at=days(-1))
    take(round, jonas)
    page = page_for(jonas, width=width)
    page.goto(f"/submissions/{round.submission_id}/review/")
    select(page, KNOB, "It grows", "with")
    page.get_by_role("button", name="Suggest an edit", exact=True).click()
    edit = answer_to(page, KNOB).get_by_label("Suggested edit").first
    expect(edit).to_be_focused()
    expect(edit).to_have_value("It grows with")
    edit.fill("The cache grows with")
    page.get_by_role("button", name="Request changes").click()
    expect(answer_to(page, KNOB).locator(".words ins")).to_have_text("The cache")

    page = page_for(ada, width=width)
    page.goto(f"/topics/{round.submission.summary.topic_id}/summary/")
    page.get_by_label("Why it changed").fill("Words")
    page.get_by_role("button", name="Apply edit").click()
    expect(page.get_by_text("Applied to your draft")).to_be_visible()
    expect(page.get_by_label(KNOB, exact=True)).to_have_value(f"{BODIES[0]}".replace("It grows", "The cache grows"))
    expect(page.get_by_label("Why it changed")).to_have_value("Words")
    expect(page.get_by_label("Addressed")).to_be_checked()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("You submitted revision 2")).to_be_visible()
    assert CommentReply.objects.get().applied

    page = page_for(jonas, width=width)
    page.goto("/notifications/")
    page.get_by_role("link", name="Ada applied your suggested edits and submitted revision 2").click()
    expect(page.get_by_text("With edits suggested by Jonas")).to_be_visible()
    expect(answer_to(page, KNOB).get_by_text("Edit applied")).to_be_visible()
    expect(page.get_by_role("link", name="open comment")).to_have_count(0)


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_enter_in_the_editor_applies_nothing_and_an_edit_is_suggested_in_fields(
    page_for, group, ada, jonas, javascript
):
    round = show(ada, group, topic_of(group), *BODIES, at=days(-1))
    take(round, jonas)
    page = page_for(jonas, javascript=javascript)
    page.goto(f"/submissions/{round.submission_id}/review/")
    answer = answer_to(page, KNOB)
    answer.locator("summary", has_text="Comment on words").click()
    answer.get_by_label("Words of the answer").last.fill("It grows with")
    answer.locator("summary", has_text="Suggest an edit").last.click()
    answer.get_by_label("Suggested edit").last.fill("It swells with")
    page.get_by_role("button", name="Request changes").click()
    expect(answer_to(page, KNOB).locator(".words ins")).to_have_text("swells")

    page = page_for(ada, javascript=javascript)
    page.goto(f"/topics/{round.submission.summary.topic_id}/summary/")
    page.get_by_label("Why it changed").fill("Words")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved").first).to_be_visible()
    expect(page.get_by_role("button", name="Apply edit")).to_be_visible()
    page.get_by_role("button", name="Apply edit").click()
    expect(page.get_by_text("Applied to your draft")).to_be_visible()
