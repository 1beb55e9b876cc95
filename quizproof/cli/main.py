"""The command line put together. Commands import what they need when they run."""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from quizproof.cli.boundary import guarded
from quizproof.cli.check import check
from quizproof.cli.diff import diff
from quizproof.cli.exports.app import export
from quizproof.cli.fetch import fetch
from quizproof.cli.grade_command import grade
from quizproof.cli.help import Command, Group
from quizproof.cli.init import init
from quizproof.cli.listing import list_questions
from quizproof.cli.lock import lock_sources
from quizproof.cli.new import new
from quizproof.cli.project import defaults_of, find_project, read_project
from quizproof.cli.resource_options import with_resources
from quizproof.cli.rule import rule
from quizproof.cli.show import show_questions
from quizproof.cli.validate import validate
from quizproof.cli.verify import report, verify

app = typer.Typer(
    name="quizproof",
    help="Check the answer key of a quiz by computing the evidence behind every option, and grade papers.",
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(with_resources(verify))
app.command()(report)
app.command()(diff)
app.command()(grade)
app.command()(check)
app.command()(validate)
app.command()(rule)
app.command("list")(with_resources(list_questions))
app.command("show")(show_questions)
app.command("lock")(with_resources(lock_sources))
app.command()(fetch)
app.add_typer(export, name="export", cls=Group)
app.add_typer(init, name="init", cls=Group)
app.add_typer(new, name="new", cls=Group)
for group in (app, export, init, new):
    for registered in group.registered_commands:
        registered.cls = Command


def _say_version(asked: bool) -> None:
    if asked:
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
    guarded(_run)


def _run() -> None:
    command = typer.main.get_command(app)
    project = find_project(Path.cwd())
    defaults = defaults_of(read_project(project), command) if project else {}
    command.main(prog_name="quizproof", default_map=defaults)
