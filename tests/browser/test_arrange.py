"""A list is put in order by hand, by keyboard and without JavaScript; what can't be is put back, with the reason."""

from django.urls import reverse
from playwright.sync_api import expect

from catalog.outline import tree_edits
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from tests import factories
from tests.browser.desk import carry, drag, handle, row


def in_order(section: Section) -> list[str]:
    return list(section.entries.order_by("position").values_list("title", flat=True))


def test_a_curator_arranges_a_list(reading_list, curator, page_for, console, axe, no_sideways_scroll):
    console.expect("409")
    console.expect("422")
    page = page_for(curator, width=1200)
    page.goto(reverse("admin:catalog_readinglist_tree", args=[reading_list.pk]))
    dpo, guide = Entry.objects.get(title="DPO paper"), Entry.objects.get(title="A guide")
    said, shelf, there = page.get_by_role("status"), dpo.section, guide.section

    drag(page, dpo, handle(page, guide))
    expect(said).to_contain_text("Moved “DPO paper” from “Primary sources”")
    expect(row(page, there).get_by_role("link", name="DPO paper")).to_be_visible()
    expect(row(page, dpo).get_by_label("Role of “DPO paper”")).to_have_value("")
    expect(row(page, dpo).locator("option").first).to_have_text("practitioner, as above")
    assert "DPO paper" in in_order(there)

    # By keyboard, and the focus goes along.
    up = row(page, guide).get_by_role("button", name="Move “A guide” up")
    up.focus()
    before = in_order(there).index("A guide")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Moved “A guide”")
    expect(up).to_be_focused()
    assert in_order(there).index("A guide") == before - 1

    # What is refused is put back, with the reason beside it.
    drag(page, shelf, handle(page, Section.objects.get(title="Tier 2 — Judgment")))
    expect(row(page, shelf).get_by_role("alert").first).to_have_text("A shelf must be under a topic.")
    expect(page.locator(f'[data-headings="{shelf.parent_id}"] > #section-{shelf.pk}')).to_be_visible()
    assert Section.objects.get(pk=shelf.pk).parent_id == shelf.parent_id

    row(page, shelf).get_by_label("Role of “Primary sources”").select_option("optional")
    expect(said).to_contain_text("Role: core → optional")
    axe(page, "#arrange")
    no_sideways_scroll(page)

    row(page, shelf).get_by_label("Role of “Primary sources”").focus()
    row(page, shelf).get_by_label("Role of “Primary sources”").select_option("core")
    expect(row(page, shelf).get_by_label("Role of “Primary sources”")).to_be_focused()
    expect(said).to_contain_text("Role: optional → core")
    row(page, guide).get_by_label("More for “A guide”").click()
    row(page, guide).get_by_role("button", name="Retire").click()
    expect(row(page, guide).get_by_text("retired", exact=True)).to_be_visible()
    row(page, guide).get_by_label("More for “A guide”").click()
    row(page, guide).get_by_role("button", name="Restore").click()
    expect(said).to_contain_text("Restored “A guide”.")

    # Somebody else was faster: nothing is done, and the tree is drawn as it is.
    tree_edits.move_by(Entry.objects.get(title="Checkpointing"), -1, by=factories.make_user("Omar Other"))
    row(page, guide).get_by_role("button", name="Move “A guide” down").click()
    expect(said).to_contain_text("Omar Other changed this list after you opened it")
    page.get_by_role("button", name="Close message").click()
    expect(page.locator("#arrange-said")).to_be_empty()
    drag(page, dpo, row(page, shelf).locator("[data-entries]").get_by_text("GRPO paper"))
    expect(row(page, shelf).get_by_role("link", name="DPO paper")).to_be_visible()
    expect(said).to_contain_text("to “Primary sources”")
    assert Change.objects.count() == 8


def test_an_entry_lands_on_the_shelf_that_it_is_dropped_on(reading_list, curator, page_for):
    page = page_for(curator, width=1200)
    page.goto(reverse("admin:catalog_readinglist_tree", args=[reading_list.pk]))
    dpo, first = Entry.objects.get(title="DPO paper"), Entry.objects.get(title="A post from the field")
    other = factories.make_section(reading_list, "topic", "3. Serving", Section.objects.get(title__startswith="Tier 1"))
    shelf = factories.make_section(reading_list, "shelf", "Talks", other, role="optional")
    talk = factories.make_entry(shelf, "A talk")
    page.reload()
    said = page.get_by_role("status")

    # Escape puts it back.
    carry(page, dpo, handle(page, first))
    expect(row(page, first.section).locator(f"#entry-{dpo.pk}")).to_be_attached()
    page.keyboard.press("Escape")
    expect(row(page, dpo.section).locator(f"#entry-{dpo.pk}")).to_be_attached()
    expect(page.locator(".sortable-fallback")).to_have_count(0)
    page.mouse.up()

    # Past the topic above the shelf, which keeps nothing of its own, and in one go.
    handle(page, dpo).hover()
    page.mouse.down()
    handle(page, talk).hover(force=True)
    page.mouse.up()
    expect(said).to_contain_text("to “Talks” of “3. Serving”")
    assert Change.objects.count() == 1
    assert "DPO paper" in in_order(shelf)
    drag(page, first, handle(page, shelf))
    expect(said).to_contain_text("A post from the field")
    expect(said).to_contain_text("to “Talks” of “3. Serving” (place 1)")

    # So much goes at once only after a question.
    question = page.get_by_role("group", name="This also retires")
    more = row(page, other).get_by_label("More for “3. Serving”")
    retire = row(page, other).locator("> form").get_by_role("button", name="Retire", exact=True)
    more.click()
    retire.click()
    expect(question).to_contain_text("Retire “3. Serving”? This also retires 3 sources.")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    more.click()
    retire.click()
    question.get_by_role("button", name="Retire").click()
    expect(said).to_contain_text("Retired “3. Serving”")


def test_it_is_done_without_javascript(reading_list, curator, page_for):
    page = page_for(curator, javascript=False, width=390)
    page.goto(reverse("admin:catalog_readinglist_tree", args=[reading_list.pk]))
    page.get_by_role("button", name="Move “GRPO paper” up").click()
    expect(page.get_by_role("status")).to_contain_text("Moved “GRPO paper” from place 2 to place 1")
    expect(page.get_by_role("button", name="Move “GRPO paper” up")).to_be_focused()
    page.get_by_label("More for “GRPO paper”").click()
    page.get_by_role("link", name="Move to…").locator("visible=true").click()
    page.get_by_label("New heading").select_option(label="2. Efficiency")
    page.get_by_role("button", name="Move entry").click()
    expect(page.get_by_role("status")).to_contain_text("to “2. Efficiency” (place 3)")
    expect(page.get_by_role("button", name="Move “GRPO paper” up")).to_be_focused()
