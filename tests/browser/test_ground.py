"""The ground that the other browser tests stand on: the guards see what they must see."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from readlist_site.urls import urlpatterns as ours

# The icon is given so that the browser asks for none.
PAGE = '<!doctype html><html lang="en"><title>x</title><link rel="icon" href="data:,"><main><h1>Here</h1>{}</main>'


def showing(settings, body: str) -> None:
    """Serve a page with this body at /test/."""
    view = login_not_required(lambda request: HttpResponse(PAGE.format(body)))
    settings.ROOT_URLCONF = (path("test/", view), *ours)


def test_a_signed_in_person_and_a_visitor_have_a_page_each(page_for, ada, group):
    hers = page_for(ada)
    hers.goto("/")
    assert hers.locator(".me").is_visible()
    visitors = page_for(None)
    visitors.goto("/")
    assert visitors.locator(".me").count() == 0


@pytest.mark.parametrize("javascript", [True, False])
def test_an_inline_style_is_refused_and_noticed(page_for, console, settings, javascript):
    showing(settings, '<p style="color: red">Red</p>')
    page_for(None, javascript=javascript).goto("/test/")
    assert any("Content Security Policy" in said for said in console.unexpected())
    console.expect("Content Security Policy")


def test_a_request_to_another_host_is_noticed(page_for, console, settings):
    showing(settings, '<a href="https://example.org/">Away</a>')
    page = page_for(None)
    page.goto("/test/")
    page.get_by_role("link", name="Away").click()
    page.wait_for_timeout(200)
    assert any("another host: https://example.org/" in said for said in console.unexpected())
    console.expect("example.org")


def test_a_fault_is_seen_by_axe(page_for, axe, violations, settings):
    showing(settings, "<form><input></form>")
    page = page_for(None)
    page.goto("/test/")
    assert "label" in violations(page)
    with pytest.raises(AssertionError, match="label"):
        axe(page)


def test_axe_itself_breaks_no_rule_of_ours(page_for, violations):
    page = page_for(None)
    page.goto("/accounts/login/")
    violations(page)


def test_a_page_that_is_too_wide_is_noticed(page_for, no_sideways_scroll, settings):
    showing(settings, f"<pre>{'wide ' * 100}</pre>")
    for width in (390, 1440):
        page = page_for(None, width=width)
        page.goto("/test/")
        with pytest.raises(AssertionError, match="<pre>"):
            no_sideways_scroll(page)
