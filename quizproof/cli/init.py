"""`quizproof init`: a key or a paper to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from questions.common.errors import QuizproofError
from questions.common.messages import plain_path
from quizproof.cli.options import Json, Language, QuizOption
from quizproof.cli.output import print_json

init = typer.Typer(no_args_is_help=True, help="Start a key or a paper to fill in.", rich_markup_mode=None)

OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="A new file.")]


@init.command("key")
def init_key(
    language: Language = "en",
    out: OutFile = Path("key.yaml"),
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Write a key in YAML with every question in words, no answer known yet."""
    from questions.forms import key_form
    from solvers.run import catalog

    _write(out, key_form(catalog.load(quiz), language), f"quizproof validate --key {out}", json=json)


@init.command("paper")
def init_paper(
    language: Language = "en",
    out: OutFile = Path("paper.yaml"),
    quiz: QuizOption = None,
    json: Json = False,
) -> None:
    """Write a blank paper in YAML with every question in words."""
    from questions.forms import paper_form
    from solvers.run import catalog

    _write(out, paper_form(catalog.load(quiz), language), f"quizproof check {out}", json=json)


def _write(path: Path, text: str, following: str, *, json: bool) -> None:
    """Write a file that is not there yet. Raises QuizproofError for one that is."""
    from questions.common.files import write_atomic

    if path.exists() or path.is_symlink():
        raise QuizproofError(f"{plain_path(path)}: is there already and stays as it is; give another --out.")
    write_atomic(path, text.encode())
    if json:
        print_json({"file": str(path)})
    else:
        typer.echo(f"{path}: fill it in. Next: {following}")
