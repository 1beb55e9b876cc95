"""Q3: what axis 1 of the codes counts, found by changing one quantity at a time."""

from typing import TYPE_CHECKING, Literal

from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.audio.noise import seeded_noise
from solvers.evidence.verdicts import Finding, Outcome
from solvers.hw10.resources.architecture import RESOURCE as ARCHITECTURE
from solvers.run.solver import Measured, Solver

if TYPE_CHECKING:
    import torch

    from solvers.hw10.models.codec import Codec
    from solvers.run.session import Session


Quantity = Literal["duration", "num_quantizers", "channels", "batch"]
AXIS = 1
BASE_FRAMES, LONGER_FRAMES = 12, 24  # whole frames: about one and two seconds
FEWER_CODEBOOKS = 8


class AxisFollows(Claim):
    """The one quantity that axis 1 of the codes follows when it alone is changed."""

    axis_1_follows: Literal["duration", "num_quantizers", "channels", "batch"]


class Intervention(Frozen):
    """One quantity changed, all others as they were, and the shapes of the codes before and after."""

    quantity: Quantity
    before: int
    after: int
    shape_before: tuple[int, ...]
    shape_after: tuple[int, ...]

    @property
    def followed(self) -> bool:
        """Whether axis 1 went with the quantity."""
        if len(self.shape_before) <= AXIS or len(self.shape_after) <= AXIS:
            return False
        return self.shape_before[AXIS] != self.shape_after[AXIS]


class Measurements(Frozen):
    """The four interventions."""

    interventions: tuple[Intervention, ...]


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Change duration, codebooks, batch and channels, one at a time."""
    from solvers.hw10.models.codec import Codec, mimi_config, random_mimi

    codec = session.use(ARCHITECTURE)
    session.step("duration, codebooks, batch", 0.2)
    interventions = intervene(codec, session.seed)
    session.step("channels", 0.6)
    # Mimi is mono. The same architecture built for two channels shows what channels do to the codes.
    stereo = Codec(random_mimi(session.seed, mimi_config(audio_channels=2)).to(codec.model.device), ())
    noise = _noise(1, 2, BASE_FRAMES, codec, session.seed)
    channels = Intervention(
        quantity="channels", before=1, after=2,
        shape_before=interventions[0].shape_before, shape_after=tuple(stereo.encode(noise).shape),
    )  # fmt: skip
    return Measured(Measurements(interventions=(*interventions, channels)))


def intervene(codec: "Codec", seed: int) -> tuple[Intervention, ...]:
    """The interventions that a codec of any number of channels takes."""
    base = _noise(1, 1, BASE_FRAMES, codec, seed)
    shape = tuple(codec.encode(base).shape)
    changed: tuple[tuple[Quantity, int, int, tuple[int, ...]], ...] = (
        (
            "duration", BASE_FRAMES, LONGER_FRAMES,
            tuple(codec.encode(_noise(1, 1, LONGER_FRAMES, codec, seed)).shape),
        ),
        (
            "num_quantizers", codec.n_codebooks, FEWER_CODEBOOKS,
            tuple(codec.encode(base, FEWER_CODEBOOKS).shape),
        ),
        ("batch", 1, 2, tuple(codec.encode(_noise(2, 1, BASE_FRAMES, codec, seed)).shape)),
    )  # fmt: skip
    return tuple(
        Intervention(quantity=name, before=before, after=after, shape_before=shape, shape_after=found)
        for name, before, after, found in changed
    )


def _noise(batch: int, channels: int, frames: int, codec: "Codec", seed: int) -> "torch.Tensor":
    n_samples = round(frames * codec.sample_rate_hz / codec.model.config.frame_rate)
    return seeded_noise((batch, channels, n_samples), seed, level=0.1)


def judge(part: Part[AxisFollows], measurements: Measurements) -> Finding:
    """It holds if axis 1 follows the claimed quantity and no other."""
    followed = tuple(change.quantity for change in measurements.interventions if change.followed)
    claimed = part.claim.axis_1_follows
    change = next(c for c in measurements.interventions if c.quantity == claimed)
    if not change.followed:
        outcome = Outcome.FAILS
    elif len(followed) == 1:
        outcome = Outcome.HOLDS
    else:
        outcome = Outcome.UNDETERMINED
    return Finding(
        outcome=outcome,
        measured=f"{change.quantity} {change.before} → {change.after}: "
        f"{list(change.shape_before)} → {list(change.shape_after)}",
        threshold=Bilingual(zh="第二維只隨它改變", en="axis 1 follows it, and nothing else"),
        reason=_reason(outcome, claimed, followed),
    )


def _reason(outcome: Outcome, quantity: str, followed: tuple[str, ...]) -> Bilingual:
    others = ", ".join(name for name in followed if name != quantity)
    match outcome:
        case Outcome.HOLDS:
            return Bilingual(
                zh=f"只改變 {quantity} 時第二維隨之改變，改變其他任何量都不影響它。",
                en=f"Axis 1 changes with {quantity} alone and with nothing else.",
            )
        case Outcome.FAILS:
            return Bilingual(
                zh=f"只改變 {quantity} 時，第二維不變。" + (f"它隨 {others} 改變。" if others else ""),
                en=f"Axis 1 stays as it is when {quantity} changes."
                + (f" It follows {others}." if others else ""),
            )
        case Outcome.UNDETERMINED:
            return Bilingual(
                zh=f"第二維除了 {quantity} 之外也隨 {others} 改變，無法判定。",
                en=f"Axis 1 follows {quantity}, but {others} too, so it cannot be said what it counts.",
            )


SOLVER = Solver(
    version=1,
    claims=(AxisFollows,),
    uses=(ARCHITECTURE,),
    measurements=Measurements,
    measure=measure,
    judge=judge,
)
