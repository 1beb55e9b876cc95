"""Small statistics that judges share: the sign test, spreads, a seeded bootstrap. No numpy."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, median

from questions.quiz import Bilingual
from solvers.evidence.verdicts import Outcome

N_BOOTSTRAP = 2000  # the ends of a 95 % interval then rest on 50 resamples each
LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """Median and range of one number measured several times."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """ValueError: no values."""
        if not values:
            raise ValueError("There are no values to spread: give at least one.")
        return cls(median(values), min(values), max(values))

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest."""
        return self.low, self.high

    def text(self, digits: int = 2) -> str:
        """Such as `3.06 [3.00, 3.12]`."""
        return f"{self.median:.{digits}f} [{self.low:.{digits}f}, {self.high:.{digits}f}]"


def needed(n_trials: int) -> int:
    """How many of some trials must say the same, so that their median does at `LEVEL`: the sign test.

    13 of 16, 8 of 8; of fewer than six, which cannot reach the level, all. ValueError: no trials.
    """
    if n_trials < 1:
        raise ValueError("There are no trials to decide by: give at least one.")
    tail = 0.0
    for count in range(n_trials, n_trials // 2, -1):
        tail += math.comb(n_trials, count) / 2**n_trials
        if tail > (1 - LEVEL) / 2:
            return min(count + 1, n_trials)
    return n_trials // 2 + 1


def tally(outcomes: Sequence[Outcome]) -> Bilingual:
    """How many hold, fail and are open."""
    holds, fails, open_ = (
        outcomes.count(one) for one in (Outcome.HOLDS, Outcome.FAILS, Outcome.UNDETERMINED)
    )
    return Bilingual(
        zh=f"成立 {holds}、不成立 {fails}、未定 {open_}",
        en=f"holds at {holds}, fails at {fails}, open at {open_}",
    )


def bootstrap_mean(values: Sequence[float], seed: int) -> tuple[float, float]:
    """Percentile interval at `LEVEL` of the mean, over `N_BOOTSTRAP` resamples of the values.

    Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13. A single value
    gives itself twice. ValueError: no values.
    """
    if not values:
        raise ValueError("There are no values to resample: give at least one.")
    draw = random.Random(seed)  # noqa: S311  resampling, not secrets
    means = sorted(fmean(draw.choices(values, k=len(values))) for _ in range(N_BOOTSTRAP))
    tail = math.floor((1 - LEVEL) / 2 * N_BOOTSTRAP)
    return means[tail], means[-1 - tail]


def wilson(n_hits: int, n_trials: int) -> tuple[float, float]:
    """Wilson's score interval at `LEVEL` of a share: hits out of independent trials.

    Wilson, "Probable inference, the law of succession, and statistical inference" (1927). Of no
    trials all shares are possible. ValueError: hits that are no count of the trials.
    """
    if not 0 <= n_hits <= n_trials:
        raise ValueError(f"{n_hits} hits of {n_trials} trials: give a count between 0 and the trials.")
    if n_trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    share, scale = n_hits / n_trials, 1 + z**2 / n_trials
    centre = share + z**2 / (2 * n_trials)
    half = z * math.sqrt(share * (1 - share) / n_trials + (z / (2 * n_trials)) ** 2)
    # At a share of 0 or 1 rounding may put an end past it by a hair.
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
