"""A class graded by the course's rule: table look-up over bit masks, exact, in columns."""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

import polars as pl

from grader.credit import score_table
from grader.responses import ClassGrades, Responses
from questions.spec import AnyQuestion


def grade_class(responses: Responses, key: Mapping[str, frozenset[str] | None]) -> ClassGrades:
    """Every paper graded. ValueError: a key that credit cannot be shared by."""
    quiz = responses.quiz
    answers = {question.id: key.get(question.id) for question in quiz.questions}
    graded = [question for question in quiz.questions if answers[question.id] is not None]
    tables = {question.id: _table(question, answers[question.id]) for question in graded}
    unit = Fraction(1, lcm(*(score.denominator for table in tables.values() for score in table)))
    scores = {
        id_: responses.frame[id_].replace_strict(
            range(len(table)), [int(score / unit) for score in table], return_dtype=pl.Int64
        )
        for id_, table in tables.items()
    }
    total = sum(scores.values(), pl.zeros(len(responses.frame), dtype=pl.Int64, eager=True))
    frame = pl.DataFrame({"student": responses.frame["student"], **scores, "total": total})
    return ClassGrades(responses, answers, unit, frame)


def _table(question: AnyQuestion, correct: frozenset[str] | None) -> tuple[Fraction, ...]:
    return score_table(question.points_exact, correct or frozenset(), question.option_ids)
