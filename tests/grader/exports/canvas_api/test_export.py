"""What is written for Canvas's API of a class, from a Student Analysis written by hand."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.exports.canvas_api.export import CanvasExport
from grader.exports.export import Exported
from grader.key.why import reasons_of
from grader.papers.attempts import Attempts
from grader.papers.class_files import read_class
from grader.papers.responses import Deduction, Responses
from grader.scores.class_grades import grade_class
from grader.scores.graded import ClassGrades
from grader.scores.late import Late, LatePolicy, read_time, timed
from questions.amendments import Amendment, Drop
from questions.common.errors import QuizproofError, SubmissionError
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.papers.canvas_files import ANN, BEN, write_canvas
from tests.grader.tiny import QUIZ
from tests.grader.tiny_evidence import evidence_of

# The tiny quiz's questions are 101 to 104 in the file: q01 and q02 of 0.8 points, q06 and q10 of 1.
ANN_PAPER = ANN | {
    "q01": "A",
    "q01_points": "0.8",
    "q06": "AB",
    "q06_points": str(2 / 3),
    "score": str(0.8 + 2 / 3),
}
BEN_PAPER = BEN | {"attempt": 2, "q02": "B", "score": "0.0"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(folder: Path, *papers: Mapping[str, Any]) -> Responses:
    return read_class([write_canvas(folder / "class.csv", papers)], QUIZ).responses


def made(grades: ClassGrades, **options: Any) -> tuple[list[dict[str, Any]], Exported]:
    """The lines, and all that was made."""
    export = CanvasExport(**{"language": "en", "comments": True, "allow_lower": False} | options)
    exported = export.make(grades)
    ((_, content),) = exported.files
    return [json.loads(line) for line in content.decode().splitlines()], exported


def test_a_line_a_student_by_canvas_s_own_ids(tmp_path: Path) -> None:
    lines, exported = made(grade_class(read(tmp_path, ANN_PAPER, BEN_PAPER), FULL_KEY))
    assert [(one["student"], one["user_id"]) for one in lines] == [("B11901001", 17), ("B11901002", 18)]
    ((ann,), (ben,)) = (one["body"]["quiz_submissions"] for one in lines)
    assert (ann["attempt"], ben["attempt"]) == (1, 2)
    assert {id_: one["score"] for id_, one in ann["questions"].items()} == {
        "101": 0.8, "102": 0.0, "103": 2 / 3, "104": 0.0,
    }  # fmt: skip
    assert ann["questions"]["101"]["comment"] == "the correct option: 0.8 points"
    assert ben["questions"]["102"]["comment"] == "not the correct option: 0 points"
    assert "fudge_points" not in ann  # what stands there stays
    assert (exported.differs, exported.said, exported.lines) == (False, "2 students", ())


def test_words_are_in_the_language_asked_or_not_sent(tmp_path: Path) -> None:
    grades = grade_class(read(tmp_path, ANN_PAPER), FULL_KEY)
    (line,), _ = made(grades, language="zh")
    assert line["body"]["quiz_submissions"][0]["questions"]["101"]["comment"] == "選到正確選項：0.8 分"
    (line,), _ = made(grades, comments=False)
    assert line["body"]["quiz_submissions"][0]["questions"]["101"] == {"score": 0.8}


def test_comments_tell_why_of_what_was_picked_and_revealed_of_all(tmp_path: Path) -> None:
    """What is measured of a wrong single choice tells the right one; a dropped question has its own words."""
    reasons = reasons_of(QUIZ, evidence_of())
    grades = grade_class(read(tmp_path, BEN_PAPER), FULL_KEY)

    def comment(id_: str, **options: Any) -> str:
        (line,), _ = made(grades, reasons=reasons, **options)
        words: str = line["body"]["quiz_submissions"][0]["questions"][id_]["comment"]
        return words

    assert comment("102") == "not the correct option: 0 points\nB: What was measured is not as it says."
    assert comment("102", language="zh") == "沒有選到正確選項：0 分\nB：測得的結果與此說不符。"
    # The key here has A, which the evidence does not bear out: of A and C no reason agrees with it.
    revealed = comment("102", reveal=True).splitlines()[1:]
    assert revealed == [f"{option}: 2 + 3 = 5. Measured: 5." for option in "BD"]


def test_nobody_is_lowered_unless_that_is_allowed(tmp_path: Path) -> None:
    papers = read(tmp_path, ANN_PAPER, BEN_PAPER)
    grades = grade_class(papers, FULL_KEY | {"q01": frozenset("B"), "q02": frozenset("B")})
    lines, exported = made(grades)
    assert [one["user_id"] for one in lines] == [18]  # Ann has 1.47 in Canvas and would have 0.67
    assert exported.lines == (
        "lowered: row 2 of class.csv, 'B11901001': 1.46667 to 0.666667; it is left out, unless --allow-lower "
        "is given",
    )
    assert exported.differs
    assert exported.document["lowered"][0]["student"] == "B11901001"
    lines, exported = made(grades, allow_lower=True)
    assert [one["user_id"] for one in lines] == [17, 18]
    assert exported.lines == ("lowered: row 2 of class.csv, 'B11901001': 1.46667 to 0.666667",)
    assert not exported.differs


def test_fudge_points_that_a_person_gave_stay(tmp_path: Path) -> None:
    grades = grade_class(read(tmp_path, ANN_PAPER | {"score": str(2.8 + 2 / 3)}), FULL_KEY)
    (line,), exported = made(grades)
    assert "fudge_points" not in line["body"]["quiz_submissions"][0]
    assert exported.lines == (
        "kept: row 2 of class.csv, 'B11901001': +2 fudge points that were given in Canvas",
    )
    assert not exported.differs


def late(responses: Responses, due: str) -> ClassGrades:
    policy = LatePolicy(read_time(due, "--due"), Late.DEDUCT, Deduction(Fraction(1, 10)))
    return grade_class(timed(responses, policy).responses, FULL_KEY)


def test_what_being_late_cost_is_in_the_fudge_points(tmp_path: Path) -> None:
    due = "2026-03-02T00:00:00+00:00"  # a day late: a tenth of 3.6 points
    (line,), _ = made(late(read(tmp_path, ANN_PAPER), due), allow_lower=True)
    assert line["body"]["quiz_submissions"][0]["fudge_points"] == -0.36
    lines, exported = made(
        late(read(tmp_path, ANN_PAPER | {"score": str(2.8 + 2 / 3)}), due), allow_lower=True
    )
    assert lines == []
    assert exported.lines == (
        "left out: row 2 of class.csv, 'B11901001': +2 fudge points that were given in Canvas would become "
        "-0.36; grade it there",
    )
    assert exported.differs
    # Sent before, and exported from Canvas again.
    (line,), exported = made(late(read(tmp_path, ANN_PAPER | {"score": str(0.44 + 2 / 3)}), due))
    assert line["body"]["quiz_submissions"][0]["fudge_points"] == -0.36
    assert not exported.differs


def test_a_dropped_question_counts_nothing_there_and_says_why(tmp_path: Path) -> None:
    dropped = {"q01": Amendment(reason="the file was missing", drop=Drop.RESCALE)}
    grades = grade_class(read(tmp_path, ANN_PAPER), FULL_KEY, None, dropped)
    (line,), _ = made(grades, allow_lower=True)
    (attempt,) = line["body"]["quiz_submissions"]
    assert attempt["questions"]["101"] == {
        "score": 0.0,
        "comment": "taken out of the grade, the other questions share its points: the file was missing",
    }
    assert attempt["questions"]["103"]["score"] == 6 / 7  # 2/3 × 3.6/2.8
    assert "fudge_points" not in attempt


def test_a_question_that_was_not_shown_is_not_sent(tmp_path: Path) -> None:
    (line,), _ = made(grade_class(read(tmp_path, ANN_PAPER | {"q02_points": ""}), FULL_KEY))
    assert list(line["body"]["quiz_submissions"][0]["questions"]) == ["101", "103", "104"]


def test_the_attempt_that_counts_is_the_one_that_is_sent(tmp_path: Path) -> None:
    papers = read(tmp_path, BEN_PAPER, BEN | {"attempt": 1, "q01": "A", "q01_points": "0.8", "score": "0.8"})
    (line,), _ = made(grade_class(papers, FULL_KEY, Attempts.HIGHEST))
    (attempt,) = line["body"]["quiz_submissions"]
    assert (attempt["attempt"], attempt["questions"]["101"]["score"]) == (1, 0.8)
    with pytest.raises(SubmissionError, match="two papers of one student; keep one of the attempts"):
        made(grade_class(papers, FULL_KEY))
    with pytest.raises(QuizproofError, match="An average of attempts is not explained"):
        made(grade_class(papers, FULL_KEY, Attempts.AVERAGE))


def test_what_canvas_cannot_be_told_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="Canvas's ids of q01, q02, q06, q10 are not told"):
        made(graded_class(QUIZ, [{"sis_id": "B1"}]))
    with pytest.raises(SubmissionError) as found:
        made(grade_class(read(tmp_path, ANN_PAPER | {"id": ""}, BEN_PAPER | {"attempt": ""}), FULL_KEY))
    assert [problem.split("; ")[0] for problem in found.value.problems] == [
        "row 2 of class.csv, 'B11901001': found nothing (null) as Canvas's id",
        "row 3 of class.csv, 'B11901002': which attempt it is is not told",
    ]
    with pytest.raises(QuizproofError, match="so the bodies would hold only"):
        made(grade_class(read(tmp_path, ANN_PAPER), FULL_KEY | {"q02": None}))


def test_papers_of_two_quizzes_have_no_one_id(tmp_path: Path) -> None:
    one = write_canvas(tmp_path / "one.csv", [ANN_PAPER])
    other = tmp_path / "other.csv"
    write_canvas(other, [BEN_PAPER])
    other.write_text(other.read_text(encoding="utf-8").replace("102: ", "202: "), encoding="utf-8")
    with pytest.raises(SubmissionError, match="Canvas's ids of q02 are not told by the papers, or by each"):
        made(grade_class(read_class([one, other], QUIZ).responses, FULL_KEY))
