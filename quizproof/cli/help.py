"""How help is laid out: examples below, and no types of Python's among the options."""

import re
from gettext import gettext
from typing import Any

from typer.core import TyperCommand, TyperGroup

from quizproof.cli.examples import EXAMPLES
from quizproof.cli.project_file import project_defaults

MAX_LINE_CHARS = 400


class _WithExamples:
    """Ends the help of a command with the lines that a user would type."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """A line an example, as it is typed, however narrow the terminal is."""
        if examples := EXAMPLES.get(ctx.command_path):
            with formatter.section(gettext("Examples")):
                formatter.write("".join(f"{'':{formatter.current_indent}}{line}\n" for line in examples))


class Group(_WithExamples, TyperGroup):
    """A command that has others under it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """The names alone; typer makes every command for it."""
        return list(self.commands)

    def help_of(self, name: str) -> str:
        """The help of one of them in one line."""
        return self.commands[name].get_short_help_str(limit=MAX_LINE_CHARS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """A line a command, wrapped where the terminal is narrow; nothing is cut off."""
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(name, self.help_of(name)) for name in self.list_commands(ctx)])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named, with what the project's file gives it."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and not isinstance(command, Group) and not ctx.resilient_parsing:
            ctx.default_map = {name: project_defaults(name)}
        return name, command, rest


class Command(_WithExamples, TyperCommand):
    """A command that does something."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options by their names, where typer would say `<list[Path]>`."""
        arguments, options = [], []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and parameter.param_type_name == "argument":
                arguments.append((parameter.metavar or parameter.name, record[1]))
            elif record is not None:
                names = re.sub(r"<[^|<>]+>$", parameter.name.upper(), record[0])  # of one with choices: a|b
                options.append((names, record[1]))
        for title, rows in ((gettext("Arguments"), arguments), (gettext("Options"), options)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
