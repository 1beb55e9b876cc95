"""Which of a student's attempts can count, and papers whose order nobody can tell."""

from collections.abc import Collection
from enum import StrEnum

import polars as pl

from grader.papers.identity import known_writers
from grader.papers.problems import Problems, RowProblem

TWO_PAPERS = "the student has another paper, and no attempt's number tells which is later; keep one"


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
    found = (RowProblem(source, row, student, None, TWO_PAPERS) for source, row, student in rows.iter_rows())
    problems.add(found, n_problems=len(rows), n_rows=len(rows), rows=rows.iter_rows())
    return frame.filter(~wrong)
