"""Words of a text that are found again in its revisions: where they surely are, and nowhere else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readlist_site.base.text import carry, context, find

ONE = "The cache grows with the length. It is read at each step, so the step waits for memory."


def place(text: str, quote: str, number: int = 0) -> range:
    return find(text, quote)[number]


def carried(old: str, quote: str, new: str, number: int = 0) -> str | None:
    """The new text with the words in brackets, or None."""
    found = carry(old, place(old, quote, number), new)
    return None if found is None else f"{new[: found.start]}[{new[found.start : found.stop]}]{new[found.stop :]}"


@pytest.mark.parametrize(
    ("old", "quote", "new", "expected"),
    [
        # Unchanged, and moved by what is written around it
        (ONE, "grows", ONE, ONE.replace("grows", "[grows]")),
        ("One two three.", "two", "Zero. One two three.", "Zero. One [two] three."),
        ("One two three.", "two three", "One and two three, too.", "One and [two three], too."),
        ("One two three.", "One", "One, two, three.", "[One], two, three."),
        ("A b.\n\nC d e.", "d", "New.\n\nA b.\n\nC d e.", "New.\n\nA b.\n\nC [d] e."),
        ("a\nb c", "b", "a b c", "a [b] c"),
        ("A b c d e f. G h.", "A b c d e", "G h. A b c d e f.", "G h. [A b c d e] f."),
        ("over two\nlines here", "two lines", "now over two lines here", "now over [two lines] here"),
        # Changed or gone
        ("One two three.", "two three", "One two and three.", None),
        ("One two three.", "two", "One 2 three.", None),
        ("One two three.", "two", "", None),
        ("One two three.", "two", "Something else, in which two occurs by chance among many others.", None),
        # In several places: only what stands between the same words is the same
        ("the cat, the dog", "the", "a cat, the dog and the cow", None),
        (f"{ONE} {ONE}", "grows", f"{ONE} {ONE} {ONE}", None),
        ("It fails when x. It fails when y.", "fails", "It fails if x. But it fails when y.", None),
        ("See an a b. A b c.", "b", "See an a b. Now a b c.", "See an a [b]. Now a b c."),
        ("It fails when x. It fails when y.", "fails", "It fails when y.", None),
        ("a x b. c x d.", "x", "c x d.", None),
        # Formulas, signs, emoji, scripts
        ("In $O(n^2)$ time.", "$O(n^2)$", "Always in $O(n^2)$ time.", "Always in [$O(n^2)$] time."),
        ("In $O(n^2)$ time.", "$O(n^2)$", "In $O(n^3)$ time.", None),
        ("$$\n\\frac{a}{b}\n$$ is it", "\\frac{a}{b}", "Now\n\n$$\n\\frac{a}{b}\n$$ is it",
         "Now\n\n$$\n[\\frac{a}{b}]\n$$ is it"),
        ("It is 👩‍🚀 fast.", "👩‍🚀", "So it is 👩‍🚀 fast.", "So it is [👩‍🚀] fast."),
        ("שלום עולם טוב מאוד", "עולם", "אכן שלום עולם טוב מאוד", "אכן שלום [עולם] טוב מאוד"),
        ("نَسِيَ ثم عاد", "ثم", "لقد نَسِيَ ثم عاد", "لقد نَسِيَ [ثم] عاد"),
        ("模型很大。", "很大", "现在模型很大。", "现在模型[很大]。"),
    ],
)  # fmt: skip
def test_words_are_found_where_they_are_or_nowhere(old, quote, new, expected):
    assert carried(old, quote, new) == expected


def test_words_are_whole_and_found_whatever_the_white_space():
    assert [ONE[each.start : each.stop] for each in find(ONE, "cach")] == []
    assert find("a  b\nc", "b c") == [range(3, 6)]
    assert find("aa aa aa", "aa aa") == [range(0, 5), range(3, 8)]
    assert find("a b", "") == find("a b", "\n\n") == find("", "a") == []


def test_the_context_is_32_characters_on_each_side():
    text = "x" * 40 + " words " + "y" * 40
    before, after = context(text, range(41, 46))
    assert (before, after) == ("x" * 31 + " ", " " + "y" * 31)
    assert context("a b c", range(2, 3)) == ("a ", " c")


def test_a_long_text_is_compared_by_what_is_around_the_words():
    filler = " ".join(f"w{n}" for n in range(2_000))
    assert carried(f"{filler} needle {filler}", "needle", f"More. {filler} needle {filler}") is not None
    assert carried(f"{filler} needle {filler}", "needle", f"{filler} and needle, {filler}") is None


# The first draw is slow on a busy machine.
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
WORDS = st.sampled_from(["a", "b", "the", "$x$", "👩‍🚀", "שלום", ".", "\n\n", "很"])
TEXTS = st.lists(WORDS, max_size=14).map(" ".join)
FRESH = st.lists(st.sampled_from(["new", "other", "more", "!"]), max_size=6).map(" ".join)


@QUICK
@given(left=TEXTS, quote=TEXTS, right=TEXTS, new=TEXTS)
def test_what_is_found_has_the_words_and_no_other_place_is_as_good(left, quote, right, new):
    old = f"{left} {quote} {right}"
    for passage in find(old, quote)[:3]:
        found = carry(old, passage, new)
        if found is None or new == old:
            continue
        words = old[passage.start : passage.stop]
        places = find(new, words)
        assert found in places
        if len(places) > 1 or len(find(old, words)) > 1:
            # Told apart by the words before or after it, which no other place has.
            before, after = (" ".join(each.split()) for each in context(old, passage))
            alike = [
                each
                for each in places
                if (before and " ".join(context(new, each)[0].split()) == before)
                or (after and " ".join(context(new, each)[1].split()) == after)
            ]
            assert set(alike) <= {found}


@QUICK
@given(before=FRESH, after=FRESH, left=TEXTS, right=TEXTS)
def test_what_is_written_elsewhere_moves_the_words_and_loses_them_not(before, after, left, right):
    sentence = "Only this sentence has these words"
    old = f"{left} {sentence} {right}"
    new = f"{before} {left} {sentence} {right} {after}"
    found = carry(old, place(old, sentence), new)
    assert found is not None
    assert new[found.start : found.stop] == sentence


@QUICK
@given(TEXTS, TEXTS, TEXTS)
def test_there_and_back_is_where_it_was(left, quote, new):
    old = f"{left} {quote}"
    for passage in find(old, quote)[-1:]:
        there = carry(old, passage, new)
        back = carry(new, there, old) if there else None
        assert back is None or back == passage or old == new
