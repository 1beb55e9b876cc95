"""Reads a paper: whose it is, and what it picks. All that is wrong in it is told in one go.

The sentences are written here rather than made from pydantic's errors, which know neither which question a
value belongs to nor what its student is likely to have meant.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.papers import new_quizzes
from questions.answers import named_twice, question_id, spelled_out
from questions.common.errors import SpecError, SubmissionError
from questions.common.messages import MAX_SHOWN_CHARS, did_you_mean, listed, show
from questions.common.text import normalized
from questions.quiz import AnyQuestion, QuizSpec
from questions.reading.document import Document, first_problems
from questions.reading.yaml_reader import read_document

MAX_PAPER_BYTES = 1 << 20  # 1 MiB; a paper of twelve answers has a few hundred bytes
MAX_STUDENT_CHARS = 200

FIELDS = ("student", "answers")
STUDENT_FORM = "write your student number, such as student: B11901001"
ANSWERS_FORM = "write a mapping such as answers: {q01: B, q06: [A, B]}"

# Controls and line separators break lines; the bidirectional ones reorder what is read.
FORBIDDEN_CATEGORIES = frozenset({"Cc", "Zl", "Zp"})
BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_VALUE_AFTER_KEY = re.compile(r"[\"']?\s*:\s*([-+.\w]+)")

# A place, and what is wrong there.
_Problem = tuple[tuple[str | int, ...], str]


@dataclass(frozen=True)
class Paper:
    """A student's picks; a question that is not in `answers` was left blank, or is in `not_shown`."""

    student: str
    answers: Mapping[str, frozenset[str]]
    not_shown: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Keep a view of a copy without the blanks, so that equal papers are equal."""
        answered = {question: picked for question, picked in self.answers.items() if picked}
        object.__setattr__(self, "answers", MappingProxyType(answered))

    def picked(self, question_id: str) -> frozenset[str]:
        """What was picked; empty for a blank."""
        return self.answers.get(question_id, frozenset())


def read_paper(path: Path, quiz: QuizSpec) -> Paper:
    """Read a paper in YAML or JSON. Raises SubmissionError with every problem of the file."""
    try:
        document = read_document(path, max_bytes=MAX_PAPER_BYTES)
    except SpecError as error:
        raise SubmissionError(error.problems) from None
    data = document.data
    if not isinstance(data, dict):
        if new_quizzes.is_document(data):
            raise SubmissionError([f"{document.name}: {new_quizzes.SENTENCE}"])
        form = "a paper is a mapping such as {student: B11901001, answers: {q01: B}}"
        raise SubmissionError([f"{document.at(())}: found {show(data)}; {form}"])
    student, wrong_student = _student(data.get("student"), document)
    whose = f"student {show(student)}: " if student else ""
    found = chain(
        _unknown_fields(data),
        [(("student",), wrong_student)] if wrong_student else [],
        ((place, whose + wrong) for place, wrong in _problems_of_answers(data.get("answers"), quiz)),
    )
    problems = first_problems((f"{document.at(place)}: {wrong}" for place, wrong in found), document.name)
    if problems:
        raise SubmissionError(problems)
    # An option's id is one letter, so that a bare `B` and a list `[B]` make the same set.
    picked = {question_id(name, quiz): picks for name, picks in data["answers"].items()}
    answers = {
        question.id: frozenset(spelled_out(picked[question.id], question) or ())
        for question in quiz.questions
        if question.id in picked
    }
    return Paper(student, answers)


def _unknown_fields(data: Mapping[str, Any]) -> Iterator[_Problem]:
    for name in data:
        if name not in FIELDS:
            yield (name,), f"unknown field; allowed: {listed(FIELDS)}{did_you_mean(name, FIELDS)}"


def _student(found: Any, document: Document) -> tuple[str, str]:
    """Return the student as text, and what is wrong with it: one of the two is empty."""
    if found is None:
        return "", f"the student is missing; {STUDENT_FORM}"
    if isinstance(found, (dict, list)):
        return "", f"found {show(found)}; {STUDENT_FORM}"
    if not isinstance(found, str):
        written = _as_written(document.text, document.line(("student",)))
        if type(found) is not int or written != str(found):
            why = f"{written or show(found)} would not be kept as it is written"
            return "", f'{why}; put it in quotes: student: "…"'
    student = str(found).strip()
    if not student:
        return "", f"the student is empty; {STUDENT_FORM}"
    if len(student) > MAX_STUDENT_CHARS:
        return "", f"found {len(student)} characters; at most {MAX_STUDENT_CHARS} are allowed"
    if any(unicodedata.category(char) in FORBIDDEN_CATEGORIES or char in BIDIRECTIONAL for char in student):
        return "", f"control characters in {show(student)}; one line of plain text is allowed"
    return student, ""


def _as_written(text: str, line: int) -> str:
    """Return the student's number as the file spells it: 007 is read as 7, and no zero is to be lost."""
    lines = text.split("\n")
    _, _, rest = "\n".join(lines[line - 1 :]).partition("student")
    match = _VALUE_AFTER_KEY.match(rest)
    return match.group(1) if match else ""


def _problems_of_answers(answers: Any, quiz: QuizSpec) -> Iterator[_Problem]:
    if not isinstance(answers, dict):
        why = "the answers are missing" if answers is None else f"found {show(answers)}"
        yield ("answers",), f"{why}; {ANSWERS_FORM}"
        return
    questions = {question.id: question for question in quiz.questions}
    for name, wrong in named_twice(answers, quiz):
        yield ("answers", name), wrong
    for name, picks in answers.items():
        if found_id := question_id(name, quiz):
            question = questions[found_id]
            for place, found in _problems_of_question(spelled_out(picks, question), question):
                yield ("answers", name, *place), found
        else:
            known = f"allowed: {listed(questions)}"
            yield ("answers", name), f"unknown question; {known}{_meant_question(name, questions)}"


def _problems_of_question(picks: Any, question: AnyQuestion) -> Iterator[_Problem]:
    if picks is None:
        return
    if not isinstance(picks, list):
        if problem := _problem_of_option(picks, question):
            yield (), problem
        return
    seen = set()
    for index, option in enumerate(picks):
        if problem := _problem_of_option(option, question):
            yield (index,), problem
        elif option in seen:
            yield (index,), f"option {option} stands twice; keep one"
        else:
            seen.add(option)
    if question.kind == "single" and len(seen) > 1:
        yield (), f"found {listed(sorted(seen))}; a single choice allows one option"


def _problem_of_option(found: Any, question: AnyQuestion) -> str:
    if isinstance(found, str) and found in question.option_ids:
        return ""
    allowed = f"allowed: {listed(question.option_ids)}"
    if not isinstance(found, str):
        return f"found {show(found)}, not an option; {allowed}"
    return f"unknown option {show(found)}; {allowed}{_meant_options(found, question)}"


def _meant_question(name: str, questions: Mapping[str, AnyQuestion]) -> str:
    """`1`, `Q1` and `question 1` mean q01; else the word that is spelled nearest."""
    digits = re.findall(r"[0-9]+", normalized("NFKC", name[:MAX_SHOWN_CHARS]))
    if len(digits) == 1 and (meant := f"q{digits[0].lstrip('0'):0>2}") in questions:
        return f". Did you mean '{meant}'?"
    return did_you_mean(name, questions)


def _meant_options(found: str, question: AnyQuestion) -> str:
    """`b` and `(Ｂ)` mean B; `A, B` and `AB` mean the list [A, B] where several are allowed."""
    letters = re.sub(r"[\W_]", "", normalized("NFKC", found[: MAX_SHOWN_CHARS + 1])).upper()
    if not letters or len(set(letters)) < len(letters) or not set(letters) <= set(question.option_ids):
        return ""
    if len(letters) == 1:
        return f". Did you mean {letters}?"
    return f". Did you mean [{listed(letters)}]?" if question.kind == "multiple" else ""
