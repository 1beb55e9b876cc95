"""A paper that has no row in the gradebook because a spreadsheet changed its id: the likely row is named."""

from pathlib import Path

import pytest

from grader.exports.gradebook import read_gradebook
from grader.exports.gradebook_fill import fill_gradebook
from questions.quiz import QuizSpec
from tests.grader.graded_class import graded_class

GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321)
    Points Possible,,,,,10
"Lee, Ann",17,00042,ann,S,
"Wang, Bo",18,12E9,bo,S,
"Wu, Cat",19,B3,cat,S,
"""


@pytest.mark.parametrize(
    ("sis_id", "there"),
    [("42", "row 3 is '00042'"), ("42.0", "row 3 is '00042'"), ("1.2E+10", "row 4 is '12E9'")],
)
def test_the_row_that_was_likely_meant_is_named(
    quiz: QuizSpec, tmp_path: Path, sis_id: str, there: str
) -> None:
    path = tmp_path / "canvas.csv"
    path.write_text(GRADEBOOK, encoding="utf-8")
    grades = graded_class(quiz, [{"sis_id": sis_id}, {"sis_id": "B9", "login": "cat"}, {"sis_id": "B8"}])
    filled = fill_gradebook(read_gradebook(path), grades, "4321")
    assert [(cell.row, cell.student) for cell in filled.written] == [(5, "B3")]  # by login
    first, second, *_ = filled.lines()
    assert first == (
        f"not in the gradebook: the paper of '{sis_id}' (row 2 of class.csv); its id is '{sis_id}', that of "
        f"{there}: a spreadsheet has likely changed it; export the class again"
    )
    assert second == "not in the gradebook: the paper of 'B8' (row 4 of class.csv)"
