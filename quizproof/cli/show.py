"""`quizproof show`: questions as they are asked."""

import sys
from typing import Annotated

import typer

from quizproof.cli.options import Json, Language, QuizOption
from quizproof.cli.output import print_json


def show_questions(
    question_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="qNN", help="These questions, such as q01,q02; all of them if none is named."),
    ] = None,
    language: Language = "en",
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Print questions with their options, in either language."""
    from questions.forms import question_lines
    from questions.selection import selected
    from solvers.run import catalog

    chosen = selected(catalog.load(quiz), question_ids or ())
    if json:
        fields = {"id", "title", "section", "kind", "points", "prompt"}
        documents = [
            question.model_dump(mode="json", include=fields)
            | {
                "options": [
                    option.model_dump(mode="json", include={"id", "text"}) for option in question.options
                ]
            }
            for question in chosen
        ]
        print_json({"questions": documents})
        return
    sys.stdout.write(
        "\n".join("".join(f"{line}\n" for line in question_lines(one, language)) for one in chosen)
    )
