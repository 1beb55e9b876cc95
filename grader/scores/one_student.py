"""One student's paper out of a class, checked as students check their own."""

import polars as pl

from grader.key.why import NO_REASONS, Reasons
from grader.papers.paper import Paper
from grader.papers.responses import Responses, picked_of
from grader.scores.marking import Marking
from grader.scores.own_paper import CheckResult, Knowledge, check
from questions.common.errors import SubmissionError
from questions.common.messages import listed, show
from questions.key import Amendments, Answers

# In this order: the first column in which the student is found decides.
NAMED_BY = ("student", "sis_id", "id", "login", "name")
MAX_PLACES = 5
_HOW = "write the SIS id or else the id, as it stands in the file"


def place_of(responses: Responses, student: str) -> int:
    """Where a student's paper stands, named exactly as the file does. SubmissionError: none, or several."""
    wanted, frame = student.strip(), responses.frame.with_row_index("place")
    found = next(
        (rows for column in NAMED_BY if len(rows := frame.filter(pl.col(column) == wanted))), frame.clear()
    )
    if not len(found):
        at_hand = f"not among the {len(responses.frame)} papers"
        raise SubmissionError([f"--student {show(student)}: {at_hand}; {_HOW}"])
    if len(found) > 1:
        places = found.select("source", "row").head(MAX_PLACES).rows()
        several = f"{len(found)} papers: {listed(f'{source}, row {row}' for source, row in places)}"
        raise SubmissionError([f"--student {show(student)}: {several}; {_HOW}"])
    return int(found["place"][0])


def paper_of(responses: Responses, student: str) -> Paper:
    """The paper of a student. Raises SubmissionError as `place_of` does."""
    return _paper_at(responses, place_of(responses, student))


def check_at(
    responses: Responses, place: int, marking: Marking, *, reveal: bool, reasons: Reasons = NO_REASONS
) -> CheckResult:
    """Check the paper at a place; what `check` does not reveal is not in the result."""
    paper = _paper_at(responses, place)
    knowledge = {
        question.id: Knowledge.from_marking(question, paper.picked(question.id), marking)
        for question in responses.quiz.questions
    }
    return check(paper, responses.quiz, knowledge, reveal=reveal, reasons=reasons)


def _paper_at(responses: Responses, place: int) -> Paper:
    masks = [(question, responses.frame[question.id][place]) for question in responses.quiz.questions]
    answers = {
        question.id: frozenset(picked_of(question, mask)) for question, mask in masks if mask is not None
    }
    not_shown = frozenset(question.id for question, mask in masks if mask is None)
    return Paper(responses.frame["student"][place], answers, not_shown)


def check_student(
    responses: Responses,
    student: str,
    key: Answers,
    *,
    reveal: bool,
    amendments: Amendments | None = None,
    reasons: Reasons = NO_REASONS,
) -> CheckResult:
    """Check the paper of a student by a key. Raises SubmissionError as `place_of` does."""
    marking = Marking.of(responses.quiz, key, amendments)
    return check_at(responses, place_of(responses, student), marking, reveal=reveal, reasons=reasons)
