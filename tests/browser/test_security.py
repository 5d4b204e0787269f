"""Passkeys and codes in a browser: Chromium makes the passkeys itself, in a device that it plays."""

import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.browser.checks import axe, no_sideways_scroll
from tests.factories import PASSWORD, make_user


def code_of(key: str) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // 30))


@pytest.fixture
def page(page_for, console) -> Page:
    """A window of a device that has a screen lock."""
    console.expect("422")
    cache.clear()
    page = page_for(None, width=390)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "isUserVerified": True}
    has = {"hasResidentKey": True, "hasUserVerification": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device | has})
    return page


def looked_at(page: Page) -> None:
    axe(page)
    no_sideways_scroll(page)


def arrived(page: Page, path: str) -> None:
    page.wait_for_url(lambda url: urlsplit(url)[2:4] == (path, ""))


def sign_in(page: Page, person) -> None:
    page.goto("/accounts/login/?next=/settings/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/settings/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def confirm_by_password(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_a_passkey_is_added_and_then_signs_in_alone_and_after_the_password(page, transactional_db):
    ada = make_user("Ada")
    sign_in(page, ada)
    page.get_by_role("link", name="Passkeys, second factor and recovery codes").click()
    page.get_by_role("link", name="Add passkey").click()
    confirm_by_password(page)
    page.get_by_label("Name of the passkey").fill("Laptop")
    looked_at(page)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="Back to security").click()
    expect(page.get_by_role("heading", name="Laptop")).to_be_visible()
    looked_at(page)

    page.get_by_role("link", name="Add passkey").click()
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_text("This device already has a passkey for your account.")).to_be_visible()

    sign_out(page)
    page.goto("/accounts/login/?next=/notifications/")
    page.get_by_role("button", name="Use a passkey").click()
    arrived(page, "/notifications/")

    sign_out(page)
    sign_in(page, ada)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Use passkey").click()
    arrived(page, "/settings/")

    page.goto("/accounts/security/passkeys/reauthenticate/?next=/accounts/sessions/")
    looked_at(page)
    page.get_by_role("button", name="Use passkey").click()
    arrived(page, "/accounts/sessions/")
    expect(page.get_by_text("This browser.")).to_be_visible()
    looked_at(page)


def test_an_authenticator_app_is_added_and_asked_for_without_javascript(page_for, console):
    console.expect("422")
    cache.clear()
    ada, page = make_user("Ada"), page_for(None, javascript=False)
    sign_in(page, ada)
    page.goto("/accounts/security/app/add/")
    confirm_by_password(page)
    expect(page.get_by_alt_text("QR code of the key below")).to_be_visible()
    key = page.locator("code.secret").inner_text()
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Add authenticator app").click()
    expect(page.get_by_text("Wrong code, or a code that was used before.")).to_be_visible()
    page.get_by_label("Code from the app").fill(code_of(key))
    page.get_by_role("button", name="Add authenticator app").click()
    recovery_code = page.locator(".secrets code").first.inner_text()

    sign_out(page)
    sign_in(page, ada)
    expect(page.get_by_role("button", name="Use passkey")).not_to_be_visible()
    page.get_by_label("Code").fill(recovery_code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    arrived(page, "/settings/")


def test_a_device_that_knows_no_passkey_says_so_and_the_page_stays(page, transactional_db, console):
    page.goto("/accounts/login/")
    looked_at(page)
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey was used. Try again, or sign in another way.")).to_be_visible()
