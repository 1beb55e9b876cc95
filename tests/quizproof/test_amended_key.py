"""`quizproof grade` by a key that was amended: in the grades, the class report, and each student's page."""

import csv
import json
from pathlib import Path

import pytest

from tests.quizproof.commands import TINY, Run, message
from tests.quizproof.test_export import FULL, write_class, write_key

AMENDED = {
    "q01": {"accept": ["A", "C"], "reason": "both were taught"},
    "q02": {"drop": "keep", "reason": "the <file> was missing"},
    "q06": {"correct": ["A", "B", "C"], "full": "answered", "reason": "a typo"},
    "q10": {"correct": list("ABCDE"), "bonus": True, "reason": "for the curious"},
}


@pytest.fixture
def amended(run: Run) -> Run:
    """A command in a folder with two papers, by the amended key."""
    write_key(Path(), AMENDED)
    write_class(Path(), ["B1", *FULL], ["B2", "C", "", "B", ""])
    return lambda *arguments: run(*arguments, "--quiz", TINY, "--key", "key.yaml")


def test_it_is_in_the_grades_and_the_report(amended: Run) -> None:
    result = amended("grade", "class.csv", "--out", "out")
    assert result.exit_code == 0, result.output
    document = json.loads(Path("out/grades.json").read_text(encoding="utf-8"))
    # Without q02 and the bonus 1.8 points can be had; B1 has 2.8, B2 0.8 for q01 and 1 for q06.
    assert [one["score"] for one in document["grades"]] == ["2.8", "1.8"]
    assert (document["points_graded"], document["left_out"]) == ("1.8", [])
    assert document["amendments"]["q01"] == {"accept": [["A"], ["C"]], "reason": "both were taught"}
    assert (
        "q02: taken out of the grade, the other questions keep their points: the <file> was" in result.stdout
    )
    html = Path("out/class.html").read_text(encoding="utf-8")
    section = html.split('id="amendments"')[1].split("</section>")[0]
    assert "the &lt;file&gt; was missing" in section
    assert "full credit to all who answered: a typo" in section
    assert 'id="q02"' not in html
    header, first, *_ = csv.reader(Path("out/results.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (header[-2:], first[-1]) == (["q10", "total of 1.8"], "2.80")


def test_a_student_reads_it(amended: Run) -> None:
    assert amended("grade", "class.csv", "--out", "out", "--student", "B2").exit_code == 0
    page = Path("out/student.html").read_text(encoding="utf-8")
    assert "several answers earn full credit: both were taught" in page
    assert "taken out of the grade" in page
    Path("paper.yaml").write_text("student: B2\nanswers: {q01: C, q06: [B]}\n", encoding="utf-8")
    told = amended("check", "paper.yaml").stdout
    assert "q01: 0.8 of 0.8 points: C right\n    several answers earn full credit: both were taught" in told
    assert told.endswith("Total: 1.8 of 1.8 points\n")
    alone = amended("grade", "paper.yaml", "--json")
    assert json.loads(alone.stdout)["grades"][0]["score"] == "1.8"


def test_gradescope_tells_each_student(amended: Run) -> None:
    assert amended("export", "gradescope", "class.csv", "--language", "en").exit_code == 0
    second = json.loads(next(Path("gradescope").glob("B2-*")).read_text(encoding="utf-8"))
    assert second["score"] == 1.8
    outputs = {test["number"]: (test.get("score"), test["output"]) for test in second["tests"]}
    assert outputs["1"] == (
        0.8,
        "the correct option: 0.8 points; several answers earn full credit: both were taught",
    )
    assert outputs["2"] == (
        None,
        "taken out of the grade, the other questions keep their points: the <file> was missing",
    )
    assert outputs["3"] == (1.0, "1 point; full credit to all who answered: a typo")
    assert len(outputs) == 4


def test_a_quiz_for_canvas_needs_the_correct_options_alone(amended: Run) -> None:
    told = message(amended("export", "qti"))
    assert told.startswith("The key of q01, q02, q06 has accept, drop or full")
    assert not Path("quiz-qti.zip").exists()
