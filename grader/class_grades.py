"""A class graded by the course's rule: table look-up over bit masks, exact, in columns."""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

import polars as pl

from grader.credit import credit, require_key
from grader.responses import ClassGrades, Responses, picked_of
from questions.spec import AnyQuestion


def grade_class(responses: Responses, key: Mapping[str, frozenset[str] | None]) -> ClassGrades:
    """Every paper graded. ValueError: a key that cannot be that of its question.

    Only the answers that were given are scored, not all 2ⁿ: a question may have 26 options.
    """
    answers = {question.id: key.get(question.id) for question in responses.quiz.questions}
    known = [(q, correct) for q in responses.quiz.questions if (correct := answers[q.id]) is not None]
    for question, correct in known:
        require_key(question, correct)
    shares = [Fraction(question.points_exact) / len(correct) for question, correct in known]
    unit = Fraction(1, lcm(*(share.denominator for share in shares)))
    scores = {q.id: _scores(responses.frame[q.id], q, correct, unit) for q, correct in known}
    total = sum(scores.values(), pl.zeros(len(responses.frame), dtype=pl.Int64, eager=True))
    frame = pl.DataFrame({"student": responses.frame["student"], **scores, "total": total})
    return ClassGrades(responses, answers, unit, frame)


def _scores(masks: pl.Series, question: AnyQuestion, correct: frozenset[str], unit: Fraction) -> pl.Series:
    """Int64 in units, one for each mask."""
    points = question.points_exact
    given = masks.unique().to_list()
    table = [int(credit(frozenset(picked_of(question, mask)), correct, points) / unit) for mask in given]
    return masks.replace_strict(given, table, return_dtype=pl.Int64).cast(pl.Int64)  # without rows it is not
