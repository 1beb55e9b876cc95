"""Which questions worked: difficulty, discrimination, distractors by score thirds, Cronbach's alpha.

Over the graded questions alone. Classical test theory as in R's CTT (`itemAnalysis`): discrimination is the
correlation with the *other* questions, so that a question is not compared with itself.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import sqrt

import polars as pl

from grader.analysis.item_statistics import (
    CONSTANT_REST,
    CONSTANT_TOTAL,
    NO_PAPERS,
    POOR_DISCRIMINATION,
    SMALL_N,
    Z_95,
    Statistic,
    Sums,
    cronbach_alpha,
    pearson,
    surely_more,
    undefined,
)
from grader.analysis.items import (
    NO_POINTS,
    NOT_ALL_SHOWN,
    NOT_BY_CANVAS,
    Flag,
    Item,
    ItemAnalysis,
    OptionCount,
    Thirds,
)
from grader.papers.responses import picked_of
from grader.scores.graded import ClassGrades
from grader.scores.marking import Status
from grader.scores.rules import chance_score
from questions.quiz import AnyQuestion


def analyse(grades: ClassGrades) -> ItemAnalysis:
    """Analyse the questions that were asked and whose answers decide their scores.

    A question that was not shown to a student is left out of that student's papers, as Canvas does.
    """
    not_asked = grades.responses.absent
    asked = [question for question in grades.graded if question.id not in not_asked]
    settled = tuple(question.id for question in asked if grades.marking.full(question) is not None)
    analysed = [question for question in asked if question.id not in settled]
    total = _total(grades, [question.id for question in analysed])
    n, third = len(total), score_thirds(total)
    cells = {question.id: _cells(grades, question.id, total, third) for question in analysed}
    sums = {id_: _sums(papers) for id_, papers in cells.items()}
    complete = all(both.n == n for both in sums.values())
    spreads = {id_: both.spread_x for id_, both in sums.items()}
    total_spread = next((both.spread_y for both in sums.values()), 0)

    def alpha_without(id_: str) -> Statistic:
        others = [spread for other, spread in spreads.items() if other != id_]
        return cronbach_alpha(others, sums[id_].rest().spread_y, n)

    items = tuple(
        _item(
            grades,
            question,
            cells[question.id],
            sums[question.id],
            alpha_without(question.id) if complete else undefined(NOT_ALL_SHOWN),
        )
        for question in analysed
    )
    alpha = cronbach_alpha(list(spreads.values()), total_spread, n)
    return ItemAnalysis(
        n=n,
        thirds=_by_third((place, int((third == place).sum())) for place in range(3)),
        alpha=alpha if complete else undefined(NOT_ALL_SHOWN),
        items=items,
        left_out=grades.left_out,
        not_asked=not_asked,
        settled=settled,
        dropped=tuple(q.id for q in grades.responses.quiz.questions if grades.marking.dropped(q)),
    )


def _total(grades: ClassGrades, question_ids: list[str]) -> pl.Series:
    """The sum over the analysed questions that a student was shown, in units."""
    nothing = pl.zeros(len(grades.frame), dtype=pl.Int64, eager=True)
    return sum((grades.frame[id_].fill_null(0) for id_ in question_ids), nothing).rename("total")


def score_thirds(total: pl.Series) -> pl.Series:
    """The third of each paper by its total: 0 lower, 1 middle, 2 upper (UInt8).

    By the share of papers below plus half of those level with it: under 1/3, over 2/3. So papers of equal
    totals stay together, whatever their order, and the thirds can differ in size; if all are equal, all are
    in the middle.
    """
    n = len(total)
    # The average rank is (papers below) + (papers level + 1) / 2: twice that, less 1, is a whole number.
    share_2n = (2 * total.rank("average") - 1).cast(pl.Int64)
    return ((3 * share_2n >= 2 * n).cast(pl.UInt8) + (3 * share_2n > 4 * n).cast(pl.UInt8)).rename("third")


def _cells(grades: ClassGrades, question_id: str, total: pl.Series, third: pl.Series) -> pl.DataFrame:
    """How many `papers` gave an answer and have a total; all that is asked of a question follows from it.

    `mask` is the answer, `x` its score and `y` the total in units, `third` that of the total. Papers that
    were not shown the question are not in it.
    """
    columns = pl.DataFrame(
        {
            "mask": grades.responses.frame[question_id],
            "y": total,
            "x": grades.frame[question_id],
            "third": third,
        }
    )
    shown = columns.filter(pl.col("mask").is_not_null()) if columns["mask"].null_count() else columns
    return shown.group_by("mask", "y").agg(pl.len().alias("papers"), pl.col("x", "third").first())


def _sums(cells: pl.DataFrame) -> Sums:
    counts = cells.group_by("x", "y").agg(pl.col("papers").sum())
    return Sums.of({(x, y): papers for x, y, papers in counts.iter_rows()})


def _item(
    grades: ClassGrades,
    question: AnyQuestion,
    cells: pl.DataFrame,
    sums: Sums,
    alpha_if_deleted: Statistic,
) -> Item:
    marking = grades.marking
    right = frozenset().union(*marking.rights(question))
    answers = cells.group_by("mask", "third").agg(pl.col("papers").sum()).rows()
    outcomes = dict.fromkeys((Status.RIGHT, Status.PARTLY_RIGHT, Status.WRONG, Status.BLANK), 0)
    for mask, _, papers in answers:
        outcomes[marking.status(question, frozenset(picked_of(question, mask)))] += papers
    picks = {
        option: _by_third((third, papers) for mask, third, papers in answers if mask >> bit & 1)
        for bit, option in enumerate(question.option_ids)
    }
    thirds = _by_third((third, papers) for _, third, papers in answers)
    options = tuple(_option(option, option in right, picked, thirds) for option, picked in picks.items())
    discrimination, answered = pearson(sums.rest(), CONSTANT_REST), _sums(cells.filter(pl.col("mask") != 0))
    single = question.kind == "single"
    return Item(
        question=question,
        worth=marking.worth(question),
        outcomes=outcomes,
        difficulty=_difficulty(grades, question, sums),
        discrimination=discrimination,
        canvas_point_biserial=pearson(answered, CONSTANT_TOTAL) if single else undefined(NOT_BY_CANVAS),
        alpha_if_deleted=alpha_if_deleted,
        options=options,
        blank=_by_third((third, papers) for mask, third, papers in answers if not mask),
        thirds=thirds,
        flags=_flags(sums, answered, discrimination, _chance(grades, question) / grades.unit, options),
    )


def _chance(grades: ClassGrades, question: AnyQuestion) -> Fraction:
    """What answers at random score at least: by the best of the right answers, taken one by one."""
    marking = grades.marking
    scale = marking.worth(question) / (Fraction(question.points_exact) or 1)
    return scale * max(chance_score(question, right) for right in marking.rights(question))


def _by_third(cells: Iterable[tuple[int, int]]) -> Thirds:
    papers = [0, 0, 0]
    for third, n in cells:
        papers[third] += n
    return papers[0], papers[1], papers[2]


def _option(option: str, correct: bool, picked: Thirds, thirds: Thirds) -> OptionCount:
    lower, upper = (picked[0], thirds[0]), (picked[2], thirds[2])
    flag = None
    if correct and surely_more(*lower, *upper):
        flag = Flag.RIGHT_REPELS
    elif not correct and surely_more(*upper, *lower):
        flag = Flag.WRONG_DRAWS
    return OptionCount(option=option, correct=correct, picked=picked, flag=flag)


def _difficulty(grades: ClassGrades, question: AnyQuestion, sums: Sums) -> Statistic:
    if not sums.n:
        return undefined(NO_PAPERS)
    if not (worth := grades.marking.worth(question)):
        return undefined(NO_POINTS)
    return Statistic(value=float(grades.points(sums.x) / sums.n / worth))


def _flags(
    sums: Sums,
    answered: Sums,
    discrimination: Statistic,
    chance: Fraction,
    options: tuple[OptionCount, ...],
) -> tuple[Flag, ...]:
    """What is sure at 95 %, in the order of Flag."""
    found = {option.flag for option in options}
    if sums.n > 1 and not sums.spread_x:
        found.add(Flag.CONSTANT)
    if discrimination.interval is not None:
        at_most = discrimination.interval[1]
        if at_most < 0:
            found.add(Flag.NEGATIVE)
        elif at_most < POOR_DISCRIMINATION:
            found.add(Flag.LOW)
    if answered.n >= SMALL_N:  # the normal interval of a mean needs some papers
        error = sqrt(Fraction(answered.spread_x, answered.n**2 * (answered.n - 1)))
        if answered.x / answered.n + Z_95 * error < chance:
            found.add(Flag.BELOW_CHANCE)
    return tuple(flag for flag in Flag if flag in found)
