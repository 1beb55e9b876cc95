"""The commands by name. A module is imported when its command runs, or is asked for its own help."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer

from quizproof.cli.help import Command, Group


@dataclass(frozen=True)
class Entry:
    """A function or a group of commands as `module:name` in this package, and its help in one line."""

    target: str
    help: str
    takes_resources: bool = False


COMMANDS: Mapping[str, Entry] = {
    "verify": Entry(
        "verify:verify",
        "Compute the evidence for every option, hold the key against it, and write the report.",
        takes_resources=True,
    ),
    "report": Entry(
        "verify:report", "Judge stored measurements again and render the report; needs no models."
    ),
    "diff": Entry(
        "diff:diff",
        "Say what another run changed: verdicts, margins near a threshold, weights, libraries, sounds, key.",
    ),
    "grade": Entry(
        "grade_command:grade",
        "Grade papers or a class by the course's partial-credit rule, in exact fractions.",
    ),
    "check": Entry(
        "check:check",
        "Check your own paper; without --reveal, nothing is shown of options you did not pick.",
    ),
    "validate": Entry(
        "validate:validate", "Check the question files and the key; all that is wrong is said in one go."
    ),
    "rule": Entry(
        "rule:rule", "Rule on an option that measurement leaves open, or list what waits for a person."
    ),
    "list": Entry(
        "listing:list_questions",
        "List the questions, their points, what each rests on and what of it is at hand.",
        takes_resources=True,
    ),
    "show": Entry("show:show_questions", "Print questions with their options, in either language."),
    "lock": Entry(
        "lock:lock_sources",
        "Write quizproof.lock: the revisions and SHA-256 of all that is real and at hand.",
        takes_resources=True,
    ),
    "fetch": Entry(
        "fetch:fetch",
        "Download the data of a resource (emovdb: some GB); run again to go on where it broke off.",
    ),
    "export": Entry("exports.app:export", "Write files for other programs."),
    "init": Entry("init:init", "Start a key or a paper to fill in."),
    "new": Entry("new:new", "Start a quiz or a question."),
}


class LoadedOnUse(Mapping[str, Any]):
    """Commands by name, each made when it is asked for."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """The command of that name. Raises KeyError."""
        if name not in self._made:
            self._made[name] = _made(name, self._entries[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """The names, as help lists them."""
        return iter(self._entries)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._entries)


def _made(name: str, entry: Entry) -> Any:
    """The command or the group that an entry names."""
    module, _, member = entry.target.partition(":")
    target = getattr(import_module(f"quizproof.cli.{module}"), member)
    holder = typer.Typer(rich_markup_mode=None)
    if isinstance(target, typer.Typer):
        for registered in target.registered_commands:
            registered.cls = Command
        holder.add_typer(target, name=name, cls=Group)
    elif entry.takes_resources:
        from quizproof.cli.resource_options import with_resources

        holder.command(name, cls=Command)(with_resources(target))
    else:
        holder.command(name, cls=Command)(target)
    return typer.main.get_group(holder).commands[name]


class Root(Group):
    """`quizproof` itself: help and completion need none of its commands."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = LoadedOnUse(COMMANDS)

    def help_of(self, name: str) -> str:
        """A command's help in one line."""
        return COMMANDS[name].help
