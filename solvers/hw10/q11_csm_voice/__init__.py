"""Question 11's solver."""

from solvers.hw10.q11_csm_voice.claims import Speaks
from solvers.hw10.q11_csm_voice.measurements import Measurements
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.resources.speaker_weights import RESOURCE as SPEAKER_WEIGHTS
from solvers.run.solver import Solver, on_use

JUDGE, MEASURE = f"{__name__}.judge", f"{__name__}.measure"

SOLVER = Solver(
    version=4,
    claims=(Speaks,),
    uses=(CSM_WEIGHTS, COURSE_AUDIO, ASR_WEIGHTS, SPEAKER_WEIGHTS),
    measurements=Measurements,
    measure=on_use(MEASURE, "measure"),
    judge=on_use(JUDGE, "judge"),
    reads=on_use(MEASURE, "reads"),
)
