"""Writing that is never lost: what happens between a keystroke and the server's answer, in a real browser."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.revision import Revision
from tests import factories
from tests.browser.steps import answer_to
from tests.groups.reviewing import say, show

SAVED = re.compile(r"Saved\s+\d\d:\d\d")


@pytest.fixture
def prompt(topic):
    return topic.list.prompts.not_retired().first()


@pytest.fixture
def editor(page_for, ada, topic):
    page = page_for(ada)
    page.goto(f"{topic.get_absolute_url()}summary/")
    return page


def box(page: Page):
    return page.get_by_label(factories.PROMPTS[0])


def mark(page: Page):
    return page.locator("[data-draft-mark]")


def kept(prompt) -> str:
    return Draft.objects.get().answers[str(prompt.pk)]


def copies(page: Page) -> int:
    """How many texts this browser keeps by itself."""
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('readlist draft|')).length")


def without_server(page: Page, *addresses: str) -> None:
    for address in addresses:
        page.route(address, lambda route: route.abort() if route.request.method == "POST" else route.continue_())


def type_on(page: Page, text: str) -> None:
    """Type after all that stands there."""
    box(page).press("Control+End")
    box(page).press_sequentially(text)


def type_and_save(page: Page, text: str) -> None:
    """Type on, and wait until the server has said that it has it."""
    with page.expect_response("**/summary/draft/"):
        type_on(page, text)
    expect(mark(page)).to_have_text(SAVED)


def test_what_is_typed_is_saved_by_itself_and_said_to_be_only_then(editor, prompt):
    box(editor).press_sequentially("Beta is the knob.")
    expect(mark(editor)).to_have_text(SAVED)
    assert kept(prompt) == "Beta is the knob."
    expect(box(editor)).to_be_focused()


def test_a_text_that_is_cleared_is_no_draft_and_nothing_failed(editor, prompt):
    type_and_save(editor, "Never mind.")
    with editor.expect_response("**/summary/draft/"):
        box(editor).fill("")
    expect(mark(editor)).to_have_text("Your draft saves as you type")
    assert not Draft.objects.exists()
    editor.goto("/list/")
    editor.go_back()
    expect(mark(editor)).to_have_text("Your draft saves as you type")
    expect(editor.get_by_role("button", name="Restore text")).to_have_count(0)


def test_a_page_that_was_sent_and_is_still_there_saves_on(editor, prompt):
    editor.route("**/summary/", lambda route: route.fulfill(status=204))
    type_and_save(editor, "Beta")
    editor.evaluate("document.getElementById('summary').requestSubmit()")
    type_and_save(editor, " is the knob.")
    assert kept(prompt) == "Beta is the knob."


def test_leaving_the_page_saves_what_was_typed_a_moment_ago(editor, ada, prompt):
    box(editor).press_sequentially("Typed and gone.")
    editor.goto("/list/")
    editor.go_back()
    expect(box(editor)).to_have_value("Typed and gone.")


def test_without_the_server_the_text_stays_and_is_saved_once_it_is_back(editor, prompt, console):
    console.expect("Failed to load resource")
    console.expect("htmx:sendError")
    box(editor).press_sequentially("Before.")
    expect(mark(editor)).to_have_text(SAVED)
    editor.context.set_offline(True)
    box(editor).press_sequentially(" In the tunnel.")
    expect(mark(editor)).to_have_text(
        re.compile(r"Not saved: you are offline\. Your text stays in this browser\.\s+Last saved: \d\d:\d\d\.")
    )
    expect(editor.locator("#trouble")).to_be_empty()
    assert kept(prompt) == "Before."
    editor.context.set_offline(False)
    expect(mark(editor)).to_have_text(SAVED)
    assert kept(prompt) == "Before. In the tunnel."
    expect(editor.locator(".preview").first).to_contain_text("In the tunnel.")


def test_what_was_typed_while_signed_out_is_offered_back_after_signing_in(page_for, editor, ada, prompt, console):
    console.expect("Failed to load resource")
    console.expect("htmx:")
    ada.set_password("a long password")
    ada.save()
    Session.objects.all().delete()
    box(editor).press_sequentially("Typed in vain?")
    expect(mark(editor)).to_contain_text("Not saved: you are signed out.")
    assert not Draft.objects.exists()
    editor.on("dialog", lambda dialog: dialog.accept())
    editor.goto(editor.url)
    editor.get_by_label("E-mail").fill(ada.email)
    editor.get_by_label("Password", exact=True).fill("a long password")
    editor.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(box(editor)).to_have_value("")
    editor.get_by_role("button", name="Restore text").click()
    expect(box(editor)).to_have_value("Typed in vain?")
    expect(mark(editor)).to_have_text(SAVED)
    assert kept(prompt) == "Typed in vain?"


def answer_with(page: Page, status: int) -> None:
    page.route("**/summary/draft/", lambda route: route.fulfill(status=status, body="No."))


ANSWERS = {403: "Trying again", 413: "Send it to see the error", 429: "Trying again", 500: "Trying again"}


def test_whatever_the_server_answers_the_text_stays_and_is_said_not_to_be_saved(editor, prompt, console):
    console.expect("Failed to load resource")
    typed = ""
    for status, said in ANSWERS.items():
        answer_with(editor, status)
        type_on(editor, f"Still mine at {status}.")
        expect(mark(editor)).to_have_text(re.compile(f"Not saved.*{said}", re.DOTALL))
        expect(box(editor)).to_have_value(f"{typed}Still mine at {status}.")
        assert copies(editor) == 1
        assert [draft.answers[str(prompt.pk)] for draft in Draft.objects.all()] == ([typed] if typed else [])
        editor.unroute("**/summary/draft/")
        type_and_save(editor, " And more.")
        typed += f"Still mine at {status}. And more."
        assert kept(prompt) == typed
        assert copies(editor) == 0


def test_signing_in_beside_lets_the_page_save_again(editor, ada, prompt, console):
    console.expect("Failed to load resource")
    console.expect("htmx:")
    ada.set_password("a long password")
    ada.save()
    Session.objects.all().delete()
    box(editor).press_sequentially("Still here.")
    expect(mark(editor)).to_contain_text("Sign in again")
    with editor.context.expect_page() as opened:
        mark(editor).get_by_role("link").click()
    beside = opened.value
    beside.get_by_label("E-mail").fill(ada.email)
    beside.get_by_label("Password", exact=True).fill("a long password")
    beside.get_by_role("main").get_by_role("button", name="Sign in").click()
    beside.wait_for_url("**/summary/")
    beside.close()
    expect(mark(editor)).to_have_text(SAVED)
    assert kept(prompt) == "Still here."


def test_of_two_people_on_one_machine_neither_is_offered_the_others_text(page_for, editor, group, topic, console):
    console.expect("Failed to load resource")
    Session.objects.all().delete()
    box(editor).press_sequentially("Ada’s alone.")
    expect(mark(editor)).to_contain_text("you are signed out")
    jonas = page_for(group.people.get(display_name="Jonas Lind"))
    editor.context.clear_cookies()
    editor.context.add_cookies(jonas.context.cookies())
    editor.on("dialog", lambda dialog: dialog.accept())
    editor.goto(editor.url)
    expect(box(editor)).to_have_value("")
    expect(editor.get_by_role("button", name="Restore text")).to_have_count(0)


@pytest.fixture
def two_tabs(editor, prompt, console):
    """Two windows of one draft: the second has saved since the first last did, and the first has typed on."""
    console.expect("409")
    type_and_save(editor, "Beta.")
    other = editor.context.new_page()
    other.goto(editor.url)
    type_and_save(other, " It fails.")
    assert kept(prompt) == "Beta. It fails."
    box(editor).press_sequentially(" It moves the KL.")
    expect(editor.get_by_role("alertdialog")).to_be_visible()
    expect(box(editor)).to_be_focused()
    assert kept(prompt) == "Beta. It fails.", "the second save never overwrites in silence"
    expect(mark(editor)).to_contain_text("Changed in another window")
    expect(box(editor)).to_have_value("Beta. It moves the KL.")
    return editor


def test_of_two_windows_texts_mine_is_kept_and_the_other_can_still_be_read(two_tabs, prompt, axe):
    axe(two_tabs)
    across, boxes = (two_tabs.locator(each).bounding_box() for each in ("#conflict", ".prompt >> nth=0"))
    assert across["width"] > boxes["width"], "two texts stand above the boxes and the preview, not in the way of one"
    two_tabs.get_by_role("button", name="Use the text in this window").click()
    expect(box(two_tabs)).to_have_value("Beta. It moves the KL.")
    assert kept(prompt) == "Beta. It moves the KL."
    two_tabs.get_by_text("The text that you did not choose").click()
    expect(two_tabs.get_by_text("Beta. It fails.")).to_be_visible()


def test_of_two_windows_texts_the_other_is_taken_and_mine_can_still_be_read(two_tabs, prompt):
    two_tabs.get_by_role("button", name="Use the text on the server").click()
    expect(box(two_tabs)).to_have_value("Beta. It fails.")
    two_tabs.get_by_text("The text that you did not choose").click()
    expect(two_tabs.locator(".set-aside")).to_contain_text("Beta. It moves the KL.")


def test_two_windows_texts_are_put_together_in_the_box(two_tabs, prompt):
    two_tabs.get_by_role("button", name="Put both texts into the form").click()
    expect(box(two_tabs)).to_have_value("Beta. It moves the KL.\n\nBeta. It fails.")
    assert kept(prompt) == "Beta. It moves the KL.\n\nBeta. It fails."


def test_beside_the_choice_nothing_else_offers_the_same_text(two_tabs, console):
    console.expect("Failed to load resource")
    two_tabs.get_by_role("button", name="Save", exact=True).click()
    two_tabs.wait_for_load_state()
    expect(two_tabs.get_by_role("button", name="Use the text in this window")).to_have_count(1)
    expect(two_tabs.get_by_role("button", name="Restore text")).to_have_count(0)


def test_without_scripts_the_second_save_shows_both_texts(page_for, ada, topic, prompt, console):
    console.expect("409")
    first, second = page_for(ada, javascript=False), page_for(ada, javascript=False)
    for page in (first, second):
        page.goto(f"{topic.get_absolute_url()}summary/")
    box(first).fill("From the laptop.")
    first.get_by_role("button", name="Save").click()
    box(second).fill("From the phone.")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alertdialog")).to_contain_text("laptop")
    expect(box(second)).to_have_value("From the phone.")
    assert kept(prompt) == "From the laptop."
    second.get_by_role("button", name="Use the text in this window").click()
    expect(box(second)).to_have_value("From the phone.")
    assert kept(prompt) == "From the phone."


def test_a_window_from_before_the_last_submission_is_told_of_it(editor, ada, topic, prompt, console):
    console.expect("409")
    Revision.freeze(ada, topic, {prompt.pk: "Submitted elsewhere."})
    box(editor).press_sequentially("An older thought.")
    expect(editor.get_by_role("alertdialog")).to_contain_text("Submitted elsewhere.")
    assert not Draft.objects.exists()
    editor.get_by_role("button", name="Use the text in this window").click()
    expect(box(editor)).to_have_value("An older thought.")
    assert Draft.objects.get().base_number == 1


# What was sent


def test_what_was_sent_to_a_server_that_was_gone_is_offered_back_after_another_page(editor, topic, console):
    console.expect("Failed to load resource")
    address = editor.url
    without_server(editor, "**/summary/draft/", "**/summary/submission/")
    box(editor).press_sequentially("Sent in vain?")
    editor.get_by_role("button", name="Submit for review").click()
    expect(editor.get_by_role("button", name="Submit for review")).to_have_count(0)
    editor.goto("/list/")
    assert copies(editor) == 1
    editor.goto(address)
    editor.get_by_role("button", name="Restore text").click()
    expect(box(editor)).to_have_value("Sent in vain?")


def test_a_choice_of_two_texts_that_never_arrived_is_offered_back(two_tabs, prompt, console):
    console.expect("Failed to load resource")
    address = two_tabs.url
    without_server(two_tabs, "**/summary/")
    two_tabs.get_by_role("button", name="Use the text in this window").click()
    expect(box(two_tabs)).to_have_count(0)
    two_tabs.goto("/list/")
    two_tabs.goto(address)
    expect(box(two_tabs)).to_have_value("Beta. It fails.")
    two_tabs.get_by_role("button", name="Restore text").click()
    expect(box(two_tabs)).to_have_value("Beta. It moves the KL.")


def test_what_has_arrived_leaves_no_copy_in_the_browser(page_for, ada, group, console):
    console.expect("Failed to load resource")
    page = page_for(ada)
    page.goto(f"{group.get_absolute_url()}threads/new/")
    without_server(page, "**/draft/")
    page.get_by_label("Title").fill("Does beta matter?")
    page.locator("#new-thread textarea").fill("It moves the KL.")
    assert copies(page) == 1
    page.locator("#new-thread button.button").first.click()
    expect(page.locator(".post")).to_contain_text("It moves the KL.")
    page.wait_for_load_state()
    assert copies(page) == 0
    assert not [cookie for cookie in page.context.cookies() if cookie["name"].startswith("arrived")]


def test_a_copy_goes_after_a_month_and_no_earlier(editor):
    day = 24 * 60 * 60 * 1000
    for days in (29, 31):
        copy = f"{{typed: 'x=1', seen: '', at: Date.now() - {days * day}}}"
        editor.evaluate(f"localStorage.setItem('readlist draft|0|/x/|{days}', JSON.stringify({copy}))")
    editor.evaluate("localStorage.setItem('readlist draft|0|/x/|broken', '{')")
    editor.goto("/list/")
    assert editor.evaluate("Object.keys(localStorage)") == ["readlist draft|0|/x/|29"]


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Does beta matter?", body="It moves the KL.")


def test_a_reply_begun_comes_back_and_is_offered_no_more_once_it_is_posted(page_for, ada, thread):
    page = page_for(ada)
    page.goto(thread.get_absolute_url())
    reply = page.get_by_label("Reply")
    with page.expect_response("**/draft/"):
        reply.press_sequentially("Only with long answers.")
    page.goto("/list/")
    page.goto(thread.get_absolute_url())
    expect(page.get_by_label("Reply")).to_have_value("Only with long answers.")
    page.get_by_label("Reply").press("Control+End")
    page.get_by_label("Reply").press_sequentially(" I tried.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last).to_contain_text("Only with long answers. I tried.")
    expect(page.get_by_label("Reply")).to_have_value("")
    page.goto("/list/")
    page.goto(thread.get_absolute_url())
    expect(page.get_by_label("Reply")).to_have_value("")
    expect(page.get_by_role("button", name="Restore text")).to_have_count(0)
    assert not PostDraft.objects.exists()


def test_two_windows_on_one_reply_show_both_texts(page_for, ada, thread, console):
    console.expect("409")
    page = page_for(ada)
    page.goto(thread.get_absolute_url())
    other = page.context.new_page()
    other.goto(thread.get_absolute_url())
    for window, text in ((page, "One thought."), (other, "Another thought.")):
        with window.expect_response("**/draft/"):
            window.get_by_label("Reply").press_sequentially(text)
    expect(other.get_by_role("alertdialog")).to_contain_text("One thought.")
    assert PostDraft.objects.get().typed["body"] == "One thought."
    other.get_by_role("button", name="Put both texts into the form").click()
    expect(other.get_by_label("Reply")).to_have_value("Another thought.\n\nOne thought.")


def test_of_two_windows_edits_the_posted_one_is_taken_and_mine_can_still_be_read(page_for, ada, thread, console):
    console.expect("409")
    post = thread.posts.get()
    page = page_for(ada)
    page.goto(f"{post.get_absolute_url()}edit/")
    post.edit("Edited on the phone.")
    with page.expect_response("**/draft/"):
        page.get_by_label("Your post").fill("Edited on the laptop.")
    page.get_by_role("button", name="Use the text on the server").click()
    expect(page.locator(".messages, .notice").first).to_contain_text("when you edit the post")
    expect(page.locator(".post")).to_contain_text("Edited on the phone.")
    page.wait_for_load_state()
    assert copies(page) == 0
    page.goto(f"{post.get_absolute_url()}edit/")
    page.get_by_text("The text that you did not choose").click()
    expect(page.locator(".set-aside")).to_contain_text("Edited on the laptop.")
    expect(page.get_by_text("Kept here until you send the form.")).to_be_visible()


def test_a_reply_that_is_typed_is_not_lost_to_another_form_of_the_page(page_for, group, ada, jonas):
    review = say(show(ada, group), jonas, "request_changes", "How small?")
    page, asked = page_for(jonas), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(review.round.submission.get_absolute_url())
    talk = answer_to(page, factories.PROMPTS[1])
    talk.locator("summary", has_text="Reply").click()
    box = talk.get_by_role("textbox", name="Reply")
    box.fill("As small as it gets.")
    answer_to(page, factories.PROMPTS[0]).get_by_role("button", name="Mark as resolved").click()
    expect(box).to_have_value("As small as it gets.")
    assert asked == ["beforeunload"]
    talk.get_by_role("button", name="Send reply").click()
    expect(answer_to(page, factories.PROMPTS[1]).locator(".replied")).to_contain_text("As small as it gets.")
    assert asked == ["beforeunload"]
