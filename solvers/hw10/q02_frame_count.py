"""Q2: how many frames the codes of an 8-second clip have."""

from typing import TYPE_CHECKING

from questions.claims import Claim, Count
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.evidence.verdicts import Finding, Outcome
from solvers.hw10.q01_token_shapes import encode_noise
from solvers.hw10.resources.architecture import RESOURCE as ARCHITECTURE
from solvers.run.solver import Measured, Solver

if TYPE_CHECKING:
    from solvers.run.session import Session

CLIP_S = 8.0


class Frames(Claim):
    """Frames `T` of an 8-second clip."""

    frames: Count


class Measurements(Frozen):
    """Frames `T` of 8 s, by encoding and by the codec's own arithmetic."""

    n_samples: int
    shape: tuple[int, ...]
    announced_frames: int


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Encode 8 s of seeded noise, and ask the model for the length it announces."""
    import torch

    codec = session.use(ARCHITECTURE)
    clip = encode_noise(codec, "clip_8s", CLIP_S, session.seed)
    announced = codec.model.get_encoded_length(torch.tensor([clip.n_samples]))
    return Measured(
        Measurements(n_samples=clip.n_samples, shape=clip.shape, announced_frames=int(announced[0]))
    )


def judge(part: Part[Frames], measurements: Measurements) -> Finding:
    """It holds if it names the last dimension; nothing is decided if the model announces another."""
    frames = measurements.shape[-1]
    agreed = frames == measurements.announced_frames
    equal = part.claim.frames == frames
    outcome = Outcome.UNDETERMINED if not agreed else Outcome.HOLDS if equal else Outcome.FAILS
    return Finding(
        outcome=outcome,
        measured=f"{list(measurements.shape)}, T = {frames}",
        threshold=f"T = {part.claim.frames}",
        claimed=f"T = {part.claim.frames}",
        reason=_reason(outcome, frames, measurements.announced_frames),
    )


def _reason(outcome: Outcome, frames: int, announced: int) -> Bilingual:
    match outcome:
        case Outcome.UNDETERMINED:
            return Bilingual(
                zh=f"編碼得到 {frames} 個 frames，但模型自己算出 {announced}，兩者矛盾。",
                en=f"Encoding gives {frames} frames, but the model announces {announced}: they disagree.",
            )
        case Outcome.HOLDS:
            return Bilingual(
                zh=f"8 秒音訊編碼後恰有 {frames} 個 frames。",
                en=f"8 s of audio encode to exactly {frames} frames.",
            )
        case Outcome.FAILS:
            return Bilingual(
                zh=f"8 秒音訊編碼後有 {frames} 個 frames，不是選項所說的數目。",
                en=f"8 s of audio encode to {frames} frames, not to the claimed number.",
            )


SOLVER = Solver(
    version=1,
    claims=(Frames,),
    uses=(ARCHITECTURE,),
    measurements=Measurements,
    measure=measure,
    judge=judge,
)
