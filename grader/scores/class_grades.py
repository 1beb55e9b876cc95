"""A class graded: every answer that was given is scored once, exactly, and looked up in columns."""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

import polars as pl

from grader.papers.responses import ClassGrades, Responses, picked_of
from grader.scores.attempts import Attempts, counting
from grader.scores.credit import require_key
from grader.scores.marking import Answers, ByKey, Marking


def grade_class(responses: Responses, key: Answers, attempts: Attempts | None = None) -> ClassGrades:
    """Every paper by the course's rule. ValueError: a key that cannot be that of its question."""
    return score_class(responses, ByKey(key), attempts)


def score_class(responses: Responses, marking: Marking, attempts: Attempts | None = None) -> ClassGrades:
    """Every paper by any marking, in the questions whose key is known; then `attempts` picks.

    Only the answers that were given are scored, not all 2ⁿ: a question may have 26 options.
    """
    questions = responses.quiz.questions
    for question in questions:
        if (correct := marking.key.get(question.id)) is not None:
            require_key(question, correct)
    tables = {
        question.id: {
            mask: marking.points(question, frozenset(picked_of(question, mask)))
            for mask in responses.frame[question.id].unique().to_list()
        }
        for question in questions
        if marking.key.get(question.id) is not None
    }
    unit = Fraction(1, lcm(*(points.denominator for table in tables.values() for points in table.values())))
    scores = {id_: _looked_up(responses.frame[id_], table, unit) for id_, table in tables.items()}
    total = sum(scores.values(), pl.zeros(len(responses.frame), dtype=pl.Int64, eager=True))
    frame = pl.DataFrame({"student": responses.frame["student"], **scores, "total": total})
    return counting(ClassGrades(responses, marking, unit, frame, responses), attempts)


def _looked_up(masks: pl.Series, table: Mapping[int, Fraction], unit: Fraction) -> pl.Series:
    """Int64 in units, one for each mask."""
    units = [int(points / unit) for points in table.values()]
    # Without rows it is not of this type.
    return masks.replace_strict(list(table), units, return_dtype=pl.Int64).cast(pl.Int64)
