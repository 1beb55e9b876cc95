"""A class graded: exact scores in columns."""

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from grader.papers.attempts import Attempts
from grader.papers.responses import Responses
from grader.scores.marking import Marking
from questions.quiz import AnyQuestion

POSSIBLE, LATE = "possible", "late"  # columns of ClassGrades


@dataclass(frozen=True)
class ClassGrades:
    """A class graded, exactly: every score is a whole number of `unit` points.

    `every` are all papers, each of them scored by `marking`; `responses` those that count: one a student by
    `attempts`, in the order in which the students first appear, or else every paper. `frame` has a row for
    each of `responses`: `student` str, a column a graded question (Int64, in units), and `total` (Int64, in
    units). A question whose key is not known is in `left_out` and has no column, nor has a dropped one. A
    score is null where the question was not shown, and then no part of the total. There are two more columns
    where they say anything: `POSSIBLE`, what each student could have had, where not all were shown the same,
    and `LATE`, what being late cost, which the total is without.

    Of an average, scores are the means of all attempts, and the total is rounded to two decimals as Canvas
    does; `responses` are then the latest papers, and `by_paper` has the grades of each.
    """

    responses: Responses
    marking: Marking
    unit: Fraction
    frame: pl.DataFrame
    every: Responses
    attempts: Attempts | None = None
    each: "ClassGrades | None" = None

    @property
    def by_paper(self) -> "ClassGrades":
        """The grades of the papers that count: every paper, where the average of a student's counts."""
        return self if self.each is None else self.each

    @property
    def graded(self) -> tuple[AnyQuestion, ...]:
        """The questions that have scores, in the order of the quiz."""
        return tuple(q for q in self.responses.quiz.questions if self.marking.scored(q))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The questions whose key is not known."""
        questions = self.responses.quiz.questions
        return tuple(q.id for q in questions if not self.marking.scored(q) and not self.marking.dropped(q))

    @property
    def points_graded(self) -> Fraction:
        """What could be had in the questions that have scores, without bonuses."""
        return sum((self.marking.possible(q) for q in self.graded), Fraction(0))

    @property
    def whole(self) -> bool:
        """Whether the total is out of all points of the quiz."""
        return self.points_graded == Fraction(self.responses.quiz.quiz.total)

    def points(self, units: int) -> Fraction:
        """A score of the frame in points."""
        return units * self.unit
