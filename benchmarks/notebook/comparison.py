"""Both ways through one question: what was done, how long each took, and where their results agree."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Check:
    """One result that both ways come to. `exact`: it must be the same; else `text` says why it may not be."""

    what: str
    same: bool
    exact: bool
    text: str = ""

    @property
    def broken(self) -> bool:
        """Whether what must be the same is not."""
        return self.exact and not self.same


@dataclass(frozen=True)
class ToVerdict:
    """What the verdict takes. The notebook's seconds are reckoned from its share: sixteen offsets' work."""

    offsets: int  # that ours took
    notebook_s: float
    ours_s: float

    @property
    def ratio(self) -> float:
        """How many times longer the notebook's way takes to the same verdict."""
        return self.notebook_s / self.ours_s


@dataclass(frozen=True)
class Comparison:
    """A question. `share`: how much of the solver's work was done, the same both ways.

    `more`: what the solver does besides, in its time. `to_verdict`: where ours stops when it is decided.
    """

    question: str
    work: str
    share: str
    notebook_s: float
    ours_s: float
    checks: tuple[Check, ...]
    more: str = ""
    to_verdict: ToVerdict | None = None

    @property
    def ratio(self) -> float:
        """How many times longer the notebook's way took."""
        return self.notebook_s / self.ours_s


def timed(work: Callable[[], Result], runs: int = 1) -> tuple[Result, float]:
    """What the last run gave, and the median of the runs' seconds."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return result, statistics.median(seconds)
