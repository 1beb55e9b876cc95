"""`quizproof grade` by a key that was amended: in the grades, the class report, and each student's page."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from quizproof.cli.main import app
from tests.quizproof.test_export import FULL, QUIZ, write_class

Run = Callable[..., Result]
AMENDED = {
    "q01": {"accept": ["A", "C"], "reason": "both were taught"},
    "q02": {"drop": "keep", "reason": "the <file> was missing"},
    "q03": {"correct": "A", "full": "answered", "reason": "a typo"},
    "q12": {"correct": "A", "bonus": True, "reason": "for the curious"},
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    answers = {q.id: list(picks) for q, picks in zip(QUIZ.questions, FULL, strict=True)} | AMENDED
    Path("key.yaml").write_text(yaml.safe_dump({"key": answers}), encoding="utf-8")
    write_class(tmp_path, ["B1", *FULL], ["B2", "C", "", "B", *[""] * 9])
    return lambda *arguments: CliRunner().invoke(app, [*arguments, "--key", "key.yaml"])


def test_it_is_in_the_grades_and_the_report(run: Run) -> None:
    result = run("grade", "class.csv", "--out", "out")
    assert result.exit_code == 0, result.output
    document = json.loads(Path("out/grades.json").read_text(encoding="utf-8"))
    # Without q02 and the bonus 8.4 points can be had; B1 has 9.2 of them, B2 0.8 for q01 and for q03.
    assert [one["score"] for one in document["grades"]] == ["9.2", "1.6"]
    assert (document["points_graded"], document["left_out"]) == ("8.4", [])
    assert document["amendments"]["q01"] == {"accept": [["A"], ["C"]], "reason": "both were taught"}
    assert (
        "q02: taken out of the grade, the other questions keep their points: the <file> was" in result.stdout
    )
    html = Path("out/class.html").read_text(encoding="utf-8")
    section = html.split('id="amendments"')[1].split("</section>")[0]
    assert "the &lt;file&gt; was missing" in section
    assert "full credit to all who answered: a typo" in section
    assert 'id="q02"' not in html
    header, first, *_ = Path("out/results.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.endswith("q12,total of 8.4")
    assert first.endswith(",9.20")


def test_a_student_reads_it(run: Run) -> None:
    assert run("grade", "class.csv", "--out", "out", "--student", "B2").exit_code == 0
    page = Path("out/student.html").read_text(encoding="utf-8")
    assert "several answers earn full credit: both were taught" in page
    assert "taken out of the grade" in page
    Path("paper.yaml").write_text("student: B2\nanswers: {q01: C, q03: B}\n", encoding="utf-8")
    told = run("check", "paper.yaml").stdout
    assert "q01: 0.8 of 0.8 points: C right\n    several answers earn full credit: both were taught" in told
    assert told.endswith("Total: 1.6 of 8.4 points\n")
    alone = run("grade", "paper.yaml", "--json")
    assert json.loads(alone.stdout)["grades"][0]["score"] == "1.6"


def test_gradescope_tells_each_student(run: Run) -> None:
    assert run("export", "gradescope", "class.csv", "--language", "en").exit_code == 0
    second = json.loads(next(Path("gradescope").glob("B2-*")).read_text(encoding="utf-8"))
    assert second["score"] == 1.6
    outputs = {test["number"]: (test.get("score"), test["output"]) for test in second["tests"]}
    assert outputs["1"] == (
        0.8,
        "the correct option: 0.8 points; several answers earn full credit: both were taught",
    )
    assert outputs["2"] == (
        None,
        "taken out of the grade, the other questions keep their points: the <file> was missing",
    )
    assert outputs["3"] == (0.8, "0.8 points; full credit to all who answered: a typo")
    assert len(outputs) == 12


def test_a_quiz_for_canvas_needs_the_correct_options_alone(run: Run) -> None:
    told = str(run("export", "qti").exception)
    assert told.startswith("The key of q01, q02, q03 has accept, drop or full")
    assert not Path("quiz-qti.zip").exists()
