"""Classes built by hand, for tests of what is made of a graded class."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from grader.papers.responses import IDENTITY, Responses, mask_of
from grader.scores.class_grades import grade_class
from grader.scores.graded import ClassGrades
from questions.key import Answers
from questions.quiz import QuizSpec

# Any key will do for the arithmetic; it knows more questions than the quiz has, for those of a test's own.
FULL_KEY = {f"q{number:02}": frozenset("A") for number in range(1, 13)} | {
    "q06": frozenset("ABC"),
    "q10": frozenset("ABCDE"),
}


def graded_class(
    quiz: QuizSpec,
    papers: Sequence[Mapping[str, Any]],
    key: Answers = FULL_KEY,
) -> ClassGrades:
    """A class; a paper has any of the identity's fields, and answers such as q06="ABD"."""
    rows = []
    for number, paper in enumerate(papers, start=2):
        given = {"source": "class.csv", "row": number, **paper}
        student = given.get("sis_id") or given.get("id") or given.get("name") or f"row {number}"
        identity = {field: {"student": student, **given}.get(field) for field in IDENTITY}
        masks = {q.id: mask_of(q, frozenset(paper.get(q.id, ""))) for q in quiz.questions}
        rows.append(identity | masks)
    types = dict.fromkeys(IDENTITY, pl.String()) | {"row": pl.UInt32(), "attempt": pl.Int64()}
    schema = types | {question.id: pl.UInt32() for question in quiz.questions}
    return grade_class(Responses(quiz, pl.DataFrame(rows, schema=schema)), key)
