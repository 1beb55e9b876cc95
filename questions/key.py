"""The declared key: which options the course holds for correct, as far as it says so."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from questions.amendments import Amendment, problems_of_amendment, read_amendment
from questions.answers import named_twice, question_id, spelled_out
from questions.common.errors import SpecError
from questions.common.messages import did_you_mean, listed, show
from questions.quiz import AnyQuestion, QuizSpec
from questions.reading.document import Document, Place, first_problems
from questions.reading.yaml_reader import read_document

MAX_KEY_BYTES = 64 * 1024
MAX_NOTE_CHARS = 4000

Answers = Mapping[str, frozenset[str] | None]  # the correct options by question; None where not known
Amendments = Mapping[str, Amendment]

FIELDS = ("key", "note")
_FORM = "a mapping such as key: {q01: B, q06: [A, B, D], q05: null}"


@dataclass(frozen=True)
class Key:
    """The correct options of every question of the quiz, in its order; None where not known.

    Of `amendments`, those that accept several answers, drop a question or give full credit can stand where
    there is no one set of correct options.
    """

    answers: Answers
    note: str | None = None
    amendments: Amendments = field(default_factory=dict)
    name: str = field(default="", compare=False)  # of its file

    def __post_init__(self) -> None:
        """Keep views of copies, so that the key cannot change."""
        object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))
        object.__setattr__(self, "amendments", MappingProxyType(dict(self.amendments)))

    @property
    def digest(self) -> str:
        """SHA-256, as hex, of what it says: equal for keys that grade alike, however they are written."""
        said = {
            "key": {id_: None if one is None else sorted(one) for id_, one in self.answers.items()},
            "amendments": {
                id_: one.model_dump(mode="json", exclude_defaults=True)
                for id_, one in self.amendments.items()
            },
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def unknown(self) -> tuple[str, ...]:
        """The questions whose correct options are not known: left out of a grade, and named."""
        return tuple(question_id for question_id, correct in self.answers.items() if correct is None)


def load_key(path: Path, quiz: QuizSpec) -> Key:
    """Return the key of a file. Raises SpecError with every problem of the file.

    A question that the file leaves out is not known, as if it were null.
    """
    document = read_document(path, max_bytes=MAX_KEY_BYTES)
    problems = first_problems(_problems(document, quiz), document.name)
    if problems:
        raise SpecError(problems)
    written = {question_id(name, quiz): answer for name, answer in document.data["key"].items()}
    answers, amendments = dict[str, frozenset[str] | None](), dict[str, Amendment]()
    for question in quiz.questions:
        answer = written.get(question.id)
        if isinstance(answer, dict):
            answers[question.id], amendments[question.id] = read_amendment(answer, question)
        else:
            answers[question.id] = None if answer is None else frozenset(_picks(answer, question))
    return Key(answers, document.data.get("note"), amendments, path.name)


def _picks(answer: Any, question: AnyQuestion) -> list[Any]:
    picks = spelled_out(answer, question)
    return picks if isinstance(picks, list) else [picks]


def _problems(document: Document, quiz: QuizSpec) -> Iterator[str]:
    data = document.data
    if not isinstance(data, dict):
        yield f"{document.at(())}: found {show(data)}; allowed: {_FORM}"
        return
    for name in data:
        if name not in FIELDS:
            hint = did_you_mean(name, FIELDS)
            yield f"{document.at((name,))}: unknown field; allowed: {listed(FIELDS)}{hint}"
    yield from _problems_of_note(document)
    if not isinstance(data.get("key"), dict):
        found = f"found {show(data['key'])}" if "key" in data else "the field 'key' is missing"
        yield f"{document.at(('key',) if 'key' in data else ())}: {found}; allowed: {_FORM}"
        return
    questions = {question.id: question for question in quiz.questions}
    for name, wrong in named_twice(data["key"], quiz):
        yield f"{document.at(('key', name))}: {wrong}"
    for name, answer in data["key"].items():
        place: Place = ("key", name)
        found_id = question_id(name, quiz)
        if found_id is None:
            hint = did_you_mean(name, questions)
            yield f"{document.at(place)}: unknown question; allowed: {listed(questions)}{hint}"
        elif isinstance(answer, dict):
            yield from problems_of_amendment(document, place, answer, questions[found_id])
            if (correct := answer.get("correct")) is not None:
                yield from _problems_of_answer(document, (*place, "correct"), correct, questions[found_id])
        elif answer is not None:
            yield from _problems_of_answer(document, place, answer, questions[found_id])


def _problems_of_note(document: Document) -> Iterator[str]:
    note = document.data.get("note")
    if note is None:
        return
    if not isinstance(note, str):
        yield f"{document.at(('note',))}: found {show(note)}; allowed: a text"
    elif len(note) > MAX_NOTE_CHARS:
        yield f"{document.at(('note',))}: found {len(note)} characters; allowed: at most {MAX_NOTE_CHARS}"


def _problems_of_answer(
    document: Document, place: Place, answer: Any, question: AnyQuestion
) -> Iterator[str]:
    picks = _picks(answer, question)
    for index, picked in enumerate(picks):
        at = document.at((*place, index) if isinstance(answer, list) else place)
        if picked not in question.option_ids:
            hint = did_you_mean(picked, question.option_ids)
            yield f"{at}: found {show(picked)}; allowed: {listed(question.option_ids)}{hint}"
        elif picked in picks[:index]:
            yield f"{at}: option {picked} stands twice; keep one"
    yield from _problems_of_count(document.at(place), picks, question)


def _problems_of_count(at: str, picks: Sequence[Any], question: AnyQuestion) -> Iterator[str]:
    if not picks:
        yield f"{at}: no correct option; allowed: at least one, or null for not known"
    elif question.kind == "single" and len(picks) > 1:
        yield f"{at}: found {len(picks)} options; allowed: one, since {question.id} is a single choice"
