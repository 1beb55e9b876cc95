"""`quizproof rule`, and what a ruling does to the commands that come after it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.quizproof.commands import TINY, TRUE, Run, copy_of, edit, message, write

WHY = "the sum of 23 is a matter of reading"


@pytest.fixture
def measured(run: Run, tmp_path: Path) -> Path:
    """The tiny quiz with q01 D left open, measured under a key."""
    quiz = copy_of(TINY, tmp_path / "quiz")
    edit(
        quiz / "q01_sum.py",
        "outcome=Outcome.HOLDS if part",
        "outcome=Outcome.UNDETERMINED if part.claim.sum == 23 else Outcome.HOLDS if part",
    )
    write(Path("key.yaml"), {"key": TRUE})
    result = run("verify", "--quiz", "quiz", "--key", "key.yaml")
    assert result.exit_code == 3, result.output
    return quiz


def rule(run: Run, *arguments: str) -> str:
    result = run("rule", "--quiz", "quiz", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.usefixtures("measured")
def test_what_waits_is_listed_ruled_and_then_done(run: Run) -> None:
    assert rule(run) == (
        "q01 D  0.8 points  The sum is 23\n     2 + 3 = 5.\n"
        "1 options wait for a person: quizproof rule q01 --option D --correct|--incorrect "
        '--reason "…" --by NAME\n'
    )
    said = rule(run, "q01", "--option", "d", "--incorrect", "--reason", WHY, "--by", "Ann")
    (written,) = yaml.safe_load(Path("rulings.yaml").read_text())["rulings"]
    assert said == f"rulings.yaml: q01, option D: Ann ruled incorrect on {written['date']}: {WHY}\n"
    assert (written["ruling"], written["by"], len(written["evidence"])) == ("incorrect", "Ann", 64)
    assert rule(run) == "No option waits for a person.\n"
    report = run("report", "--quiz", "quiz", "--key", "key.yaml", "--json")
    assert report.exit_code == 0
    statuses = [one["status"] for one in json.loads(report.stdout)["questions"]]
    assert statuses == ["ruled", "confirmed", "confirmed", "confirmed"]
    junit = run("export", "junit", "--quiz", "quiz", "--key", "key.yaml", "--evidence", "proof")
    assert (junit.exit_code, junit.stdout) == (0, "key-check.xml: 3 confirmed, 1 ruled.\n")
    assert f"Ann ruled incorrect on {written['date']}: {WHY}: agrees" in Path("key-check.xml").read_text()


def test_new_evidence_makes_a_ruling_stale(run: Run, measured: Path) -> None:
    rule(run, "q01", "--option", "D", "--incorrect", "--reason", WHY, "--by", "Ann")
    edit(measured / "q01_sum.py", "Measurements(total=2 + 3)", "Measurements(total=6)")
    command = [sys.executable, "-m", "quizproof", "verify", "--quiz", "quiz", "--key", "key.yaml"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "q01, option D: the ruling by Ann of" in result.stderr
    assert "is stale and does not count" in result.stderr
    assert result.returncode == 1  # B is contradicted by what is measured now
    assert "is stale and does not count" in run("rule", "--quiz", "quiz").stdout


@pytest.mark.usefixtures("measured")
def test_over_conclusive_evidence(run: Run) -> None:
    arguments = (
        "rule",
        "--quiz",
        "quiz",
        "q01",
        "--option",
        "A",
        "--correct",
        "--reason",
        WHY,
        "--by",
        "Ann",
    )
    assert message(run(*arguments)) == (
        "q01, option A: the evidence decides it (fails); give --despite-evidence to rule all the same, "
        "which stays visible."
    )
    assert run(*arguments, "--despite-evidence").exit_code == 0
    assert "despite_evidence: true" in Path("rulings.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["q1"], "A ruling needs all of it: quizproof rule q1 --option LETTER"),
        (["--option", "A"], "--option: say which question, such as quizproof rule q08 --option …"),
        (["q9", "--option", "A"], "no question 'q9'; allowed: q01, q02, q06, q10"),
        (["q01", "--option", "Z"], "q01 has no option 'Z'; allowed: A, B, C, D"),
        (["q01", "--option", "A", "--part", "2"], "q01, option A has no part 2; it has 1"),
    ],
)
@pytest.mark.usefixtures("measured")
def test_what_cannot_be_ruled(run: Run, arguments: list[str], told: str) -> None:
    rest = (
        ["--correct", "--reason", "x", "--by", "y"] if "--option" in arguments and len(arguments) > 2 else []
    )
    assert message(run("rule", "--quiz", "quiz", *arguments, *rest)).startswith(told)


def test_without_evidence_there_is_nothing_to_rule_on(run: Run, tmp_path: Path) -> None:
    copy_of(TINY, tmp_path / "quiz")
    result = run("rule", "--quiz", "quiz", "q01", "--option", "A", "--correct", "--reason", "x", "--by", "y")
    assert message(result).startswith("q01: there is no evidence to rule on (")
    assert message(run("report", "--quiz", "quiz", "--rulings", "none.yaml")).startswith("proof: no evidence")
