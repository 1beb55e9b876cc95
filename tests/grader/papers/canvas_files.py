"""Files as Canvas exports them, written by hand for tests."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.grading import canvas_cell, canvas_header
from questions.load import load_quiz
from questions.quiz import AnyQuestion, Bilingual, QuizSpec

QUIZ = load_quiz()
ANN = {"name": "Ann Lee", "id": "17", "sis_id": "B11901001", "submitted": "2026-03-02 08:15:30 UTC"}
BEN = {"name": "王小明", "id": "18", "sis_id": "B11901002", "submitted": "2026-03-02 08:10:00 UTC"}


def with_texts(
    question: AnyQuestion, texts: Sequence[str], english: Sequence[str] | None = None
) -> AnyQuestion:
    """The question with other options; as text stands in files, any text will do."""
    options = tuple(
        question.options[0].model_copy(
            update={"id": chr(ord("A") + place), "text": Bilingual.model_construct(zh=zh, en=en)}
        )
        for place, (zh, en) in enumerate(zip(texts, english or texts, strict=True))
    )
    return question.model_copy(update={"options": options})


def quiz_of(*questions: AnyQuestion) -> QuizSpec:
    """A quiz of these questions alone."""
    return QUIZ.model_copy(update={"questions": questions})


def canvas_row(paper: Mapping[str, Any], quiz: QuizSpec = QUIZ, language: str = "zh") -> list[str]:
    """A row: `paper` has fields of identity, answers such as q06="ABD", and points such as q06_points=1.0."""
    fixed = ("name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted")
    row = [str(paper.get(name, "")) for name in fixed] + [str(paper.get("attempt", 1))]
    for question in quiz.questions:
        row.append(canvas_cell(question, paper.get(question.id, ""), language))
        row.append(str(paper.get(f"{question.id}_points", "0.0")))
    return [*row, "0", "0", str(paper.get("score", "0.0"))]


def write_csv(path: Path, rows: Iterable[Sequence[str]], delimiter: str = ",", bom: bool = False) -> Path:
    """Write rows as CSV with LF at their ends, as Ruby's CSV does."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode())
    return path


def write_canvas(
    path: Path, papers: Iterable[Mapping[str, Any]], quiz: QuizSpec = QUIZ, **options: Any
) -> Path:
    """A Student Analysis of these papers."""
    rows = [canvas_header(quiz), *(canvas_row(paper, quiz) for paper in papers)]
    return write_csv(path, rows, **options)
