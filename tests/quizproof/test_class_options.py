"""`quizproof grade` with a regrade, other rules and one student's page: through the command line."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from questions.common.errors import QuizproofError
from quizproof.cli.main import app

IDS = [f"q{number:02}" for number in range(1, 13)]
MULTIPLE = {"q06", "q10"}
RIGHT = {id_: "ABC" if id_ in MULTIPLE else "A" for id_ in IDS}
ROWS = {
    "B11901001": RIGHT,
    "B11901002": RIGHT | {"q01": "B", "q06": "AB"},
    "B11901003": {"q02": "C"},
}

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder with a class, its key and the key that was used before."""
    monkeypatch.chdir(tmp_path)
    rows = [",".join([who, *(picks.get(id_, "") for id_ in IDS)]) for who, picks in ROWS.items()]
    Path("class.csv").write_text("\n".join([",".join(["student", *IDS]), *rows]) + "\n", encoding="utf-8")
    old = {id_: list(picks) for id_, picks in RIGHT.items()}
    Path("old.yaml").write_text(json.dumps({"key": old}), encoding="utf-8")
    Path("key.yaml").write_text(
        json.dumps({"key": old | {"q01": ["B"], "q06": ["A", "B"]}}), encoding="utf-8"
    )
    return lambda *arguments: CliRunner().invoke(app, ["grade", "class.csv", "--key", "key.yaml", *arguments])


def totals(run: Run, *arguments: str) -> list[str]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return [paper["score"] for paper in json.loads(result.stdout)["grades"]]


@pytest.mark.parametrize(
    ("policy", "scores"),
    [
        ("both", ["10", "10", "0"]),
        ("new", ["8.7", "10", "0"]),  # 10 − 0.8 − 1/2
        ("full", ["10", "10", "1.8"]),
        ("none", ["10", "133/15", "0"]),  # 10 − 0.8 − 1/3
    ],
)
def test_the_regraded_scores_are_the_grades(run: Run, policy: str, scores: list[str]) -> None:
    assert totals(run, "--old-key", "old.yaml", "--regrade", policy) == scores


def test_other_rules_change_no_grade(run: Run) -> None:
    assert totals(run, "--what-if", "coverage", "--what-if", "all-or-nothing") == totals(run)
    told = json.loads(run("--what-if", "all-or-nothing", "--json").stdout)["what_if"]
    assert (told["all-or-nothing"]["lose"], told["all-or-nothing"]["largest_loss"]["exact"]) == (1, "0.5")


def test_a_class_is_reported_where_files_are_written(run: Run) -> None:
    result = run("--out", "out", "--old-key", "old.yaml", "--regrade", "new", "--what-if", "each-answer")
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


def test_a_student_page_holds_the_key_only_if_revealed(run: Run) -> None:
    assert run("--out", "closed", "--student", "B11901002").exit_code == 0
    closed = Path("closed/student.html").read_text(encoding="utf-8")
    assert "B11901002" in closed
    assert "B11901001" not in closed
    assert "correct:" not in closed
    assert run("--out", "open", "--student", "B11901001", "--reveal").exit_code == 0
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
def test_options_that_do_not_go_together_write_nothing(run: Run, arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, QuizproofError)
    assert re.search(told, str(result.exception))
    assert not Path("out").exists()


def test_single_papers_are_not_regraded(run: Run, tmp_path: Path) -> None:
    Path("paper.yaml").write_text("student: B11901001\nanswers: {q01: B}\n", encoding="utf-8")
    arguments = ["grade", "paper.yaml", "--key", "key.yaml", "--what-if", "coverage"]
    result = CliRunner().invoke(app, arguments)
    assert str(result.exception).startswith("--old-key and --what-if are for a class")
    assert CliRunner().invoke(app, [*arguments[:4], "--out", "out"]).exit_code == 0
    assert not (tmp_path / "out" / "class.html").exists()
