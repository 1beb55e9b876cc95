"""A class graded: every answer that was given is scored once, exactly, and looked up in columns."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm

import polars as pl

from grader.papers.responses import ClassGrades, Responses, picked_of
from grader.scores.credit import credit, require_key
from questions.quiz import AnyQuestion

Answers = Mapping[str, frozenset[str] | None]
# From a question and what was picked to points.
Score = Callable[[AnyQuestion, frozenset[str]], Fraction]


def grade_class(responses: Responses, key: Answers) -> ClassGrades:
    """Every paper by the course's rule. ValueError: a key that cannot be that of its question."""
    known = {q.id: correct for q in responses.quiz.questions if (correct := key.get(q.id)) is not None}
    for question in responses.quiz.questions:
        if question.id in known:
            require_key(question, known[question.id])
    return score_class(responses, key, lambda q, picked: credit(picked, known[q.id], q.points_exact))


def score_class(responses: Responses, key: Answers, score: Score) -> ClassGrades:
    """Every paper by any rule, in the questions whose key is known.

    Only the answers that were given are scored, not all 2ⁿ: a question may have 26 options.
    """
    answers = {question.id: key.get(question.id) for question in responses.quiz.questions}
    tables = {
        question.id: {
            mask: score(question, frozenset(picked_of(question, mask)))
            for mask in responses.frame[question.id].unique().to_list()
        }
        for question in responses.quiz.questions
        if answers[question.id] is not None
    }
    unit = Fraction(1, lcm(*(points.denominator for table in tables.values() for points in table.values())))
    scores = {id_: _looked_up(responses.frame[id_], table, unit) for id_, table in tables.items()}
    total = sum(scores.values(), pl.zeros(len(responses.frame), dtype=pl.Int64, eager=True))
    frame = pl.DataFrame({"student": responses.frame["student"], **scores, "total": total})
    return ClassGrades(responses, answers, unit, frame)


def _looked_up(masks: pl.Series, table: Mapping[int, Fraction], unit: Fraction) -> pl.Series:
    """Int64 in units, one for each mask."""
    units = [int(points / unit) for points in table.values()]
    # Without rows it is not of this type.
    return masks.replace_strict(list(table), units, return_dtype=pl.Int64).cast(pl.Int64)
