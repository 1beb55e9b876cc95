"""Which results share the memory of the tensor they were made from."""

from typing import TYPE_CHECKING, Literal

from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence.verdicts import Finding, Outcome
from solvers.resources.torch_library import RESOURCE as TORCH
from solvers.run.solver import Measured, Solver

if TYPE_CHECKING:
    from solvers.run.session import Session

Made = Literal["transpose", "clone", "slice", "contiguous"]


class Shares(Claim):
    """What shares the tensor's memory."""

    shares: Made


class Measurements(Frozen):
    """Whether a write through each result is seen in the tensor."""

    seen: dict[Made, bool]


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Write through each result and look at the tensor."""
    import torch

    session.use(TORCH)
    seen = {}
    for name, made in {
        "transpose": lambda x: x.T,
        "clone": lambda x: x.clone(),
        "slice": lambda x: x[::2],
        "contiguous": lambda x: x.T.contiguous(),
    }.items():
        x = torch.zeros(4, 4)
        made(x)[0, 0] = 1.0
        seen[name] = bool(x[0, 0] == 1.0)
    return Measured(Measurements.model_validate({"seen": seen}))


def judge(part: Part[Shares], measurements: Measurements) -> Finding:
    """It holds if the write was seen."""
    seen = measurements.seen[part.claim.shares]
    return Finding(
        outcome=Outcome.HOLDS if seen else Outcome.FAILS,
        measured=Bilingual(zh="寫入可見", en="written through")
        if seen
        else Bilingual(zh="寫入不可見", en="not written through"),
        threshold=Bilingual(zh="寫入之後 x 也看得到", en="a write through it is seen in x"),
        reason=Bilingual(
            zh=f"寫入之後 x {'跟著改變' if seen else '不變'}。",
            en=f"After a write through it, x {'has changed' if seen else 'is as it was'}.",
        ),
    )


SOLVER = Solver(
    version=1,
    claims=(Shares,),
    uses=(TORCH,),
    measurements=Measurements,
    measure=measure,
    judge=judge,
)
