"""Images in posts: chosen, pasted, dropped; and, without JavaScript, by a page that gives the line to copy."""

import re
from base64 import b64encode

import pytest
from playwright.sync_api import Page, expect

from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.images.image import Image
from tests import factories

PLOT = {"name": "plot.png", "mimeType": "image/png", "buffer": factories.png(1200, 800)}

TRANSFER = """(box, [kind, content, name, text]) => {
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/png" }));
  if (text) data.setData("text/plain", text);
  const init = { bubbles: true, cancelable: true };
  const event = kind === "paste" ? new ClipboardEvent("paste", { ...init, clipboardData: data })
    : new DragEvent("drop", { ...init, dataTransfer: data });
  box.focus();
  return box.dispatchEvent(event);
}"""


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="I swept it.")


def transfer(page: Page, kind: str, content: bytes, name: str = "plot.png", text: str = "") -> bool:
    """Whether the browser is left to do what it does by itself."""
    return page.get_by_label("Reply").evaluate(TRANSFER, [kind, b64encode(content).decode(), name, text])


def is_shown(page: Page) -> bool:
    """Whether the image in the last post is there, at its size."""
    image = page.locator(".post").last.get_by_role("img", name="Loss over steps")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", value=True)
    return image.evaluate("image => [image.naturalWidth, image.width < 1200, image.height > 100]") == [1200, True, True]


def test_an_image_is_pasted_into_a_post_and_seen_by_others(page_for, ada, jonas, thread):
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    box = page.get_by_label("Reply")
    box.fill("It falls:")
    assert not transfer(page, "paste", PLOT["buffer"])
    expect(page.locator(".image-offer [role=status]")).to_contain_text("Describe it between the brackets")
    page.keyboard.type("Loss over steps")
    image = Image.objects.get()
    expect(box).to_have_value(f"It falls:\n![Loss over steps]({image.get_absolute_url()})")
    expect(page.locator(".look-ahead img")).to_be_visible()
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post")).to_have_count(2)
    assert is_shown(page)
    others = page_for(ada)
    others.goto(thread.get_absolute_url())
    assert is_shown(others)


def test_the_place_of_an_image_is_dark_in_a_dark_page_until_it_is_there(page_for, ada, jonas, thread):
    image = factories.make_image(ada)
    Post.objects.reply(thread=thread, author=ada, body=f"![Loss over steps]({image.get_absolute_url()})")
    page = page_for(jonas, theme="dark")
    page.route("**/images/**", lambda route: None)
    page.goto(thread.get_absolute_url(), wait_until="domcontentloaded")
    place = page.get_by_role("img", name="Loss over steps")
    place.scroll_into_view_if_needed()
    expect(place).to_have_css("background-color", "rgb(38, 34, 25)")


def test_an_image_is_dropped_or_chosen_and_what_is_wrong_is_said(page_for, jonas, thread, console):
    console.expect("422")
    page = page_for(jonas)
    page.goto(thread.get_absolute_url())
    status = page.locator(".image-offer [role=status]")
    assert not transfer(page, "drop", PLOT["buffer"])
    expect(page.get_by_label("Reply")).to_have_value(re.compile(r"^!\[\]\(/images/\w+/1200x800/\)$"))
    expect(page.get_by_text("An image has no description.")).to_be_visible()
    assert not transfer(page, "drop", b"Words.")
    expect(status).to_have_text("This file is not a PNG, JPEG, WebP or GIF image.")
    assert not transfer(page, "drop", b"x" * 5_000_001)
    expect(status).to_contain_text("larger than 5 MB")
    # A table that is copied has a picture of itself: its text is meant.
    transfer(page, "paste", PLOT["buffer"], text="Words")
    page.get_by_label("Reply").fill("")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("link", name="Add image").click()
    chooser.value.set_files([PLOT, PLOT | {"buffer": factories.png(30, 20)}])
    expect(page.get_by_label("Reply")).to_have_value(re.compile(r"^(?s:.*/images/.*/images/.*)$"))
    assert Image.objects.count() == 2
    page.get_by_label("Reply").fill("")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("link", name="Add image").click()
    chooser.value.set_files([PLOT | {"name": "words.png", "buffer": b"Words."}, PLOT])
    expect(page.get_by_label("Reply")).to_have_value(re.compile(r"/images/"))
    expect(status).to_have_text("words.png: This file is not a PNG, JPEG, WebP or GIF image.")


def test_without_javascript_a_page_gives_the_line_to_copy(page_for, jonas, thread):
    page = page_for(jonas, javascript=False)
    page.goto(thread.get_absolute_url())
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Add image").click()
    form = opened.value
    form.get_by_label("Image").set_input_files(PLOT)
    form.get_by_label("Description").fill("Loss over steps")
    form.get_by_role("button", name="Upload image").click()
    line = form.get_by_label("Copy this line into your text").input_value()
    page.get_by_label("Reply").fill(line)
    page.get_by_role("button", name="Post reply").click()
    assert is_shown(page)
    assert Post.objects.last().images.count() == 1
