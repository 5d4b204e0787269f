"""A comment on an answer is talked about, and resolved, as people would go about it in a browser."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.steps import answer_to
from tests.groups.reviewing import days, say, show
from tests.length import SCRIPTS

KNOB, FAILS, METRIC = factories.PROMPTS
pytestmark = [pytest.mark.soak, pytest.mark.parametrize("javascript", SCRIPTS)]


def test_the_author_replies_and_the_reviewer_resolves_the_comment(page_for, group, ada, jonas, javascript):
    review = say(show(ada, group, at=days(-1)), jonas, "request_changes", "How small?", at=days(-1))
    page = page_for(ada, javascript=javascript)
    page.goto(review.round.submission.get_absolute_url())
    expect(page.get_by_role("link", name="3 open comments")).to_be_visible()
    talk = answer_to(page, FAILS)
    talk.locator("summary", has_text="Reply").click()
    talk.get_by_role("textbox", name="Reply").fill("As small as $\\beta$.")
    talk.get_by_role("button", name="Send reply").click()
    expect(answer_to(page, FAILS).locator(".replied")).to_contain_text("As small as")

    page = page_for(jonas, javascript=javascript)
    page.goto("/notifications/")
    page.get_by_role("link", name="Ada replied to your comment on Ada’s summary of Post-training").click()
    talk = answer_to(page, FAILS)
    expect(talk.locator(".replied math")).to_have_count(1)
    talk.get_by_role("button", name="Mark as resolved").click()
    expect(answer_to(page, FAILS).get_by_text("Resolved by you")).to_be_visible()
    expect(page.get_by_role("link", name="2 open comments")).to_be_visible()


def test_a_member_who_is_asked_for_a_review_sees_it_at_home_and_declines(page_for, group, ada, jonas, javascript):
    round = show(ada, group, at=days(-1))
    page = page_for(ada, javascript=javascript)
    page.goto(round.submission.get_absolute_url())
    page.locator("summary", has_text="Request review").click()
    page.get_by_label("Request review from").select_option("Jonas Lind")
    page.get_by_role("button", name="Request review").click()
    expect(page.get_by_text("Jonas was asked for a review")).to_be_visible()

    page = page_for(jonas, javascript=javascript)
    page.goto("/notifications/")
    page.get_by_role("link", name="Ada asks you to review the summary of Post-training").click()
    expect(page.get_by_text("Ada asked you to review this")).to_be_visible()
    page.get_by_role("button", name="Decline request").click()
    expect(page.get_by_text("You declined.")).to_be_visible()
    expect(page.get_by_role("button", name="Review summary")).to_be_visible()
