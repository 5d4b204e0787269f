"""A curator brings a file in a browser: what is wrong with it stands at the field; what it changes, side by side."""

from playwright.sync_api import expect

from catalog.outline.entry import Entry
from tests.browser import checks
from tests.catalog.imports.test_import_list import SMALL, changed
from tests.catalog.shipped import import_text


def test_a_file_is_brought_read_and_applied(curator, page_for, tmp_path):
    import_text(SMALL)
    file = tmp_path / "list.md"
    page = page_for(curator)
    page.goto("/admin/catalog/readinglist/")
    page.get_by_role("link", name="Bring a file").click()
    page.get_by_label("List:").select_option(label="Machine-learning reading list")
    file.write_text("# T\n\n- [A](mailto:a@a.org)\n- B\n")
    page.get_by_label("Markdown file:").set_input_files(file)
    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_text("Line 4: not understood: this item has no link")).to_be_visible()
    checks.axe(page)
    text = changed("a.org/style", "a.org/new", changed("2. [Reference](https://a.org/reference) Why: Long.\n", ""))
    file.write_text(changed("Short.", "*Very* short.", text))
    page.get_by_label("Markdown file:").set_input_files(file)
    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_role("group", name="Reason").locator("ins")).to_have_text("Very short")
    link = page.get_by_role("group", name="Link")
    before, after = (link.get_by_text(f"https://a.org/{name}", exact=True) for name in ("style", "new"))
    assert after.bounding_box()["x"] > before.bounding_box()["x"] + 200, "side by side"
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.evaluate("for (const change of document.getAnimations()) change.finish()")
        checks.axe(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert after.bounding_box()["y"] > before.bounding_box()["y"] + 20, "one under the other"
    checks.no_sideways_scroll(page)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("“list.md” was applied: 1 changed, 1 re-linked, 1 retired.")).to_be_visible()
    assert Entry.objects.get(title="Tutorial").why == "*Very* short."
    assert Entry.objects.get(title="Reference").retired_at
