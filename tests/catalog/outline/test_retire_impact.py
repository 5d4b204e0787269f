"""What is retired is hidden with all under it, and comes back with it."""

import pytest

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from tests.catalog.shipped import import_shipped

pytestmark = pytest.mark.django_db


def shown_counts() -> tuple[int, int]:
    return Section.objects.not_retired().count(), Entry.objects.not_retired().count()


def test_a_retired_tier_takes_its_topics_and_entries_along_and_brings_them_back():
    import_shipped()
    tier = Section.objects.get(title__startswith="Tier 2")
    tier.retire()
    assert shown_counts() == (44 - 5, 65 - 5)
    tier.restore()
    assert shown_counts() == (44, 65)


def test_what_was_retired_before_stays_retired_when_its_heading_returns():
    import_shipped()
    Entry.objects.get(title="ZeRO paper").retire()
    tier = Section.objects.get(title__startswith="Tier 2")
    tier.retire()
    tier.restore()
    assert shown_counts() == (44, 64)


def test_an_entry_brings_its_headings_back_with_it():
    import_shipped()
    Section.objects.get(title__startswith="Tier 2").retire()
    Entry.objects.get(title="ZeRO paper").restore()
    assert shown_counts() == (44 - 2, 65 - 4)


def test_a_topic_brings_its_tier_back_with_it():
    import_shipped()
    Section.objects.get(title__startswith="Tier 2").retire()
    Section.objects.get(title__startswith="6.").restore()
    assert shown_counts() == (44 - 3, 65 - 3)
