"""How much 2 + 3 is."""

from questions.claims import Claim, Count
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence.verdicts import Finding, Outcome
from solvers.run.session import Session
from solvers.run.solver import Measured, Solver


class Sum(Claim):
    """What the sum is."""

    sum: Count


class Measurements(Frozen):
    """The sum."""

    total: int


def measure(_question: AnyQuestion, _session: Session) -> Measured:
    """Add."""
    return Measured(Measurements(total=2 + 3))


def judge(part: Part[Sum], found: Measurements) -> Finding:
    """It holds if it is the sum."""
    return Finding(
        outcome=Outcome.HOLDS if part.claim.sum == found.total else Outcome.FAILS,
        measured=f"{found.total}",
        threshold=f"{part.claim.sum}",
        reason=Bilingual(zh=f"2 + 3 = {found.total}。", en=f"2 + 3 = {found.total}."),
    )


SOLVER = Solver(version=1, claims=(Sum,), uses=(), measurements=Measurements, measure=measure, judge=judge)
