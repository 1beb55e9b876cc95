"""Item analysis: figures worked by hand, and SciPy's and scikit-learn's beside ours."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.feature_selection import r_regression

from grader.analysis.item_analysis import analyse, score_thirds
from grader.analysis.item_statistics import (
    CONSTANT_ITEM,
    CONSTANT_REST,
    CONSTANT_TOTAL,
    NO_PAPERS,
    ONE_ITEM,
    SMALL_N,
    Sums,
    cronbach_alpha,
    pearson,
    rounded,
    surely_more,
)
from grader.analysis.items import FLAG_NAMES, FLAG_WORDS, NOT_BY_CANVAS, Flag, Item, ItemAnalysis
from grader.papers.responses import Responses
from grader.scores.class_grades import grade_class
from grader.scores.grades import Status
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import with_singles

QUIZ = with_singles("q03", "q04")


def analysis_of(papers: list[dict[str, str]], **key: str | None) -> ItemAnalysis:
    """Of the questions in `key` alone; the others' keys are not known."""
    answers = {q.id: frozenset(key[q.id] or "") if q.id in key else None for q in QUIZ.questions}
    return analyse(graded_class(QUIZ, papers, answers))


def item_of(papers: list[dict[str, str]], id_: str, **key: str) -> Item:
    return next(item for item in analysis_of(papers, **key).items if item.question.id == id_)


# Three questions with the key A: right answers 3, 2, 1, 0.
LADDER = [
    {"q01": "A", "q02": "A", "q03": "A"},
    {"q01": "A", "q02": "A", "q03": "B"},
    {"q01": "A", "q02": "B", "q03": "B"},
    {"q01": "B", "q02": "B", "q03": "B"},
]
LADDER_KEY = {"q01": "A", "q02": "A", "q03": "A"}


def test_a_ladder_by_hand() -> None:
    found = analysis_of(LADDER, **LADDER_KEY)
    first, second, third = found.items
    assert [item.difficulty.value for item in found.items] == [0.75, 0.5, 0.25]
    # q01 is 1 1 1 0, the rest 2 1 0 0: covariance 3/16, variances 3/16 and 11/16.
    assert first.discrimination.value == pytest.approx(math.sqrt(3 / 11))
    assert second.discrimination.value == pytest.approx(math.sqrt(1 / 2))  # 1 1 0 0 and 2 1 1 0
    assert third.discrimination.value == pytest.approx(math.sqrt(3 / 11))
    # With itself in the total 3 2 1 0: covariance 3/8, variances 3/16 and 5/4.
    assert first.canvas_point_biserial.value == pytest.approx(math.sqrt(3 / 5))
    # Variances 3/16 + 1/4 + 3/16 of 5/4; without q01 1/4 + 3/16 of 11/16; without q02 3/8 of 1/2.
    assert found.alpha.value == pytest.approx(3 / 2 * (1 - (5 / 8) / (5 / 4)))
    assert first.alpha_if_deleted.value == pytest.approx(2 * (1 - (7 / 16) / (11 / 16)))
    assert second.alpha_if_deleted.value == pytest.approx(2 * (1 - (3 / 8) / (1 / 2)))
    assert found.thirds == (1, 2, 1)
    assert [option.picked for option in second.options] == [(0, 1, 1), (1, 1, 0), (0, 0, 0), (0, 0, 0)]
    assert [option.correct for option in second.options] == [True, False, False, False]


def test_blank_wrong_partly_right_and_right_stay_apart() -> None:
    papers = [{"q06": picks} for picks in ("ABC", "AB", "ABD", "AD", "DE", "", "")]
    item = item_of(papers, "q06", q06="ABC", q01="A")
    assert item.outcomes == {Status.RIGHT: 1, Status.PARTLY_RIGHT: 2, Status.WRONG: 2, Status.BLANK: 2}
    # (3 + 2 + 1 + 0 + 0 + 0 + 0) shares of 1/3, over 7 papers
    assert item.difficulty.value == pytest.approx(6 / 3 / 7)
    assert sum(item.blank) == 2
    assert {option.option: option.total for option in item.options} == {
        "A": 4, "B": 3, "C": 1, "D": 3, "E": 1, "F": 0, "G": 0, "H": 0,
    }  # fmt: skip


def test_canvas_leaves_blanks_out_and_multiple_answers_too() -> None:
    papers = [*LADDER[:3], {"q01": "", "q02": "B", "q03": "B"}]
    found = analysis_of(papers, **LADDER_KEY, q06="A")
    assert found.items[0].canvas_point_biserial.reason == CONSTANT_ITEM  # all who answered are right
    assert found.items[0].discrimination.value == pytest.approx(math.sqrt(3 / 11))  # a blank is a 0
    assert found.items[3].canvas_point_biserial.reason == NOT_BY_CANVAS


def test_what_has_no_value_says_why() -> None:
    empty = analysis_of([], q01="A", q02="A")
    assert {item.difficulty.reason for item in empty.items} == {NO_PAPERS}
    assert {item.discrimination.reason for item in empty.items} == {NO_PAPERS}
    assert empty.alpha.reason == NO_PAPERS
    blank = analysis_of([{}] * 3, q01="A", q02="A")
    assert [item.difficulty.value for item in blank.items] == [0.0, 0.0]
    assert {item.discrimination.reason for item in blank.items} == {CONSTANT_ITEM}
    assert {item.canvas_point_biserial.reason for item in blank.items} == {NO_PAPERS}
    assert blank.alpha.reason == CONSTANT_TOTAL
    assert all(item.flags == (Flag.CONSTANT,) for item in blank.items)
    alone = analysis_of([{"q01": "A"}, {}], q01="A")
    assert alone.alpha.reason == ONE_ITEM
    assert alone.items[0].discrimination.reason == CONSTANT_REST
    assert analysis_of([{"q01": "A"}, {}], q01="A", q02="A").items[0].alpha_if_deleted.reason == ONE_ITEM
    nothing = analysis_of([{"q01": "A"}])
    assert nothing.items == ()
    assert nothing.left_out == tuple(question.id for question in QUIZ.questions)
    for found in (empty, blank, alone, nothing):
        assert "NaN" not in json.dumps(found.model_dump(mode="json"))


def test_a_question_that_was_not_asked_is_not_analysed() -> None:
    frame = graded_class(QUIZ, LADDER).responses.frame
    key = dict.fromkeys((q.id for q in QUIZ.questions), None) | {id_: frozenset("A") for id_ in LADDER_KEY}
    found = analyse(grade_class(Responses(QUIZ, frame, ("q03",)), key))
    assert [item.question.id for item in found.items] == ["q01", "q02"]
    assert found.not_asked == ("q03",)


def test_a_small_class_is_told_from_a_large_one() -> None:
    assert SMALL_N == 44
    # The claim behind the number: r = 0.3 reaches to zero with 43 papers and no longer with 44.
    for n, reaches in ((SMALL_N - 1, True), (SMALL_N, False)):
        assert bool(math.atanh(0.3) < stats.norm.ppf(0.975) / math.sqrt(n - 3)) is reaches
    assert analysis_of([{}] * 43, q01="A").small
    assert not analysis_of([{}] * 44, q01="A").small
    assert (
        analysis_of([{}] * 43, q01="A")
        .model_dump(mode="json")["small_n"]["en"]
        .startswith("With fewer than 44 papers")
    )


@pytest.mark.parametrize(
    ("totals", "thirds"),
    [
        ([], []),
        ([5], [1]),
        ([1, 2], [0, 2]),
        ([1, 2, 3], [0, 1, 2]),
        ([3, 1, 2], [2, 0, 1]),
        ([1, 2, 3, 4, 5, 6], [0, 0, 1, 1, 2, 2]),
        ([4, 4, 4, 4], [1, 1, 1, 1]),
        ([0, 0, 0, 0, 9], [1, 1, 1, 1, 2]),  # share of the four: 2/5; of the one: 9/10
        ([0, 0, 1, 1], [0, 0, 2, 2]),
    ],
)
def test_thirds_by_hand(totals: list[int], thirds: list[int]) -> None:
    assert score_thirds(pl.Series(totals, dtype=pl.Int64)).to_list() == thirds


@given(st.lists(st.integers(0, 9), max_size=30), st.randoms())
def test_thirds_keep_equals_together_in_any_order(totals: list[int], random: Any) -> None:
    thirds = score_thirds(pl.Series(totals, dtype=pl.Int64)).to_list()
    of_total = dict(zip(totals, thirds, strict=True))
    assert [of_total[total] for total in totals] == thirds
    assert sorted(of_total.values()) == [third for _, third in sorted(of_total.items())]
    shuffled = random.sample(totals, len(totals))
    assert score_thirds(pl.Series(shuffled, dtype=pl.Int64)).to_list() == [of_total[t] for t in shuffled]
    # The mirror image: what was lower is upper.
    mirrored = score_thirds(pl.Series([-total for total in totals], dtype=pl.Int64)).to_list()
    assert mirrored == [2 - third for third in thirds]


def sums_of(x: list[int], y: list[int]) -> Sums:
    pairs = list(zip(x, y, strict=True))
    return Sums.of({pair: pairs.count(pair) for pair in pairs})


pairs_of_scores = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 200)), min_size=4, max_size=30)


@given(pairs_of_scores)
def test_r_and_its_interval_are_scipys(pairs: list[tuple[int, int]]) -> None:
    x, y = map(list, zip(*pairs, strict=True))
    found = pearson(sums_of(x, y), CONSTANT_REST)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert found.reason == (CONSTANT_ITEM if len(set(x)) == 1 else CONSTANT_REST)
        return
    theirs = stats.pearsonr(x, y)
    assert found.value == pytest.approx(theirs.statistic, abs=1e-12)
    assert found.value == pytest.approx(r_regression(np.array([x]).T, y)[0], abs=1e-9)
    if abs(theirs.statistic) < 0.999999:
        assert found.interval == pytest.approx(tuple(theirs.confidence_interval(0.95)), abs=1e-9)


def alpha_by_numpy(scores: np.ndarray) -> float:
    k = scores.shape[1]
    return k / (k - 1) * (1 - scores.var(axis=0, ddof=1).sum() / scores.sum(axis=1).var(ddof=1))


ASKED = [QUIZ.question(id_) for id_ in ("q01", "q02", "q03", "q06", "q10")]
any_paper = st.fixed_dictionaries(
    {
        question.id: st.sampled_from(["", *question.option_ids])
        if question.kind == "single"
        else st.sets(st.sampled_from(question.option_ids)).map(lambda picks: "".join(sorted(picks)))
        for question in ASKED
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_paper, min_size=4, max_size=20), st.randoms())
def test_a_class_agrees_with_scipy_in_any_order(papers: list[dict[str, str]], random: Any) -> None:
    key: Mapping[str, str] = {question.id: "".join(sorted(FULL_KEY[question.id])) for question in ASKED}
    found = analysis_of(papers, **key)
    answers = {q.id: frozenset(key[q.id]) if q.id in key else None for q in QUIZ.questions}
    grades = graded_class(QUIZ, papers, answers)
    scores = grades.frame.select(q.id for q in ASKED).to_numpy().astype(float)
    total = scores.sum(axis=1)
    for index, item in enumerate(found.items):
        column, rest = scores[:, index], total - scores[:, index]
        assert sum(item.outcomes.values()) == len(papers)
        picked = sum(option.total for option in item.options)
        assert picked == sum(len(paper[item.question.id]) for paper in papers)
        if item.discrimination.value is not None:
            assert item.discrimination.value == pytest.approx(stats.pearsonr(column, rest)[0], abs=1e-9)
        else:
            assert np.ptp(column) == 0 or np.ptp(rest) == 0
        if item.question.kind == "single" and item.canvas_point_biserial.value is not None:
            answered = np.array([bool(paper[item.question.id]) for paper in papers])
            theirs = stats.pointbiserialr(column[answered] > 0, total[answered])[0]
            assert item.canvas_point_biserial.value == pytest.approx(theirs, abs=1e-9)
        without = np.delete(scores, index, axis=1)
        if item.alpha_if_deleted.value is not None:
            assert item.alpha_if_deleted.value == pytest.approx(alpha_by_numpy(without), abs=1e-9)
        else:
            assert np.ptp(without.sum(axis=1)) == 0
    if found.alpha.value is not None:
        assert found.alpha.value == pytest.approx(alpha_by_numpy(scores), abs=1e-9)
    assert analysis_of(random.sample(papers, len(papers)), **key) == found


def strong_and_weak(n: int, strong_pick: str, weak_pick: str) -> list[dict[str, str]]:
    """Half of the class has the other questions right, half wrong; q01 differs between the two."""
    strong = {"q02": "A", "q03": "A", "q04": "A", "q01": strong_pick}
    weak = {"q02": "B", "q03": "B", "q04": "B", "q01": weak_pick}
    return [strong, weak] * (n // 2)


KEY4 = {"q01": "A", "q02": "A", "q03": "A", "q04": "A"}


@pytest.mark.parametrize(
    ("strong", "weak", "flags", "option_flags"),
    [
        ("A", "B", (), {}),
        (
            "B", "A", (Flag.WRONG_DRAWS, Flag.RIGHT_REPELS),
            {"A": Flag.RIGHT_REPELS, "B": Flag.WRONG_DRAWS},
        ),
        ("B", "C", (Flag.CONSTANT, Flag.BELOW_CHANCE, Flag.WRONG_DRAWS), {"B": Flag.WRONG_DRAWS}),
        ("A", "A", (Flag.CONSTANT,), {}),
    ],
)  # fmt: skip
def test_flags(strong: str, weak: str, flags: tuple[Flag, ...], option_flags: dict[str, Flag]) -> None:
    item = item_of(strong_and_weak(60, strong, weak), "q01", **KEY4)
    assert item.flags == flags  # with r = ±1 there is no interval, and no flag from one
    assert {option.option: option.flag for option in item.options if option.flag} == option_flags


def test_flags_of_discrimination_need_the_whole_interval() -> None:
    # 45 strong of whom 15 are right, 45 weak of whom 40 are: r = −0.56.
    papers = strong_and_weak(90, "B", "A")
    for paper_index in range(0, 30, 2):
        papers[paper_index] = papers[paper_index] | {"q01": "A"}
    for paper_index in range(1, 11, 2):
        papers[paper_index] = papers[paper_index] | {"q01": "B"}
    assert Flag.NEGATIVE in item_of(papers, "q01", **KEY4).flags
    # Twenty papers, half of each kind right: r = 0, which twenty papers cannot tell from 0.4.
    papers = strong_and_weak(20, "A", "A")
    for paper_index in range(10):
        papers[paper_index] = papers[paper_index] | {"q01": "B"}
    item = item_of(papers, "q01", **KEY4)
    assert item.discrimination.value == 0
    assert item.discrimination.interval is not None
    assert item.discrimination.interval[1] > 0.4
    assert item.flags == ()
    assert item_of(papers * 10, "q01", **KEY4).flags == (Flag.LOW,)


def test_agresti_and_caffo_by_hand() -> None:
    # 9 + 1 of 10 + 2 and 3 + 1 of 10 + 2: 0.5 ± 1.96 · √(0.1389/12 + 0.2222/12) = 0.5 ± 0.34
    assert surely_more(9, 10, 3, 10)
    assert not surely_more(7, 10, 3, 10)  # 0.33 ± 0.37
    assert not surely_more(0, 0, 0, 0)
    assert not surely_more(3, 10, 9, 10)


def test_alpha_of_items_that_all_agree_is_one() -> None:
    assert cronbach_alpha([4, 4], 16, 3).value == 1.0  # x and x: the sum has four times the variance


@pytest.mark.parametrize(
    ("value", "shown"), [(0.125, "0.12"), (-0.001, "0.00"), (-0.5, "-0.50"), (1.0, "1.00")]
)
def test_rounded_has_no_negative_zero(value: float, shown: str) -> None:
    assert rounded(value) == shown


def test_every_flag_has_a_name_and_words() -> None:
    assert set(FLAG_NAMES) == set(FLAG_WORDS) == set(Flag)
