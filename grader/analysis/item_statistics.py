"""The formulas of item analysis, from exact integer sums; a float appears only where a root is taken.

What has no value (a constant item, too few papers) says so with its reason: never NaN, never a made-up 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import atanh, ceil, sqrt, tanh
from statistics import NormalDist
from typing import Self

from pydantic import ConfigDict, Field

from questions.common.frozen import Frozen
from questions.quiz import Bilingual

Z_95 = NormalDist().inv_cdf(0.975)  # 1.96: two-sided 95 %

# Ebel and Frisbie, Essentials of Educational Measurement (1991): from 0.3 on an item is reasonably good,
# below 0.2 it is poor.
GOOD_DISCRIMINATION = 0.3
POOR_DISCRIMINATION = 0.2
# With fewer papers, a discrimination of 0.3 has a 95 % interval (Fisher) that reaches to zero.
SMALL_N = ceil((Z_95 / atanh(GOOD_DISCRIMINATION)) ** 2 + 3)  # 44 papers

NO_PAPERS = Bilingual(en="no papers", zh="沒有考卷")
CONSTANT_ITEM = Bilingual(en="every paper has the same score here", zh="所有考卷在這一題得分相同")
CONSTANT_REST = Bilingual(
    en="every paper has the same score in the other questions", zh="所有考卷在其他題的得分相同"
)
CONSTANT_TOTAL = Bilingual(en="every paper has the same total", zh="所有考卷的總分相同")
ONE_ITEM = Bilingual(en="it takes two questions at least", zh="至少需要兩題")


class Statistic(Frozen):
    """A number, or the reason why there is none; `interval` is of 95 %, where one is known."""

    model_config = ConfigDict(serialize_by_alias=True)

    value: float | None
    reason: Bilingual | None = Field(
        default=None, serialization_alias="undefined_because", exclude_if=lambda reason: reason is None
    )
    interval: tuple[float, float] | None = Field(
        default=None, serialization_alias="interval_95", exclude_if=lambda interval: interval is None
    )


def rounded(value: float, digits: int = 2) -> str:
    """A number with so many decimals, and without the sign of a negative zero."""
    shown = f"{value:.{digits}f}"
    return shown.removeprefix("-") if float(shown) == 0 else shown


def undefined(reason: Bilingual) -> Statistic:
    """No value, for this reason."""
    return Statistic(value=None, reason=reason)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a pair of integer variables x, y over n papers needs for its moments."""

    n: int
    x: int
    y: int
    xx: int
    yy: int
    xy: int

    @classmethod
    def of(cls, counts: Mapping[tuple[int, int], int]) -> Self:
        """From how many papers have each pair (x, y)."""
        cells = counts.items()
        return cls(
            n=sum(counts.values()),
            x=sum(papers * x for (x, _), papers in cells),
            y=sum(papers * y for (_, y), papers in cells),
            xx=sum(papers * x * x for (x, _), papers in cells),
            yy=sum(papers * y * y for (_, y), papers in cells),
            xy=sum(papers * x * y for (x, y), papers in cells),
        )

    def rest(self) -> Self:
        """The sums of x and y − x: where y is the total, that is the total of the other questions."""
        return type(self)(
            self.n, self.x, self.y - self.x, self.xx, self.yy - 2 * self.xy + self.xx, self.xy - self.xx
        )

    @property
    def spread_x(self) -> int:
        """n² times the variance of x."""
        return self.n * self.xx - self.x * self.x

    @property
    def spread_y(self) -> int:
        """n² times the variance of y."""
        return self.n * self.yy - self.y * self.y

    @property
    def spread_xy(self) -> int:
        """n² times the covariance of x and y."""
        return self.n * self.xy - self.x * self.y


def pearson(sums: Sums, constant_y: Bilingual) -> Statistic:
    """Pearson's r with Fisher's interval, tanh(atanh(r) ± 1.96 / √(n − 3)), where n > 3 and |r| < 1.

    `constant_y` is the reason given where y does not vary.
    """
    if not sums.n:
        return undefined(NO_PAPERS)
    if not sums.spread_x:
        return undefined(CONSTANT_ITEM)
    if not sums.spread_y:
        return undefined(constant_y)
    # The squared r is exact; only its root is rounded.
    squared = Fraction(sums.spread_xy**2, sums.spread_x * sums.spread_y)
    r = sqrt(squared) if sums.spread_xy >= 0 else -sqrt(squared)
    if sums.n <= 3 or abs(r) >= 1:
        return Statistic(value=r)
    reach = Z_95 / sqrt(sums.n - 3)
    return Statistic(value=r, interval=(tanh(atanh(r) - reach), tanh(atanh(r) + reach)))


def cronbach_alpha(item_spreads: list[int], total_spread: int, n: int) -> Statistic:
    """Cronbach's alpha, k/(k−1) · (1 − Σ variances of the items / variance of their sum).

    The spreads are variances times one common factor, which cancels; so does ddof.
    """
    k = len(item_spreads)
    if k < 2:
        return undefined(ONE_ITEM)
    if not n:
        return undefined(NO_PAPERS)
    if not total_spread:
        return undefined(CONSTANT_TOTAL)
    share = 1 - Fraction(sum(item_spreads), total_spread)
    return Statistic(value=float(Fraction(k, k - 1) * share))


def surely_more(more: int, n_more: int, less: int, n_less: int) -> bool:
    """Whether the first share is greater at 95 %: the interval of Agresti and Caffo (2000) is above zero.

    They add a success and a failure to each of the two samples, which holds for small ones too.
    """
    p, q = (more + 1) / (n_more + 2), (less + 1) / (n_less + 2)
    error = sqrt(p * (1 - p) / (n_more + 2) + q * (1 - q) / (n_less + 2))
    return p - q > Z_95 * error
