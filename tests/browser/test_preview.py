"""Under every box that takes Markdown stands what is typed into it, as it will be read."""

import pytest
from playwright.sync_api import Page, expect

from groups.threads.thread import Thread
from tests.browser.steps import answer_to
from tests.groups.reviewing import show, take, topic_of
from tests.length import WIDTHS, some

TYPED = "Is it *the* one, $\\beta$?"


@pytest.fixture
def thread(group, jonas):
    return Thread.objects.start(group=group, author=jonas, title="Which knob?", body="I swept it.")


def under(page: Page, label: str):
    """The preview of the box with this label."""
    box = page.get_by_label(label, exact=True)
    return box.locator("xpath=following-sibling::*[contains(@class, 'look-ahead')]")


def see_it_grow(page: Page, label: str, typed: str = TYPED) -> None:
    """Type into a box: its preview comes, and neither the focus nor a letter is lost."""
    box = page.get_by_label(label, exact=True)
    expect(under(page, label)).to_be_hidden()
    box.press_sequentially(typed)
    expect(under(page, label).locator("em")).to_have_text("the")
    expect(under(page, label).locator("math")).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value(typed)


@pytest.mark.soak
@pytest.mark.parametrize("width", some(WIDTHS, 0, of=2))
def test_under_a_reply(page_for, ada, thread, axe, no_sideways_scroll, width):
    page = page_for(ada, width=width)
    page.goto(thread.get_absolute_url())
    see_it_grow(page, "Reply", f"{TYPED} {'long' * 60}")
    axe(page)
    no_sideways_scroll(page)
    expect(page.locator('[data-draft-mark="reply"]')).to_contain_text("Saved")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post")).to_have_count(2)
    expect(under(page, "Reply")).to_be_hidden()
    page.get_by_label("Reply").fill("And *again*.")
    expect(under(page, "Reply").locator("em")).to_have_text("again")
    page.get_by_label("Reply").fill("")
    expect(under(page, "Reply")).to_be_hidden()


def test_under_an_edit_and_a_new_thread(page_for, jonas, group, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Your post").fill("I *swept* it.")
    expect(under(page, "Your post").locator("em")).to_have_text("swept")
    page.get_by_role("button", name="Save post", exact=True).click()
    expect(page.locator(".post em")).to_have_text("swept")
    page.goto(f"/groups/{group.pk}/threads/new/")
    see_it_grow(page, "First post")


@pytest.mark.soak
@pytest.mark.parametrize("width", some(WIDTHS, 1, of=2))
def test_under_a_comment_and_the_word_about_the_whole(page_for, ada, jonas, group, axe, no_sideways_scroll, width):
    round = show(ada, group, topic_of(group), "It is small.", "It fails.", "Win rate.")
    take(round, jonas)
    page = page_for(jonas, width=width)
    page.goto(f"/submissions/{round.submission_id}/review/")
    see_it_grow(page, "Comment on: When does it fail?")
    whole = page.locator("#id_overall")
    whole.fill("It *is* $\\frac{1$.")
    preview = page.locator(".decision .look-ahead")
    expect(preview.locator("em")).to_have_text("is")
    expect(preview.locator(".coach")).to_be_visible()
    expect(answer_to(page, "What metric does it affect?").locator(".look-ahead")).to_be_hidden()
    axe(page)
    no_sideways_scroll(page)


def test_without_javascript_it_is_not_there(page_for, ada, thread):
    page = page_for(ada, javascript=False)
    page.goto(thread.get_absolute_url())
    page.get_by_label("Reply").fill(TYPED)
    expect(page.locator(".look-ahead")).to_be_hidden()
