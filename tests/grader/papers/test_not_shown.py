"""Question banks: what a student was not shown is not a blank, in no total and in no statistic."""

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from grader.analysis.class_summary import summarise
from grader.analysis.item_analysis import analyse
from grader.analysis.items import NOT_ALL_SHOWN
from grader.analysis.regrade import regrade
from grader.exports.gradescope import gradescope_files
from grader.papers.class_files import ClassFiles, read_class
from grader.scores.class_grades import grade_class
from grader.scores.compare import compare
from grader.scores.graded import ClassGrades
from grader.scores.marking import Status
from grader.scores.one_student import check_student
from grader.scores.results import json_of, write_results
from questions.amendments import Amendment, Full, Regrading
from tests.grader.graded_class import FULL_KEY
from tests.grader.papers.canvas_files import write_canvas
from tests.grader.tiny import with_singles

# Ten single choices of 0.8 and two multiple answers of 1: ten points.
QUIZ = with_singles("q03", "q04", "q05", "q07", "q08", "q09", "q11", "q12")

AT = {"submitted": "2026-03-02 08:15:30 UTC"}
UNSEEN = {"q07": "", "q07_points": ""}
P8 = Fraction(4, 5)
CLASS: list[dict[str, Any]] = [
    {"id": "1", "sis_id": "B1", "q01": "A", "q01_points": "0.8", **UNSEEN, "score": "0.8"},
    {
        "id": "2", "sis_id": "B2", "q01": "A", "q01_points": "0.8", "q07": "A", "q07_points": "0.8",
        "score": "1.6",
    },
    {"id": "3", "sis_id": "B3", "q07": "", "q07_points": "0.0"},
    {"id": "4", "sis_id": "B4", **UNSEEN},
]  # fmt: skip


def files(tmp_path: Path, papers: list[dict[str, Any]] = CLASS) -> ClassFiles:
    return read_class([write_canvas(tmp_path / "class.csv", [AT | paper for paper in papers], QUIZ)], QUIZ)


def graded(tmp_path: Path, **amended: Amendment) -> ClassGrades:
    return grade_class(files(tmp_path).responses, FULL_KEY, None, amended)


def scores(grades: ClassGrades, column: str) -> list[Fraction | None]:
    return [None if units is None else grades.points(units) for units in grades.frame[column]]


def test_a_cell_without_an_answer_and_without_points_was_not_shown(tmp_path: Path) -> None:
    read = files(tmp_path)
    assert read.responses.frame["q07"].to_list() == [None, 1, 0, None]
    (note,) = read.notes
    assert note.endswith(
        "class.csv: not shown to every student, by cells that have neither an answer nor points: q07 to 2 of "
        "4 papers; there a question is no part of the total and of its own statistics"
    )


def test_a_row_without_any_points_tells_nothing(tmp_path: Path) -> None:
    ungraded = {f"{question.id}_points": "" for question in QUIZ.questions}
    read = files(tmp_path, [CLASS[1], {"id": "5", "q01": "A", **ungraded}])
    assert read.responses.frame["q07"].to_list() == [1, 0]
    assert read.notes == ()


def test_it_is_no_part_of_totals_and_statistics(tmp_path: Path) -> None:
    grades = graded(tmp_path)
    assert scores(grades, "q07") == [None, P8, 0, None]
    assert scores(grades, "total") == [P8, 2 * P8, 0, 0]
    found = analyse(grades)
    items = {item.question.id: item for item in found.items}
    assert (items["q01"].n, items["q07"].n) == (4, 2)
    assert items["q07"].difficulty.value == 0.5
    assert items["q07"].outcomes == {
        Status.RIGHT: 1, Status.PARTLY_RIGHT: 0, Status.WRONG: 0, Status.BLANK: 1
    }  # fmt: skip
    assert found.alpha.reason == items["q01"].alpha_if_deleted.reason == NOT_ALL_SHOWN
    summary = summarise(grades)
    assert summary is not None
    assert (summary.questions[5].mean, summary.questions[0].mean) == (P8 / 2, P8 / 2)


def test_full_credit_is_for_all_or_for_those_who_saw_it(tmp_path: Path) -> None:
    assert scores(graded(tmp_path, q07=Amendment(reason="x", full=Full.ALL)), "q07") == [P8] * 4
    assert scores(graded(tmp_path, q07=Amendment(reason="x", full=Full.SEEN)), "q07") == [None, P8, P8, None]
    assert scores(graded(tmp_path, q07=Amendment(reason="x", full=Full.ANSWERED)), "q07") == [
        None,
        P8,
        0,
        None,
    ]
    new = FULL_KEY | {"q07": frozenset("B")}
    after = regrade(files(tmp_path).responses, FULL_KEY, new, Regrading.FULL).changes.after
    assert scores(after, "q07") == [None, P8, P8, None]


def test_what_could_be_had_stands_beside_each_total(tmp_path: Path) -> None:
    grades = graded(tmp_path)
    write_results(grades, tmp_path)
    rows = list(csv.DictReader((tmp_path / "results.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["q07"], row["total"], row["of"]) for row in rows] == [
        ("", "0.80", "9.20"), ("0.80", "1.60", "10.00"), ("0.00", "0.00", "10.00"), ("", "0.00", "9.20"),
    ]  # fmt: skip
    parquet = pl.read_parquet(tmp_path / "results.parquet")
    assert parquet["points possible"].to_list() == ["9.2", "10", "10", "9.2"]
    assert parquet["q07 picked"].to_list() == [None, "A", "", None]
    papers = json.loads("".join(json_of({}, grades)))["grades"]
    assert [one["points_possible"] for one in papers] == ["9.2", "10", "10", "9.2"]
    assert [one["scores"]["q07"] for one in papers] == [None, "0.8", "0", None]


def test_a_student_reads_that_it_was_not_theirs(tmp_path: Path) -> None:
    result = check_student(files(tmp_path).responses, "B1", FULL_KEY, reveal=False)
    assert (result.score, result.points_graded, result.points_in_all) == (
        P8,
        Fraction(46, 5),
        Fraction(46, 5),
    )
    lines = result.lines("en")
    assert "q07: does not count, not answered" in lines
    assert "    it was not in this student's quiz" in lines


def test_gradescope_has_no_test_of_it(tmp_path: Path) -> None:
    tests = [json.loads(content)["tests"] for _, content in gradescope_files(graded(tmp_path))]
    assert [len(one) for one in tests] == [11, 12, 12, 11]
    assert "6" not in {test["number"] for test in tests[0]}


def test_canvas_agrees(tmp_path: Path) -> None:
    assert {one.n_differing for one in compare(graded(tmp_path))} == {0}


@pytest.mark.parametrize("points", ["0.0", "0.8"])
def test_points_tell_that_a_blank_was_shown(tmp_path: Path, points: str) -> None:
    read = files(tmp_path, [{"id": "1", "q07": "", "q07_points": points}])
    assert read.responses.frame["q07"].to_list() == [0]
