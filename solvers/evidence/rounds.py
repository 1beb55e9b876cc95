"""Trials that come in rounds and end once they have decided, and what ending early can cost, counted exactly.

Trials are start offsets, seeds or clips. Which looks there are and why: docs/decisions/sequential.md.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from questions.quiz import Bilingual
from solvers.evidence.statistics import needed
from solvers.evidence.verdicts import Comparison, Outcome, at_least, at_most

CONTRARY = {Outcome.HOLDS: Outcome.FAILS, Outcome.FAILS: Outcome.HOLDS}
COIN = Fraction(1, 2)
OFFSETS = {
    Outcome.HOLDS: Bilingual(zh="成立的起點偏移", en="start offsets at which it holds"),
    Outcome.FAILS: Bilingual(zh="不成立的起點偏移", en="start offsets at which it fails"),
}

TrialT = TypeVar("TrialT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Taken:
    """What one trial says of a claim, and how far from saying otherwise, in one unit for all trials."""

    outcome: Outcome
    margin: float = 0.0


@dataclass(frozen=True)
class Look:
    """After `n_trials` an outcome stands that `needed` of them give and none contradicts.

    With `room` it has to be all of them, and their least margin so many times the margins' range.
    """

    n_trials: int
    needed: int
    room: Fraction = Fraction(0)

    @property
    def share_with_room(self) -> Fraction:
        """The most that trials which all say the same by chance can have room: (1 + room)^(1 - n).

        Whatever the margins' distribution, if large ones are no likelier than small ones: uniform margins
        are then the worst case (docs/decisions/sequential.md).
        """
        return 1 / (1 + self.room) ** (self.n_trials - 1)

    def passed(self, taken: Sequence[Taken], outcome: Outcome, resolution: float) -> bool:
        """Whether an outcome stands by the first `n_trials`; margins are read to `resolution`."""
        margins = [one.margin for one in taken[: self.n_trials] if one.outcome is outcome]
        if len(margins) < self.needed:
            return False
        low, high = min(margins), max(margins)
        # A margin that was rounded up to its step may have been a step less.
        least, spread = low - resolution, high - low + resolution
        return not self.room or (least > 0 and least >= self.room * spread)


LOOKS = (Look(4, 4, Fraction(3, 2)), Look(8, 8), Look(16, 14))


@dataclass(frozen=True)
class Decision:
    """What trials say of a claim, and the look by which they do; None where no look decides."""

    outcome: Outcome
    look: Look | None
    n_trials: int

    @property
    def asked(self) -> Look:
        """The look that decides, or that more would have been needed for."""
        if self.look is not None:
            return self.look
        enough = needed(self.n_trials) if self.n_trials < LOOKS[-1].n_trials else LOOKS[-1].needed
        return Look(self.n_trials, enough)

    def counted(self, taken: Sequence[Taken]) -> tuple[Comparison, ...]:
        """How often it is so, and that the contrary is so never, as comparisons; `taken` are all trials."""
        wanted = Outcome.FAILS if self.outcome is Outcome.FAILS else Outcome.HOLDS
        contrary, outcomes = CONTRARY[wanted], [one.outcome for one in taken]
        n_trials = self.asked.n_trials
        unit = Bilingual(zh=f"個（共 {n_trials} 個）", en=f"of {n_trials}")
        n_so = outcomes[:n_trials].count(wanted)
        found = [at_least(OFFSETS[wanted], n_so, self.asked.needed, unit)]
        if contrary in outcomes:
            found.append(at_most(OFFSETS[contrary], outcomes.count(contrary), 0, unit))
        return tuple(one.against() for one in found) if self.outcome is Outcome.FAILS else tuple(found)

    @property
    def condition(self) -> Bilingual:
        """What was asked of the trials, in words."""
        enough, n_trials, room = self.asked.needed, self.asked.n_trials, self.asked.room
        times = f"{float(room):g}"
        return Bilingual(
            zh=f"{n_trials} 個起點偏移中至少 {enough} 個如此，且無一相反"
            + (f"，最小的餘裕達其範圍的 {times} 倍" if room else ""),
            en=f"so at {enough} of {n_trials} offsets, the contrary at none"
            + (f", by at least {times} times their range" if room else ""),
        )


def decide(taken: Sequence[Taken], resolution: float = 0.0) -> Decision:
    """By the first look that is passed; a contrary trial, even a later one, leaves it undetermined.

    Of fewer trials than the last look's, such as tests take, `needed` decide where no look does.
    `resolution`: the step in which margins come, as error rates come in words. ValueError: no trials.
    """
    n_trials = len(taken)
    outcomes = [one.outcome for one in taken]
    enough = needed(n_trials)
    for outcome, contrary in CONTRARY.items():
        if contrary in outcomes:
            continue
        for look in LOOKS:
            if n_trials >= look.n_trials and look.passed(taken, outcome, resolution):
                return Decision(outcome, look, n_trials)
        if n_trials < LOOKS[-1].n_trials and outcomes.count(outcome) >= enough:
            return Decision(outcome, None, n_trials)
    return Decision(Outcome.UNDETERMINED, None, n_trials)


def settled(taken: Sequence[Taken], resolution: float = 0.0) -> bool:
    """Whether more trials need not be taken: a look has decided."""
    return decide(taken, resolution).look is not None


def in_rounds(
    trials: Sequence[TrialT],
    take: Callable[[Sequence[TrialT]], ResultT],
    enough: Callable[[Sequence[ResultT]], bool],
) -> list[ResultT]:
    """What `take` makes of each round of trials, as many rounds as it takes until those are `enough`."""
    results: list[ResultT] = []
    for some in rounds_of(trials):
        results.append(take(some))
        if enough(results):
            break
    return results


def rounds_of(trials: Sequence[TrialT]) -> Iterator[Sequence[TrialT]]:
    """The trials, those between one look and the next together."""
    for start, stop in pairwise((0, *(look.n_trials for look in LOOKS[:-1]), len(trials))):
        if some := trials[start:stop]:
            yield some


def never(_results: object) -> bool:
    """All trials are taken, whatever they say."""
    return False


def spread_order(n: int) -> tuple[int, ...]:
    """0 … n-1 so that the first 4, 8, 16 … lie evenly among all; `n` is a power of two.

    The digits of a count in base 2 read backwards: van der Corput (1935). A round is sorted.
    """
    n_bits = n.bit_length() - 1
    assert n == 1 << n_bits, "a power of two"
    reversed_bits = [int(f"{index:0{n_bits}b}"[::-1], 2) if n_bits else 0 for index in range(n)]
    return tuple(index for some in rounds_of(reversed_bits) for index in sorted(some))


def error_rate(looks: Sequence[Look] = LOOKS) -> Fraction:
    """How often trials of a fair coin between an outcome and open come to that outcome, at most.

    Exact, by the distribution of the coin's count among the runs that no look has ended. A look with room
    asks for all of its trials. ValueError: it does not.
    """
    counts = {0: Fraction(1)}  # of runs that go on, their share by how many trials gave the outcome
    ended = Fraction(0)
    for before, look in pairwise((Look(0, 0), *looks)):
        if look.room and look.needed != look.n_trials:
            raise ValueError(f"A look with room after {look.n_trials} trials asks for {look.needed} of them.")
        counts = _tossed(counts, look.n_trials - before.n_trials)
        for count in [one for one in counts if one >= look.needed]:
            share = counts[count] * look.share_with_room if look.room else counts[count]
            ended += share
            counts[count] -= share
    return ended


def _tossed(counts: dict[int, Fraction], n_tosses: int) -> dict[int, Fraction]:
    found: dict[int, Fraction] = {}
    for count, share in counts.items():
        for heads in range(n_tosses + 1):
            more = share * math.comb(n_tosses, heads) * COIN**n_tosses
            found[count + heads] = found.get(count + heads, Fraction(0)) + more
    return found
