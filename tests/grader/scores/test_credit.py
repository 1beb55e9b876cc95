"""The course's rule: hand-written values, every subset, and Canvas's floats beside our fractions."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import reduce
from itertools import combinations
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.scores.credit import (
    credit,
    display,
    exact,
    explain_credit,
    points_in_words,
    require_answer,
    require_key,
)
from questions.quiz import Bilingual
from tests.grader.tiny import QUIZ

LETTERS = "ABCDEFGH"
ONE = Fraction(1)


def subsets(letters: str) -> list[frozenset[str]]:
    return [frozenset(chosen) for size in range(len(letters) + 1) for chosen in combinations(letters, size)]


# The vectors of the course's rule: one point, correct A B C, wrong D E, so each correct option is 1/3.
@pytest.mark.parametrize(
    ("picked", "expected"),
    [
        ("", Fraction(0)),
        ("A", (1 - 0) * Fraction(1, 3)),
        ("AB", (2 - 0) * Fraction(1, 3)),
        ("ABC", (3 - 0) * Fraction(1, 3)),
        ("ABCD", (3 - 1) * Fraction(1, 3)),
        ("ABCDE", (3 - 2) * Fraction(1, 3)),
        ("AD", (1 - 1) * Fraction(1, 3)),
        ("DE", Fraction(0)),  # 0 − 2 is below zero
        ("ADE", Fraction(0)),  # 1 − 2 is below zero
    ],
)
def test_vectors_of_a_multiple_choice(picked: str, expected: Fraction) -> None:
    assert credit(frozenset(picked), frozenset("ABC"), Decimal(1)) == expected


@pytest.mark.parametrize(
    ("picked", "expected"), [("B", Fraction(4, 5)), ("A", Fraction(0)), ("", Fraction(0))]
)
def test_a_single_choice_is_all_or_nothing(picked: str, expected: Fraction) -> None:
    assert credit(frozenset(picked), frozenset("B"), Decimal("0.8")) == expected


@pytest.mark.parametrize("n_options", range(1, 9))
def test_every_answer_to_every_key_is_within_bounds_and_full_only_for_the_exact_set(n_options: int) -> None:
    letters = LETTERS[:n_options]
    points = Fraction(7, 10)
    answers = subsets(letters)
    for correct in answers[1:]:
        scores = {picked: credit(picked, correct, points) for picked in answers}
        assert all(0 <= score <= points for score in scores.values())
        assert [picked for picked, score in scores.items() if score == points] == [correct]
        assert scores[frozenset()] == 0


@pytest.mark.parametrize("n_options", range(1, 7))
def test_one_more_right_pick_never_costs_and_one_more_wrong_pick_never_earns(n_options: int) -> None:
    letters = LETTERS[:n_options]
    for correct in subsets(letters)[1:]:
        for picked in subsets(letters):
            score = credit(picked, correct, ONE)
            for option in frozenset(letters) - picked:
                change = credit(picked | {option}, correct, ONE) - score
                share = Fraction(1, len(correct))
                assert change in ((0, share) if option in correct else (0, -share))


def canvas_score(answer: dict[str, bool], weights: dict[str, float], points_possible: float) -> float:
    """Canvas walks the options one by one in floats: a share up for a right pick, down for a wrong."""
    n_correct = sum(1 for weight in weights.values() if weight == 100.0)
    earned = 0.0
    if not any(answer.values()):
        return 0.0
    for option, ticked in answer.items():
        if not ticked:
            continue
        step = points_possible / n_correct
        earned = earned + step if weights[option] == 100.0 else earned - step
    return earned if earned > 0.0 else 0.0


@given(
    picked=st.frozensets(st.sampled_from(LETTERS)),
    correct=st.frozensets(st.sampled_from(LETTERS), min_size=1),
    points=st.decimals("0", "100", places=4),
)
def test_agrees_with_canvas_in_floats(
    picked: frozenset[str], correct: frozenset[str], points: Decimal
) -> None:
    theirs = canvas_score(
        {letter: letter in picked for letter in LETTERS},
        {letter: 100.0 if letter in correct else 0.0 for letter in LETTERS},
        float(points),
    )
    assert float(credit(picked, correct, points)) == pytest.approx(theirs, abs=1e-9)


def test_ten_times_a_decimal_is_exact_where_floats_drift() -> None:
    assert reduce(add, [0.8] * 10) != 8.0  # `sum` itself no longer drifts from Python 3.12 on
    assert sum([credit(frozenset("A"), frozenset("A"), Decimal("0.8"))] * 10) == 8


def test_without_a_correct_option_there_is_no_credit() -> None:
    with pytest.raises(ValueError, match="without a correct option"):
        credit(frozenset("A"), frozenset(), ONE)


@pytest.mark.parametrize(
    ("picked", "correct", "points", "en", "zh"),
    [
        (
            "ABD",
            "ABC",
            "1",
            "2 right − 1 wrong, of 3 correct: (2 − 1) × 1/3 = 1/3 point",
            "答對 2 個，答錯 1 個，正確選項共 3 個：(2 − 1) × 1/3 = 1/3 分",
        ),
        (
            "ABC",
            "ABC",
            "1",
            "3 right − 0 wrong, of 3 correct: (3 − 0) × 1/3 = 1 point",
            "答對 3 個，答錯 0 個，正確選項共 3 個：(3 − 0) × 1/3 = 1 分",
        ),
        (
            "AD",
            "AB",
            "1",
            "1 right − 1 wrong, of 2 correct: (1 − 1) × 0.5 = 0 points",
            "答對 1 個，答錯 1 個，正確選項共 2 個：(1 − 1) × 0.5 = 0 分",
        ),
        (
            "ADE",
            "ABC",
            "1",
            "1 right − 2 wrong, of 3 correct: 1 − 2 is below zero, so 0 points",
            "答對 1 個，答錯 2 個，正確選項共 3 個：1 − 2 小於零，扣到零為止，得 0 分",
        ),
        ("B", "B", "0.8", "the correct option: 0.8 points", "選到正確選項：0.8 分"),
        ("A", "B", "0.8", "not the correct option: 0 points", "沒有選到正確選項：0 分"),
        ("", "AB", "1", "nothing picked: 0 points", "沒有作答：0 分"),
    ],
)
def test_the_score_in_words(picked: str, correct: str, points: str, en: str, zh: str) -> None:
    words = explain_credit(frozenset(picked), frozenset(correct), Decimal(points))
    assert words == Bilingual(en=en, zh=zh)


@given(
    picked=st.frozensets(st.sampled_from(LETTERS)),
    correct=st.frozensets(st.sampled_from(LETTERS), min_size=1),
)
def test_the_words_end_with_the_score(picked: frozenset[str], correct: frozenset[str]) -> None:
    en, zh = points_in_words(credit(picked, correct, ONE))
    words = explain_credit(picked, correct, ONE)
    assert words.en.endswith(f" {en}")
    assert words.zh.endswith(zh)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(0), "0.00"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (Fraction(4, 5), "0.80"),
        (Fraction(10), "10.00"),
        (Fraction(1, 200), "0.01"),  # a half goes up, where round() gives 0.0
        (Fraction(1005, 1000), "1.01"),  # a half again: as a float it is 1.00499…
        (Fraction(1004999, 1000000), "1.00"),
        (Fraction(-1, 3), "-0.33"),
        (Fraction(-1, 1000), "0.00"),
    ],
)
def test_shown_with_two_decimals_half_up(value: Fraction, shown: str) -> None:
    assert display(value) == shown


@given(st.integers(-(10**6), 10**6))
def test_display_agrees_with_decimal(ten_thousandths: int) -> None:
    decimal = Decimal(ten_thousandths) / 10000
    expected = decimal.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(display(Fraction(ten_thousandths, 10000))) == expected


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Fraction(0), "0"),
        (Fraction(10), "10"),
        (Fraction(4, 5), "0.8"),
        (Fraction(1, 3), "1/3"),
        (Fraction(22, 15), "22/15"),
        (Fraction(1, 16), "0.0625"),
        (Fraction(92, 10), "9.2"),
        (Fraction(-1, 20), "-0.05"),
        (Fraction(-1, 3), "-1/3"),
    ],
)
def test_written_exactly(value: Fraction, written: str) -> None:
    assert exact(value) == written


@given(st.fractions(max_denominator=10**6))
def test_what_is_written_exactly_reads_back_the_same(value: Fraction) -> None:
    assert Fraction(exact(value)) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Fraction(0), "0 points"),
        (Fraction(1, 3), "1/3 point"),
        (Fraction(4, 5), "0.8 points"),
        (Fraction(1), "1 point"),
        (Fraction(4, 3), "4/3 points"),
    ],
)
def test_point_or_points(value: Fraction, words: str) -> None:
    assert points_in_words(value)[0] == words


def test_what_cannot_be_an_answer_or_a_key_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match=r"q06: answer \['Z'\] is not among"):
        require_answer(QUIZ.question("q06"), frozenset("Z"), "answer")
    with pytest.raises(ValueError, match=r"q01: key \['A', 'B'\] is more than a single choice has"):
        require_key(QUIZ.question("q01"), frozenset("AB"))
    with pytest.raises(ValueError, match="q06: a key without a correct option"):
        require_key(QUIZ.question("q06"), frozenset())
    require_key(QUIZ.question("q06"), frozenset("ABC"))
