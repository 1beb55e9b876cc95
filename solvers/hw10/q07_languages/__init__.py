"""Question 7's solver."""

from solvers.hw10.q07_languages import judge, measure
from solvers.hw10.q07_languages.claims import Better, Both, Only
from solvers.hw10.q07_languages.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.reference_whisper import RESOURCE as REFERENCE_WHISPER
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.run.solver import Solver

SOLVER = Solver(
    version=6,
    claims=(
        Better,
        Both,
        Only,
    ),
    uses=(CODEC_WEIGHTS, ASR_WEIGHTS, REFERENCE_WHISPER, COURSE_AUDIO),
    measurements=Measurements,
    measure=measure.measure,
    judge=judge.judge,
)
