"""What every command ends with: lines, one JSON document, a page in the browser."""

import json as json_module
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from questions.common.messages import printable


def say(text: str, *, bold: bool = False, colour: str | None = None) -> None:
    """A line of text from anywhere on stdout; styled in a terminal alone, which obeys nothing in it."""
    typer.secho(printable(text), bold=bold or None, fg=colour)


def print_json(document: Any) -> None:
    """Print the one document of a command that was asked for JSON."""
    json_module.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def done(line: str, document: Mapping[str, Any], *, json: bool) -> None:
    """Say what was written: a line, or a document alone on stdout."""
    if json:
        print_json(document)
    else:
        sys.stdout.write(f"{line}\n")


def open_page(path: Path) -> None:
    """Show a page in the user's browser; where there is none, say so and go on."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        sys.stderr.write(f"No browser could be opened; the report lies in {path}.\n")
