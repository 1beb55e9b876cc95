import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.evidence.statistics import Spread, bootstrap_mean, needed, tally, wilson
from solvers.evidence.verdicts import Outcome

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED
numbers = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("n_trials", "expected"),
    # The least k with P(X ≥ k) ≤ 0.025 for a fair coin: 16 give 0.0106 at 13 and 0.0384 at 12, 9 give 0.0195
    # at 8, 8 give 0.0039 at 8 and 0.0352 at 7, 6 give 0.0156 at 6. Five give 0.03125 even at 5.
    [(1, 1), (4, 4), (5, 5), (6, 6), (8, 8), (9, 8), (12, 10), (16, 13)],
)
def test_the_sign_test_says_how_many_are_needed(n_trials: int, expected: int) -> None:
    assert needed(n_trials) == expected


def test_no_trials_need_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        needed(0)


def test_a_tally_counts_all_three() -> None:
    assert tally([H, F, F, U]).en == "holds at 1, fails at 2, open at 1"


def test_a_spread_is_median_and_range() -> None:
    spread = Spread.of([3.0, 1.0, 2.0, 10.0])
    assert (spread.median, spread.range) == (2.5, (1.0, 10.0))
    assert spread.text(1) == "2.5 [1.0, 10.0]"
    with pytest.raises(ValueError, match="at least one"):
        Spread.of([])


@given(numbers)
def test_a_bootstrap_interval_lies_in_the_values_and_is_the_same_every_time(values: list[float]) -> None:
    low, high = bootstrap_mean(values, seed=1)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert bootstrap_mean(values, seed=1) == (low, high)


def test_a_bootstrap_interval_is_that_of_the_mean() -> None:
    # 50 zeros and 50 ones: the mean's standard error is 0.05, so the interval is about 0.5 ± 0.098.
    low, high = bootstrap_mean([0.0, 1.0] * 50, seed=0)
    assert (low, high) == (pytest.approx(0.402, abs=0.02), pytest.approx(0.598, abs=0.02))
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_mean([], seed=0)


@pytest.mark.parametrize(
    ("n_hits", "n_trials", "expected"),
    [
        # (k/n + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96, by hand.
        (12, 16, (0.5050, 0.8982)),
        (4, 16, (0.1018, 0.4950)),
        (0, 16, (0.0, 0.1936)),
        (16, 16, (0.8064, 1.0)),
        (0, 0, (0.0, 1.0)),
    ],
)
def test_wilsons_interval(n_hits: int, n_trials: int, expected: tuple[float, float]) -> None:
    assert wilson(n_hits, n_trials) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("n_hits", "n_trials"), [(3, 2), (-1, 2)])
def test_hits_are_some_of_the_trials(n_hits: int, n_trials: int) -> None:
    with pytest.raises(ValueError, match=f"{n_hits} hits of {n_trials} trials"):
        wilson(n_hits, n_trials)
