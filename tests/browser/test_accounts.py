"""Through the doors in a browser: signing up, settings, out and in again."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD
from tests.length import SCRIPTS


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_a_person_signs_up_chooses_the_dark_and_comes_back(page_for, console, javascript):
    console.expect("422")
    page = page_for(None, javascript=javascript)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="No account yet? Sign up").click()
    page.get_by_label("Your name").fill("Priya Raman")
    page.get_by_label("E-mail").fill("priya@")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()

    expect(
        page.get_by_text("Something is missing after the @. An address looks like priya@example.org.")
    ).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("Priya Raman")
    page.get_by_label("E-mail").fill("priya@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()

    page.get_by_role("link", name="Priya Raman: settings").click()
    page.get_by_role("radio", name="Dark").check()
    page.get_by_label("Time zone").select_option("Berlin")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Settings saved.")).to_be_visible()
    assert paper(page) == DARK

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert paper(page) != DARK
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("E-mail").fill("Priya@Example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Priya Raman: settings")).to_be_visible()
    assert paper(page) == DARK


DARK = "rgb(22, 20, 17)"


def paper(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_signing_up_takes_the_time_zone_from_the_browser(page_for):
    page = page_for(None)
    page.add_init_script("Intl.DateTimeFormat.prototype.resolvedOptions = () => ({ timeZone: 'Asia/Kathmandu' })")
    page.goto("/accounts/signup/")
    expect(page.locator("input[name=time_zone]")).to_have_value("Asia/Kathmandu")


def test_an_account_is_deleted_in_fourteen_days_and_kept_after_all(page_for, console, ada, group):
    console.expect("422")
    page = page_for(ada)
    page.goto("/settings/")
    page.get_by_role("link", name="Delete your account").click()
    expect(page.get_by_text(f"Jonas Lind will own “{group}”.")).to_be_visible()
    page.get_by_label("Also erase everything I wrote in groups").check()
    page.get_by_label("Your password").fill("guessed")
    page.get_by_role("button", name="Delete account").click()
    expect(page.get_by_text("Wrong password.")).to_be_visible()
    expect(page.get_by_label("Also erase everything I wrote in groups")).to_be_checked()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Delete account").click()

    page.goto(group.get_absolute_url())
    expect(page.get_by_text("Your account will be deleted on")).to_be_visible()
    page.get_by_role("button", name="Cancel deletion").click()
    expect(page.get_by_text("Your account stays.")).to_be_visible()
    expect(page.get_by_text("Your account will be deleted on")).to_be_hidden()
