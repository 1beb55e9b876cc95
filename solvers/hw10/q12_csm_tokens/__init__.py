"""Question 12's solver."""

from solvers.hw10.q12_csm_tokens.claims import CodecIs, Decodable, DecodesTo, ModelsAre, TrainedTogether
from solvers.hw10.q12_csm_tokens.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.csm_weights import RESOURCE as CSM_WEIGHTS
from solvers.resources.asr_weights import RESOURCE as ASR_WEIGHTS
from solvers.run.solver import Solver, on_use

JUDGE, MEASURE = f"{__name__}.judge", f"{__name__}.measure"

SOLVER = Solver(
    version=3,
    claims=(
        CodecIs,
        Decodable,
        TrainedTogether,
        ModelsAre,
        DecodesTo,
    ),
    uses=(CSM_WEIGHTS, CODEC_WEIGHTS, ASR_WEIGHTS),
    measurements=Measurements,
    measure=on_use(MEASURE, "measure"),
    judge=on_use(JUDGE, "judge"),
)
