"""Builds plain data from a file's events, keeping the line of every place and every problem met."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NoReturn

from questions.common.errors import SpecError
from questions.common.messages import show

MAX_DEPTH = 20  # a question needs 6
MAX_VALUES = 100_000  # a long quiz has 2,000
MAX_PROBLEMS = 50  # a file with more is not read on: nobody mends from a longer list at once

# What a terminal would obey, and halves of surrogate pairs, which no file can hold.
_REFUSED_CHAR = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A file's data, with the line of every place: `lines[("options", 2, "claim")]` is 31.

    `text` is the file as it is spelled.
    """

    data: Any
    lines: dict[Place, int]
    name: str
    text: str = ""

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest place above it that the file has."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)

    def at(self, place: Place, *, line_of: Place | None = None) -> str:
        """Return file, line and place as every message begins: `q07.yaml:31: options[2].claim`."""
        line = self.line(place if line_of is None else line_of)
        return f"{self.name}:{line}: {spell(place)}" if place else f"{self.name}:{line}"


def first_problems(problems: Iterable[str], name: str) -> list[str]:
    """The first `MAX_PROBLEMS`; where there are more, a last line says so of the file called `name`."""
    found = list(islice(problems, MAX_PROBLEMS + 1))
    if len(found) > MAX_PROBLEMS:
        found[-1] = f"{name}: more than {MAX_PROBLEMS} problems; mend these first"
    return found


def spell(place: Place) -> str:
    """Return a place as a reader writes it: `options[2].claim`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{_printable(step)}" if text else _printable(step)
    return text


def _printable(key: str) -> str:
    return key if key.isprintable() and len(key) <= 60 and key else show(key)


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    value: dict[str, Any] | list[Any]
    place: Place
    line: int
    key: str | None = None
    key_lines: dict[str, int] = field(default_factory=dict)


class DocumentBuilder:
    """Takes values in the order of the file. Data is dicts with text keys, lists and scalars."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []
        self._lines: dict[Place, int] = {}
        self._open: list[_Open] = []
        self._root: list[Any] = []

    @property
    def wants_key(self) -> bool:
        """Whether the next scalar is a key of a mapping."""
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def problem(self, line: int, column: int, message: str) -> None:
        """Note a problem; past MAX_PROBLEMS give up on the file."""
        self.problems.append(f"{self.name}:{line}:{column}: {message}")
        if len(self.problems) >= MAX_PROBLEMS:
            self.problems.append(f"{self.name}: more than {MAX_PROBLEMS} problems; mend these first")
            raise SpecError(self.problems)

    def stop(self, line: int, column: int, message: str) -> NoReturn:
        """Note a problem after which the rest of the file cannot be read."""
        self.problems.append(f"{self.name}:{line}:{column}: {message}")
        raise SpecError(self.problems)

    def key(self, text: str, line: int, column: int) -> None:
        """Take a mapping's key; the first of two equal ones keeps its value."""
        self._check_text(text, line, column)
        top = self._open[-1]
        if text in top.key_lines:
            first = top.key_lines[text]
            self.problem(line, column, f"the key {show(text)} stands twice, first on line {first}; keep one")
        else:
            top.key_lines[text] = line
        top.key = text
        self._lines.setdefault((*top.place, text), line)

    def start(self, value: dict[str, Any] | list[Any], line: int, column: int) -> None:
        """Open a mapping or a list."""
        if len(self._open) >= MAX_DEPTH:
            self.stop(
                line, column, f"nested more than {MAX_DEPTH} levels deep; at most {MAX_DEPTH} are allowed"
            )
        place = self._attach(value, line)
        self._open.append(_Open(value, place, line))

    def end(self) -> None:
        """Close the mapping or list opened last."""
        self._open.pop()

    def scalar(self, value: Any, line: int, column: int) -> None:
        """Take a value that holds no others."""
        if isinstance(value, str):
            self._check_text(value, line, column)
        self._attach(value, line)

    def _check_text(self, text: str, line: int, column: int) -> None:
        if refused := _REFUSED_CHAR.search(text):
            code = f"U+{ord(refused.group()):04X}"
            self.problem(line, column, f"the character {code} is not allowed in the text {show(text)}")

    def _attach(self, value: Any, line: int) -> Place:
        if len(self._lines) >= MAX_VALUES:
            self.stop(line, 1, f"more than {MAX_VALUES:,} values; at most {MAX_VALUES:,} are allowed")
        if not self._open:
            self._root.append(value)
            self._lines[()] = line
            return ()
        top = self._open[-1]
        if isinstance(top.value, list):
            place: Place = (*top.place, len(top.value))
            top.value.append(value)
            self._lines[place] = line
            return place
        assert top.key is not None
        place = (*top.place, top.key)
        if top.key not in top.value:
            top.value[top.key] = value
        top.key = None
        return place

    def document(self, text: str = "") -> Document:
        """Return what was read. Raises SpecError where anything was wrong."""
        if not self._root and not self.problems:
            self.problems.append(f"{self.name}: the file is empty; it needs a mapping of fields")
        if self.problems:
            raise SpecError(self.problems)
        return Document(self._root[0], self._lines, self.name, text)
