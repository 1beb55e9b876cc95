"""Which of a student's attempts counts."""

from dataclasses import replace
from fractions import Fraction
from math import lcm

import polars as pl

from grader.papers.attempts import Attempts
from grader.scores.graded import ClassGrades
from questions.common.errors import QuizproofError

MAX_UNITS = 2**62  # of what 64 bits hold, with one to spare for rounding
HUNDREDTHS = 100  # Canvas rounds an average to two decimals


def counting(grades: ClassGrades, attempts: Attempts | None) -> ClassGrades:
    """One paper a student, in the order in which they first appear; papers of nobody known all stay.

    `grades` are of every paper. An attempt's number tells which is later; where there are none, the row, the
    newest first. Each grading picks by its own scores: another key may make another attempt the highest.
    """
    order = grades.responses.by_student
    if attempts is None or order is None:
        return replace(grades, attempts=attempts)
    if attempts is Attempts.HIGHEST:
        order = order.with_columns(grades.frame["total"].gather(order["place"]))
        order = order.filter(pl.col("total") == pl.col("total").max().over("who"))
    last = attempts is not Attempts.FIRST
    kept = order.group_by("who", maintain_order=True).agg(pl.col("place").get(-1 if last else 0))["place"]
    responses = replace(grades.responses, frame=grades.responses.frame[kept])
    if attempts is Attempts.AVERAGE:
        unit, frame = _averaged(grades, order)
        return replace(grades, responses=responses, unit=unit, frame=frame, attempts=attempts, each=grades)
    return replace(grades, responses=responses, frame=grades.frame[kept], attempts=attempts)


def _averaged(grades: ClassGrades, order: pl.DataFrame) -> tuple[Fraction, pl.DataFrame]:
    """The unit, and the mean of each student's attempts, the total rounded half up to hundredths.

    What was not shown in one attempt adds nothing there; what was shown in none stays null. Raises
    QuizproofError where the fractions do not fit in 64 bits.
    """
    sizes = order.group_by("who").len()["len"].unique().to_list()
    unit = Fraction(1, lcm(grades.unit.denominator * lcm(*sizes), 2 * HUNDREDTHS))
    finer = int(grades.unit / unit)
    columns = [name for name in grades.frame.columns if name != "student"]
    largest = max(most or 0 for most in grades.frame.select(columns).max().row(0))
    if largest * finer * max(sizes) > MAX_UNITS:
        raise QuizproofError(
            f"Students have {len(sizes)} different numbers of attempts, up to {max(sizes)}: too many for "
            "exact averages; give --attempts latest, highest or first."
        )
    papers = grades.frame[order["place"]].with_columns(order["who"])
    means = [pl.col(name).sum() * finer // pl.len() for name in columns]
    shown = [
        pl.when(pl.col(name).count() > 0).then(mean).alias(name)
        for name, mean in zip(columns, means, strict=True)
    ]
    frame = papers.group_by("who", maintain_order=True).agg(pl.col("student").last(), *shown).drop("who")
    half = int(Fraction(1, 2 * HUNDREDTHS) / unit)
    rounded = (pl.col("total") + half) // (2 * half) * (2 * half)
    return unit, frame.with_columns(rounded.alias("total"))
