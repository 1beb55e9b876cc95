"""Marks that would cover each other are moved apart, the others are not."""

import math
from itertools import combinations

from reports.draw.spread import moved_apart


def test_what_is_apart_stays_and_what_is_not_moves_as_little_as_it_takes() -> None:
    apart = [(20.0, 20.0), (40.0, 20.0), (20.0, 40.0)]
    assert moved_apart(apart, 9.0, (100, 100)) == apart
    first, second = moved_apart([(50.0, 50.0), (50.0, 50.0)], 9.0, (100, 100))
    assert first == (50.0, 50.0)
    assert 9.0 <= math.dist(first, second) < 13.0


def test_a_hundred_on_one_spot_are_told_apart_and_the_same_again() -> None:
    found = moved_apart([(150.0, 150.0)] * 100, 9.0, (300, 300))
    assert found == moved_apart([(150.0, 150.0)] * 100, 9.0, (300, 300))
    assert min(math.dist(one, other) for one, other in combinations(found, 2)) >= 9.0
    assert max(math.dist(one, (150.0, 150.0)) for one in found) < 75.0


def test_nothing_leaves_the_picture() -> None:
    for x, y in moved_apart([(1.0, 1.0)] * 30, 9.0, (300, 300)):
        assert x >= 4.5
        assert y >= 4.5
