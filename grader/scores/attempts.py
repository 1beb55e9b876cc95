"""Which of a student's attempts counts."""

from collections.abc import Collection, Mapping
from enum import StrEnum

import polars as pl

from grader.papers.problems import Problems, RowProblem
from grader.papers.responses import Responses
from grader.scores.class_grades import grade_class

TWO_PAPERS = "the student has another paper, and no attempt's number tells which is later; keep one"

_WHO = "who"


class Attempts(StrEnum):
    """The attempt that counts. Of several with the highest score it is the latest."""

    LATEST = "latest"
    HIGHEST = "highest"
    FIRST = "first"


def without_repeated(frame: pl.DataFrame, newest_first: Collection[str], problems: Problems) -> pl.DataFrame:
    """The papers without those of students whose papers cannot be put in order: they go to `problems`.

    `frame` is that of `Responses`. Papers are in order if each has a number of its own, or if none has one
    and all stand in one file of `newest_first`.
    """
    who = _who(frame)
    several = who.is_not_null() & who.is_duplicated()
    if not several.any():
        return frame
    attempt, file = pl.col("attempt"), pl.col("source")
    numbered = attempt.is_not_null().all() & (attempt.n_unique() == pl.len())
    listed = attempt.is_null().all() & (file.n_unique() == 1) & file.first().is_in(list(newest_first))
    papers = frame.filter(several)
    in_order = papers.group_by(_who(papers)).agg((numbered | listed).alias("in order"))
    wrong = several & who.is_in(in_order.filter(~pl.col("in order"))[_WHO].implode())
    if not wrong.any():
        return frame
    rows = frame.filter(wrong).select("source", "row", "student")
    told = (RowProblem(source, row, student, None, TWO_PAPERS) for source, row, student in rows.iter_rows())
    problems.add(told, n_problems=len(rows), n_rows=len(rows))
    return frame.filter(~wrong)


def choose_attempts(
    responses: Responses, policy: Attempts, key: Mapping[str, frozenset[str] | None]
) -> Responses:
    """One paper a student, in the order of the files; papers of nobody known all stay.

    An attempt's number tells which is later; where there are none, the row, the newest first.
    """
    who = _who(responses.frame)
    if not (who.is_not_null() & who.is_duplicated()).any():
        return responses
    ranked = responses.frame.select("attempt", "row").with_columns(who).with_row_index("place")
    later = [pl.col("attempt"), -pl.col("row").cast(pl.Int64)]
    if policy is Attempts.HIGHEST:
        ranked = ranked.with_columns(grade_class(responses, key).frame["total"])
        later.insert(0, pl.col("total"))
    ranked = ranked.sort(later, descending=policy is not Attempts.FIRST, nulls_last=True)
    counts = pl.col(_WHO).is_null() | pl.col(_WHO).is_first_distinct()
    kept = ranked.filter(counts)["place"].sort()
    return Responses(responses.quiz, responses.frame[kept], responses.absent)


def _who(frame: pl.DataFrame) -> pl.Series:
    """Whose a paper is; null where that is not known."""
    known = pl.any_horizontal(pl.col("name", "id", "sis_id").is_not_null())
    return frame.select(pl.when(known).then("student").alias(_WHO)).to_series()
