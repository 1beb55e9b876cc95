"""How a class's totals lie: quantiles and a histogram, exact, from the counts of distinct scores."""

from bisect import bisect_right
from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from math import ceil

from grader.scores.graded import ClassGrades
from grader.scores.points import BothWays, Points
from questions.common.frozen import Frozen

MAX_BARS = 12  # as many as stay apart on a phone


class Bar(Frozen):
    """A bar of a histogram: scores from `low` up to, and without, `high`; the last one takes `high` in."""

    low: Points
    high: Points
    count: int


class Distribution(Frozen):
    """The totals of `n` papers, at most `points` each. Quantiles and mean are None without papers."""

    n: int
    points: Points
    mean: BothWays | None
    minimum: BothWays | None
    lower_quartile: BothWays | None
    median: BothWays | None
    upper_quartile: BothWays | None
    maximum: BothWays | None
    histogram: tuple[Bar, ...]


def distribution_of(grades: ClassGrades) -> Distribution:
    """The distribution of the totals."""
    counts = grades.frame["total"].value_counts(name="papers")
    pairs = zip(counts["total"].to_list(), counts["papers"].to_list(), strict=True)
    return distribute({grades.points(units): papers for units, papers in pairs}, grades.points_graded)


def distribute(counts: Mapping[Fraction, int], points: Fraction) -> Distribution:
    """The distribution of scores that were reached so many times each."""
    scores = sorted(counts)
    upto = list(accumulate(counts[score] for score in scores))
    n = upto[-1] if upto else 0
    total = sum((score * counts[score] for score in scores), Fraction(0))

    def quantile(share: Fraction) -> Fraction | None:
        """Linear between the two nearest ranks, R's type 7 and numpy's default."""
        if not n:
            return None
        rank = share * (n - 1)
        below, above = (scores[bisect_right(upto, index)] for index in (int(rank), ceil(rank)))
        return below + (above - below) * (rank - int(rank))

    return Distribution(
        n=n,
        points=points,
        mean=total / n if n else None,
        minimum=quantile(Fraction(0)),
        lower_quartile=quantile(Fraction(1, 4)),
        median=quantile(Fraction(1, 2)),
        upper_quartile=quantile(Fraction(3, 4)),
        maximum=quantile(Fraction(1)),
        histogram=_bars(counts, points),
    )


def _bars(counts: Mapping[Fraction, int], points: Fraction) -> tuple[Bar, ...]:
    if points <= 0:
        return ()
    width = _bar_width(points)
    n_bars = ceil(points / width)
    papers = [0] * n_bars
    for score, count in counts.items():
        papers[min(int(score / width), n_bars - 1)] += count
    return tuple(
        Bar(low=index * width, high=min((index + 1) * width, points), count=count)
        for index, count in enumerate(papers)
    )


def _bar_width(points: Fraction) -> Fraction:
    """The smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that needs no more than MAX_BARS."""
    scale = Fraction(1)  # the largest power of ten that needs more
    while points / (10 * scale) > MAX_BARS:
        scale *= 10
    while points / scale <= MAX_BARS:
        scale /= 10
    return next(width for factor in (2, 5, 10) if points / (width := factor * scale) <= MAX_BARS)
