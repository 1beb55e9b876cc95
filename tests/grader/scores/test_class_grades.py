"""A class's scores are exact, and those of Canvas's own rule in floats."""

from fractions import Fraction
from functools import reduce
from operator import add

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.papers.responses import IDENTITY, Responses, mask_of
from grader.scores.class_grades import grade_class
from grader.scores.graded import ClassGrades
from questions.quiz import AnyQuestion
from tests.grader.tiny import QUIZ, quiz_of, with_singles, with_texts

MULTIPLE = QUIZ.question("q06")


def graded(question: AnyQuestion, masks: list[int], correct: str | None) -> ClassGrades:
    identity = dict.fromkeys(IDENTITY, [None] * len(masks)) | {
        "student": [f"B{n}" for n in range(len(masks))]
    }
    frame = pl.DataFrame({**identity, question.id: pl.Series(masks, dtype=pl.UInt32)})
    key = {question.id: None if correct is None else frozenset(correct)}
    return grade_class(Responses(quiz_of(question), frame), key)


def scores(grades: ClassGrades, column: str) -> list[Fraction]:
    return [grades.points(units) for units in grades.frame[column]]


@pytest.mark.parametrize(
    ("picked", "score"),
    [
        ("", Fraction(0)),
        ("A", Fraction(1, 3)),
        ("AB", Fraction(2, 3)),
        ("ABC", Fraction(1)),
        ("ABCD", Fraction(2, 3)),
        ("ABCDE", Fraction(1, 3)),
        ("AD", Fraction(0)),
        ("DE", Fraction(0)),
    ],
)
def test_the_course_s_vectors(picked: str, score: Fraction) -> None:
    grades = graded(MULTIPLE, [mask_of(MULTIPLE, frozenset(picked))], "ABC")
    assert scores(grades, "q06") == scores(grades, "total") == [score]


def canvas_in_floats(picked: list[bool], correct: list[bool], points: float) -> float:
    """As Canvas adds up a multiple_answers question: a share more or less for each pick."""
    share = points / correct.count(True)
    score = 0.0
    for is_picked, is_correct in zip(picked, correct, strict=True):
        if is_picked:
            score += share if is_correct else -share
    return max(0.0, score)


@settings(deadline=None)
@given(st.integers(2, 26), st.data())
def test_scores_are_those_of_canvas(n_options: int, data: st.DataObject) -> None:
    question = with_texts(MULTIPLE, [f"option {n}" for n in range(n_options)])
    correct = data.draw(st.integers(1, 2**n_options - 1))
    masks = data.draw(st.lists(st.integers(0, 2**n_options - 1), min_size=1, max_size=8))
    bits = range(n_options)
    key = "".join(question.option_ids[bit] for bit in bits if correct >> bit & 1)
    grades = graded(question, masks, key)
    for mask, score in zip(masks, scores(grades, "q06"), strict=True):
        picked, right = [bool(mask >> bit & 1) for bit in bits], [bool(correct >> bit & 1) for bit in bits]
        assert abs(float(score) - canvas_in_floats(picked, right, 1.0)) < 1e-9
    assert scores(grades, "total") == scores(grades, "q06")


def test_ten_times_0_8_is_8_and_a_full_paper_10() -> None:
    quiz = with_singles(*(f"q{number}" for number in range(11, 19)))  # beside q01 and q02
    assert [q.points for q in quiz.questions].count("0.8") == 10
    key = {q.id: frozenset("B" if q.kind == "single" else "ABD") for q in quiz.questions}
    masks = {q.id: pl.Series([mask_of(q, key[q.id])], dtype=pl.UInt32) for q in quiz.questions}
    frame = pl.DataFrame({name: [None] for name in IDENTITY} | masks)
    assert reduce(add, [0.8] * 10) != 8  # what floats do, but for `sum` from Python 3.12 on
    assert scores(grade_class(Responses(quiz, frame), key), "total") == [Fraction(10)]
    key["q06"] = None
    grades = grade_class(Responses(quiz, frame), key)
    assert (grades.left_out, grades.points_graded) == (("q06",), Fraction(9))
    assert scores(grades, "total") == [Fraction(9)]
    assert "q06" not in grades.frame.columns


def test_a_class_without_a_key_or_without_papers() -> None:
    assert scores(graded(MULTIPLE, [5], None), "total") == [0]
    assert graded(MULTIPLE, [], "A").frame.schema == {
        "student": pl.Null(),
        "q06": pl.Int64(),
        "total": pl.Int64(),
    }


@pytest.mark.parametrize(("question_id", "correct"), [("q06", ""), ("q06", "Z"), ("q01", "AB")])
def test_a_key_that_cannot_be_is_refused(question_id: str, correct: str) -> None:
    with pytest.raises(ValueError, match=question_id):
        graded(QUIZ.question(question_id), [1], correct)
