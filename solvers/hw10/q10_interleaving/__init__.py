"""Question 10's solver."""

from solvers.hw10.q10_interleaving.claims import BlurredAt, Dominant, LayerZero, NearerFrom, WithoutLayerZero
from solvers.hw10.q10_interleaving.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.solver import Solver, on_use, reads_claims

JUDGE, MEASURE = f"{__name__}.judge", f"{__name__}.measure"

SOLVER = Solver(
    version=6,
    claims=(
        LayerZero,
        WithoutLayerZero,
        BlurredAt,
        NearerFrom,
        Dominant,
    ),
    uses=(CODEC_WEIGHTS, SPEAKER_WEIGHTS, ASR_WEIGHTS, COURSE_AUDIO),
    measurements=Measurements,
    measure=on_use(MEASURE, "measure"),
    judge=on_use(JUDGE, "judge"),
    reads=reads_claims,
)
