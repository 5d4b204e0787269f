"""A curator brings a file in a browser: what is wrong with it stands at the field; what it changes, side by side."""

from collections.abc import Iterator
from threading import Event

import pytest
from playwright.sync_api import expect

from catalog.imports import upload_jobs
from catalog.outline.entry import Entry
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.runner import JobThread
from tests.browser import checks
from tests.catalog.imports.test_import_list import SMALL, changed
from tests.catalog.shipped import import_text


@pytest.fixture
def worker(monkeypatch) -> Iterator[Event]:
    """Jobs are run, as the worker does. What is read waits until the event is set."""
    ended, may_read, read = Event(), Event(), upload_jobs.read

    def when_allowed(text, on_progress, **options):
        Job.objects.update(done=40, total=100)
        while not may_read.wait(0.1):
            on_progress(0.5)
        return read(text, on_progress, **options)

    monkeypatch.setattr(upload_jobs, "read", when_allowed)
    thread = JobThread(ended)
    thread.start()
    yield may_read
    ended.set()
    thread.join(20)


def test_a_file_is_brought_read_and_applied(curator, page_for, tmp_path, worker):
    import_text(SMALL)
    file = tmp_path / "list.md"
    page = page_for(curator)
    page.goto("/admin/catalog/readinglist/")
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("List:").select_option(label="Machine-learning reading list")
    file.write_text("# T\n\n- [A](mailto:a@a.org)\n- B\n")
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Preview import").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "40")
    checks.axe(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled. The list wasn’t changed.")).to_be_visible()
    page.get_by_role("button", name="Read file again").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "40")
    worker.set()
    expect(page.get_by_text("Line 4: this item has no link")).to_be_visible()
    checks.axe(page)
    text = changed("a.org/style", "a.org/new", changed("2. [Reference](https://a.org/reference) Why: Long.\n", ""))
    file.write_text(changed("Short.", "*Very* short.", text))
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Preview import").click()
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
    page.get_by_label("Kind of “Practical advice”").select_option("Shelf")
    page.get_by_label("Role of “Practical advice”").select_option("Case study")
    page.get_by_role("button", name="Change kinds and roles").click()
    expect(page.get_by_role("button", name="Reset to guessed kinds")).to_be_visible()
    expect(page.get_by_label("Role of “Practical advice”")).to_have_value("case_study")
    page.get_by_role("button", name="Import file").click()
    expect(page.get_by_text("“list.md” imported: 2 changed, 1 with a new link, 1 retired.")).to_be_visible()
    assert Entry.objects.get(title="Tutorial").why == "*Very* short."
    assert Entry.objects.get(title="Reference").retired_at
    assert Entry.objects.get(title="Style").role == "case_study"
