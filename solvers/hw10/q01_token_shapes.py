"""Q1: the shapes of the codes of a 2-second and a 4-second clip."""

from typing import TYPE_CHECKING

from questions.claims import Claim, Shape
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.audio.noise import seeded_noise
from solvers.evidence.verdicts import Finding, Outcome
from solvers.hw10.resources.architecture import RESOURCE as ARCHITECTURE
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.run.solver import Measured, Solver

if TYPE_CHECKING:
    from solvers.hw10.models.codec import Codec
    from solvers.run.session import Session

CLIPS = {"clip_2s": 2.0, "clip_4s": 4.0}  # seconds of each input


class Shapes(Claim):
    """Shapes `[B, K, T]` of the codes of the 2-second and the 4-second clip."""

    shape_2s: Shape
    shape_4s: Shape


class ClipShape(Frozen):
    """Shape of one clip's codes. `file` is empty for seeded noise of the exact length."""

    clip: str
    file: str
    n_samples: int
    shape: Shape


class Measurements(Frozen):
    """Shapes of clips of exactly 2 and 4 s, and of the course's own files where they are at hand."""

    exact: tuple[ClipShape, ...]
    files: tuple[ClipShape, ...] = ()

    def judged(self) -> tuple[ClipShape, ...]:
        """The course's own files count where all are there, since a clip of 2.01 s has 26 frames."""
        return self.files if len(self.files) == len(CLIPS) else self.exact


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Encode seeded noise of exactly 2 and 4 s, and the course's files.

    Raises SourceError for a file whose number of frames hangs on its own codec's filling.
    """
    from solvers.audio.sound_files import check_frames, load_sound

    codec = session.use(ARCHITECTURE)
    frame_samples = round(codec.sample_rate_hz / codec.model.config.frame_rate)
    exact, files = [], []
    for index, (clip, duration_s) in enumerate(CLIPS.items()):
        session.step(clip, index / len(CLIPS))
        exact.append(encode_noise(codec, clip, duration_s, session.seed))
        if path := session.course_file(clip):
            waveform = load_sound(path, codec.sample_rate_hz)
            check_frames(path, len(waveform), codec.sample_rate_hz, frame_samples)
            codes = codec.encode(waveform[None, None])
            files.append(
                ClipShape(clip=clip, file=path.name, n_samples=len(waveform), shape=tuple(codes.shape))
            )
    return Measured(Measurements(exact=tuple(exact), files=tuple(files)))


def encode_noise(codec: "Codec", clip: str, duration_s: float, seed: int) -> ClipShape:
    """The shape of the codes of `duration_s` seconds of seeded noise."""
    n_samples = round(duration_s * codec.sample_rate_hz)
    noise = seeded_noise((1, 1, n_samples), seed, level=0.1)
    return ClipShape(clip=clip, file="", n_samples=n_samples, shape=tuple(codec.encode(noise).shape))


def judge(part: Part[Shapes], measurements: Measurements) -> Finding:
    """It holds if both shapes are the measured ones."""
    judged = measurements.judged()
    # The files decide only where they differ from exact clips; only then does the verdict rest on them.
    by_files = [clip.shape for clip in judged] != [clip.shape for clip in measurements.exact]
    measured = ", ".join(f"{clip.file or clip.clip} {list(clip.shape)}" for clip in judged)
    claimed = (part.claim.shape_2s, part.claim.shape_4s)
    equal = claimed == tuple(clip.shape for clip in judged)
    shown = f"{list(claimed[0])}, {list(claimed[1])}"
    return Finding(
        outcome=Outcome.HOLDS if equal else Outcome.FAILS,
        measured=measured,
        threshold=shown,
        claimed=shown,
        reason=_reason(equal=equal, by_files=by_files),
        also_rests_on=(COURSE_AUDIO.name,) if by_files else (),
    )


def _reason(*, equal: bool, by_files: bool) -> Bilingual:
    what_zh = "課程音檔" if by_files else "恰為 2 秒與 4 秒的音訊"
    what_en = "the course's files" if by_files else "clips of exactly 2 and 4 s"
    if equal:
        return Bilingual(
            zh=f"{what_zh}的 codes 形狀與選項完全相同。", en=f"The codes of {what_en} have both shapes."
        )
    return Bilingual(
        zh=f"{what_zh}的 codes 形狀與選項不同。", en=f"The codes of {what_en} have other shapes."
    )


SOLVER = Solver(
    version=1,
    claims=(Shapes,),
    uses=(ARCHITECTURE,),
    measurements=Measurements,
    measure=measure,
    judge=judge,
)
