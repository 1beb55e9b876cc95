"""What a person says of columns and texts that the rules do not know: `map.yaml`.

It is written from the files (`written_map`), with "?" where somebody has to decide, edited, and read again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from questions.common.errors import SubmissionError
from questions.common.messages import did_you_mean, listed, show
from questions.quiz import QuizSpec
from questions.reading.document import Document, Place, first_problems
from questions.reading.yaml_reader import read_document

IGNORE = "ignore"
UNDECIDED = "?"
MAX_MAP_BYTES = 4 * 2**20
MAX_PLAIN_KEY_CHARS = 1000  # YAML 1.2, section 8.2.2: a longer key needs a "?" before it
MAX_TEXTS = 200  # that are written for one question: with more, its column is another's

_HEAD = """\
# Which column is which question, and which option a text stands for.
# Decide where it says "?", then grade with --map FILE. What this file does not name is understood by rule.
#   columns: the title as in the file: a question's id, {fields}, or ignore.
#            Two columns of one question, which was taken out and put in again, are read as one.
#   options: by question, a text as in the file: the option that it stands for.
"""


@dataclass(frozen=True)
class ColumnMap:
    """Columns by their title and texts by their question, as far as they are said."""

    columns: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def texts(self, question_id: str) -> Mapping[str, str]:
        """What texts of one question stand for."""
        return self.options.get(question_id, {})


BY_RULE = ColumnMap()


@dataclass(frozen=True)
class Guess:
    """A title or a text of a file, what it is taken for (UNDECIDED where nothing says), and what is near."""

    text: str
    meant: str
    near: str = ""


def load_map(path: Path, quiz: QuizSpec, fields: Iterable[str]) -> ColumnMap:
    """Read a map. `fields` are the columns that are no questions. Raises SpecError or SubmissionError."""
    document = read_document(path, max_bytes=MAX_MAP_BYTES)
    problems = first_problems(_problems(document, quiz, tuple(fields)), document.name)
    if problems:
        raise SubmissionError(problems)
    return ColumnMap(document.data.get("columns") or {}, document.data.get("options") or {})


def written_map(
    columns: Iterable[Guess], options: Mapping[str, Iterable[Guess]], fields: Iterable[str]
) -> str:
    """A map as YAML to be edited."""
    lines = [_HEAD.format(fields=listed(fields)), "columns:\n", *(_line(one, "  ") for one in columns)]
    if options:
        lines.append("options:\n")
    for question, guesses in options.items():
        lines.append(f"  {question}:\n")
        lines += (_line(one, "    ") for one in guesses)
    return "".join(lines)


def _line(guess: Guess, indent: str) -> str:
    near = f"  # nearest: {show(guess.near)}" if guess.near else ""
    meant = f'"{UNDECIDED}"' if guess.meant == UNDECIDED else guess.meant
    key = _quoted(guess.text)
    if len(key) > MAX_PLAIN_KEY_CHARS:
        return f"{indent}? {key}\n{indent}: {meant}{near}\n"
    return f"{indent}{key}: {meant}{near}\n"


def _quoted(text: str) -> str:
    """A text as YAML writes it in double quotes, in one line."""
    written = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return str(written).rstrip("\n")


def _problems(document: Document, quiz: QuizSpec, fields: tuple[str, ...]) -> Iterator[str]:
    data = document.data
    if not isinstance(data, dict):
        yield f"{document.at(())}: found {show(data)}; allowed: a mapping with columns and options"
        return
    for name in data:
        if name not in ("columns", "options"):
            hint = did_you_mean(name, ("columns", "options"))
            yield f"{document.at((name,))}: unknown field; allowed: columns, options{hint}"
    questions = [question.id for question in quiz.questions]
    allowed = (*questions, *fields, IGNORE)
    for place, meant in _entries(document, ("columns",), data.get("columns")):
        yield from _problem_of(document, place, meant, allowed)
    options = data.get("options")
    for place, texts in _entries(document, ("options",), options):
        if (id_ := str(place[-1])) not in questions:
            hint = did_you_mean(id_, questions)
            yield f"{document.at(place)}: unknown question; allowed: {listed(questions)}{hint}"
            continue
        for inner, meant in _entries(document, place, texts):
            yield from _problem_of(document, inner, meant, quiz.question(id_).option_ids)


def _entries(document: Document, place: Place, found: Any) -> Iterator[tuple[Place, Any]]:
    """What stands in a mapping that may be left out. Raises SubmissionError where it is no mapping."""
    if isinstance(found, dict):
        yield from (((*place, name), value) for name, value in found.items())
    elif found is not None:
        raise SubmissionError([f"{document.at(place)}: found {show(found)}; allowed: a mapping"])


def _problem_of(document: Document, place: Place, meant: Any, allowed: Iterable[str]) -> Iterator[str]:
    if meant == UNDECIDED:
        yield f"{document.at(place)}: is not decided yet; allowed: {listed(allowed)}"
    elif meant not in allowed:
        hint = did_you_mean(meant, allowed)
        yield f"{document.at(place)}: found {show(meant)}; allowed: {listed(allowed)}{hint}"
