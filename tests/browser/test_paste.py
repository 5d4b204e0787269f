"""What is pasted into a box from elsewhere."""

import pytest
from playwright.sync_api import Page, expect

from groups.threads.thread import Thread
from tests.browser.pasted import PASTES

PASTE = """(box, [html, text, type]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  if (type) data.setData(type, "{}");
  box.focus();
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  if (box.dispatchEvent(event)) document.execCommand("insertText", false, text);
}"""


@pytest.fixture
def thread(group, jonas):
    return Thread.objects.start(group=group, author=jonas, title="Which knob?", body="I swept it.")


def paste(page: Page, html: str, text: str, kind: str = "") -> None:
    page.get_by_label("Reply", exact=True).evaluate(PASTE, [html, text, kind])


def test_what_is_pasted_becomes_markdown(page_for, ada, thread):
    page = page_for(ada)
    page.goto(thread.get_absolute_url())
    box = page.get_by_label("Reply", exact=True)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    wrong = {}
    for name, (html, text, written) in sorted(PASTES.items(), key=lambda paste: bool(paste[1][0])):
        box.fill("")
        if html and not wrong and not any("turndown" in url for url in loaded):
            # The first one is plain text until the converter is there.
            paste(page, "<i>first</i>", "first")
            expect(box).to_have_value("*first*")
            box.fill("")
        paste(page, html, text, "vscode-editor-data" if name == "an editor of code" else "")
        if (value := box.input_value()) != written:
            wrong[name] = value
    assert not wrong
    assert sum("turndown" in url for url in loaded) == 2
    # In the middle of a text, and taken back at once.
    box.fill("before after")
    box.evaluate("box => box.setSelectionRange(7, 7)")
    paste(page, "<b>bold</b>", "bold")
    expect(box).to_have_value("before **bold**after")
    page.keyboard.press("ControlOrMeta+z")
    expect(box).to_have_value("before after")
    # In code, all stays as it is.
    box.fill("```\n")
    paste(page, "<b>bold</b>", "bold")
    expect(box).to_have_value("```\nbold")


def test_a_paste_that_waits_for_the_converter_stays_in_its_place(page_for, ada, thread):
    page = page_for(ada)
    waiting = []
    page.route("**/turndown-7*", lambda route: waiting.append(route))
    page.goto(thread.get_absolute_url())
    box = page.get_by_label("Reply", exact=True)
    box.fill("before after")
    box.evaluate("box => box.setSelectionRange(7, 7)")
    paste(page, "<b>bold</b> word", "bold word")
    expect(box).to_have_value("before bold wordafter")
    # More is typed before and behind it meanwhile.
    box.press("ControlOrMeta+Home")
    box.press_sequentially("Well, ")
    box.press("ControlOrMeta+End")
    box.press_sequentially(", so")
    expect(box).to_have_value("Well, before bold wordafter, so")
    waiting[0].continue_()
    expect(box).to_have_value("Well, before **bold** wordafter, so")
    box.press_sequentially(".")
    expect(box).to_have_value("Well, before **bold** wordafter, so.")
