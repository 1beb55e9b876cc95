import random
from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from solvers.evidence.rounds import (
    LOOKS,
    Look,
    Taken,
    decide,
    error_rate,
    in_rounds,
    never,
    rounds_of,
    settled,
    spread_order,
)
from solvers.evidence.verdicts import Outcome

H, F, U = Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED


def taken(letters: str, margins: Sequence[float] | None = None) -> list[Taken]:
    """One a letter; by the bound itself, which leaves no room, unless margins are given."""
    outcomes = {"h": H, "f": F, "u": U}
    return [
        Taken(outcomes[letter], margin)
        for letter, margin in zip(letters, margins or [0.0] * (len(letters) - 1) + [1.0], strict=True)
    ]


@pytest.mark.parametrize(
    ("looks", "of_65536"),
    [
        # C(16,13) + C(16,14) + C(16,15) + 1 = 560 + 120 + 16 + 1: the rule for a fixed 16.
        ((Look(16, 13),), Fraction(697)),
        # 8 of 8 in 1 of 256, whatever follows.
        ((Look(8, 8),), Fraction(256)),
        # 256 + 137 of 14 or more, less 37 = 28 + 8 + 1 that have both: 8 of 8, then 6 or more of 8.
        ((Look(8, 8), Look(16, 14)), Fraction(356)),
        # 256 + 697, less 93 = 56 + 28 + 8 + 1.
        ((Look(8, 8), Look(16, 13)), Fraction(860)),
        # 1/16 all alike, of those (1 + 3/2)^-3 = 8/125 with room: 1/250.
        ((Look(4, 4, Fraction(3, 2)),), Fraction(65536, 250)),
        # 1/250; then 117/2000 alike without room, of which 1/16 go on to 8 of 8; at 16 with 14 or more,
        # 117/2000 · (79 - 37)/4096 from 4 of 4, 1/4 · 13/4096 from 3, 3/8 · 1/4096 from 2.
        (
            LOOKS,
            65536
            * (
                Fraction(1, 250)
                + Fraction(117, 2000) / 16
                + Fraction(117, 2000) * Fraction(42, 4096)
                + Fraction(13, 4 * 4096)
                + Fraction(3, 8 * 4096)
            ),
        ),
    ],
)
def test_the_error_rate_is_counted_exactly(looks: tuple[Look, ...], of_65536: Fraction) -> None:
    assert error_rate(looks) * 65536 == of_65536


def test_ending_early_costs_less_than_the_fixed_rule() -> None:
    assert error_rate(LOOKS) < error_rate((Look(16, 13),))
    assert float(error_rate(LOOKS)) == pytest.approx(0.00914, abs=5e-6)
    # 13 at the end would cost more: that is why it is 14.
    assert error_rate((*LOOKS[:2], Look(16, 13))) > error_rate((Look(16, 13),))


def test_a_look_with_room_asks_for_all_of_its_trials() -> None:
    with pytest.raises(ValueError, match="after 4 trials asks for 3 of them"):
        error_rate((Look(4, 3, Fraction(1)),))


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (lambda random: random.random(), 0.064),  # uniform margins: (1 + 1.5)^-3, the worst case
        (lambda random: random.expovariate(1), None),
        (lambda random: abs(random.gauss(0, 1)), None),
        (lambda random: random.random() ** 3, None),
    ],
)
def test_chance_has_room_no_more_often_than_uniform_margins(
    draw: Callable[[random.Random], float], expected: float | None
) -> None:
    source = random.Random(0)
    n_runs = 20_000
    look = LOOKS[0]
    n_room = sum(
        look.passed([Taken(H, draw(source)) for _ in range(4)], H, resolution=0.0) for _ in range(n_runs)
    )
    if expected is not None:
        assert n_room / n_runs == pytest.approx(expected, abs=0.006)
    assert n_room / n_runs <= float(look.share_with_room) + 0.006


@pytest.mark.parametrize(
    ("letters", "margins", "outcome", "n_looked"),
    [
        ("hhhh", [0.75, 1.0, 1.25, 0.875], H, 4),  # 0.75 is 1.5 times the range of 0.5
        ("ffff", [0.75, 1.0, 1.25, 0.875], F, 4),
        ("hhhhhhhh", None, H, 8),
        ("hhhhhhhhuuuuuuuu", None, H, 8),  # decided before the rest
        ("hhhhhhhhhhhhhhuu", None, H, 8),
        ("uhhhhhhhhhhhhhhu", None, H, 16),
        ("uuhhhhhhhhhhhhhh", None, H, 16),
        ("ffffffffffffffuu", None, F, 8),
        ("uuuhhhhhhhhhhhhh", None, U, None),  # 13 of 16
        ("hhhhhhhhhhhhhhhf", None, U, None),  # one to the contrary, though eight had decided
        ("hhhhfhhhhhhhhhhh", [1.0] * 16, U, None),
        ("uuuuuuuuuuuuuuuu", None, U, None),
    ],
)
def test_the_first_look_that_is_passed_decides(
    letters: str, margins: list[float] | None, outcome: Outcome, n_looked: int | None
) -> None:
    found = decide(taken(letters, margins))
    assert found.outcome is outcome
    assert (found.look and found.look.n_trials) == n_looked
    assert settled(taken(letters, margins)) is (n_looked is not None)


@pytest.mark.parametrize(
    ("margins", "resolution", "decided"),
    [
        ([0.75, 1.0, 1.25, 0.875], 0.0, True),
        ([0.74, 1.0, 1.25, 0.875], 0.0, False),
        ([0.0, 0.0, 0.0, 0.0], 0.0, False),  # on the bound itself there is none
        ([0.2, 0.2, 0.2, 0.2], 0.05, True),  # a word of twenty less: 0.15 against 1.5 · 0.05
        ([0.1, 0.1, 0.1, 0.1], 0.05, False),  # 0.05 against 0.075
        ([0.75, 1.0, 1.25, 0.875], 0.05, False),  # 0.7 against 1.5 · 0.55
    ],
)
def test_four_trials_decide_with_room_alone(margins: list[float], resolution: float, decided: bool) -> None:
    assert settled(taken("hhhh", margins), resolution) is decided


@pytest.mark.parametrize(("letters", "outcome"), [("h", H), ("hh", H), ("hu", U), ("hf", U), ("hhhhh", H)])
def test_fewer_trials_than_asked_for_decide_if_all_agree(letters: str, outcome: Outcome) -> None:
    found = decide(taken(letters, [0.0] * len(letters)), resolution=1.0)
    assert (found.outcome, found.look) == (outcome, None)


def test_no_trials_decide_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        decide([])


def test_the_condition_says_what_was_asked_for() -> None:
    assert decide(taken("hhhh", [1.0] * 4)).condition.en == (
        "so at 4 of 4 offsets, the contrary at none, by at least 1.5 times their range"
    )
    assert decide(taken("h" * 16)).condition.en == "so at 8 of 8 offsets, the contrary at none"
    assert decide(taken("u" * 16)).condition.zh == "16 個起點偏移中至少 14 個如此，且無一相反"
    assert decide(taken("hh")).condition.en == "so at 2 of 2 offsets, the contrary at none"


def test_an_effect_that_is_right_nine_times_in_ten_is_decided_and_a_coin_is_not() -> None:
    draw = random.Random(0)

    def share(right: float) -> float:
        runs = [
            decide([Taken(H if draw.random() < right else U, draw.random()) for _ in range(16)]).outcome
            for _ in range(2000)
        ]
        return runs.count(H) / len(runs)

    assert 0.78 <= share(0.9) <= 0.84
    assert share(0.5) <= 0.02


def test_rounds_end_when_there_is_enough() -> None:
    asked: list[list[int]] = []

    def take(some: Sequence[int]) -> int:
        asked.append(list(some))
        return sum(some)

    assert in_rounds(range(16), take, lambda sums: len(sums) == 2) == [6, 22]
    assert asked == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert [len(one) for one in rounds_of(range(16))] == [4, 4, 8]
    assert [len(one) for one in rounds_of(range(2))] == [2]
    assert in_rounds(range(16), len, never) == [4, 4, 8]


def test_the_first_rounds_lie_evenly_among_all() -> None:
    assert spread_order(16) == (0, 4, 8, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15)
    assert spread_order(1) == (0,)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("hhhh", [("holds", 4.0, "≥", 4.0, True)]),
        ("uu" + "h" * 14, [("holds", 14.0, "≥", 14.0, True)]),
        ("f" * 16, [("fails", 8.0, "≥", 8.0, True)]),  # by the first eight, whatever follows
        ("uuu" + "h" * 13, [("holds", 13.0, "≥", 14.0, False)]),
        ("h" * 15 + "f", [("holds", 15.0, "≥", 14.0, True), ("fails", 1.0, "≤", 0.0, False)]),
    ],
)
def test_what_was_asked_of_the_trials_as_comparisons(letters: str, expected: list[object]) -> None:
    trials = taken(letters)
    found = [
        (one.quantity.en.split()[-1], one.value, one.relation, one.threshold, one.met)
        for one in decide(trials).counted(trials)
    ]
    assert found == expected
