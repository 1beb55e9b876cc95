"""One paper graded against a key: per question what was picked, what it earned and why, and the totals.

A question whose key is not known is left out of the grade and named; it is neither blank nor wrong.
"""

from fractions import Fraction
from typing import Generic, TypeVar

from pydantic import Field, computed_field

from grader.papers.paper import Paper
from grader.scores.amendment_words import amendment_words
from grader.scores.credit import require_answer
from grader.scores.marking import Marking, Status
from grader.scores.points import Points, Rounded
from questions.common.frozen import Frozen
from questions.key import Amendments, Answers
from questions.quiz import AnyQuestion, Bilingual, QuizSpec

NO_KEY = Bilingual(
    en="the key of this question is not known: left out of the grade",
    zh="這一題的答案未定，不列入成績",
)


class Scored(Frozen):
    """A question of a paper; its score is None where that is not known."""

    question: str
    score: Points | None
    points: Points
    bonus: bool = Field(default=False, exclude=True)  # its points come on top of what can be had
    dropped: bool = Field(default=False, exclude=True)  # it does not count

    @computed_field
    @property
    def score_rounded(self) -> Rounded | None:
        """The score for those who only look."""
        return self.score


class QuestionGrade(Scored):
    """A graded question. `correct`, `right` and `wrong` are None without a key, `score` if not scored.

    Of several right answers, `correct` is the best for the student.
    """

    status: Status
    picked: tuple[str, ...]
    correct: tuple[str, ...] | None
    right: tuple[str, ...] | None
    wrong: tuple[str, ...] | None
    words: Bilingual


ScoredT = TypeVar("ScoredT", bound=Scored)


class ScoredPaper(Frozen, Generic[ScoredT]):
    """A paper's questions in the order of the quiz; its totals are sums of what these show."""

    student: str
    questions: tuple[ScoredT, ...]

    @computed_field
    @property
    def score(self) -> Points:
        """The sum over the questions that have a score."""
        return sum((asked.score for asked in self.questions if asked.score is not None), Fraction(0))

    @computed_field
    @property
    def score_rounded(self) -> Rounded:
        """The score for those who only look."""
        return self.score

    @computed_field
    @property
    def points_graded(self) -> Points:
        """What could be had in the questions that have a score, without bonuses."""
        asked = (one for one in self.questions if one.score is not None and not one.bonus)
        return sum((one.points for one in asked), Fraction(0))

    @computed_field
    @property
    def points_in_all(self) -> Points:
        """What can be had in the whole quiz, without bonuses and what was taken out."""
        counted = (one for one in self.questions if not one.bonus and not one.dropped)
        return sum((one.points for one in counted), Fraction(0))

    @computed_field
    @property
    def left_out(self) -> tuple[str, ...]:
        """The questions that have no score and were not taken out."""
        return tuple(one.question for one in self.questions if one.score is None and not one.dropped)

    @computed_field
    @property
    def dropped(self) -> tuple[str, ...]:
        """The questions that were taken out."""
        return tuple(one.question for one in self.questions if one.dropped)


class PaperGrade(ScoredPaper[QuestionGrade]):
    """A graded paper."""


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
        dropped=marking.dropped(question),
    )
