"""Q5: the first five values of the embedding of code 2047 in layer 0."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StrictFloat

from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual
from solvers.evidence.verdicts import Comparison, Finding, Findings, Outcome, at_most
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.run.solver import Measured, Solver

if TYPE_CHECKING:
    from solvers.hw10.models.codec import Codec
    from solvers.run.session import Session

LAYER, CODE, N_VALUES = 0, 2047, 5
# The options round to four decimals: half a unit of the last place, and a little for float32.
TOLERANCE = 6e-5

TARGET = "layer 0, code 2047"
# The names of the vectors in Chinese.
NAMES_ZH = {
    TARGET: "第 0 層，code 2047",
    "layer 0, code 2046": "第 0 層，code 2046",
    "layer 1 (first acoustic), code 2047": "第 1 層（第一個聲學層），code 2047",
    "layer 0, code 2047, after projection": "第 0 層，code 2047，投影之後",
    "layer 0, code 2047, raw embed_sum": "第 0 層，code 2047，未正規化的 embed_sum",
}


class FirstFive(Claim):
    """The first five values of the embedding of code 2047 in layer 0, rounded to four decimals."""

    first_five: Annotated[tuple[StrictFloat, ...], Field(min_length=5, max_length=5)]


class Vector(Frozen):
    """First values of one vector that could be meant, by name."""

    name: str
    values: tuple[float, ...]


class Measurements(Frozen):
    """The vector asked for, then the ones it is easily mistaken for."""

    vectors: tuple[Vector, ...]

    @property
    def target(self) -> Vector:
        """The embedding of code 2047 in layer 0."""
        return self.vectors[0]


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Look at the codebook, and at what one could have looked at by mistake."""
    return Measured(Measurements(vectors=vectors_of(session.use(CODEC_WEIGHTS))))


def vectors_of(codec: "Codec") -> tuple[Vector, ...]:
    """The vector asked for and its look-alikes: another id, another layer, projected, not normalised."""
    found = {
        TARGET: codec.codebook(LAYER)[CODE],
        "layer 0, code 2046": codec.codebook(LAYER)[CODE - 1],
        "layer 1 (first acoustic), code 2047": codec.codebook(LAYER + 1)[CODE],
    }
    quantizer = getattr(codec.model, "quantizer", None)
    semantic = getattr(quantizer, "semantic_residual_vector_quantizer", None)
    if semantic is not None:
        projection = semantic.output_proj.weight.detach()[:, :, 0]
        found["layer 0, code 2047, after projection"] = projection @ found[TARGET]
        found["layer 0, code 2047, raw embed_sum"] = semantic.layers[LAYER].codebook.embed_sum[CODE]
    return tuple(
        Vector(name=name, values=tuple(vector[:N_VALUES].float().tolist())) for name, vector in found.items()
    )


def judge(question: AnyQuestion, measurements: Measurements) -> Findings:
    """An option holds if its five values are the asked ones to four decimals; then the others fail.

    Where none matches, nothing is decided: the weights may be others than the quiz was made from.
    """
    distances = {
        option.id: _distance(option.parts[0].claim, measurements.target) for option in question.options
    }
    matched = any(distance <= TOLERANCE for distance in distances.values())
    findings = {}
    for option in question.options:
        claim = option.parts[0].claim
        comparison = at_most(
            Bilingual(zh="最大相差", en="max |difference|"), distances[option.id], TOLERANCE, ""
        )
        outcome = Outcome.HOLDS if comparison.met else Outcome.FAILS if matched else Outcome.UNDETERMINED
        mistaken = next((v.name for v in measurements.vectors[1:] if _distance(claim, v) <= TOLERANCE), None)
        findings[option.id] = (
            Finding(
                outcome=outcome,
                measured=_shown(measurements.target.values),
                threshold=f"{_shown(claim.first_five)} ± {TOLERANCE:g}",
                comparisons=(comparison,),
                claimed=_shown(claim.first_five),
                reason=_reason(outcome, comparison, mistaken),
            ),
        )
    return findings


def _distance(claim: FirstFive, vector: Vector) -> float:
    return max(abs(a - b) for a, b in zip(claim.first_five, vector.values, strict=True))


def _shown(values: tuple[float, ...]) -> str:
    return f"[{', '.join(f'{value:.4f}' for value in values)}]"


def _reason(outcome: Outcome, comparison: Comparison, mistaken: str | None) -> Bilingual:
    off = f"{comparison.value:.4f}"
    match outcome:
        case Outcome.HOLDS:
            zh, en = "五個數值四捨五入後完全相同。", "All five values agree to four decimals."
        case Outcome.FAILS:
            zh, en = f"最大相差 {off}，且另有選項相符。", f"Off by up to {off}, and another option matches."
        case Outcome.UNDETERMINED:
            zh = f"最大相差 {off}，但沒有任何選項相符，無法判定。"
            en = f"Off by up to {off}, but no option matches, so these weights decide nothing."
    if mistaken and outcome is not Outcome.HOLDS:
        zh, en = f"{zh}它是「{NAMES_ZH[mistaken]}」的數值。", f"{en} These are the values of {mistaken}."
    return Bilingual(zh=zh, en=en)


SOLVER = Solver(
    version=1,
    claims=(FirstFive,),
    uses=(CODEC_WEIGHTS,),
    measurements=Measurements,
    measure=measure,
    judge_together=judge,
)
