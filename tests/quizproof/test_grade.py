"""`quizproof grade` on a class, as a TA types it."""

import csv
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from solvers.run import catalog
from tests.grader.papers.canvas_files import ANN, BEN, write_canvas
from tests.quizproof.commands import TINY, Run, message

QUIZ = catalog.load(TINY)
KEY = {q.id: "B" if q.kind == "single" else ["A", "B", "D"] for q in QUIZ.questions}
CLASS = [
    ANN
    | {"q01": "B", "q01_points": "0.8", "q06": "AB", "q06_points": "0.6666666667", "score": "1.4666666667"},
    BEN | {"q01": "C", "attempt": 2},
    BEN | {"q01": "B", "q01_points": "0.8", "score": "0.8"},
]
FILES = {"grades.json", "results.csv", "results.parquet"}


@pytest.fixture
def grade(run: Run) -> Run:
    Path("key.yaml").write_text(yaml.safe_dump({"key": KEY}))
    return partial(run, "grade", "--quiz", TINY, "--key", "key.yaml")


def class_file(papers: list[dict[str, Any]] = CLASS) -> Path:
    return write_canvas(Path("class.csv"), papers, QUIZ)


def test_a_class_is_summed_up_and_written(grade: Run) -> None:
    result = grade(class_file(), "--out", "grades")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["question", "of", "mean", "right", "partly", "right", "wrong", "blank"]
    assert lines[1].split() == ["q01", "0.8", "0.40", "1", "0", "1", "0"]
    assert lines[3].split() == ["q06", "1", "0.33", "0", "1", "0", "1"]
    assert lines[5] == "2 papers, mean 0.73 of 3.6; the latest attempts count, 1 others do not"
    assert {path.name for path in Path("grades").iterdir()} >= FILES
    rows = list(csv.DictReader(Path("grades/results.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["student"], row["total"]) for row in rows] == [("B11901001", "1.47"), ("B11901002", "0.00")]
    assert pl.read_parquet("grades/results.parquet")["total exact"].to_list() == ["22/15", "0"]


def test_json_is_one_document_and_the_file_is_the_same(grade: Run) -> None:
    result = grade(class_file(), "--out", "grades", "--json", "--attempts", "highest")
    document = json.loads(result.stdout)
    assert json.loads(Path("grades/grades.json").read_text()) == document
    assert [one["score"] for one in document["grades"]] == ["22/15", "0.8"]
    assert (document["attempts"], document["n_superseded"]) == ("highest", 1)
    assert (document["points_graded"], document["left_out"]) == ("3.6", [])
    assert document["class"]["n_papers"] == 2
    assert document["class"]["mean"] == "17/15"


def test_compare_ends_with_0_where_all_agree_and_1_where_not(grade: Run) -> None:
    agreed = grade(class_file(), "--compare")
    assert agreed.exit_code == 0
    assert "✔ 0" in agreed.stdout
    papers = [CLASS[0] | {"q06_points": "1.0"}, *CLASS[1:]]
    differing = grade(class_file(papers), "--compare", "--out", "grades", "--json")
    assert differing.exit_code == 1
    by_question = {one["question"]: one for one in json.loads(differing.stdout)["comparison"]}
    assert by_question["q06"]["students"] == [
        {"source": "class.csv", "row": 2, "student": "B11901001", "ours": "2/3", "theirs": 1.0}
    ]
    assert by_question["q01"]["n_differing"] == by_question["total"]["n_differing"] == 0
    assert Path("grades/results.csv").exists()
    shown = grade(class_file(papers), "--compare").stdout
    assert "B11901001 (row 2) 2/3 and 1" in shown
    assert "Fudge points that were given in Canvas: B11901001 (row 2) -0.333333\n" in shown


def test_compare_without_canvas_s_scores_is_a_mistake(grade: Run) -> None:
    Path("p.yaml").write_text("student: B1\nanswers: {q01: B}\n")
    result = grade("p.yaml", "--compare", "--out", "grades")
    assert "nothing to compare with" in message(result)
    assert not Path("grades").exists()


def invalid_class() -> Path:
    path = class_file()
    path.write_text(path.read_text(encoding="utf-8").replace("和是 6", "x"), encoding="utf-8")
    return path


def test_nothing_is_written_while_a_row_is_invalid(grade: Run) -> None:
    result = grade(invalid_class(), "--out", "grades")
    (told,) = message(result).splitlines()
    assert told.startswith("class.csv row 3, student 'B11901002', q01: 'x' is no option")
    assert not Path("grades").exists()


def test_skip_invalid_lists_what_it_left_out(grade: Run) -> None:
    result = grade(invalid_class(), "--skip-invalid", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["skipped"]["n_papers"] == 1
    (told,) = document["skipped"]["problems"]
    assert f"left out: {told}" in result.stderr
    assert [(one["student"], one["attempt"]) for one in document["grades"]] == [
        ("B11901001", 1),
        ("B11901002", 1),
    ]


def test_a_class_with_no_valid_paper_is_no_crash(grade: Run) -> None:
    result = grade(class_file([BEN | {"attempt": "x"}]), "--skip-invalid", "--out", "grades")
    assert result.exit_code == 0
    assert "No paper is left to grade." in result.stdout
    assert json.loads(Path("grades/grades.json").read_text())["grades"] == []


def test_a_question_that_was_not_asked_needs_null_in_the_key(grade: Run) -> None:
    path = class_file()
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row[:8] + row[10:] for row in csv.reader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert "q01: null in the key" in message(grade(path))
    Path("key.yaml").write_text(yaml.safe_dump({"key": KEY | {"q01": None}}))
    result = grade(path, "--compare")
    assert result.exit_code == 0, result.output
    assert "mean 0.33 of 2.8; 3.6 in all, left out: q01" in result.stdout


def test_names_are_text_on_a_terminal_too(grade: Run) -> None:
    papers = [ANN | {"sis_id": "[bold]X[/]", "q01": "B", "q01_points": "0.1"}]
    assert "[bold]X[/] (row 2)" in grade(class_file(papers), "--compare").stdout


def test_papers_one_by_one_are_explained_and_a_folder_is_a_class(grade: Run) -> None:
    Path("papers").mkdir()
    for number in (1, 2):
        Path(f"papers/{number}.yaml").write_text(f"student: B{number}\nanswers: {{q06: [A, B]}}\n")
    one_by_one = grade("papers/1.yaml", "papers/2.yaml")
    assert "Student B1" in one_by_one.stdout
    assert "2 right − 0 wrong" in one_by_one.stdout
    assert "2 papers, mean 0.67 of 3.6" in grade("papers").stdout
    document = json.loads(grade("papers/1.yaml", "--json").stdout)
    assert document["grades"][0]["questions"][2]["score"] == "2/3"


def test_two_papers_of_one_student_are_a_mistake(grade: Run) -> None:
    for name in ("a", "b"):
        Path(f"{name}.yaml").write_text("student: B1\nanswers: {}\n")
    result = grade("a.yaml", "b.yaml")
    assert "a.yaml row 1, student 'B1': the student has another paper" in message(result)


@pytest.mark.parametrize(("command", "light"), [("grade", False), ("check", True)])
def test_grading_needs_no_torch_and_checking_no_polars(grade: Run, command: str, light: bool) -> None:
    Path("p.yaml").write_text("student: B1\nanswers: {q06: [A, B]}\n")
    arguments = ["-X", "importtime", "-m", "quizproof", command, "p.yaml", "--quiz", str(TINY)]
    arguments += ["--key", "key.yaml"]
    result = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[-1].strip() for line in result.stderr.splitlines()}
    assert not imported & {"torch", "transformers", "numpy", "sklearn"}
    assert ("polars" not in imported) == light
