"""Names of authors, as in a sentence."""

import pytest

from catalog.sources.authors import authors_in_full, authors_in_short


@pytest.mark.parametrize(
    ("authors", "short", "full"),
    [
        ([], "", ""),
        (["OpenAI"], "OpenAI", "OpenAI"),
        (["Jan Leike", "Ryan Lowe"], "Leike and Lowe", "Jan Leike and Ryan Lowe"),
        (["A B", "C D", "E F"], "B and 2 others", "A B, C D and E F"),
        (["A B", "C D", "others"], "B and others", "A B, C D and others"),
        (["Diego de Las Casas"], "de Las Casas", "Diego de Las Casas"),
        (["Ludwig van Beethoven", "X Y"], "van Beethoven and Y", "Ludwig van Beethoven and X Y"),
    ],
)
def test_authors_are_named_as_in_a_sentence(authors, short, full):
    assert authors_in_short(authors) == short
    assert authors_in_full(authors) == full
