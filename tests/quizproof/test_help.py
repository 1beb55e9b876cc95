"""Help, version and shell completion, of every command there is."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from quizproof.cli.examples import EXAMPLES
from quizproof.cli.main import app
from tests.quizproof.commands import Run


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that lead to it."""
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from commands(one, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_every_command_has_examples_and_every_example_a_command() -> None:
    assert {" ".join(("quizproof", *path)) for path in COMMANDS} == set(EXAMPLES)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_is_asked_in_two_ways_and_names_no_type_of_python(run: Run, path: tuple[str, ...]) -> None:
    short, long = (run(*path, option) for option in ("-h", "--help"))
    assert (short.exit_code, short.stderr, short.stdout) == (0, "", long.stdout)
    assert not re.search(r"list\[|\b(str|int|float|bool|path|Path|TEXT|INTEGER)\b", short.stdout)
    (lines,) = re.findall(r"\nExamples:\n((?:  quizproof.*\n)+)$", short.stdout)
    assert lines.splitlines() == [f"  {line}" for line in EXAMPLES[" ".join(("quizproof", *path))]]


@pytest.mark.parametrize("example", [line for path, lines in EXAMPLES.items() for line in lines])
def test_every_example_is_a_command_line(example: str) -> None:
    """All that it names is known, and nothing that is needed is missing."""
    _, *words = shlex.split(example.split("    ", maxsplit=1)[0])
    path: tuple[str, ...] = ()
    while len(words) > 0 and (*path, words[0]) in COMMANDS:
        path = (*path, words.pop(0))
    command = COMMANDS[path]
    assert path
    if "-h" not in words:
        command.make_context(path[-1], words)


def test_the_version(run: Run) -> None:
    said = run("--version")
    assert said.exit_code == 0
    assert re.fullmatch(r"quizproof \d+\.\d+\.\d+\n", said.stdout)


def completed(words: str, shell: str = "bash") -> list[str]:
    environment = {
        "_QUIZPROOF_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "quizproof"],
        env=os.environ | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_a_shell_completes_commands_and_options() -> None:
    assert completed("quizproof ver") == ["verify"]
    assert completed("quizproof export q") == ["qti"]
    assert completed("quizproof grade --key-from") == ["--key-from-evidence"]
    assert completed("quizproof verify --models o") == ["official"]
