"""A regrade reaches the gradebook and Gradescope: lowered scores are listed, and lowered only if allowed."""

import json
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, Result, Run, write
from tests.quizproof.test_export import FULL, KEY, write_class

# Ann has A in q01, which was right, Bo has B, which is: 3.6 and 2.8 by the old key, 2.8 and 3.6 by the new.
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (4321)
    Points Possible,,,,,3.6
"Lee, Ann",17,B1,ann,S,{ann}
"Wang, Bo",18,B2,bo,S,{bo}
"Wu, Cat",19,B3,cat,S,EX
"""
REGRADE = ("--old-key", "old.yaml", "--regrade")


@pytest.fixture
def mended(run: Run) -> Run:
    """A command in a folder with papers, by a key whose first answer was mended."""
    write(Path("old.yaml"), {"key": KEY})
    write(Path("key.yaml"), {"key": KEY | {"q01": "B"}})
    write_class(Path(), ["B1", *FULL], ["B2", "B", *FULL[1:]], ["B3", *FULL])
    return lambda *arguments: run(*arguments, "--quiz", TINY, "--key", "key.yaml")


def gradebook(mended: Run, *arguments: str, ann: str = "3.60", bo: str = "2.80") -> tuple[Result, list[str]]:
    """The result, and the cells of Ann, Bo and Cat."""
    Path("canvas.csv").write_text(GRADEBOOK.format(ann=ann, bo=bo), encoding="utf-8")
    result = mended(
        "export", "gradebook", "class.csv", "--gradebook", "canvas.csv", "--assignment", "4321", *arguments
    )
    rows = Path("gradebook-import.csv").read_text(encoding="utf-8").splitlines()
    return result, [row.rsplit(",", 1)[1] for row in rows[2:]]


@pytest.mark.parametrize(
    ("policy", "cells"),
    [("both", ["3.60", "3.60"]), ("full", ["3.60", "3.60"]), ("none", ["3.60", "2.80"])],
)
def test_a_policy_that_lowers_nothing(mended: Run, policy: str, cells: list[str]) -> None:
    result, written = gradebook(mended, *REGRADE, policy)
    assert (result.exit_code, written) == (0, [*cells, "EX"])
    assert "lowered" not in result.stderr


def test_a_lowered_cell_is_listed_and_stays_unless_that_is_allowed(mended: Run) -> None:
    result, cells = gradebook(mended, *REGRADE, "new")
    assert (result.exit_code, cells) == (1, ["3.60", "3.60", "EX"])
    assert result.stderr.splitlines()[0] == (
        "lowered: row 3, 'B1': 3.60 to 2.80; it stays, unless --allow-lower is given"
    )
    result, cells = gradebook(mended, *REGRADE, "new", "--allow-lower")
    assert (result.exit_code, cells) == (0, ["2.80", "3.60", "EX"])
    assert result.stderr.splitlines()[0] == "lowered: row 3, 'B1': 3.60 to 2.80"
    result, _ = gradebook(mended, *REGRADE, "new", "--allow-lower", "--json")
    document = json.loads(result.stdout)
    assert document["lowered"] == [{"row": 3, "student": "B1", "before": "3.60", "score": "2.80"}]
    assert (document["regrade"]["policy"], document["regrade"]["changed"]) == ("new", ["q01"])


@pytest.mark.parametrize(
    ("there", "lowered"),
    [
        ("2.8", False),
        ("2.8049", False),
        ("2.805", True),
        ("77%", False),
        ("78%", True),
        ("2,9", True),
        ("-", False),
    ],
)
def test_what_is_lowered_is_told_from_what_is_rounded(mended: Run, there: str, lowered: bool) -> None:
    result, cells = gradebook(mended, ann=f'"{there}"')
    assert ("lowered" in result.stderr) is lowered
    assert cells[0] == (f'"{there}"'.rsplit(",", 1)[-1] if lowered else "2.80")


def test_gradescope_tells_by_which_key(mended: Run) -> None:
    assert mended("export", "gradescope", "class.csv", *REGRADE, "both", "--language", "en").exit_code == 0
    ann = json.loads(next(Path("gradescope").glob("B1-*")).read_text(encoding="utf-8"))
    assert ann["score"] == 3.6
    assert (ann["tests"][0]["status"], ann["tests"][0]["score"]) == ("passed", 0.8)
    assert ann["tests"][0]["output"] == (
        "the correct option: 0.8 points (Award points for both corrected and previously correct answers "
        "(no scores will be reduced))"
    )
    bo = json.loads(next(Path("gradescope").glob("B2-*")).read_text(encoding="utf-8"))
    assert (bo["score"], bo["tests"][0]["output"]) == (3.6, "the correct option: 0.8 points")


def test_gradescope_lowers_nothing_unless_that_is_allowed(mended: Run) -> None:
    result = mended("export", "gradescope", "class.csv", *REGRADE, "new")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "lowered: B1: 3.60 to 2.80",
        "lowered: B3: 3.60 to 2.80",
        "2 scores would be lowered; give --allow-lower to lower them. Nothing was written.",
    ]
    assert not Path("gradescope").exists()
    told = json.loads(mended("export", "gradescope", "class.csv", *REGRADE, "new", "--json").stdout)
    assert told["lowered"][0] == {"student": "B1", "before": "3.60", "after": "2.80"}
    assert mended("export", "gradescope", "class.csv", *REGRADE, "new", "--allow-lower").exit_code == 0
    ann = json.loads(next(Path("gradescope").glob("B1-*")).read_text(encoding="utf-8"))
    assert ann["score"] == 2.8


def test_a_question_s_own_policy_goes_before_that_of_all(mended: Run) -> None:
    own = {
        "q01": {"correct": "B", "regrade": "both", "reason": "A was taught too"},
        "q02": "B",
        "q06": {"correct": "C", "regrade": "full", "reason": "the text was wrong"},
    }
    write(Path("key.yaml"), {"key": KEY | own})
    # Ann: q01 stays, q02 is lost, q06 is full. Bo: q01 is right now, q02 is lost, q06 is full.
    _, cells = gradebook(mended, *REGRADE, "new", "--allow-lower")
    assert cells == ["2.80", "2.80", "EX"]


@pytest.mark.parametrize("kind", ["gradebook", "gradescope"])
def test_half_of_a_regrade_is_a_mistake(mended: Run, kind: str) -> None:
    Path("canvas.csv").write_text(GRADEBOOK.format(ann="", bo=""), encoding="utf-8")
    extra = ["--gradebook", "canvas.csv", "--assignment", "4321"] if kind == "gradebook" else []
    for half in (REGRADE[:2], ("--regrade", "both")):
        result = mended("export", kind, "class.csv", *extra, *half)
        assert result.exit_code == 2
