"""Question 7's solver."""

from solvers.hw10.q07_languages.claims import Better, Both, Only
from solvers.hw10.q07_languages.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.reference_whisper import RESOURCE as REFERENCE_WHISPER
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.run.solver import Solver, on_use, reads_claims

JUDGE, MEASURE = f"{__name__}.judge", f"{__name__}.measure"

SOLVER = Solver(
    version=7,
    claims=(
        Better,
        Both,
        Only,
    ),
    uses=(CODEC_WEIGHTS, ASR_WEIGHTS, REFERENCE_WHISPER, COURSE_AUDIO),
    measurements=Measurements,
    measure=on_use(MEASURE, "measure"),
    judge=on_use(JUDGE, "judge"),
    reads=reads_claims,
)
