"""What a small expression gives: its last axis, its dtype, its shape."""

from typing import TYPE_CHECKING, Any, Literal

from questions.claims import Claim, Count, Shape
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence.verdicts import Finding, Outcome
from solvers.resources.torch_library import RESOURCE as TORCH
from solvers.run.solver import Measured, Solver

if TYPE_CHECKING:
    from solvers.run.session import Session

Expression = Literal["transpose", "quotient", "broadcast"]


class LastAxis(Claim):
    """The size of the last axis of an expression's result."""

    last_axis: Count
    of: Expression


class Dtype(Claim):
    """The dtype of an expression's result."""

    dtype: Literal["int64", "float32", "float64"]
    of: Expression


class HasShape(Claim):
    """The shape of an expression's result."""

    shape: Shape
    of: Expression


class Result(Frozen):
    """Shape and dtype of one expression's result."""

    shape: tuple[int, ...]
    dtype: str


class Measurements(Frozen):
    """The results, by the expression's name."""

    results: dict[Expression, Result]


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Evaluate the three expressions."""
    import torch

    session.use(TORCH)
    found = {
        "transpose": torch.zeros(3, 4).T,
        "quotient": torch.tensor([1, 2]) / 2,
        "broadcast": torch.zeros(3, 1) + torch.zeros(1, 4),
    }
    results = {
        name: Result(shape=tuple(one.shape), dtype=str(one.dtype).removeprefix("torch."))
        for name, one in found.items()
    }
    return Measured(Measurements.model_validate({"results": results}))


def judge(part: Part[Any], measurements: Measurements) -> Finding:
    """It holds if torch gives what is claimed."""
    result = measurements.results[part.claim.of]
    match part.claim:
        case LastAxis(last_axis=size):
            claimed, found = str(size), str(result.shape[-1])
        case Dtype(dtype=dtype):
            claimed, found = dtype, result.dtype
        case HasShape(shape=shape):
            claimed, found = str(list(shape)), str(list(result.shape))
        case claim:
            raise TypeError(f"no rule for {type(claim).__name__}")
    return Finding(
        outcome=Outcome.HOLDS if claimed == found else Outcome.FAILS,
        measured=found,
        threshold=claimed,
        reason=Bilingual(zh=f"torch 算出 {found}。", en=f"torch gives {found}."),
    )


SOLVER = Solver(
    version=1,
    claims=(LastAxis, Dtype, HasShape),
    uses=(TORCH,),
    measurements=Measurements,
    measure=measure,
    judge=judge,
)
