"""Titles that mean the same thing, others that don't, and what nobody can tell."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from readlist_site.base.link_fetch.title_match import TitleMatch, compare_titles, is_not_found, is_wall

FACTS = json.loads((Path(__file__).parents[3] / "catalog" / "data" / "sources.json").read_text())
DPO = "Direct Preference Optimization: Your Language Model is Secretly a Reward Model"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (f"[2305.18290] {DPO}", DPO),
        (f"{DPO} | OpenReview", "DPO paper (Direct Preference Optimization)"),
        ("Reinforcement Learning from Human Feedback", "RLHF overview"),
        ("LLM training - YouTube", "Large language model training"),
        ("ÉTUDES SUR LE CLIMAT", "Etudes sur le climat"),
        ("The α of scaling – Lil'Log", "the α of scaling"),
        ("Scaling Laws", "Scaling Law"),
    ],
)
def test_the_same_title_in_other_words(found, expected):
    assert compare_titles(found, ["", "Something else entirely", expected]) == TitleMatch.SAME


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("", DPO),
        ("YouTube", DPO),
        ("GitHub: Home", DPO),
        ("直接偏好优化：你的语言模型", DPO),
        ("A recipe for apple cake", "Chinchilla"),
        ("A recipe for apple cake", ""),
        ("Reward hacking in small agents", DPO),
    ],
)
def test_what_nobody_can_tell(found, expected):
    assert compare_titles(found, [expected]) == TitleMatch.UNSURE


def test_another_title():
    assert compare_titles("A recipe for apple cake", [DPO, "DPO paper"]) == TitleMatch.OTHER


def test_the_shipped_sources_are_known_by_their_titles_and_seldom_taken_for_each_other():
    known = [fact for fact in FACTS if fact["title"]]
    assert all(
        compare_titles(fact["title"], [fact["listed_title"], fact["title"]]) == TitleMatch.SAME for fact in known
    )
    pairs = [
        compare_titles(one["title"], [other["title"], other["listed_title"]]) for one, other in permutations(known, 2)
    ]
    assert pairs.count(TitleMatch.SAME) < len(pairs) * 0.06
    assert pairs.count(TitleMatch.OTHER) > len(pairs) * 0.6


@pytest.mark.parametrize(
    "title",
    ["Just a moment...", "Attention Required! | Cloudflare", "Access Denied", "Sign in - Google Accounts", "Log in",
     "Before you continue to YouTube", "Are you a robot?", "Security check", "Medium | Sign in"],
)  # fmt: skip
def test_walls_are_known(title):
    assert is_wall(title)
    assert not is_not_found(title)


@pytest.mark.parametrize("title", ["404 - Not here", "Page not found · GitHub", "Error 404", "Not Found"])
def test_pages_that_say_they_are_not_there_are_known(title):
    assert is_not_found(title)


def test_titles_of_sources_are_neither():
    assert not any(is_wall(fact["title"]) or is_not_found(fact["title"]) for fact in FACTS if fact["title"])
