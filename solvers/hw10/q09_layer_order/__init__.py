"""Question 9's solver."""

from solvers.hw10.q09_layer_order.claims import Said
from solvers.hw10.q09_layer_order.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.run.solver import Solver, on_use

JUDGE, MEASURE = f"{__name__}.judge", f"{__name__}.measure"

SOLVER = Solver(
    version=5,
    claims=(Said,),
    uses=(CODEC_WEIGHTS, ASR_WEIGHTS, COURSE_AUDIO),
    measurements=Measurements,
    measure=on_use(MEASURE, "measure"),
    judge_together=on_use(JUDGE, "judge"),
    reads=on_use(MEASURE, "reads"),
    describe={"codes": on_use(MEASURE, "describe_codes")},
)
