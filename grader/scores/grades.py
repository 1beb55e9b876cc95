"""One paper graded against a key: per question what was picked, what it earned and why, and the totals.

A question whose key is not known is left out of the grade and named; it is neither blank nor wrong.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from grader.papers.paper import Paper
from grader.scores.amendment_words import amendment_words
from grader.scores.credit import display, exact, require_answer
from grader.scores.marking import Marking, Status
from questions.key import Amendments, Answers
from questions.quiz import AnyQuestion, Bilingual, QuizSpec

NO_KEY = Bilingual(
    en="the key of this question is not known: left out of the grade",
    zh="這一題的答案未定，不列入成績",
)


@dataclass(frozen=True, slots=True)
class QuestionGrade:
    """A question of a paper. `correct`, `right` and `wrong` are None without a key, `score` if not scored.

    Of several right answers, `correct` is the best for the student.
    """

    question: str
    status: Status
    picked: tuple[str, ...]
    correct: tuple[str, ...] | None
    right: tuple[str, ...] | None
    wrong: tuple[str, ...] | None
    score: Fraction | None
    points: Fraction
    words: Bilingual
    bonus: bool = False

    @property
    def dropped(self) -> bool:
        """Whether it was taken out of the grade."""
        return self.status is Status.DROPPED

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
    @property
    def bonus(self) -> bool: ...  # its points come on top of what can be had
    @property
    def dropped(self) -> bool: ...  # it was taken out of the grade
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
        """What could be had in the questions that have a score, without bonuses."""
        asked = (one for one in self.questions if one.score is not None and not one.bonus)
        return sum((one.points for one in asked), Fraction(0))

    @property
    def points_in_all(self) -> Fraction:
        """What can be had in the whole quiz, without bonuses and what was taken out."""
        counted = (one for one in self.questions if not one.bonus and not one.dropped)
        return sum((one.points for one in counted), Fraction(0))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The questions that have no score and were not taken out."""
        return tuple(one.question for one in self.questions if one.score is None and not one.dropped)

    @property
    def dropped(self) -> tuple[str, ...]:
        """The questions that were taken out."""
        return tuple(one.question for one in self.questions if one.dropped)

    def to_json(self) -> dict[str, Any]:
        """One JSON object; scores as exact strings beside rounded numbers."""
        return {
            "student": self.student,
            **score_fields(self.score),
            "points_graded": exact(self.points_graded),
            "points_in_all": exact(self.points_in_all),
            "left_out": list(self.left_out),
            "dropped": list(self.dropped),
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


def grade(paper: Paper, quiz: QuizSpec, key: Answers, amendments: Amendments | None = None) -> PaperGrade:
    """Grade a paper. A question that is null in `key`, or not in it, is left out, if no person settled it."""
    marking = Marking.of(quiz, key, amendments)
    return PaperGrade(
        student=paper.student,
        questions=tuple(
            _grade_question(question, paper.picked(question.id), marking) for question in quiz.questions
        ),
    )


def _grade_question(question: AnyQuestion, picked: frozenset[str], marking: Marking) -> QuestionGrade:
    require_answer(question, picked, "answer")
    correct = marking.best(question, picked)
    scored, amendment = marking.scored(question), marking.amendment(question)
    unscored = amendment_words(amendment) if amendment else NO_KEY
    return QuestionGrade(
        question=question.id,
        status=marking.status(question, picked),
        picked=in_order(question, picked),
        correct=None if correct is None else in_order(question, correct),
        right=None if correct is None else in_order(question, picked & correct),
        wrong=None if correct is None else in_order(question, picked - correct),
        score=marking.points(question, picked) if scored else None,
        points=marking.worth(question),
        words=marking.words(question, picked) if scored else unscored,
        bonus=marking.bonus(question),
    )
