"""Which numbers are below four."""

from questions.claims import Claim, Count
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence.verdicts import Finding, Outcome, at_most
from solvers.run.session import Session
from solvers.run.solver import Measured, Solver


class BelowFour(Claim):
    """A number that is claimed to be below four."""

    below_four: Count


class Measurements(Frozen):
    """The largest whole number below four."""

    largest: int


def measure(_question: AnyQuestion, _session: Session) -> Measured:
    """Look for it."""
    return Measured(Measurements(largest=max(range(4))))


def judge(part: Part[BelowFour], found: Measurements) -> Finding:
    """It holds if the number is no larger than the largest."""
    compared = at_most("the number", part.claim.below_four, found.largest, "")
    return Finding(
        outcome=Outcome.HOLDS if compared.met else Outcome.FAILS,
        measured=f"{part.claim.below_four}",
        threshold=f"≤ {found.largest}",
        comparisons=(compared,),
        reason=Bilingual(
            zh=f"小於 4 的最大整數是 {found.largest}。", en=f"Below 4 is at most {found.largest}."
        ),
    )


SOLVER = Solver(
    version=1, claims=(BelowFour,), uses=(), measurements=Measurements, measure=measure, judge=judge
)
