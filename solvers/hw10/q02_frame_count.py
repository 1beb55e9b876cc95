"""Q2: how many frames the codes of an 8-second clip have."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from questions.claims import Frames
from questions.quiz import AnyQuestion, Bilingual, Rest
from solvers.evidence.verdicts import Finding, Findings, Frozen, Outcome
from solvers.hw10.q01_token_shapes import encode_noise
from solvers.run.catalog import Measured

if TYPE_CHECKING:
    from solvers.run.session import Bench

VERSION = 1
USES = (Rest.ARCHITECTURE,)
CLIP_S = 8.0


class Measurements(Frozen):
    """Frames `T` of 8 s, by encoding and by the codec's own arithmetic."""

    n_samples: int
    shape: tuple[int, ...]
    announced_frames: int


def spec_read(_question: AnyQuestion) -> Mapping[str, tuple[str, ...]]:
    """Measuring reads nothing from the spec."""
    return {}


def measure(_question: AnyQuestion, bench: "Bench") -> Measured:
    """Encode 8 s of seeded noise, and ask the model for the length it announces."""
    import torch

    codec = bench.architecture
    clip = encode_noise(codec, "clip_8s", CLIP_S, bench.seed)
    announced = codec.model.get_encoded_length(torch.tensor([clip.n_samples]))
    return Measured(
        Measurements(n_samples=clip.n_samples, shape=clip.shape, announced_frames=int(announced[0]))
    )


def judge(question: AnyQuestion, measurements: Measurements) -> Findings:
    """An option holds if it names the last dimension; none is decided if the model announces another."""
    frames = measurements.shape[-1]
    agreed = frames == measurements.announced_frames
    findings = {}
    for option in question.options:
        claim = option.parts[0].claim
        assert isinstance(claim, Frames)
        equal = claim.frames == frames
        outcome = Outcome.UNDETERMINED if not agreed else Outcome.HOLDS if equal else Outcome.FAILS
        findings[option.id] = (
            Finding(
                outcome=outcome,
                measured=f"{list(measurements.shape)}, T = {frames}",
                threshold=f"T = {claim.frames}",
                reason=_reason(outcome, frames, measurements.announced_frames),
            ),
        )
    return findings


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
