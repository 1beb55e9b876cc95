"""One student's results.json, as Gradescope's autograder wants it: always written, at the path given."""

import json
from pathlib import Path

from grader.exports.gradescope import GradescopeExport
from questions.common.errors import QuizproofError, SubmissionError
from questions.common.files import write_atomic
from quizproof.cli.grade import load_class
from quizproof.cli.grading_options import GradingOptions
from quizproof.cli.output import done


def write_one(asked: GradingOptions, export: GradescopeExport, path: Path) -> None:
    """Write the results of the one paper that was handed in, and say so.

    A paper that cannot be read, or that is not the only one, has score 0 and the sentence as its output.
    Other mistakes, such as one in the key, are not the student's and are raised as they are; so is a
    regrade, since one submission has no score before.
    """
    if asked.old_key is not None or asked.regrade is not None:
        raise QuizproofError(f"--results {path}: --old-key and --regrade are for a class; give --out DIR.")
    if path.is_dir():
        raise QuizproofError(f"{path}: is a folder; give the file to write, such as results/results.json.")
    line = f"{path}: one paper."
    try:
        content = _only([content for _, content in export.make(load_class(asked).grades).files])
    except SubmissionError as error:
        line = f"{path}: score 0: {error}"
        nothing = {"score": 0, "visibility": export.visibility, "output": str(error)}
        document = nothing | {"output_format": "text", "tests": list[str]()}
        content = f"{json.dumps(document, ensure_ascii=False)}\n".encode()
    write_atomic(path, content)
    done(line, {"file": str(path)}, json=asked.json)


def _only(files: list[bytes]) -> bytes:
    if len(files) != 1:
        raise SubmissionError([f"found {len(files)} papers; hand in exactly one"])
    return files[0]
