"""Question 10's solver."""

from solvers.hw10.q10_interleaving import judge, measure
from solvers.hw10.q10_interleaving.claims import BlurredAt, Dominant, LayerZero, NearerFrom, WithoutLayerZero
from solvers.hw10.q10_interleaving.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.solver import Solver

SOLVER = Solver(
    version=4,
    claims=(
        LayerZero,
        WithoutLayerZero,
        BlurredAt,
        NearerFrom,
        Dominant,
    ),
    uses=(CODEC_WEIGHTS, SPEAKER_WEIGHTS, ASR_WEIGHTS, COURSE_AUDIO),
    measurements=Measurements,
    measure=measure.measure,
    judge=judge.judge,
)
