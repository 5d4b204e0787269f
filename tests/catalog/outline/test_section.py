"""A heading of a list."""

import pytest

from catalog.outline.section import Section


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("3. Evaluation (all)", "3", "Evaluation (all)"),
        ("READLIST — Tier 4: Failure", "4", "Failure"),
        ("Tier 1 — Core", "1", "Core"),
        ("A. Targeted", "A", "Targeted"),
        ("Real Failures", "", "Real Failures"),
    ],
)
def test_a_heading_knows_its_number_and_name(title, number, name):
    assert (Section(title=title).number, Section(title=title).name) == (number, name)


def test_pages_show_a_tier_without_what_the_list_writes_before_it():
    assert Section(title="READLIST — Tier 4: Failure").title_from_number == "Tier 4: Failure"
    assert Section(title="3. Evaluation (all)").title_from_number == "3. Evaluation (all)"
