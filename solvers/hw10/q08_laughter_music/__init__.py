"""Question 8's solver."""

from solvers.hw10.q08_laughter_music.claims import Because, Implies, Worst
from solvers.hw10.q08_laughter_music.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.resources.course_audio import RESOURCE as COURSE_AUDIO
from solvers.run.solver import Solver, on_use, reads_claims

JUDGE, MEASURE = f"{__name__}.judge", f"{__name__}.measure"

SOLVER = Solver(
    version=5,
    claims=(
        Worst,
        Because,
        Implies,
    ),
    uses=(CODEC_WEIGHTS, COURSE_AUDIO),
    measurements=Measurements,
    measure=on_use(MEASURE, "measure"),
    judge=on_use(JUDGE, "judge"),
    reads=reads_claims,
)
