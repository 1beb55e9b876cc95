"""Gradescope's results.json: numbers rounded once, words for every score, names that no student chooses."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.gradescope import gradescope_files
from questions.common.errors import QuizproofError, SubmissionError
from tests.grader.graded_class import FULL_KEY, graded_class
from tests.grader.tiny import QUIZ


def files(*papers: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {
        name: json.loads(content) for name, content in gradescope_files(graded_class(QUIZ, papers), **options)
    }


def test_a_paper_by_hand() -> None:
    paper = {"sis_id": "B11901001", "q01": "A", "q02": "B", "q06": "ABD", "q10": "ABCD"}
    (name, result), (_, nothing) = files(paper, {"sis_id": "B11901002"}, language="en").items()
    assert re.fullmatch(r"B11901001-[0-9a-f]{12}\.json", name)
    assert result["score"] == 1.93  # 0.8 + (2 − 1)/3 + 4/5 = 29/15
    assert result["extra_data"] == {"student": "B11901001"}
    assert len(result["tests"]) == 4
    assert result["tests"][2] == {
        "name": "Q3 Below four",
        "number": "3",
        "score": 0.33,
        "max_score": 1.0,
        "status": "failed",
        "output": "2 right − 1 wrong, of 3 correct: (2 − 1) × 1/3 = 1/3 point",
        "output_format": "text",
        "visibility": "after_published",
    }
    right, wrong, blank = *result["tests"][:2], nothing["tests"][0]
    assert (right["status"], right["score"], right["max_score"]) == ("passed", 0.8, 0.8)
    assert (wrong["status"], wrong["score"]) == ("failed", 0.0)
    assert (blank["status"], blank["output"]) == ("failed", "nothing picked: 0 points")


def test_the_total_is_rounded_from_the_exact_sum() -> None:
    """Two thirds and two thirds of a key of three: the rounded parts would make 1.34."""
    key = FULL_KEY | {"q10": frozenset("ABC")}
    ((_, content),) = gradescope_files(graded_class(QUIZ, [{"id": "1", "q06": "AB", "q10": "AB"}], key))
    result = json.loads(content)
    assert [test["score"] for test in result["tests"] if test["score"]] == [0.67, 0.67]
    assert result["score"] == 1.33


def test_language_and_visibility() -> None:
    (result,) = files({"id": "1"}, visibility="hidden").values()
    assert result["visibility"] == result["tests"][0]["visibility"] == "hidden"
    assert result["tests"][1]["name"] == "Q2 較大的說法"
    assert result["tests"][1]["output"] == "沒有作答：0 分"


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), min_size=1, unique=True))
def test_no_name_leads_out_of_the_folder_or_onto_another(students: list[str]) -> None:
    names = list(files(*({"name": student} for student in students)))
    assert len({name.casefold() for name in names}) == len(students)
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9-]{1,40}-[0-9a-f]{12}\.json", name)


def test_a_hostile_name_stays_text() -> None:
    ((name, result),) = files({"name": "../../etc/passwd\0<b>"}).items()
    assert name.startswith("etc-passwd-b-")
    assert result["extra_data"] == {"student": "../../etc/passwd\0<b>"}


def test_names_do_not_depend_on_the_others() -> None:
    assert set(files({"id": "1"})) < set(files({"id": "2"}, {"id": "1"}))


def test_two_papers_of_one_student_are_refused() -> None:
    with pytest.raises(SubmissionError) as met:
        files({"sis_id": "B1"}, {"sis_id": "B2"}, {"sis_id": "B1", "q01": "A"})
    assert str(met.value) == (
        "row 2 of class.csv and row 4 of class.csv: two papers of one student; keep one of the attempts"
    )


def test_an_incomplete_key_gives_no_files() -> None:
    grades = graded_class(QUIZ, [{"id": "1"}], {**FULL_KEY, "q10": None})
    with pytest.raises(QuizproofError, match=r"q10 is not known, so the files would hold only 2\.6 of 3\.6"):
        list(gradescope_files(grades))
