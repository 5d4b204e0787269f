"""How a row of an export reads in Markdown."""

from datetime import UTC, datetime
from itertools import count

import pytest

from readlist_site.personal_data.archive import MarkdownText, as_markdown

pytestmark = pytest.mark.one_engine


def test_a_row_has_its_first_value_as_heading_then_facts_then_texts_and_the_rows_in_it():
    row = {
        "topic": "KL & _friends_",
        "at": datetime(2026, 3, 9, 12, 30, tzinfo=UTC),
        "is_open": True,
        "nothing": None,
        "names": ["Ada", "Jonas"],
        "facts": {"n": 1},
        "text": MarkdownText("# Big\n\n*It is*, with <b>."),
        "rounds": [{"revision": 1, "why": "<i>"}, {"revision": 2}],
    }
    assert "\n".join(as_markdown(row, count(1))).split("\n") == [
        "## KL \\& \\_friends\\_", "",
        "- Date: 9 March 2026, 12:30 UTC", "- Is open: yes", "- Names: Ada, Jonas", '- Facts: {"n": 1}', "",
        "**Text**", "", "### Big", "", "*It is*, with \\<b>.", "",
        "**Review rounds**", "",
        "### Revision 1", "", "- Why: \\<i\\>", "",
        "### Revision 2", "",
    ]  # fmt: skip


def test_a_row_without_a_name_has_a_heading_all_the_same():
    assert list(as_markdown({"thread": None}, count(1))) == ["## Thread\n"]
    assert list(as_markdown({"thread": ""}, count(1))) == ["## –\n"]
