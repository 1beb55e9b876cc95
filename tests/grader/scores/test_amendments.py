"""The key of real life, with numbers by hand: 10 × 0.8 + 2 × 1 points, of which q06 and q10 are the 1s."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.analysis.item_analysis import analyse
from grader.papers.paper import Paper
from grader.scores.class_grades import grade_class
from grader.scores.graded import ClassGrades
from grader.scores.grades import grade
from grader.scores.marking import Status
from grader.scores.one_student import check_student
from questions.amendments import Amendment, Drop, Full
from questions.key import Answers
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import with_singles

# Ten single choices of 0.8 and two multiple answers of 1: ten points.
QUIZ = with_singles("q03", "q04", "q05", "q07", "q08", "q09", "q11", "q12")

WHY = "as announced"
RIGHT = {id_: "".join(sorted(correct)) for id_, correct in FULL_KEY.items()}
P8 = Fraction(4, 5)


def graded(papers: list[Mapping[str, Any]], key: Answers, **amended: Amendment) -> ClassGrades:
    return grade_class(graded_class(QUIZ, papers).responses, key, None, amended)


def scores(grades: ClassGrades, column: str) -> list[Fraction]:
    return [grades.points(units) for units in grades.frame[column]]


def test_either_answer_of_a_single_choice() -> None:
    either = Amendment(reason=WHY, accept=(frozenset("A"), frozenset("C")))
    papers = [{"q01": picked} for picked in ("A", "B", "C", "")]
    found = graded(papers, FULL_KEY | {"q01": None}, q01=either)
    assert scores(found, "q01") == [P8, 0, P8, 0]
    assert found.points_graded == 10
    (item,) = (item for item in analyse(found).items if item.question.id == "q01")
    assert item.outcomes == {Status.RIGHT: 2, Status.PARTLY_RIGHT: 0, Status.WRONG: 1, Status.BLANK: 1}
    assert [option.correct for option in item.options] == [True, False, True, False]


@pytest.mark.parametrize(
    ("picked", "score"),
    [
        ("AB", 1),
        ("ABD", 1),
        ("AD", Fraction(2, 3)),
        ("A", Fraction(1, 2)),
        ("C", 0),
        ("ABCD", Fraction(2, 3)),
    ],
)
def test_the_best_of_several_right_sets_counts(picked: str, score: Fraction) -> None:
    # AD: 1 − 1 of 2 by AB, 2 of 3 by ABD. A: 1 of 2 by AB. ABCD: 3 − 1 of 3 by ABD, 2 − 2 by AB.
    either = Amendment(reason=WHY, accept=(frozenset("AB"), frozenset("ABD")))
    assert scores(graded([{"q06": picked}], FULL_KEY, q06=either), "q06") == [score]


def test_a_dropped_question_takes_its_points_with_it() -> None:
    found = graded([RIGHT, {"q01": "A", "q02": "A"}], FULL_KEY, q01=Amendment(reason=WHY, drop=Drop.KEEP))
    assert "q01" not in found.frame.columns
    assert scores(found, "total") == [Fraction(46, 5), P8]
    assert (found.points_graded, found.left_out) == (Fraction(46, 5), ())
    assert analyse(found).dropped == ("q01",)


def test_or_leaves_them_to_the_other_questions() -> None:
    found = graded([RIGHT, {"q02": "A", "q06": "AB"}], FULL_KEY, q01=Amendment(reason=WHY, drop=Drop.RESCALE))
    # The rest has 9.2 points and is worth 10: each is multiplied by 25/23.
    assert found.points_graded == 10
    assert scores(found, "q02") == [Fraction(20, 23)] * 2
    assert scores(found, "q06") == [Fraction(25, 23), Fraction(50, 69)]
    assert scores(found, "total") == [Fraction(10), Fraction(110, 69)]


@pytest.mark.parametrize(
    ("full", "points"), [(Full.ALL, [P8, P8, P8]), (Full.SEEN, [P8, P8, P8]), (Full.ANSWERED, [P8, P8, 0])]
)
def test_full_credit(full: Full, points: list[Fraction]) -> None:
    papers = [{"q01": "A"}, {"q01": "D"}, {}]
    for key in (FULL_KEY, FULL_KEY | {"q01": None}):
        found = graded(papers, key, q01=Amendment(reason=WHY, full=full))
        assert scores(found, "q01") == points
        assert found.points_graded == 10
        assert analyse(found).settled == ("q01",)
        assert "q01" not in {item.question.id for item in analyse(found).items}


def test_a_bonus_comes_on_top() -> None:
    found = graded([RIGHT, {"q02": "A"}], FULL_KEY, q12=Amendment(reason=WHY, bonus=True))
    assert found.points_graded == Fraction(46, 5)
    assert scores(found, "total") == [Fraction(10), P8]


def test_a_bonus_is_not_rescaled_and_shares_nothing() -> None:
    found = graded(
        [RIGHT], FULL_KEY, q12=Amendment(reason=WHY, bonus=True), q01=Amendment(reason=WHY, drop=Drop.RESCALE)
    )
    # 9.2 points without the bonus, of which 8.4 stay: each is multiplied by 23/21.
    assert scores(found, "q02") == [P8 * Fraction(23, 21)]
    assert scores(found, "q12") == [P8]
    assert found.points_graded == Fraction(46, 5)
    assert scores(found, "total") == [Fraction(10)]


def test_what_is_not_known_costs_and_gives_nothing() -> None:
    found = graded([RIGHT, {}], FULL_KEY | {"q01": None})
    assert (found.left_out, found.points_graded) == (("q01",), Fraction(46, 5))
    assert scores(found, "total") == [Fraction(46, 5), 0]


def test_a_paper_alone_is_graded_the_same_and_told_why() -> None:
    amended = {
        "q01": Amendment(reason="both were taught", accept=(frozenset("A"), frozenset("C"))),
        "q02": Amendment(reason="the file was missing", drop=Drop.RESCALE),
        "q03": Amendment(reason="a typo", full=Full.ALL),
        "q12": Amendment(reason="for the curious", bonus=True),
    }
    paper = Paper("B1", {"q01": frozenset("C"), "q04": frozenset("A"), "q12": frozenset("A")})
    found = grade(paper, QUIZ, FULL_KEY, amended)
    # Of 9.2 points without the bonus 8.4 stay: 0.8 becomes 0.8 × 23/21 = 92/105.
    each = Fraction(92, 105)
    assert found.score == 3 * each + P8
    assert found.points_graded == Fraction(46, 5)
    assert (found.dropped, found.left_out) == (("q02",), ())
    first, second, third, _ = found.questions[:4]
    assert first.words.en == (
        "the correct option: 92/105 point; several answers earn full credit: both were taught"
    )
    assert (second.score, second.status) == (None, Status.DROPPED)
    assert second.words.en == (
        "taken out of the grade, the other questions share its points: the file was missing"
    )
    assert third.words.zh == "92/105 分；所有人都給滿分：a typo"
    in_class = graded([{"sis_id": "B1", "q01": "C", "q04": "A", "q12": "A"}], FULL_KEY, **amended)
    assert scores(in_class, "total") == [found.score]


def test_a_student_reads_the_points_that_a_dropped_question_left() -> None:
    responses = graded_class(QUIZ, [{"sis_id": "B1", "q02": "A", "q06": "AB"}]).responses
    shared = {"q01": Amendment(reason="the file was missing", drop=Drop.RESCALE)}
    result = check_student(responses, "B1", FULL_KEY, reveal=False, amendments=shared)
    # Of 10 points 9.2 stay: each becomes 25/23 of itself.
    shown = {one.question: (one.score, one.points) for one in result.questions}
    assert shown["q02"] == (Fraction(20, 23), Fraction(20, 23))
    assert shown["q06"] == (Fraction(50, 69), Fraction(25, 23))
    assert result.score == scores(grade_class(responses, FULL_KEY, None, shared), "total")[0]


@pytest.mark.parametrize("reveal", [False, True])
def test_a_student_reads_why(reveal: bool) -> None:
    responses = graded_class(QUIZ, [{"sis_id": "B1", "q01": "C", "q04": "A"}]).responses
    amended = {
        "q01": Amendment(reason="both were taught", accept=(frozenset("A"), frozenset("C"))),
        "q02": Amendment(reason="the file was missing", drop=Drop.KEEP),
        "q03": Amendment(reason="a typo", full=Full.ALL),
    }
    result = check_student(responses, "B1", FULL_KEY, reveal=reveal, amendments=amended)
    assert result.score == 3 * P8
    assert result.points_graded == Fraction(46, 5)
    lines = result.lines("en")
    assert "q01: 0.8 of 0.8 points: C right" in lines
    assert "    several answers earn full credit: both were taught" in lines
    assert "q02: does not count, not answered" in lines
    assert "q03: 0.8 of 0.8 points, not answered" in lines
    assert lines[-1] == "Total: 2.4 of 9.2 points"
    if reveal:
        assert "    correct: A; the answer does not decide the score" in lines


amendments = st.one_of(
    st.sampled_from(Drop).map(lambda drop: Amendment(reason=WHY, drop=drop)),
    st.builds(
        lambda full, bonus: Amendment(reason=WHY, full=full, bonus=bonus),
        st.sampled_from(Full),
        st.booleans(),
    ),
    st.builds(
        lambda sets, bonus: Amendment(reason=WHY, accept=tuple(sets), bonus=bonus),
        st.lists(st.sampled_from("ABCD").map(frozenset), min_size=2, max_size=3, unique=True),
        st.booleans(),
    ),
)


@settings(max_examples=80, deadline=None)
@given(
    amended=st.dictionaries(st.sampled_from(list(FULL_KEY)), amendments, max_size=5),
    papers=st.lists(st.dictionaries(st.sampled_from(list(FULL_KEY)), st.sampled_from("ABCD")), max_size=4),
)
def test_for_any_amendments(amended: dict[str, Amendment], papers: list[dict[str, str]]) -> None:
    found = graded([*papers, RIGHT], FULL_KEY, **amended)
    by_question = found.frame.select(question.id for question in found.graded)
    assert by_question.sum_horizontal().to_list() == found.frame["total"].to_list()
    for question in found.graded:
        worth = found.marking.worth(question)
        assert all(0 <= score <= worth for score in scores(found, question.id))
    for index, paper in enumerate(papers):
        alone = Paper("B1", {id_: frozenset(picked) for id_, picked in paper.items()})
        assert grade(alone, QUIZ, FULL_KEY, amended).score == scores(found, "total")[index]
