"""`quizproof new`: a working skeleton of a quiz or a question, with a test that passes."""

from pathlib import Path
from typing import Annotated

import typer

from quizproof.cli.options import Json
from quizproof.cli.output import print_json

new = typer.Typer(no_args_is_help=True, help="Start a quiz or a question.", rich_markup_mode=None)


@new.command("quiz")
def new_quiz(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, which will hold code.")],
    solver: Annotated[
        str | None,
        typer.Option("--solver", metavar="NAME", help="What its first question's solver is called."),
    ] = None,
    json: Json = False,
) -> None:
    """Write a quiz of one question with its solver and a test."""
    from quizproof.skeleton import write_quiz

    _done(write_quiz(folder, solver), folder, json=json)


@new.command("question")
def new_question(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The quiz's folder.")],
    question_id: Annotated[str, typer.Option("--id", metavar="qNN", help="The new question's id.")],
    solver: Annotated[
        str | None,
        typer.Option("--solver", metavar="NAME", help="Its solver: a new one, or one that the quiz has."),
    ] = None,
    json: Json = False,
) -> None:
    """Add a question to a quiz outside the package.

    With a new solver comes a test; by a known one, the question starts as a copy of one that it answers.
    """
    from quizproof.skeleton import write_question

    _done(write_question(folder, question_id, solver), folder, json=json)


def _done(written: list[Path], folder: Path, *, json: bool) -> None:
    if json:
        print_json({"folder": str(folder), "files": [str(path) for path in written]})
        return
    for path in written:
        typer.echo(path)
    typer.echo(f"Next: make it your own, then quizproof verify --quiz {folder}")
