"""Commands that grade papers take the same options, each with its own help."""

import inspect

import typer

from quizproof.cli.grading_options import GradingOptions
from quizproof.cli.main import app

COMMANDS = ("grade", "export gradebook", "export gradescope", "export pages", "export canvas-api")


def command_of(words: str) -> object:
    found = typer.main.get_command(app)
    for word in words.split():
        found = found.commands[word]  # type: ignore[attr-defined]
    return found


def test_all_take_what_grading_is_asked() -> None:
    shared = set(inspect.signature(GradingOptions).parameters)
    told = []
    for words in COMMANDS:
        options = {option.name: option for option in command_of(words).params}  # type: ignore[attr-defined]
        assert shared <= options.keys(), words
        assert all(option.help for option in options.values()), words
        told.append(
            {name: (options[name].opts, options[name].default, options[name].help) for name in shared}
        )
    assert all(one == told[0] for one in told)
