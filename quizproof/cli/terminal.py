"""What the terminal shows: the two streams, lines, and tables of which no cell is ever cut."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.progress import track
from rich.table import Table
from rich.text import Text

T = TypeVar("T")
GAP = 2  # between columns

# What is printed holds names of files and texts from outside: nothing in it is markup or an emoji's name.
out = Console(markup=False, emoji=False)
err = Console(stderr=True, markup=False, emoji=False)


def tracked(what: Sequence[T]) -> Iterable[T]:
    """The same one after another, with a bar on stderr where that is a terminal."""
    return track(what, "", console=err, transient=True, disable=not err.is_terminal)


def say(line: str) -> None:
    """A line on stderr, as it is."""
    err.print(Text(line), soft_wrap=True)


def print_line(line: str, *, bold: bool = False) -> None:
    """A line on stdout; what no terminal should be sent from a file is replaced."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in line)
    out.print(Text(shown, style="bold" if bold else ""), soft_wrap=True)


def table_of(*columns: str) -> Table:
    """A table without lines, whose cells wrap."""
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def print_table(table: Table) -> None:
    """A table, or its rows one under another where a word would not fit into its column."""
    columns = [
        [cell if isinstance(cell, Text) else Text(str(cell)) for cell in (column.header, *column.cells)]
        for column in table.columns
    ]
    words = [
        max(cell_len(word) for cell in column for word in (*cell.plain.split(), "")) for column in columns
    ]
    if sum(words) + GAP * (len(columns) - 1) <= out.width:
        out.print(table)
        return
    names, *rows = zip(*columns, strict=True)
    for row in rows:
        print_stacked([name.plain for name in names], row)


def print_stacked(columns: Sequence[str], row: Sequence[Text]) -> None:
    """A row as lines: its first cell, then every other behind its column's name."""
    first, *others = row
    out.print(Text.assemble(first, style="bold"))
    for name, cell in zip(columns[1:], others, strict=True):
        if cell.plain:
            out.print(Padding(Text.assemble((f"{name}: ", "dim"), cell), (0, 0, 0, 2)))
