"""Quantiles and histograms: hand-worked, and numpy's beside ours."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.analysis.distribution import MAX_BARS, Bar, distribute, distribution_of
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import QUIZ

POINTS = Fraction(46, 5)  # 9.2
scores = st.lists(st.integers(0, 92 * 3).map(lambda thirtieths: Fraction(thirtieths, 30)), min_size=1)


def test_four_scores_by_hand() -> None:
    found = distribute({Fraction(0): 1, Fraction(1): 1, Fraction(2): 1, Fraction(10): 1}, Fraction(10))
    assert found.mean == Fraction(13, 4)
    assert (found.minimum, found.maximum) == (0, 10)
    assert found.lower_quartile == Fraction(3, 4)  # rank 3/4: between 0 and 1
    assert found.median == Fraction(3, 2)
    assert found.upper_quartile == 2 + (10 - 2) * Fraction(1, 4)  # rank 9/4
    assert [bar.count for bar in found.histogram] == [
        1,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
    ]  # 10 stands in the last bar


@given(scores)
def test_agrees_with_numpy(values: list[Fraction]) -> None:
    found = distribute(Counter(values), POINTS)
    floats = np.array([float(value) for value in values])
    quartiles = (found.minimum, found.lower_quartile, found.median, found.upper_quartile, found.maximum)
    assert [float(q) for q in quartiles if q is not None] == pytest.approx(
        np.quantile(floats, [0, 0.25, 0.5, 0.75, 1])
    )
    assert found.mean is not None
    assert float(found.mean) == pytest.approx(floats.mean())
    edges = [bar.low for bar in found.histogram] + [found.histogram[-1].high]
    counts = np.histogram([int(v * 30) for v in values], [int(e * 30) for e in edges])[0]
    assert [bar.count for bar in found.histogram] == counts.tolist()


@pytest.mark.parametrize(
    ("points", "width", "n_bars"),
    [
        ("10", "1", 10),
        ("9.2", "1", 10),
        ("12", "1", 12),
        ("13", "2", 7),
        ("0.8", "0.1", 8),
        ("100", "10", 10),
    ],
)
def test_bars_are_of_round_width_and_cover_all_points(points: str, width: str, n_bars: int) -> None:
    bars = distribute({Fraction(0): 1}, Fraction(points)).histogram
    assert len(bars) == n_bars <= MAX_BARS
    assert bars[0] == Bar(low=Fraction(0), high=Fraction(width), count=1)
    assert bars[-1].high == Fraction(points)
    assert all(one.high == other.low for one, other in pairwise(bars))


def test_without_papers_there_are_no_figures() -> None:
    found = distribute({}, Fraction(10))
    assert found.model_dump(mode="json") | {"histogram": []} == {
        "n": 0, "points": "10", "mean": None, "minimum": None, "lower_quartile": None, "median": None,
        "upper_quartile": None, "maximum": None, "histogram": [],
    }  # fmt: skip
    assert distribute({Fraction(0): 3}, Fraction(0)).histogram == ()


def test_the_totals_of_a_class() -> None:
    papers = [{"q01": "A"}, {"q01": "A", "q06": "AB"}, {}, {"q01": "B"}]
    found = distribution_of(graded_class(QUIZ, papers, FULL_KEY))
    assert (found.n, found.points, found.maximum) == (
        4,
        Fraction(36, 10),
        Fraction(4, 5) + Fraction(2, 3),
    )
    assert found.model_dump(mode="json")["maximum"] == {"exact": "22/15", "rounded": 1.47}
    assert found.median == Fraction(2, 5)  # between 0 and 4/5
