"""What a visit means."""

import pytest

from catalog.links.evaluate import evaluate
from readlist_site.base.link_fetch.fetch import FetchOutcome, FetchResult

URL = "https://example.org/posts/scaling-laws"
TITLE = "Scaling laws for neural language models"


def of(title=TITLE, url=URL, lasting="", final="", found=FetchOutcome.ANSWERED, problem=""):
    visit = FetchResult(url, found, 200, problem, final_url=final or lasting or url, lasting_url=lasting or url)
    finding = evaluate(url, visit, title, ["", TITLE])
    return finding.outcome, finding.better_url


def test_what_is_where_it_was_is_fine():
    assert of() == ("fine", "")
    assert of(title="") == ("fine", "")


@pytest.mark.parametrize(
    "lasting",
    [
        "http://www.example.org/posts/scaling-laws/",
        "https://example.org/posts/scaling-laws?utm_source=x",
    ],
)
def test_another_spelling_is_no_move(lasting):
    assert of(lasting=lasting) == ("fine", "")
    assert of(url=f"{URL}#part-2", lasting=lasting) == ("fine", "")


def test_a_redirect_for_good_is_a_move_and_one_for_now_is_none():
    there = "https://example.com/2020/scaling-laws"
    assert of(lasting=there) == ("moved", there)
    assert of(final=there) == ("fine", "")
    assert of(url=f"{URL}#part-2", lasting=there) == ("moved", f"{there}#part-2")


def test_the_front_page_and_what_is_too_long_are_no_better_links():
    assert of(lasting="https://example.org/") == ("moved", "")
    assert of(lasting=f"https://example.org/{'x' * 600}") == ("moved", "")


@pytest.mark.parametrize("lasting", [URL, "https://example.com/else"])
def test_another_title_is_told_wherever_it_stands(lasting):
    assert of(title="Ten recipes for apple cake", lasting=lasting) == ("title_differs", "")


def test_what_may_be_otherwise_for_a_reader_is_unsure():
    assert of(title="Just a moment...") == ("unsure", "")
    assert of(final="https://example.org/login?next=/posts", title="Example: come on in friends") == ("unsure", "")
    assert of(found=FetchOutcome.UNCLEAR, problem="too_slow", title="") == ("unsure", "")


def test_what_is_not_there_is_dead_even_if_it_answers():
    assert of(found=FetchOutcome.GONE, title="") == ("dead", "")
    assert of(found=FetchOutcome.UNREACHED, title="") == ("dead", "")
    assert of(title="Page not found – Example") == ("dead", "")
