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
        if html and "turndown" not in " ".join(loaded):
            assert not any("turndown" in url for url in loaded), name
        box.fill("")
        paste(page, html, text, "vscode-editor-data" if name == "an editor of code" else "")
        expect(box).not_to_have_value("")
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
