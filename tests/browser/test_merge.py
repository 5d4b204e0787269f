"""A curator makes one source of two: by keyboard, at the desk, without a fault beyond Django's own."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from catalog.sources.source import Source
from tests.browser import checks

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_sources_become_one(reading_list, curator, page_for):
    kept, gone = Source.objects.order_by("pk")[:2]
    Source.objects.filter(pk=gone.pk).update(year=2024)
    page = page_for(curator)
    page.goto(reverse("admin:catalog_source_change", args=[kept.pk]))
    page.get_by_role("link", name="Merge with another source").click()
    page.get_by_label("Title, author, address or identifier").fill("GRPO")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="GRPO paper").click()
    expect(page.get_by_text("are both under")).to_be_visible()
    assert not checks.violations(page)
    chosen = page.get_by_role("group", name="Listed title").get_by_role("radio", name="GRPO paper")
    chosen.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Sources merged into")).to_be_visible()
    kept.refresh_from_db()
    assert (kept.listed_title, kept.year) == ("GRPO paper", 2024)
    page.goto(reverse("source", args=[gone.pk]))
    expect(page.get_by_role("heading", level=1)).to_have_text("GRPO paper")
