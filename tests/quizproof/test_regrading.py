"""A regrade reaches the gradebook and Gradescope: lowered scores are listed, and lowered only if allowed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from questions.common.errors import QuizproofError
from quizproof.cli.main import app
from tests.quizproof.test_export import FULL, QUIZ, write_class

Run = Callable[..., Result]

# Ann has A in q01, which was right, Bo has B, which is: 10 and 9.2 by the old key, 9.2 and 10 by the new.
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321)
    Points Possible,,,,,10
"Lee, Ann",17,B1,ann,S,{ann}
"Wang, Bo",18,B2,bo,S,{bo}
"Wu, Cat",19,B3,cat,S,EX
"""
REGRADE = ("--old-key", "old.yaml", "--regrade")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    answers = {q.id: list(picks) for q, picks in zip(QUIZ.questions, FULL, strict=True)}
    Path("old.yaml").write_text(yaml.safe_dump({"key": answers}), encoding="utf-8")
    Path("key.yaml").write_text(yaml.safe_dump({"key": answers | {"q01": "B"}}), encoding="utf-8")
    write_class(tmp_path, ["B1", *FULL], ["B2", "B", *FULL[1:]], ["B3", *FULL])
    return lambda *arguments: CliRunner().invoke(app, [*arguments, "--key", "key.yaml"])


def gradebook(run: Run, *arguments: str, ann: str = "10.00", bo: str = "9.20") -> tuple[Result, list[str]]:
    """The result, and the cells of Ann, Bo and Cat."""
    Path("canvas.csv").write_text(GRADEBOOK.format(ann=ann, bo=bo), encoding="utf-8")
    result = run(
        "export", "gradebook", "class.csv", "--gradebook", "canvas.csv", "--assignment", "4321", *arguments
    )
    rows = Path("gradebook-import.csv").read_text(encoding="utf-8").splitlines()
    return result, [row.rsplit(",", 1)[1] for row in rows[2:]]


@pytest.mark.parametrize(
    ("policy", "cells"),
    [("both", ["10.00", "10.00"]), ("full", ["10.00", "10.00"]), ("none", ["10.00", "9.20"])],
)
def test_a_policy_that_lowers_nothing(run: Run, policy: str, cells: list[str]) -> None:
    result, written = gradebook(run, *REGRADE, policy)
    assert (result.exit_code, written) == (0, [*cells, "EX"])
    assert "lowered" not in result.stderr


def test_a_lowered_cell_is_listed_and_stays_unless_that_is_allowed(run: Run) -> None:
    result, cells = gradebook(run, *REGRADE, "new")
    assert (result.exit_code, cells) == (1, ["10.00", "10.00", "EX"])
    assert result.stderr.splitlines()[0] == (
        "lowered: row 3, 'B1': 10.00 to 9.20; it stays, unless --allow-lower is given"
    )
    result, cells = gradebook(run, *REGRADE, "new", "--allow-lower")
    assert (result.exit_code, cells) == (0, ["9.20", "10.00", "EX"])
    assert result.stderr.splitlines()[0] == "lowered: row 3, 'B1': 10.00 to 9.20"
    result, _ = gradebook(run, *REGRADE, "new", "--allow-lower", "--json")
    document = json.loads(result.stdout)
    assert document["lowered"] == [{"row": 3, "student": "B1", "before": "10.00", "score": "9.20"}]
    assert (document["regrade"]["policy"], document["regrade"]["changed"]) == ("new", ["q01"])


@pytest.mark.parametrize(
    ("there", "lowered"),
    [
        ("9.2", False),
        ("9.2049", False),
        ("9.205", True),
        ("92%", False),
        ("93%", True),
        ("9,3", True),
        ("-", False),
    ],
)
def test_what_is_lowered_is_told_from_what_is_rounded(run: Run, there: str, lowered: bool) -> None:
    result, cells = gradebook(run, ann=f'"{there}"')
    assert ("lowered" in result.stderr) is lowered
    assert cells[0] == (f'"{there}"'.rsplit(",", 1)[-1] if lowered else "9.20")


def test_gradescope_tells_by_which_key(run: Run) -> None:
    assert run("export", "gradescope", "class.csv", *REGRADE, "both", "--language", "en").exit_code == 0
    ann = json.loads(next(Path("gradescope").glob("B1-*")).read_text(encoding="utf-8"))
    assert ann["score"] == 10.0
    assert (ann["tests"][0]["status"], ann["tests"][0]["score"]) == ("passed", 0.8)
    assert ann["tests"][0]["output"] == (
        "the correct option: 0.8 points (Award points for both corrected and previously correct answers "
        "(no scores will be reduced))"
    )
    bo = json.loads(next(Path("gradescope").glob("B2-*")).read_text(encoding="utf-8"))
    assert (bo["score"], bo["tests"][0]["output"]) == (10.0, "the correct option: 0.8 points")


def test_gradescope_lowers_nothing_unless_that_is_allowed(run: Run) -> None:
    result = run("export", "gradescope", "class.csv", *REGRADE, "new")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "lowered: B1: 10.00 to 9.20",
        "lowered: B3: 10.00 to 9.20",
        "2 scores would be lowered; give --allow-lower to lower them. Nothing was written.",
    ]
    assert not Path("gradescope").exists()
    told = json.loads(run("export", "gradescope", "class.csv", *REGRADE, "new", "--json").stdout)
    assert told["lowered"][0] == {"student": "B1", "before": "10.00", "after": "9.20"}
    assert run("export", "gradescope", "class.csv", *REGRADE, "new", "--allow-lower").exit_code == 0
    ann = json.loads(next(Path("gradescope").glob("B1-*")).read_text(encoding="utf-8"))
    assert ann["score"] == 9.2


def test_a_question_s_own_policy_goes_before_that_of_all(run: Run) -> None:
    answers = {q.id: list(picks) for q, picks in zip(QUIZ.questions, FULL, strict=True)}
    own = {
        "q01": {"correct": "B", "regrade": "both", "reason": "A was taught too"},
        "q02": "B",
        "q03": {"correct": "C", "regrade": "full", "reason": "the text was wrong"},
    }
    Path("key.yaml").write_text(yaml.safe_dump({"key": answers | own}), encoding="utf-8")
    # Ann: q01 stays, q02 is lost, q03 is full. Bo: q01 is right now, q02 is lost, q03 is full.
    _, cells = gradebook(run, *REGRADE, "new", "--allow-lower")
    assert cells == ["9.20", "9.20", "EX"]


@pytest.mark.parametrize("kind", ["gradebook", "gradescope"])
def test_half_of_a_regrade_is_a_mistake(run: Run, kind: str) -> None:
    Path("canvas.csv").write_text(GRADEBOOK.format(ann="", bo=""), encoding="utf-8")
    extra = ["--gradebook", "canvas.csv", "--assignment", "4321"] if kind == "gradebook" else []
    for half in (REGRADE[:2], ("--regrade", "both")):
        result = run("export", kind, "class.csv", *extra, *half)
        assert isinstance(result.exception, QuizproofError)
