"""What is told of a class beside its grades: files, terminal, and one student out of it."""

import csv
import io
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from grader.analysis.class_analysis import COLUMNS, ClassAnalysis, changes_table
from grader.scores.one_student import check_student, paper_of
from grader.scores.own_paper import Truth
from questions.amendments import Regrading
from questions.common.errors import SubmissionError
from questions.key import Key
from questions.quiz import CreditRule
from quizproof.cli import class_terminal, terminal
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import with_singles

QUIZ = with_singles("q03")  # which nobody answers

PAPERS = [
    {"sis_id": "B11901001", "id": "17", "name": "Ann Lee", "q01": "A", "q02": "A", "q06": "ABC"},
    {"sis_id": "B11901002", "id": "18", "name": "=1+1", "q01": "B", "q02": "A", "q06": "ABD"},
    {"sis_id": "007", "id": "19", "name": "Ann Lee", "q01": "C"},
]
KEY_B = FULL_KEY | {"q01": frozenset("B")}


def class_analysis(policy: Regrading = Regrading.BOTH) -> ClassAnalysis:
    return ClassAnalysis.of(
        graded_class(QUIZ, PAPERS, KEY_B), Key(FULL_KEY), policy, [CreditRule.COVERAGE, CreditRule.COVERAGE]
    )


@pytest.mark.parametrize(
    ("policy", "totals"),
    [
        (Regrading.BOTH, [Fraction(13, 5), Fraction(29, 15), 0]),  # 0.8 + 0.8 + 1; 0.8 + 0.8 + 1/3
        (Regrading.NEW, [Fraction(9, 5), Fraction(29, 15), 0]),
        (Regrading.FULL, [Fraction(13, 5), Fraction(29, 15), Fraction(4, 5)]),
        (Regrading.NONE, [Fraction(13, 5), Fraction(17, 15), 0]),
    ],
)
def test_the_grades_that_count_are_the_regraded_ones(policy: Regrading, totals: list[Fraction]) -> None:
    found = class_analysis(policy)
    assert [found.grades.points(units) for units in found.grades.frame["total"]] == totals


def test_without_an_old_key_the_grades_are_as_they_were() -> None:
    grades = graded_class(QUIZ, PAPERS, KEY_B)
    found = ClassAnalysis.of(grades)
    assert found.grades is grades
    assert found.summary.model_dump(mode="json")["regrade"] is None
    assert found.summary.model_dump(mode="json")["what_if"] == {}


def test_a_rule_that_is_asked_for_twice_is_told_once() -> None:
    # Coverage of ABD of ABC: 2/3 · 2/3 = 4/9 beside 1/3.
    told = class_analysis().summary.model_dump(mode="json")["what_if"]
    assert list(told) == ["coverage"]
    assert (told["coverage"]["gain"], told["coverage"]["largest_gain"]["exact"]) == (1, "1/9")


def test_the_items_in_a_csv(tmp_path: Path) -> None:
    class_analysis().write(tmp_path)
    text = (tmp_path / "items.csv").read_text(encoding="utf-8")
    assert '\n"q06","multiple","1",1,1,0,1,' in text  # a text is quoted: flags are joined by ";"
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [row[0] for row in rows[1:]] == [question.id for question in QUIZ.questions]
    assert rows[4][:7] == ["q06", "multiple", "1", "1", "1", "0", "1"]
    assert float(rows[4][7]) == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert rows[3][8:] == ["undefined", "", "", "undefined", rows[3][12], "constant"]


def test_the_changes_in_a_csv_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    class_analysis().write(tmp_path)
    content = (tmp_path / "regrade.csv").read_bytes().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content))) == [
        ["student", "name", "section", "before", "after", "change"],
        ["B11901001", "Ann Lee", "", "2.60", "2.60", "0.00"],
        ["B11901002", "'=1+1", "", "1.13", "1.93", "0.80"],
        ["007", "Ann Lee", "", "0.00", "0.00", "0.00"],
    ]


def test_without_a_regrade_there_is_no_file_of_changes(tmp_path: Path) -> None:
    ClassAnalysis.of(graded_class(QUIZ, PAPERS)).write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["items.csv"]


def test_changes_keep_the_order_of_the_papers() -> None:
    regrade = class_analysis().regrade
    assert regrade is not None
    assert changes_table(regrade.changes)["student"].to_list() == ["B11901001", "B11901002", "007"]


def test_the_terminal_tells_items_regrade_and_rules(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal.out, "_width", 80, raising=False)
    class_terminal.print_class_analysis(class_analysis())
    told = " ".join(capsys.readouterr().out.split())
    assert "Cronbach's alpha" in told
    assert "n = 3 With fewer than 44 papers" in told
    assert "q03: constant: every paper has the same score." in told
    assert "Canvas: current_and_previous_correct; changed: q01" in told
    assert "coverage 1 0 2 +0.04 0.11 0.00" in told
    assert "B11901001" not in told


@pytest.mark.parametrize("named", ["B11901002", " B11901002 ", "18", "=1+1"])
def test_a_student_is_found_by_any_of_the_names(named: str) -> None:
    paper = paper_of(graded_class(QUIZ, PAPERS).responses, named)
    assert paper.student == "B11901002"
    assert paper.answers == {"q01": frozenset("B"), "q02": frozenset("A"), "q06": frozenset("ABD")}


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("B1190100", "--student 'B1190100': not among the 3 papers; write the SIS id"),
        ("7", "--student '7': not among the 3 papers"),
        ("Ann Lee", "--student 'Ann Lee': 2 papers: class.csv, row 2, class.csv, row 4; write the SIS id"),
        ("", "--student '': not among"),
    ],
)
def test_a_student_who_is_not_there_or_not_one_is_an_error(named: str, told: str) -> None:
    with pytest.raises(SubmissionError) as error:
        paper_of(graded_class(QUIZ, PAPERS).responses, named)
    assert str(error.value).startswith(told)


def test_a_number_of_one_student_is_not_mistaken_for_that_of_another() -> None:
    papers = [{"sis_id": "18", "id": "17", "q01": "A"}, {"sis_id": "19", "id": "18", "q01": "B"}]
    assert paper_of(graded_class(QUIZ, papers).responses, "18").answers == {"q01": frozenset("A")}


def test_a_class_without_names_is_asked_by_row() -> None:
    responses = graded_class(QUIZ, [{"q01": "A"}, {"q01": "B"}]).responses
    assert responses.frame["name"].dtype == pl.String
    assert paper_of(responses, "row 3").answers == {"q01": frozenset("B")}


def test_the_check_of_a_student_reveals_only_if_asked() -> None:
    responses = graded_class(QUIZ, PAPERS).responses
    closed = check_student(responses, "007", FULL_KEY | {"q02": None}, reveal=False)
    assert closed.questions[0].picked == (("C", Truth.WRONG),)
    assert all(question.revealed is None for question in closed.questions)
    opened = check_student(responses, "007", FULL_KEY | {"q02": None}, reveal=True)
    assert opened.questions[0].revealed is not None
    assert opened.questions[0].revealed.correct == ("A",)
    assert opened.score == closed.score == 0
