"""Attempts and time on the command line: as asked, else as the quiz is set, and always told."""

import csv
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from grader.papers.attempts import Attempts
from grader.papers.responses import Deduction
from grader.scores.late import Late
from questions.common.errors import QuizproofError
from questions.quiz import Settings
from quizproof.cli.counting import CountingAsked, counting_of
from quizproof.cli.main import app
from solvers.run import catalog
from tests.quizproof.test_export import GRADEBOOK as TINY_GRADEBOOK
from tests.quizproof.test_export import INTO

QUIZ = catalog.load()
FULL = ["ABC" if q.id == "q06" else "ABCDE" if q.id == "q10" else "A" for q in QUIZ.questions]  # ten points
GRADEBOOK = TINY_GRADEBOOK.replace(",3.6,", ",10,")

Run = Callable[..., Result]
DUE = "2026-01-09T23:59:59+08:00"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    answers = {q.id: list(picks) for q, picks in zip(QUIZ.questions, FULL, strict=True)}
    Path("key.yaml").write_text(yaml.safe_dump({"key": answers}), encoding="utf-8")
    with Path("class.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["student", "attempt", "submitted", *(question.id for question in QUIZ.questions)])
        table.writerow(["B11901001", "1", "2026-01-09T12:00:00+08:00", "B", *FULL[1:]])  # 9.2
        table.writerow(["B11901001", "2", "2026-01-10T12:00:00+08:00", *FULL])  # 10, a day late
        table.writerow(["00042", "1", "2026-01-11T12:00:00+08:00", *FULL])  # two days late
    Path("more.csv").write_text("student,due\n00042,2026-01-12T00:00:00+08:00\n", encoding="utf-8")
    Path("canvas.csv").write_text(GRADEBOOK, encoding="utf-8")
    return lambda *arguments: CliRunner().invoke(app, [*arguments, "--key", "key.yaml"])


def scores(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [one["score"] for one in json.loads(result.stdout)["grades"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["10", "10"]),
        (["--attempts", "average"], ["9.6", "10"]),
        (["--due", DUE], ["10", "10"]),
        (["--due", DUE, "--late", "10%"], ["9", "8"]),
        (["--due", DUE, "--late", "10%", "--attempts", "highest"], ["9.2", "8"]),
        (["--due", DUE, "--late", "10%", "--extensions", "more.csv"], ["9", "10"]),
        (["--due", DUE, "--late", "60%", "--late-floor", "50%"], ["5", "5"]),
        (["--due", DUE, "--late", "refuse"], ["9.2"]),
    ],
)
def test_what_counts(run: Run, options: list[str], expected: list[str]) -> None:
    assert scores(run("grade", "class.csv", "--json", *options)) == expected


def test_what_counts_is_told(run: Run) -> None:
    plain = run("grade", "class.csv").stdout
    assert "Counts: latest attempt, no due date (as the quiz's own settings)" in plain
    asked = run("grade", "class.csv", "--due", DUE, "--late", "10%", "--late-floor", "50%").stdout
    assert (
        f"Counts: latest attempt, due {DUE}; late papers lose 10 % of the points a day, down to 50 % "
        "(as asked: due, late; else the quiz's own settings)"
    ) in asked
    refused = run("grade", "class.csv", "--due", DUE, "--late", "refuse")
    assert "late, not counted: class.csv row 4, student '00042', submitted 2026-01-11T12:00:00+08:00" in (
        refused.stderr
    )


def test_the_deduction_is_in_every_file(run: Run) -> None:
    late = ("--due", DUE, "--late", "10%")
    assert run("grade", "class.csv", "--out", "out", "--student", "B11901001", *late).exit_code == 0
    first, _ = csv.DictReader(Path("out/results.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (first["late"], first["total"]) == ("-1.00", "9.00")
    grades = json.loads(Path("out/grades.json").read_text(encoding="utf-8"))["grades"]
    assert [one["late_deduction"] for one in grades] == ["1", "2"]
    page = Path("out/student.html").read_text(encoding="utf-8")
    assert "Late, deducted:</span> 1<" in page
    assert "9 / 10" in page
    assert run("export", "gradescope", "class.csv", "--language", "en", *late).exit_code == 0
    ann = json.loads(next(Path("gradescope").glob("B11901001-*")).read_text(encoding="utf-8"))
    assert (ann["score"], ann["output"]) == (9.0, "late: 1 point deducted")
    assert run("export", "gradebook", "class.csv", *INTO, "4321", *late).exit_code == 0
    rows = Path("gradebook-import.csv").read_text(encoding="utf-8").splitlines()
    assert [row.rsplit(",", 1)[1] for row in rows[2:]] == ["9.00", "8.00"]


def test_an_average_is_not_explained(run: Run) -> None:
    for command in (
        ["grade", "class.csv", "--out", "out", "--student", "00042"],
        ["export", "gradescope", "class.csv"],
    ):
        result = run(*command, "--attempts", "average")
        assert str(result.exception).startswith(
            "An average of attempts is not explained question by question"
        )
    assert not Path("out").exists()


def test_the_quiz_s_own_settings() -> None:
    settings = Settings(attempts="highest", due=DUE, late="25%", late_floor="40%")
    found = counting_of(settings, CountingAsked())
    assert (found.attempts, found.late.late) == (Attempts.HIGHEST, Late.DEDUCT)
    assert found.late.deduction == Deduction(Fraction(1, 4), Fraction(2, 5))
    assert found.words.endswith("(as the quiz's own settings)")
    assert counting_of(settings, CountingAsked(attempts="first")).attempts is Attempts.FIRST


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (CountingAsked(late="10%"), "--late needs to know when papers are due: give --due TIME."),
        (CountingAsked(extensions=Path("x")), "--extensions needs to know when papers are due"),
        (CountingAsked(late_floor="5%"), "--late-floor needs to know when papers are due"),
        (CountingAsked(due="soon"), "--due: found 'soon'; allowed: a time with its zone"),
        (CountingAsked(due=DUE, late="ten"), "--late: found 'ten'; allowed: none, refuse, or what a late"),
        (CountingAsked(due=DUE, late="110%"), "--late: found '110%'; allowed"),
        (CountingAsked(due=DUE, late="1/0%"), "--late: found '1/0%'; allowed"),
        (CountingAsked(due=DUE, late="10%", late_floor="x"), "--late-floor: found 'x'; allowed: a share"),
        (CountingAsked(due=DUE, late_floor="50%"), "--late-floor needs what a late paper loses a day"),
    ],
)
def test_what_cannot_be(asked: CountingAsked, told: str) -> None:
    with pytest.raises(QuizproofError) as error:
        counting_of(Settings(), asked)
    assert str(error.value).startswith(told)
