"""The first words of a text, for one line of a page."""

import pytest
from django.utils.translation import override

from catalog.markdown.excerpt import excerpt


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("", ""),
        ("Do **not** read.\n\nFor each topic:", "Do not read."),
        ("* One\n* Two", "One, Two."),
        (
            "* " + "\n* ".join(["A thing of some length"] * 6),
            "A thing of some length, A thing of some length, A thing of some length and 3 more.",
        ),
        ("word " * 60, " ".join(["word"] * 23) + " word…"),
    ],
)
def test_a_page_is_announced_by_its_first_words(markdown, words):
    assert excerpt(markdown) == words


def test_who_reads_next_reads_it_in_their_own_language():
    text = "* " + "\n* ".join(["A thing of some length"] * 6)
    with override("en-gb"):
        assert excerpt(text).endswith(" and 3 more.")
    with override("de"):
        assert excerpt(text).endswith(" und 3 weitere.")
