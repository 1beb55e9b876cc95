"""Files as Canvas exports them, written by hand for tests."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from questions.quiz import AnyQuestion, QuizSpec
from tests.grader.tiny import QUIZ

ANN = {"name": "Ann Lee", "id": "17", "sis_id": "B11901001", "submitted": "2026-03-02 08:15:30 UTC"}
BEN = {"name": "王小明", "id": "18", "sis_id": "B11901002", "submitted": "2026-03-02 08:10:00 UTC"}


FIXED = ("name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt")


def canvas_cell(question: AnyQuestion, picked: Iterable[str], language: str = "zh") -> str:
    """What Canvas writes for an answer: the text, or texts joined by commas with those inside escaped."""
    texts = [getattr(question.option(id_).text, language) for id_ in picked]
    if question.kind == "single":
        return "".join(texts)
    return ",".join(text.replace(",", "\\,") for text in texts)


def canvas_header(quiz: QuizSpec, language: str = "zh") -> list[str]:
    """The titles of a Student Analysis."""
    titles = list(FIXED)
    for number, question in enumerate(quiz.questions, 101):
        titles += [f"{number}: {getattr(question.prompt, language)}", str(float(question.points))]
    return [*titles, "n correct", "n incorrect", "score"]


def canvas_row(paper: Mapping[str, Any], quiz: QuizSpec = QUIZ, language: str = "zh") -> list[str]:
    """A row: `paper` has fields of identity, answers such as q06="ABD", and points such as q06_points=1.0."""
    row = [str(({"attempt": 1} | paper).get(name, "")) for name in FIXED]
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
