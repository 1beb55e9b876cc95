"""Reads JSON into the same tree as YAML: duplicates refused, the line of every place kept."""

import json
import re
from bisect import bisect_right
from typing import Any, NoReturn

from questions.common.messages import show
from questions.reading.document import MAX_DEPTH, DocumentBuilder

# A string without an end goes to the text's own end, lest its end be looked for from each of its quotes.
_LEXEME = re.compile(r'"(?:[^"\\]++|\\(?:.|\Z))*+(?:"|\Z)|[][{}:,]|[^][{}:,"\s]++', re.DOTALL)
_LONGEST_NUMBER = 400  # digits; Python refuses to convert integers of more than 4,300


class _Lines:
    """Turns offsets into lines and columns, both from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def read_json(text: str, builder: DocumentBuilder) -> None:
    """Read a JSON text into `builder`. Raises SpecError where reading cannot go on."""
    lines = _Lines(text)
    if not text.strip():
        return
    _check_depth(text, builder, lines)
    try:
        json.loads(text, parse_constant=_refuse_constant, parse_int=str)
    except json.JSONDecodeError as error:
        builder.stop(error.lineno, error.colno, f"is not JSON: {error.msg}")
    except _ConstantError as error:
        builder.stop(*lines.place(text.find(str(error))), f"is not JSON: {error} is not allowed")
    for match in _LEXEME.finditer(text):
        _take(match.group(), *lines.place(match.start()), builder)


class _ConstantError(Exception):
    """NaN or an infinity, which Python reads and JSON has not."""


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _check_depth(text: str, builder: DocumentBuilder, lines: _Lines) -> None:
    """Stop at a too deep bracket before the recursive parser meets it."""
    depth = 0
    for match in _LEXEME.finditer(text):
        lexeme = match.group()
        if lexeme in "[{":
            depth += 1
        elif lexeme in "]}":
            depth -= 1
        if depth > MAX_DEPTH:
            builder.stop(
                *lines.place(match.start()),
                f"nested more than {MAX_DEPTH} levels deep; at most {MAX_DEPTH} are allowed",
            )


def _take(lexeme: str, line: int, column: int, builder: DocumentBuilder) -> None:
    """Take one token of a text that is known to be JSON."""
    if lexeme in "[{":
        builder.start([] if lexeme == "[" else {}, line, column)
    elif lexeme in "]}":
        builder.end()
    elif lexeme not in ":,":
        value = _scalar(lexeme, line, column, builder)
        if builder.wants_key:
            builder.key(value, line, column)
        else:
            builder.scalar(value, line, column)


def _scalar(lexeme: str, line: int, column: int, builder: DocumentBuilder) -> Any:
    if lexeme[0] != '"' and len(lexeme) > _LONGEST_NUMBER:
        builder.stop(line, column, f"the number {show(lexeme)} is too long")
    return json.loads(lexeme)
