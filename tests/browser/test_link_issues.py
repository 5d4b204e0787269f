"""A curator settles a doubtful link with one press, and goes on with the next by the keyboard."""

from playwright.sync_api import expect

from catalog.links.link_issue import LinkIssue
from catalog.outline.entry import Entry
from tests import factories


def test_one_press_settles_and_the_next_one_has_the_focus(curator, page_for, no_sideways_scroll):
    for place, entry in enumerate(Entry.objects.filter(topic__list=factories.make_list())[:2]):
        LinkIssue.objects.raise_issue(
            entry.source, kind="elsewhere", note="It shows robots.", better_url=f"https://a.org/{place}"
        )
    first, second = LinkIssue.objects.ranked()
    page = page_for(curator, width=390)
    page.goto("/admin/catalog/linkissue/")
    no_sideways_scroll(page)
    page.locator(f"#link-issue-{first.pk}").get_by_role("button", name="Use better link").click()
    expect(page.locator("#link-issues-said")).to_have_text(f"“{first.source}” now has the better link.")
    expect(page.locator("#link-issues-waiting")).to_have_text("1 open link problem")
    expect(page.locator(f"#link-issue-{second.pk} h2")).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Tab")
    # Past the source, the listed link, the better one, the place and the better link's button.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(f"#link-issue-{second.pk} summary").last).to_be_focused()
    page.keyboard.press("Enter")
    row = page.locator(f"#link-issue-{second.pk}")
    row.get_by_role("button", name="Keep link").click()
    expect(row.get_by_label("Reason")).to_be_focused()
    expect(row).to_contain_text("Give a reason")
    row.get_by_label("Reason").fill("Robots it is.")
    page.keyboard.press("Enter")
    expect(page.locator("#link-issues-waiting")).to_have_text("0 open link problems")
    assert set(LinkIssue.objects.values_list("resolution", "reason")) == {
        ("better", ""),
        ("dismissed", "Robots it is."),
    }
