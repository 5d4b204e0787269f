"""A reviewer comments on words of an answer in a browser: selected, or written without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from groups.reviews.verdict import Verdict
from tests import factories
from tests.browser.steps import answer_to
from tests.groups.reviewing import show, take, topic_of

KNOB, FAILS, METRIC = factories.PROMPTS
BODIES = ("It grows with $n^2$ and **never** shrinks.", "It fails.", "Win rate.")

SELECT = """([node, first, last]) => {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let text; (text = walker.nextNode());) {
    if (text.data.includes(first) && range.collapsed) range.setStart(text, text.data.indexOf(first));
    if (text.data.includes(last)) range.setEnd(text, text.data.indexOf(last) + last.length);
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def select(page: Page, prompt: str, first: str, last: str) -> None:
    """Select from one word of an answer to another."""
    prose = answer_to(page, prompt).locator("[data-words-of]:visible").element_handle()
    page.evaluate(SELECT, [prose, first, last])


@pytest.mark.parametrize("width", [1440, 390])
def test_selected_words_are_commented_on_and_marked(page_for, group, ada, jonas, width):
    round = show(ada, group, topic_of(group), *BODIES)
    take(round, jonas)
    page = page_for(jonas, width=width)
    page.goto(f"/submissions/{round.submission_id}/review/")
    select(page, KNOB, "with", "never")
    page.get_by_role("button", name="Comment on these words").click()
    row = answer_to(page, KNOB).get_by_role("group", name="Comment on words")
    expect(row.first.get_by_label("Words of the answer")).to_have_value("with $n^2$ and **never**")
    expect(row.first.get_by_label("Comment on these words")).to_be_focused()
    page.keyboard.type("Never?")
    select(page, KNOB, "shrinks", "shrinks")
    page.get_by_role("button", name="Comment on these words").click()
    expect(row.nth(1).get_by_label("Comment on these words")).to_be_focused()
    row.nth(1).get_by_role("button", name="Delete comment").click()
    select(page, FAILS, "It", "fails")
    page.get_by_role("button", name="Comment on these words").click()
    answer_to(page, FAILS).get_by_role("button", name="Delete comment").click()
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()
    page.reload()
    expect(row.get_by_label("Comment on these words")).to_have_value("Never?")
    page.get_by_role("button", name="Request changes").click()
    expect(answer_to(page, KNOB).locator("mark").first).to_have_text("with")
    expect(answer_to(page, KNOB).locator(".said .words")).to_contain_text("and never")
    assert Verdict.objects.get(offset__isnull=False).quote == "with $n^2$ and **never**"


@pytest.mark.soak
def test_words_are_written_without_javascript(page_for, group, ada, jonas):
    round = show(ada, group, topic_of(group), *BODIES)
    take(round, jonas)
    page = page_for(jonas, javascript=False)
    page.goto(f"/submissions/{round.submission_id}/review/")
    answer = answer_to(page, KNOB)
    answer.locator("summary", has_text="Comment on words").click()
    answer.get_by_label("Words of the answer").fill("never shrinks")
    answer.get_by_label("Comment on these words").fill("Never?")
    page.get_by_role("button", name="Request changes").click()
    expect(answer_to(page, KNOB).locator("mark").first).to_have_text("never")
