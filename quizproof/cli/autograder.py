"""One student's results.json, as Gradescope's autograder wants it: always written, at the path given."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.exports.gradescope import Visibility, gradescope_files
from grader.scores.graded import ClassGrades
from grader.scores.own_paper import Language
from questions.common.errors import QuizproofError, SubmissionError
from questions.common.files import write_atomic
from quizproof.cli.grade import GradedClass


def require_alone(results: Path, old_key: Path | None, regrade: str | None) -> None:
    """Raises QuizproofError for a regrade: one submission has no score before."""
    if old_key is not None or regrade is not None:
        raise QuizproofError(f"--results {results}: --old-key and --regrade are for a class; give --out DIR.")


def write_one(load: Callable[[], GradedClass], path: Path, language: Language, visibility: Visibility) -> str:
    """Write the results of the one paper that `load` reads; return what was said of it.

    A paper that cannot be read, or that is not the only one, has score 0 and the sentence as its output.
    Other mistakes, such as one in the key, are not the student's and are raised as they are.
    """
    if path.is_dir():
        raise QuizproofError(f"{path}: is a folder; give the file to write, such as results/results.json.")
    try:
        content = _one(load().grades, language, visibility)
    except SubmissionError as error:
        problem = str(error)
        document: dict[str, Any] = {
            "score": 0,
            "visibility": visibility,
            "output": problem,
            "output_format": "text",
            "tests": [],
        }
        write_atomic(path, f"{json.dumps(document, ensure_ascii=False)}\n".encode())
        return f"{path}: score 0: {problem}"
    write_atomic(path, content)
    return f"{path}: one paper."


def _one(grades: ClassGrades, language: Language, visibility: Visibility) -> bytes:
    """The file of the one paper there is. Raises SubmissionError for none or several."""
    files = [content for _, content in gradescope_files(grades, language=language, visibility=visibility)]
    if len(files) != 1:
        raise SubmissionError([f"found {len(files)} papers; hand in exactly one"])
    return files[0]
