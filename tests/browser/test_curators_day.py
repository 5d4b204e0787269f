"""A curator's whole day on the shipped list: a file comes in, the list is put in order, what waits is settled, and the
list goes out as a file again."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from catalog.curation.change_text import change_text
from catalog.curation.suggestion import Suggestion
from catalog.links.link_issue import LinkIssue
from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.sources.source import Source
from notes.reading import Reading
from readlist_site.base.jobs.runner import JobThread
from tests import factories
from tests.browser.desk import drag, handle, row
from tests.catalog.shipped import import_shipped, shipped_text

GONE = "On Large-Batch Training"
NEW = "1. **Measuring Carbon**  \n   [https://example.org/carbon](https://example.org/carbon)  \n   Why: It measures.\n"
REWORDED = ("You must understand *why* DPO works and when it breaks.", "You must know *when* DPO breaks.")


@pytest.fixture
def worker(transactional_db) -> Iterator[None]:
    """Jobs are run, as the worker does."""
    ended = Event()
    thread = JobThread(ended)
    thread.start()
    yield
    ended.set()
    thread.join(20)


@pytest.mark.usefixtures("worker")
def test_from_a_file_to_a_file(page_for, transactional_db, tmp_path):
    reading_list = import_shipped()
    ada, cora = factories.make_user("Ada Okafor"), factories.make_curator()
    for title in ("DPO paper (Direct Preference Optimization)", GONE):
        Reading.objects.set(ada, Entry.objects.get(title=title), "read")
    topic = Entry.objects.get(title__startswith="DPO paper").topic
    Suggestion.objects.suggest(
        topic, by=ada, url="https://example.org/found", title="What Ada found", why="It shows when DPO fails."
    )
    page = page_for(cora)

    bring_a_file(page, reading_list, tmp_path)
    arrange(page, reading_list)
    merge(page)
    settle(page)
    accept(page)
    file = export(page, reading_list, tmp_path)

    # The file that went out says all that was done, and bringing it again changes nothing.
    bring(page, reading_list, file)
    expect(page.get_by_text("Nothing would change.")).to_be_visible()
    assert set(Reading.objects.filter(person=ada).values_list("state", flat=True)) == {"read"}
    assert Reading.objects.filter(person=ada).count() == 2
    said = "\n".join(change_text(change) for change in Change.objects.filter(list=reading_list, by=cora))
    for act in ("READLIST.md", f"Retired “{GONE}”", "Moved “GRPO", "Merged", "Changed the link of", "What Ada found"):
        assert act in said


def bring(page: Page, reading_list: ReadingList, file: Path) -> None:
    page.goto(reverse("admin:catalog_readinglist_change", args=[reading_list.pk]))
    page.get_by_role("link", name="Import a file").click()
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Preview import").click()


def bring_a_file(page: Page, reading_list: ReadingList, folder: Path) -> None:
    """One entry is new, one reworded, one gone on which a reading rests."""
    text = shipped_text().replace(*REWORDED)
    begins = text.index(f"5. **{GONE}**")
    text = text[:begins] + text[text.index("---", begins) :] + "\n# Measured\n\n" + NEW
    file = folder / "READLIST.md"
    file.write_text(text)
    bring(page, reading_list, file)
    expect(page.locator("#added")).to_contain_text("Measuring Carbon")
    expect(page.locator("#changed")).to_contain_text("DPO paper")
    expect(page.locator("#retired")).to_contain_text("1 reading")
    assert Entry.objects.not_retired().filter(title=GONE).exists()
    page.get_by_role("button", name="Import file").click()
    expect(page.get_by_text("“READLIST.md” imported")).to_be_visible()
    assert not Entry.objects.not_retired().filter(title=GONE).exists()


def arrange(page: Page, reading_list: ReadingList) -> None:
    """One entry goes to another shelf by hand, and one place up by keyboard."""
    page.get_by_role("link", name="Arrange").click()
    grpo, guide = Entry.objects.get(title__startswith="GRPO"), Entry.objects.get(title="Lil’Log (Lilian Weng) – RLHF")
    drag(page, grpo, handle(page, guide))
    expect(page.get_by_role("status")).to_contain_text(f"Moved “{grpo}” from “Primary sources (read all)”")
    page.get_by_role("button", name=f"Move “{guide}” up").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"Moved “{guide}”")
    expect(row(page, guide).get_by_role("button", name=f"Move “{guide}” up")).to_be_focused()
    grpo.refresh_from_db()
    assert grpo.section == guide.section


def merge(page: Page) -> None:
    """Two documentations of one library are one source."""
    kept = Source.objects.get(listed_title="Hugging Face TRL Documentation (RLHF & DPO)")
    page.goto(reverse("admin:catalog_source_change", args=[kept.pk]))
    page.get_by_role("link", name="Merge with another source").click()
    page.get_by_label("Title, author, address or identifier").fill("Hugging Face RLHF Book")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Hugging Face RLHF Book").click()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Sources merged into")).to_be_visible()


def settle(page: Page) -> None:
    """The first page of the desk says what waits; one doubtful link gets its better address."""
    page.goto("/admin/")
    waiting = page.get_by_role("paragraph").filter(has_text="Open:")
    expect(waiting).to_contain_text("1 suggestion")
    issues = LinkIssue.objects.open().count()
    waiting.get_by_role("link", name=f"{issues} link problems").click()
    first = LinkIssue.objects.ranked()[0]
    page.locator(f"#link-issue-{first.pk}").get_by_role("button", name="Use better link").click()
    expect(page.locator("#link-issues-waiting")).to_have_text(f"{issues - 1} open link problems")


def accept(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="1 suggestion").click()
    page.get_by_role("link", name="What Ada found").click()
    page.get_by_role("button", name="Accept suggestion").click()
    expect(page.get_by_text("What Ada found").first).to_be_visible()
    assert Entry.objects.not_retired().filter(title="What Ada found").exists()


def export(page: Page, reading_list: ReadingList, folder: Path) -> Path:
    page.goto(reverse("admin:catalog_readinglist_changelist"))
    with page.expect_download() as download:
        page.get_by_role("row").filter(has_text=reading_list.title).get_by_role("link", name="Markdown").click()
    file = folder / "out.md"
    download.value.save_as(file)
    text = file.read_text()
    for said in (
        "Measuring Carbon",
        REWORDED[1],
        "What Ada found",
        LinkIssue.objects.get(resolution="better").source.url,
    ):
        assert said in text
    assert GONE not in text
    return file
