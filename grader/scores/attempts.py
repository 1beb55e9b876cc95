"""Which of a student's attempts counts."""

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from math import lcm

import polars as pl

from grader.papers.identity import known_writers
from grader.papers.problems import Problems, RowProblem
from grader.papers.responses import ClassGrades
from questions.common.errors import QuizproofError

TWO_PAPERS = "the student has another paper, and no attempt's number tells which is later; keep one"

MAX_UNITS = 2**62  # of what 64 bits hold, with one to spare for rounding
HUNDREDTHS = 100  # Canvas rounds an average to two decimals


class Attempts(StrEnum):
    """The attempt that counts. Of several with the highest score it is the latest; or the average of all."""

    LATEST = "latest"
    HIGHEST = "highest"
    FIRST = "first"
    AVERAGE = "average"


def without_repeated(frame: pl.DataFrame, newest_first: Collection[str], problems: Problems) -> pl.DataFrame:
    """The papers without those of students whose papers cannot be put in order: they go to `problems`.

    `frame` is that of `Responses`. Papers are in order if each has a number of its own, or if none has one
    and all stand in one file of `newest_first`.
    """
    who = known_writers(frame)
    several = who.is_not_null() & who.is_duplicated()
    if not several.any():
        return frame
    attempt, file = pl.col("attempt"), pl.col("source")
    numbered = attempt.is_not_null().all() & (attempt.n_unique() == pl.len())
    listed = attempt.is_null().all() & (file.n_unique() == 1) & file.first().is_in(list(newest_first))
    papers = frame.select("attempt", "source", who).filter(several)
    in_order = papers.group_by("who").agg((numbered | listed).alias("in order"))
    wrong = several & who.is_in(in_order.filter(~pl.col("in order"))["who"].implode())
    if not wrong.any():
        return frame
    rows = frame.filter(wrong).select("source", "row", "student")
    told = (RowProblem(source, row, student, None, TWO_PAPERS) for source, row, student in rows.iter_rows())
    problems.add(told, n_problems=len(rows), n_rows=len(rows), rows=rows.iter_rows())
    return frame.filter(~wrong)


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
