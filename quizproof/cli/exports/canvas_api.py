"""`quizproof export canvas-api`: scores back to Canvas, question by question."""

import os
from pathlib import Path
from typing import Annotated

import typer

from questions.common.errors import QuizproofError
from questions.common.messages import listed
from quizproof.cli.grading_options import GradingOptions, with_grading
from quizproof.cli.options import AllowLower, LanguageOption, OutFile, RevealWhy

TOKEN = "CANVAS_TOKEN"  # noqa: S105  the name of a variable


@with_grading
def export_canvas_api(
    grading: GradingOptions,
    send: Annotated[bool, typer.Option("--send", help=f"Send it, with the token in {TOKEN}.")] = False,
    canvas: Annotated[
        str | None, typer.Option("--canvas", metavar="URL", help="To send: such as https://cool.ntu.edu.tw.")
    ] = None,
    course: Annotated[
        int | None, typer.Option("--course", min=1, help="To send: the number after /courses/.")
    ] = None,
    quiz_id: Annotated[
        int | None, typer.Option("--quiz-id", min=1, help="To send: the number after /quizzes/.")
    ] = None,
    comments: Annotated[
        bool, typer.Option(help="With the words on each score, in place of comments that stand there.")
    ] = True,
    language: LanguageOption = "zh",
    reveal: RevealWhy = False,
    allow_lower: AllowLower = False,
    out: OutFile = Path("canvas-api.jsonl"),
) -> None:
    """Write what Canvas's API takes: the scores of each student's attempt, question by question.

    Each score is explained in words; where evidence is stored, so is every option picked, with --reveal
    every option. Papers are the quiz's Student Analysis, which has Canvas's ids. Nothing is sent without
    --send; what was accepted is kept in FILE.sent, so that the same command goes on after a stop. Ends with
    1 where a score would be lowered, or where Canvas refuses a student or counts otherwise.
    """
    from grader.exports.canvas_api.client import Canvas
    from grader.exports.canvas_api.export import CanvasExport
    from grader.exports.canvas_api.sending import Journal, read_updates
    from grader.exports.canvas_api.sending import send as send_updates
    from quizproof.cli.exports.class_export import export_class
    from quizproof.cli.reasons import stored_reasons
    from quizproof.cli.terminal import say, tracked

    told = stored_reasons(grading.quiz, grading.evidence, grading.rulings)
    export = CanvasExport(language, comments, allow_lower, told.reasons, reveal)
    where = {"--canvas": canvas, "--course": course, "--quiz-id": quiz_id}
    if not send:
        if given := [name for name, value in where.items() if value is not None]:
            raise QuizproofError(f"{listed(given)}: nothing is sent without --send.")
        export_class(grading, export, out, allow_lower=allow_lower)
        return
    if canvas is None or course is None or quiz_id is None:
        missing = [name for name, value in where.items() if value is None]
        raise QuizproofError(f"--send needs {listed(missing)} too.")
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise QuizproofError(
            f"--send needs a token: make one in Canvas's settings and put it in the variable {TOKEN}."
        )
    client = Canvas(canvas, token, course, quiz_id)
    journal = out.with_name(f"{out.name}.sent")
    export_class(
        grading,
        export,
        out,
        allow_lower=allow_lower,
        then=lambda: send_updates(read_updates(out), client, Journal(journal), say, tracked),
    )
