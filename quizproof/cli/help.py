"""How help is laid out: examples below, and no types of Python's among the options."""

import re
from gettext import gettext
from typing import Any

from typer.core import TyperCommand, TyperGroup

from quizproof.cli.examples import EXAMPLES


class _WithExamples:
    """Ends the help of a command with the lines that a user would type."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """A line an example, as it is typed, however narrow the terminal is."""
        if examples := EXAMPLES.get(ctx.command_path):
            with formatter.section(gettext("Examples")):
                formatter.write("".join(f"{'':{formatter.current_indent}}{line}\n" for line in examples))


class Group(_WithExamples, TyperGroup):
    """A command that has others under it."""


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
