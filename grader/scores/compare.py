"""Our scores beside those that the learning platform gave: in which questions, and for whom, they differ."""

import polars as pl
from pydantic import Field

from grader.papers.responses import REPORTED_TOTAL, Responses, reported
from grader.scores.graded import ClassGrades
from grader.scores.points import Points
from questions.common.errors import QuizproofError
from questions.common.frozen import Frozen

TOLERANCE = 1e-6  # the platform sums floats: they drift by 1e-15, and the least real difference is 1e-3
MAX_LISTED = 1000  # students listed a question


class Difference(Frozen):
    """A paper that the platform gave other points; None where it gave none."""

    source: str
    row: int
    student: str
    ours: Points
    theirs: float | None


class Fudge(Frozen):
    """Points that a person gave in the platform on top of a paper's questions, or took away."""

    source: str
    row: int
    student: str
    points: float


class Comparison(Frozen):
    """One question, or "total": how many papers were compared, how many differ and by how much at most.

    `largest` is the difference, ours minus theirs, of the largest size; `students` are the first that differ.
    """

    question: str
    n_papers: int
    n_differing: int
    largest: float
    students: tuple[Difference, ...]
    # Of the total: the first of them; our total is without.
    fudge_points: tuple[Fudge, ...] = Field(default=(), exclude_if=lambda fudged: not fudged)


def compare(grades: ClassGrades) -> tuple[Comparison, ...]:
    """Each graded question, and the total if no question is left out of it.

    A paper without the platform's score differs where ours is not 0. Raises QuizproofError without any.
    """
    grades = grades.by_paper
    if not grades.responses.has_reported:
        raise QuizproofError(
            "There is nothing to compare with: only Canvas's Student Analysis has scores of its own."
        )
    columns = {question.id: reported(question.id) for question in grades.graded}
    if not grades.left_out and REPORTED_TOTAL in grades.responses.frame.columns:
        columns["total"] = REPORTED_TOTAL
    found = [_compared(grades, ours, theirs) for ours, theirs in columns.items()]
    if "total" in columns:
        found[-1] = found[-1].model_copy(update={"fudge_points": _fudged(grades.responses)})
    return tuple(found)


def _fudged(responses: Responses) -> tuple[Fudge, ...]:
    """Where the platform's total is not the sum of what it gave for the questions."""
    frame = responses.frame
    given = [
        name for question in responses.quiz.questions if (name := reported(question.id)) in frame.columns
    ]
    fudge = pl.col(REPORTED_TOTAL) - pl.sum_horizontal(given)
    fudged = frame.select("source", "row", "student", fudge.alias("points"))
    fudged = fudged.filter(pl.col("points").abs() > TOLERANCE).head(MAX_LISTED)
    return tuple(Fudge(**one) for one in fudged.iter_rows(named=True))


def _compared(grades: ClassGrades, ours: str, theirs: str) -> Comparison:
    both = grades.responses.frame.select("source", "row", "student", pl.col(theirs).alias("theirs"))
    both = both.with_columns(grades.frame[ours].fill_null(0).alias("units"))
    points = pl.col("units") * grades.unit.numerator / grades.unit.denominator
    both = both.with_columns((points - pl.col("theirs").fill_null(0)).alias("difference"))
    differing = both.filter(pl.col("difference").abs() > TOLERANCE)
    largest = differing.sort(pl.col("difference").abs(), descending=True).head(1)["difference"].to_list()
    listed = differing.head(MAX_LISTED).select("source", "row", "student", "units", "theirs")
    return Comparison(
        question=ours,
        n_papers=len(both),
        n_differing=len(differing),
        largest=largest[0] if largest else 0.0,
        students=tuple(
            Difference(source=source, row=row, student=student, ours=grades.points(units), theirs=score)
            for source, row, student, units, score in listed.iter_rows()
        ),
    )
