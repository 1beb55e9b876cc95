"""The command line put together. Commands import what they need when they run."""

import os
from typing import Annotated

import typer

from quizproof.cli.boundary import guarded
from quizproof.cli.commands import Root

app = typer.Typer(
    name="quizproof",
    help="Check the answer key of a quiz by computing the evidence behind every option, and grade papers.",
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"quizproof {version('quizproof')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line; whatever goes wrong is a sentence."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that spin while they wait take the cores from each other wherever something else runs too.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # What other packages add to pydantic is not wanted, and to look for it takes longer than most commands.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    guarded(lambda: typer.main.get_command(app).main(prog_name="quizproof"))
