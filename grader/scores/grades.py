"""One paper graded against a key: per question what was picked, what it earned and why, and the totals.

A question whose key is not known is left out of the grade and named; it is neither blank nor wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from grader.papers.paper import Paper
from grader.scores.credit import credit, display, exact, explain_credit, require_answer, require_key
from questions.quiz import AnyQuestion, Bilingual, QuizSpec

Key = Mapping[str, frozenset[str] | None]

NO_KEY = Bilingual(
    en="the key of this question is not known: left out of the grade",
    zh="這一題的答案未定，不列入成績",
)


class Status(StrEnum):
    """How a question went. `WRONG` earned nothing although something was picked."""

    BLANK = "blank"
    RIGHT = "right"
    PARTLY_RIGHT = "partly right"
    WRONG = "wrong"
    KEY_UNKNOWN = "key unknown"


@dataclass(frozen=True, slots=True)
class QuestionGrade:
    """A question of a paper. Without a key, `correct`, `right`, `wrong` and `score` are None."""

    question: str
    status: Status
    picked: tuple[str, ...]
    correct: tuple[str, ...] | None
    right: tuple[str, ...] | None
    wrong: tuple[str, ...] | None
    score: Fraction | None
    points: Fraction
    words: Bilingual

    def to_json(self) -> dict[str, Any]:
        """The score as an exact string beside a rounded number."""
        return {
            "question": self.question,
            "status": self.status.value,
            "picked": list(self.picked),
            "correct": None if self.correct is None else list(self.correct),
            "right": None if self.right is None else list(self.right),
            "wrong": None if self.wrong is None else list(self.wrong),
            **score_fields(self.score),
            "points": exact(self.points),
            "words": self.words.model_dump(),
        }


class Scored(Protocol):
    """A question of a paper; its score is None where that is not known."""

    @property
    def question(self) -> str: ...  # the fields of QuestionGrade
    @property
    def score(self) -> Fraction | None: ...
    @property
    def points(self) -> Fraction: ...
    def to_json(self) -> dict[str, Any]: ...


ScoredT_co = TypeVar("ScoredT_co", bound=Scored, covariant=True)


@dataclass(frozen=True, slots=True)
class ScoredPaper(Generic[ScoredT_co]):
    """A paper's questions in the order of the quiz; its totals are sums of what these show."""

    student: str
    questions: tuple[ScoredT_co, ...]

    @property
    def score(self) -> Fraction:
        """The sum over the questions that have a score."""
        return sum((asked.score for asked in self.questions if asked.score is not None), Fraction(0))

    @property
    def points_graded(self) -> Fraction:
        """What could be had in the questions that have a score."""
        return sum((asked.points for asked in self.questions if asked.score is not None), Fraction(0))

    @property
    def points_in_all(self) -> Fraction:
        """What can be had in the whole quiz."""
        return sum((asked.points for asked in self.questions), Fraction(0))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The questions that have no score."""
        return tuple(asked.question for asked in self.questions if asked.score is None)

    def to_json(self) -> dict[str, Any]:
        """One JSON object; scores as exact strings beside rounded numbers."""
        return {
            "student": self.student,
            **score_fields(self.score),
            "points_graded": exact(self.points_graded),
            "points_in_all": exact(self.points_in_all),
            "left_out": list(self.left_out),
            "questions": [asked.to_json() for asked in self.questions],
        }


class PaperGrade(ScoredPaper[QuestionGrade]):
    """A graded paper."""


def score_fields(score: Fraction | None) -> dict[str, str | float | None]:
    """A score twice: exact, and rounded for those who only look."""
    if score is None:
        return {"score": None, "score_rounded": None}
    return {"score": exact(score), "score_rounded": float(display(score))}


def in_order(question: AnyQuestion, chosen: frozenset[str]) -> tuple[str, ...]:
    """Options in the order of the question, so that output does not depend on a set's."""
    return tuple(option for option in question.option_ids if option in chosen)


def grade(paper: Paper, quiz: QuizSpec, key: Key) -> PaperGrade:
    """Grade a paper. A question that is null in `key`, or not in it, is left out of the grade."""
    return PaperGrade(
        student=paper.student,
        questions=tuple(
            _grade_question(question, paper.picked(question.id), key.get(question.id))
            for question in quiz.questions
        ),
    )


def _grade_question(
    question: AnyQuestion, picked: frozenset[str], correct: frozenset[str] | None
) -> QuestionGrade:
    require_answer(question, picked, "answer")
    points = Fraction(question.points_exact)
    if correct is None:
        return QuestionGrade(
            question=question.id,
            status=Status.KEY_UNKNOWN,
            picked=in_order(question, picked),
            correct=None,
            right=None,
            wrong=None,
            score=None,
            points=points,
            words=NO_KEY,
        )
    require_key(question, correct)
    return QuestionGrade(
        question=question.id,
        status=status_of(picked, correct),
        picked=in_order(question, picked),
        correct=in_order(question, correct),
        right=in_order(question, picked & correct),
        wrong=in_order(question, picked - correct),
        score=credit(picked, correct, points),
        points=points,
        words=explain_credit(picked, correct, points),
    )


def status_of(picked: frozenset[str], correct: frozenset[str]) -> Status:
    """How it went, by the sets and not by the score: a question worth no points can be right or wrong too."""
    if not picked:
        return Status.BLANK
    if picked == correct:
        return Status.RIGHT
    earns = len(picked & correct) > len(picked - correct)
    return Status.PARTLY_RIGHT if earns else Status.WRONG
