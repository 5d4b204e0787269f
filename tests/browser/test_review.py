"""The page of a review in a real browser: its text in three dresses, and what is typed never lost."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from groups.reviews.review import Review
from tests.browser.steps import answer_to, judge
from tests.groups.reviewing import say, show, take, topic_of
from tests.length import SCRIPTS

FORMULA = (
    "The leash $\\beta$:\n\n$$\\mathcal{L} = -\\mathbb{E}\\,\\log\\sigma\\left(\\beta\\log"
    "\\frac{\\pi_\\theta(y_w\\mid x)}{\\pi_{\\mathrm{ref}}(y_w\\mid x)}\\right)$$"
)


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_the_text_changes_its_dress_and_what_is_typed_stays(page_for, group, ada, jonas, javascript):
    say(show(ada, group, topic_of(group), "It is small.", "It fails.", "Win rate."), jonas, "request_changes", "Why?")
    second = show(ada, group, topic_of(group), "It is large.", "It fails.", "Win rate.")
    take(second, jonas)
    page = page_for(jonas, javascript=javascript)
    page.goto(f"/submissions/{second.submission_id}/review/")
    knob = answer_to(page, "What knob does this give me?")
    knob.locator("[name^=comment_]").fill("Half a thought")
    expect(knob.locator("del:visible")).to_have_text("small")
    page.get_by_text("Clean text").click()
    expect(knob.locator(".prose:visible").first).to_have_text("It is large.")
    page.get_by_text("Revision 1", exact=True).first.click()
    expect(knob.locator(".prose:visible").first).to_have_text("It is small.")
    expect(knob.locator("[name^=comment_]")).to_have_value("Half a thought")


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_what_is_refused_is_said_where_it_is_wrong_and_keeps_the_text(page_for, group, ada, jonas, console, javascript):
    console.expect("422")
    round = show(ada, group)
    take(round, jonas)
    page = page_for(jonas, javascript=javascript)
    page.goto(f"/submissions/{round.submission_id}/review/")
    judge(page, "When does it fail?", "Holds up")
    page.get_by_role("button", name="Request changes").click()
    whole = page.get_by_label("Comment on the whole summary")
    expect(whole).to_be_focused()
    expect(whole).to_have_accessible_description("Say what should change, here or at one of the answers.")
    whole.fill("A word.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_contain_text("2 answers have no verdict yet")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(whole).to_have_value("A word.")
    expect(answer_to(page, "When does it fail?").get_by_label("Holds up", exact=True)).to_be_checked()
    page.get_by_role("button", name="Approve anyway").click()
    expect(page.get_by_role("status")).to_contain_text("Your review was sent")
    assert Review.objects.get().overall == "A word."


def test_enter_in_a_verdict_does_not_send_the_review(page_for, group, ada, jonas, console):
    console.expect("422")
    round = show(ada, group)
    take(round, jonas)
    page = page_for(jonas)
    page.goto(f"/submissions/{round.submission_id}/review/")
    box = answer_to(page, "When does it fail?").get_by_label("Holds up", exact=True)
    page.get_by_label("Comment on the whole summary").fill("A word.")
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Approve the summary or request changes.")
    expect(page.get_by_label("Comment on the whole summary")).to_have_value("A word.")
    assert not Review.objects.exists()


@pytest.mark.soak
def test_the_pages_of_review_have_no_faults(looking, group, ada, jonas):
    say(show(ada, group, topic_of(group, 1)), jonas, "approve")
    say(show(ada, group, topic_of(group), FORMULA, "When it is small.", "Win rate."), jonas, "request_changes", "Why?")
    second = show(ada, group, topic_of(group), FORMULA, "When it is large.", "Win " * 40 + "`" + "rate" * 40 + "`")
    take(second, jonas)
    window = looking(jonas)
    for address in (
        f"/groups/{group.pk}/playbook/",
        f"/submissions/{second.submission_id}/?revision=1",
        f"/submissions/{second.submission_id}/review/",
    ):
        window.visit(address)
    assert window.found_nothing()


def test_a_newer_revision_is_told_in_place_and_nothing_typed_is_lost(page_for, console, group, ada, jonas):
    console.expect("409")  # the page that was out of date
    round = show(ada, group, topic_of(group), "The knob.", "It fails.", "The metric.")
    take(round, jonas)
    page = page_for(jonas)
    page.goto(f"/submissions/{round.submission_id}/review/")
    show(ada, group, topic_of(group), "The knob.", "It fails late.", "The metric.")
    judge(page, "When does it fail?", "Needs work", "Under which condition?")
    page.get_by_role("button", name="Show revision 2").click()
    fails = answer_to(page, "When does it fail?")
    expect(fails).to_contain_text("late")
    expect(fails.get_by_label("Comment on: When does it fail?")).to_have_value("Under which condition?")
    expect(fails.get_by_label("Needs work", exact=True)).not_to_be_checked()
    judge(page, "When does it fail?", "Holds up")
    expect(page.locator("[data-draft-mark]")).to_contain_text("Saved")


def test_on_paper_comments_have_full_names_and_dates(page_for, group, ada, jonas):
    round = show(ada, group)
    say(round, jonas, "request_changes", "So it is.")
    page = page_for(jonas)
    page.goto(f"/submissions/{round.submission_id}/")
    name, when = page.locator(".said [data-full-name]").first, page.locator(".said time").first
    printed = "(it) => getComputedStyle(it, '::after').content"
    expect(name).to_have_text("You")
    page.emulate_media(media="print")
    assert name.evaluate(printed) == '"Jonas Lind"'
    assert name.evaluate("(it) => getComputedStyle(it).fontSize") == "0px"
    assert str(timezone.now().year) in when.evaluate(printed)
    tag = page.locator(".tags [data-full-name]")
    assert (tag.inner_text(), tag.evaluate(printed)) == ("You requested changes", '"Jonas Lind requested changes"')
