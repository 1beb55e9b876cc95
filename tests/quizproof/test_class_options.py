"""`quizproof grade` with a regrade, other rules and one student's page: through the command line."""

import json
import re
from functools import partial
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, Run, message

IDS = ["q01", "q02", "q06", "q10"]
MULTIPLE = {"q06", "q10"}
RIGHT = {id_: "ABC" if id_ in MULTIPLE else "A" for id_ in IDS}
ROWS = {
    "B11901001": RIGHT,
    "B11901002": RIGHT | {"q01": "B", "q06": "AB"},
    "B11901003": {"q02": "C"},
}


@pytest.fixture
def grade(run: Run) -> Run:
    """`grade` in a folder with papers, their key and the key that was used before."""
    old = {id_: list(picks) for id_, picks in RIGHT.items()}
    Path("old.yaml").write_text(json.dumps({"key": old}), encoding="utf-8")
    Path("key.yaml").write_text(
        json.dumps({"key": old | {"q01": ["B"], "q06": ["A", "B"]}}), encoding="utf-8"
    )
    rows = [",".join([who, *(picks.get(id_, "") for id_ in IDS)]) for who, picks in ROWS.items()]
    Path("class.csv").write_text("\n".join([",".join(["student", *IDS]), *rows]) + "\n", encoding="utf-8")
    Path("paper.yaml").write_text("student: B11901001\nanswers: {q01: B}\n", encoding="utf-8")
    return partial(run, "grade", "--quiz", TINY, "--key", "key.yaml")


@pytest.fixture
def grade_class(grade: Run) -> Run:
    return partial(grade, "class.csv")


def totals(grade_class: Run, *arguments: str) -> list[str]:
    result = grade_class(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return [paper["score"] for paper in json.loads(result.stdout)["grades"]]


@pytest.mark.parametrize(
    ("policy", "scores"),
    [
        ("both", ["3.6", "3.6", "0"]),
        ("new", ["2.3", "3.6", "0"]),  # 3.6 − 0.8 − 1/2
        ("full", ["3.6", "3.6", "1.8"]),
        ("none", ["3.6", "37/15", "0"]),  # 3.6 − 0.8 − 1/3
    ],
)
def test_the_regraded_scores_are_the_grades(grade_class: Run, policy: str, scores: list[str]) -> None:
    assert totals(grade_class, "--old-key", "old.yaml", "--regrade", policy) == scores


def test_other_rules_change_no_grade(grade_class: Run) -> None:
    assert totals(grade_class, "--what-if", "coverage", "--what-if", "all-or-nothing") == totals(grade_class)
    told = json.loads(grade_class("--what-if", "all-or-nothing", "--json").stdout)["what_if"]
    assert (told["all-or-nothing"]["lose"], told["all-or-nothing"]["largest_loss"]["exact"]) == (1, "0.5")


def test_a_class_is_reported_where_files_are_written(grade_class: Run) -> None:
    result = grade_class(
        "--out", "out", "--old-key", "old.yaml", "--regrade", "new", "--what-if", "each-answer"
    )
    assert result.exit_code == 0
    names = {path.name for path in Path("out").iterdir()}
    assert {"class.html", "items.csv", "regrade.csv", "grades.json", "results.csv"} <= names
    assert "student.html" not in names
    html = Path("out/class.html").read_text(encoding="utf-8")
    assert 'id="regrade"' in html
    assert 'id="what-if"' in html
    assert not any(who in html for who in ROWS)
    told = json.loads(Path("out/grades.json").read_text(encoding="utf-8"))
    assert told["regrade"]["changed"] == ["q01", "q06"]
    assert told["items"]["n"] == 3


def test_a_student_page_holds_the_key_only_if_revealed(grade_class: Run) -> None:
    assert grade_class("--out", "closed", "--student", "B11901002").exit_code == 0
    closed = Path("closed/student.html").read_text(encoding="utf-8")
    assert "B11901002" in closed
    assert "B11901001" not in closed
    assert "correct:" not in closed
    assert grade_class("--out", "open", "--student", "B11901001", "--reveal").exit_code == 0
    opened = Path("open/student.html").read_text(encoding="utf-8")
    assert not re.search("of [23] correct:", closed)
    assert "2 right − 1 wrong, of 2 correct: (2 − 1) × 0.5 = 0.5 points" in opened


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--regrade", "new"],
            "--regrade needs the key that the papers were graded by: give --old-key FILE.",
        ),
        (["--old-key", "old.yaml"], "give --regrade both, new, full or none."),
        (["--student", "B11901001"], "--student writes a page: give --out DIR."),
        (["--reveal"], "--reveal is for one student's page: give --student ID."),
        (
            ["--student", "B11901001", "--out", "out", "--old-key", "old.yaml", "--regrade", "new"],
            "--student explains each score by one key",
        ),
        (["--what-if", "coverag"], "--what-if 'coverag': allowed: .* Did you mean 'coverage'\\?"),
        (["--student", "B1190100", "--out", "out"], "--student 'B1190100': not among the 3 papers"),
        (["--old-key", "nowhere.yaml", "--regrade", "new", "--out", "out"], "nowhere.yaml"),
    ],
)
def test_options_that_do_not_go_together_write_nothing(
    grade_class: Run, arguments: list[str], told: str
) -> None:
    assert re.search(told, message(grade_class(*arguments)))
    assert not Path("out").exists()


def test_single_papers_are_not_regraded(grade: Run) -> None:
    said = message(grade("paper.yaml", "--what-if", "coverage"))
    assert said.startswith("--old-key and --what-if are for a class")
    assert grade("paper.yaml", "--out", "out").exit_code == 0
    assert not Path("out/class.html").exists()
