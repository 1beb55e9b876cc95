"""A class graded: every answer that was given is scored once, exactly, and looked up in columns."""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

import polars as pl

from grader.papers.attempts import Attempts
from grader.papers.responses import DAYS_LATE, Responses, picked_of
from grader.scores.counting import counting
from grader.scores.graded import LATE, POSSIBLE, ClassGrades
from grader.scores.marking import Marking
from questions.key import Amendments, Answers


def grade_class(
    responses: Responses, key: Answers, attempts: Attempts | None = None, amendments: Amendments | None = None
) -> ClassGrades:
    """Every paper by the quiz's rules. ValueError: a key that cannot be that of its question."""
    return score_class(responses, Marking.of(responses.quiz, key, amendments), attempts)


def score_class(responses: Responses, marking: Marking, attempts: Attempts | None = None) -> ClassGrades:
    """Every paper by any marking, in the questions that it scores; then `attempts` picks.

    Only the answers that were given are scored, not all 2ⁿ: a question may have 26 options.
    """
    scored = [question for question in responses.quiz.questions if marking.scored(question)]
    tables = {
        question.id: {
            mask: marking.points(question, frozenset(picked_of(question, mask)))
            for mask in responses.frame[question.id].drop_nulls().unique().to_list()
        }
        for question in scored
    }
    not_shown = {q.id: points for q in scored if (points := marking.not_shown(q)) is not None}
    possible = {question.id: marking.possible(question) for question in scored}
    earned = (points for table in tables.values() for points in table.values())
    every = [*earned, *(marking.worth(question) for question in scored)]
    unit = Fraction(1, lcm(*(points.denominator for points in every)))
    if (late := responses.late) is not None:
        unit /= late.per_day.denominator * late.floor.denominator
    scores = {
        id_: _looked_up(responses.frame[id_], table, unit, not_shown.get(id_))
        for id_, table in tables.items()
    }
    nothing = pl.zeros(len(responses.frame), dtype=pl.Int64, eager=True)
    total = sum((one.fill_null(0) for one in scores.values()), nothing)
    frame = pl.DataFrame({"student": responses.frame["student"], **scores, "total": total})
    frame = _less_for_being_late(_beside_what_could_be_had(frame, possible, unit), responses, possible, unit)
    return counting(ClassGrades(responses, marking, unit, frame, responses), attempts)


def _beside_what_could_be_had(
    frame: pl.DataFrame, possible: Mapping[str, Fraction], unit: Fraction
) -> pl.DataFrame:
    """With `POSSIBLE`, where not all were shown the same questions."""
    if not any(frame[id_].null_count() for id_ in possible):
        return frame
    shown = (pl.col(id_).is_not_null().cast(pl.Int64) * int(one / unit) for id_, one in possible.items())
    return frame.with_columns(pl.sum_horizontal(shown).alias(POSSIBLE))


def _less_for_being_late(
    frame: pl.DataFrame, responses: Responses, possible: Mapping[str, Fraction], unit: Fraction
) -> pl.DataFrame:
    """With `LATE`, which the total is less, where that costs anything."""
    late = responses.late
    if late is None:
        return frame
    whole = pl.lit(int(sum(possible.values()) / unit), pl.Int64)
    had = pl.col(POSSIBLE) if POSSIBLE in frame.columns else whole
    days = responses.frame[DAYS_LATE].cast(pl.Int64)
    per_day = had * late.per_day.numerator // late.per_day.denominator
    floor = had * late.floor.numerator // late.floor.denominator
    left = pl.max_horizontal(pl.col("total") - days * per_day, pl.min_horizontal("total", floor))
    frame = frame.with_columns((pl.col("total") - left).alias(LATE))
    return frame.with_columns(pl.col("total") - pl.col(LATE))


def _looked_up(
    masks: pl.Series, table: Mapping[int, Fraction], unit: Fraction, not_shown: Fraction | None
) -> pl.Series:
    """Int64 in units, one for each mask."""
    units = [int(points / unit) for points in table.values()]
    # Without rows it is not of this type.
    found = masks.replace_strict(list(table), units, return_dtype=pl.Int64).cast(pl.Int64)
    return found if not_shown is None else found.fill_null(int(not_shown / unit))
