"""Who asks for too much slows nobody else down: one signed-in person, or a crowd of strangers."""

import json

import pytest

from tests.soak.latency import OTHERS, REPEATS, compare
from tests.soak.person import Person

pytestmark = [pytest.mark.soak, pytest.mark.django_db]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("demanding", ["greedy", "flood"])
def test_whoever_demands_too_much_others_wait_twice_as_long_at_most(site, demanding):
    """`greedy`: the dearest texts over 8 connections. `flood`: 200 connections of strangers."""
    _, address = site.serve()
    people = [Person(address, site.world, number) for number in range(1, OTHERS + 1)]
    for _ in range(REPEATS):
        without, with_it = compare(people, demanding, address, json.dumps(site.world))
        if with_it <= 2 * without:
            return
    assert with_it <= 2 * without
