"""What every command ends with: exit codes, one JSON document, a page in the browser."""

import json as json_module
import sys
from pathlib import Path
from typing import Any


def print_json(document: Any) -> None:
    """Print the one document of a command that was asked for JSON."""
    json_module.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def open_page(path: Path) -> None:
    """Show a page in the user's browser; where there is none, say so and go on."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        sys.stderr.write(f"No browser could be opened; the report lies in {path}.\n")
