"""A class's grades as Gradescope's results.json: one file a paper, every score explained in words.

Scores are rounded here and nowhere before: half up to two decimals, the total from the exact sum.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from grader.exports.gradebook_fill import require_full_key
from grader.papers.responses import ClassGrades, picked_of
from grader.scores.credit import credit, display, explain_credit
from grader.scores.own_paper import Language
from questions.common.errors import SubmissionError
from questions.quiz import AnyQuestion

Visibility = Literal["hidden", "after_due_date", "after_published", "visible"]

MAX_NAME_CHARS = 40
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def gradescope_files(
    grades: ClassGrades, *, language: Language = "zh", visibility: Visibility = "after_published"
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each paper's file.

    The words tell how many options are correct, so they are for after the grades are out. Raises
    QuizproofError for an incomplete key, SubmissionError for two papers that cannot be told apart.
    """
    require_full_key(grades.responses.quiz, grades.key, "the files")
    frame = grades.responses.frame
    questions = grades.graded
    told: dict[tuple[str, int], dict[str, Any]] = {}
    place_of: dict[str, str] = {}
    identity = frame.select("student", "id", "sis_id", "name", "source", "row").iter_rows()
    masks = frame.select(question.id for question in questions).iter_rows()
    for (*whose, source, row), paper, total in zip(identity, masks, grades.frame["total"], strict=True):
        name, place = _file_name(whose), f"row {row} of {source}"
        if name in place_of:
            raise SubmissionError(
                [f"{place_of[name]} and {place}: two papers of one student; keep one of the attempts"]
            )
        place_of[name] = place
        tests = []
        for number, (question, mask) in enumerate(zip(questions, paper, strict=True), start=1):
            if (question.id, mask) not in told:
                told[question.id, mask] = _test(grades, question, mask, number, language, visibility)
            tests.append(told[question.id, mask])
        document = {
            "score": float(display(grades.points(total))),
            "visibility": visibility,
            "extra_data": {"student": whose[0]},
            "tests": tests,
        }
        yield name, f"{json.dumps(document, ensure_ascii=False)}\n".encode()


def _test(
    grades: ClassGrades,
    question: AnyQuestion,
    mask: int,
    number: int,
    language: Language,
    visibility: Visibility,
) -> dict[str, Any]:
    """One question as Gradescope shows it: passed is full credit, and the words say how it came about."""
    picked, correct = frozenset(picked_of(question, mask)), grades.key[question.id]
    assert correct is not None
    words = explain_credit(picked, correct, question.points_exact)
    title = question.title
    return {
        "name": f"Q{number} {title.zh if language == 'zh' else title.en}",
        "number": str(number),
        "score": float(display(credit(picked, correct, question.points_exact))),
        "max_score": float(question.points_exact),
        "status": "passed" if picked == correct else "failed",
        "output": words.zh if language == "zh" else words.en,
        "output_format": "text",
        "visibility": visibility,
    }


def _file_name(whose: list[str | None]) -> str:
    """A name of letters and digits, with a digest that keeps different students apart."""
    digest = hashlib.sha256(json.dumps(whose).encode()).hexdigest()[:12]
    plain = _UNSAFE.sub("-", whose[0] or "").strip("-")[:MAX_NAME_CHARS]
    return f"{plain or 'student'}-{digest}.json"
