"""Writing and submitting a summary, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from groups.reviews.submission import Submission
from notes.draft import Draft
from tests import factories
from tests.browser.checks import no_sideways_scroll
from tests.length import SCRIPTS

TWO = "Turn the knob and the loss follows it for a while, until the reference model gives way. "
TEXTS = [f"{TWO} $\\beta$", TWO, "Win rate against length."]


def write(page: Page, *texts: str) -> None:
    for prompt, text in zip(factories.PROMPTS, texts, strict=False):
        page.get_by_label(prompt).fill(text)


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_a_summary_from_the_topics_page_to_the_group(page_for, ada, topic, javascript):
    page = page_for(ada, javascript=javascript)
    page.goto(topic.get_absolute_url())
    page.get_by_role("link", name="Open editor").click()
    write(page, *TEXTS)
    page.get_by_label("DPO paper").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-draft-mark]")).to_contain_text("Saved")
    expect(page.locator("#line-meter")).to_contain_text("5 of 5–10 lines")
    expect(page.locator(".preview math")).to_be_visible()
    page.goto(topic.get_absolute_url())
    expect(page.get_by_text("Draft, only you can see it")).to_be_visible()
    expect(page.locator("#step-summarised")).to_contain_text("Draft, 5 of 5–10 lines")
    page.get_by_role("link", name="Continue your summary").click()
    expect(page.get_by_label(factories.PROMPTS[1])).to_have_value(TWO)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("You submitted revision 1 to Thursday post-training")).to_be_visible()
    assert page.url.endswith(Submission.objects.get().get_absolute_url())
    page.goto(topic.get_absolute_url())
    expect(page.locator("#step-reviewed")).to_have_attribute("data-state", "now")
    expect(page.locator(".dock")).to_contain_text("See your summary in review")
    expect(page.get_by_role("region", name="Your submissions")).to_contain_text("Needs 1 review")


def test_the_preview_and_the_count_follow_what_is_typed(page_for, ada, topic):
    page = page_for(ada)
    page.goto(f"{topic.get_absolute_url()}summary/")
    box = page.get_by_label(factories.PROMPTS[0])
    box.press_sequentially("*Beta* is $\\beta$, and $\\nosuch$ is not.")
    expect(page.locator(".preview em")).to_have_text("Beta")
    expect(page.locator(".preview math").first).to_be_visible()
    expect(page.locator("#line-meter")).to_contain_text("1 of 5–10 lines")
    preview, second = page.locator(".preview").first, page.get_by_label(factories.PROMPTS[1])
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        below = preview.bounding_box()["y"] >= box.bounding_box()["y"] + box.bounding_box()["height"]
        assert below == (width == 390), "right under its box on a phone, beside it on a desk"
        assert preview.bounding_box()["y"] < second.bounding_box()["y"]
    page.get_by_role("button", name="What is a line?").click()
    expect(page.get_by_text("Blank lines don’t count.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Blank lines don’t count.")).to_be_hidden()
    box.focus()
    expect(page.locator(".coach")).to_contain_text("nosuch")
    expect(box).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-draft-mark]")).to_contain_text("Saved")
    expect(page.get_by_role("button", name="Save")).to_be_focused()
    assert page.url.endswith("/summary/")


def test_above_the_budget_the_text_stays_and_saving_and_preview_go_on_by_themselves(
    page_for, ada, topic, console, settings
):
    console.expect("429")
    page = page_for(ada)
    page.goto(f"{topic.get_absolute_url()}summary/")
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"rendering": (0, 2)}
    page.get_by_label(factories.PROMPTS[0]).press_sequentially("*Beta* is the knob.")
    expect(page.locator("#preview-refused")).to_contain_text("The preview then continues by itself")
    expect(page.locator("[data-draft-mark]")).to_contain_text("Your text will be saved within a minute")
    expect(page.locator("#trouble")).to_be_empty()
    assert not Draft.objects.exists()
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"rendering": (10, 60)}
    expect(page.locator(".preview em")).to_have_text("Beta")
    expect(page.locator("[data-draft-mark]")).to_contain_text("Saved")
    assert Draft.objects.exists()


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_what_is_missing_is_said_at_its_place_and_nothing_is_lost(page_for, console, ada, topic, javascript):
    console.expect("422")
    page = page_for(ada, javascript=javascript)
    page.goto(f"{topic.get_absolute_url()}summary/")
    write(page, TEXTS[0], "", TEXTS[2])
    page.get_by_role("button", name="Submit for review").click()
    empty = page.get_by_label(factories.PROMPTS[1])
    expect(empty).to_be_focused()
    expect(empty).to_have_accessible_description("Answer this prompt. 0 lines")
    expect(page.get_by_label(factories.PROMPTS[0])).to_have_value(TEXTS[0])
    expect(page.get_by_text("Choose at least one source")).to_be_visible()
    write(page, *TEXTS)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_label("DPO paper")).to_be_focused()
    assert not Submission.objects.exists()
    assert Draft.objects.get().lines == 5


def test_of_several_groups_one_is_chosen(page_for, ada, topic, console):
    console.expect("422")
    second = factories.make_group(ada, reading_list=topic.list, name="Sunday readers")
    page = page_for(ada)
    page.goto(f"{topic.get_absolute_url()}summary/")
    write(page, *TEXTS)
    page.get_by_label("DPO paper").check()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_label("Submit to")).to_be_focused()
    page.get_by_label("Submit to").select_option("Sunday readers")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("to Sunday readers")).to_be_visible()
    assert Submission.objects.get().group == second


@pytest.mark.soak
def test_the_editor_has_no_fault_full_and_with_errors(looking, console, ada, topic):
    console.expect("422")
    factories.make_group(ada, reading_list=topic.list, name="Sunday readers")
    window = looking(ada)
    window.begin(f"{topic.get_absolute_url()}summary/")
    write(window.page, f"{TEXTS[0]} $\\nosuch$ $$\\sum_{{i=1}}^{{n}} {'a_i + ' * 60} x$$", "wide" * 300)
    window.page.get_by_role("button", name="Submit for review").click()
    expect(window.page.get_by_text("Answer this prompt.")).to_be_visible()
    window.look("sent with a gap")
    assert window.found_nothing()


# How far the end of what is typed in a box is above the bar, and how high the bar is, in px.
_ROOM = """(box) => {
    const bar = document.querySelector(".write-bar").getBoundingClientRect();
    const end = box.getBoundingClientRect().bottom - parseFloat(getComputedStyle(box).paddingBottom);
    return [bar.top - end, bar.height];
}"""


@pytest.mark.parametrize("height", [760, 330])
def test_the_line_being_typed_stays_above_the_bar_on_a_phone(page_for, ada, topic, height):
    """330 px is what a keyboard leaves."""
    page = page_for(ada, width=390)
    page.set_viewport_size({"width": 390, "height": height})
    page.goto(f"{topic.get_absolute_url()}summary/")
    box = page.get_by_label(factories.PROMPTS[0])
    box.focus()
    hidden = []
    for line in range(34):
        page.keyboard.type(f"Line {line}")
        room, bar = box.evaluate(_ROOM)
        hidden += [f"line {line}: {room:.0f} px"] if room < 0 else []
        page.keyboard.press("Enter")
    assert not hidden, hidden
    assert bar < (48 if height == 330 else 140)
    assert box.evaluate("(box) => box.getBoundingClientRect().bottom") > 60, "the box is on the screen"
    no_sideways_scroll(page)
    if height == 330:
        page.get_by_role("button", name="Save").focus()
        expect(page.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)
