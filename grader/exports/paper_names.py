"""What the file or folder of each paper is called: nothing from outside is a path."""

import hashlib
import json
import re
from collections.abc import Iterator

from grader.scores.graded import ClassGrades
from questions.common.errors import SubmissionError

MAX_NAME_CHARS = 40
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def paper_names(grades: ClassGrades) -> Iterator[str]:
    """A name for each paper, of letters and digits, with a digest that keeps different students apart.

    Raises SubmissionError for two papers that cannot be told apart.
    """
    place_of: dict[str, str] = {}
    frame = grades.responses.frame.select("student", "id", "sis_id", "name", "source", "row")
    for *whose, source, row in frame.iter_rows():
        digest = hashlib.sha256(json.dumps(whose).encode()).hexdigest()[:12]
        plain = _UNSAFE.sub("-", whose[0] or "").strip("-")[:MAX_NAME_CHARS]
        name, place = f"{plain or 'student'}-{digest}", f"row {row} of {source}"
        if name in place_of:
            raise SubmissionError(
                [f"{place_of[name]} and {place}: two papers of one student; keep one of the attempts"]
            )
        place_of[name] = place
        yield name
