"""`quizproof validate`: all that is wrong in a quiz and its key."""

import sys

import typer

from quizproof.cli.exit_codes import EXIT_DIFFERS, EXIT_USAGE
from quizproof.cli.options import DEFAULT_OUT, EvidenceDir, Json, KeyFile, LockFile, QuizOption
from quizproof.cli.output import print_json


def validate(
    quiz: QuizOption = None,
    key: KeyFile = None,
    evidence: EvidenceDir = DEFAULT_OUT,
    lock: LockFile = None,
    json: Json = False,
) -> None:
    """Check the question files and the key; all that is wrong is said in one go.

    A key is also held against stored evidence, where there is any.
    """
    from grader.key.validation import validate_files

    result = validate_files(quiz, key, evidence, lock)
    if json:
        print_json(result.model_dump(mode="json"))
    else:
        sys.stderr.write("".join(f"{line}\n" for line in result.complaints()))
        if result.spec is not None:
            sys.stdout.write(f"{result.summary()}\n")
    if not result.valid:
        raise typer.Exit(EXIT_USAGE)
    if result.contradicted:
        raise typer.Exit(EXIT_DIFFERS)
