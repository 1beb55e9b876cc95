"""Our scores beside Canvas's: drift of floats is none, a real difference is told with the student."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.papers.class_files import read_class
from grader.scores.class_grades import grade_class
from grader.scores.compare import Comparison, compare
from questions.common.errors import QuizproofError
from tests.grader.papers.canvas_files import ANN, BEN, QUIZ, write_canvas

KEY = {question.id: frozenset("B" if question.kind == "single" else "ABD") for question in QUIZ.questions}


def compared(tmp_path: Path, papers: list[dict[str, Any]], key: Any = KEY) -> dict[str, Comparison]:
    responses = read_class([write_canvas(tmp_path / "class.csv", papers)], QUIZ).responses
    return {one.question: one for one in compare(grade_class(responses, key))}


def test_equal_scores_within_what_floats_drift(tmp_path: Path) -> None:
    paper = ANN | {
        "q01": "B",
        "q01_points": "0.7999999999999999",
        "q06": "A",
        "q06_points": "0.3333333333333333",
    }
    found = compared(tmp_path, [paper | {"score": "1.1333333333333335"}, BEN])
    assert list(found) == ["q01", "q02", "q06", "q10", "total"]
    assert {one.n_differing for one in found.values()} == {0}
    assert found["q01"].n_papers == 2


def test_differences_are_per_question_with_the_student(tmp_path: Path) -> None:
    found = compared(
        tmp_path, [ANN | {"q01": "B", "q01_points": "0.8"}, BEN | {"q01": "B", "q01_points": "0.79"}]
    )
    (difference,) = found["q01"].students
    assert (difference.row, difference.student) == (3, "B11901002")
    assert (difference.ours, difference.theirs) == (Fraction(4, 5), 0.79)
    assert found["q01"].largest == pytest.approx(0.01)
    assert found["q02"].n_differing == 0
    assert found["total"].n_differing == 2  # Canvas's total was 0


@pytest.mark.parametrize(("theirs", "n_differing"), [("0.8000009", 0), ("0.800002", 1)])
def test_the_tolerance_is_a_millionth(tmp_path: Path, theirs: str, n_differing: int) -> None:
    found = compared(tmp_path, [ANN | {"q01": "B", "q01_points": theirs}])
    assert found["q01"].n_differing == n_differing


def test_no_score_of_theirs_differs_from_points_of_ours_alone(tmp_path: Path) -> None:
    found = compared(tmp_path, [ANN | {"q01": "B", "q01_points": "", "q02_points": ""}])
    assert found["q01"].students[0].theirs is None
    assert found["q02"].n_differing == 0


def test_the_largest_keeps_its_sign(tmp_path: Path) -> None:
    papers = [ANN | {"q01": "B", "q01_points": "0.7"}, BEN | {"q01": "A", "q01_points": "0.8"}]
    assert compared(tmp_path, papers)["q01"].largest == pytest.approx(-0.8)


def test_fudge_points_are_told_as_such(tmp_path: Path) -> None:
    right = {"q01": "B", "q01_points": "0.8"}
    papers = [ANN | right | {"score": "2.8"}, BEN | right | {"score": str(0.1 + 0.7)}]
    total = compared(tmp_path, papers)["total"]
    (fudge,) = total.fudge_points
    assert (fudge.row, fudge.student, fudge.points) == (2, "B11901001", pytest.approx(2))
    assert (total.n_differing, total.largest) == (1, pytest.approx(-2))
    assert total.model_dump(mode="json")["fudge_points"][0]["student"] == "B11901001"
    assert "fudge_points" not in compared(tmp_path, papers[1:])["total"].model_dump(mode="json")


def test_what_is_left_out_is_not_compared_nor_is_the_total_then(tmp_path: Path) -> None:
    found = compared(tmp_path, [ANN | {"q01_points": "0.8"}], KEY | {"q01": None})
    assert "q01" not in found
    assert "total" not in found


def test_without_canvas_s_scores_there_is_nothing_to_compare(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("student: B1\nanswers: {q01: B}\n")
    with pytest.raises(QuizproofError, match="There is nothing to compare with"):
        compare(grade_class(read_class([tmp_path / "p.yaml"], QUIZ).responses, KEY))
