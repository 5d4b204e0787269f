"""What a new source most likely is, told from its address; what nothing speaks for stays open."""

import json

import pytest

from catalog.sources.identifiers import identifier_in
from catalog.sources.source import Source
from catalog.sources.source_kind import guess_kind
from tests.catalog.shipped import FACTS

SAYS = [
    ("https://arxiv.org/abs/2305.18290", "paper"),
    ("https://openreview.net/forum?id=abc", "paper"),
    ("https://proceedings.neurips.cc/paper/2017/hash/abc-Abstract.html", "paper"),
    ("https://doi.org/10.1145/3411764", "paper"),
    ("https://example.org/~ada/reading.pdf", "paper"),
    ("https://example.org/~ada/annual-report.pdf", "report"),
    ("https://cdn.example.org/model-card.pdf", "report"),
    ("https://example.org/courses/ml/week1.pdf", "course"),
    ("https://example.org/lecture-3.pdf", "course"),
    ("https://link.springer.com/book/10.1007/978-3-030-12345-6", "book"),
    ("https://link.springer.com/chapter/10.1007/978-3-030-12345-6_7", "paper"),
    ("https://mitpress.mit.edu/9780262039246/reinforcement-learning/", "book"),
    ("https://rlhfbook.com/", "book"),
    ("https://www.facebook.com/ada", ""),
    ("https://github.com/huggingface/trl", "code"),
    ("https://github.com/huggingface/trl/wiki", "docs"),
    ("https://github.com/huggingface/trl/issues/7", "forum"),
    ("https://docs.github.com/en/rest", "docs"),
    ("https://trl.readthedocs.io/en/latest/", "docs"),
    ("https://huggingface.co/docs/trl/index", "docs"),
    ("https://developer.example.com/blog/fast", "blog"),
    ("https://example.com/research/a-finding", "blog"),
    ("https://ada.github.io/2023/05/07/notes/", "blog"),
    ("https://ada.github.io/project/", ""),
    ("https://ada.substack.com/p/notes", "blog"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "video"),
    ("https://youtu.be/dQw4w9WgXcQ", "video"),
    ("https://discuss.pytorch.org/t/a/7", "forum"),
    ("https://news.ycombinator.com/item?id=7", "forum"),
    ("https://stats.stackexchange.com/questions/7", "forum"),
    ("https://www.alignmentforum.org/posts/a/b", "blog"),
    ("https://example.edu/class/cs25/", "course"),
    ("https://www.coursera.org/learn/ml", "course"),
    ("https://example.org/", ""),
    ("https://example.org/about", ""),
    ("https://[", ""),
    ("", ""),
]


def kind_of(url: str) -> str:
    return guess_kind(url, identifier_in(url))


@pytest.mark.parametrize(("url", "kind"), SAYS)
def test_an_address_speaks_for_a_kind_or_for_none(url, kind):
    assert kind_of(url) == kind


def test_every_guess_is_a_kind():
    assert {kind_of(url) for url, _ in SAYS} - {""} == set(Source.Kind.values)


def test_of_the_shipped_list_more_than_nine_in_ten_are_guessed_right_and_few_wrong():
    facts = json.loads(FACTS.read_text())
    guesses = [(kind_of(fact["url"]), fact["kind"]) for fact in facts]
    assert sum(guess == kind for guess, kind in guesses) >= 0.9 * len(facts)
    assert sum(guess not in ("", kind) for guess, kind in guesses) <= 1
