"""Question 6's solver."""

from solvers.hw10.emotion_figure import FigureInputs
from solvers.hw10.q06_emotion_umap.claims import ColourIs, Groups, MoreSeparated, UmapIs
from solvers.hw10.q06_emotion_umap.measurements import Measurements
from solvers.hw10.resources.codec_weights import RESOURCE as CODEC_WEIGHTS
from solvers.hw10.resources.emovdb import RESOURCE as EMOVDB
from solvers.hw10.resources.umap import RESOURCE as UMAP
from solvers.run.solver import Solver, on_use

JUDGE, MEASURE = f"{__name__}.judge", f"{__name__}.measure"

SOLVER = Solver(
    version=4,
    claims=(
        UmapIs,
        ColourIs,
        MoreSeparated,
        Groups,
    ),
    uses=(UMAP, CODEC_WEIGHTS, EMOVDB),
    measurements=Measurements,
    measure=on_use(MEASURE, "measure"),
    judge=on_use(JUDGE, "judge"),
    inputs=FigureInputs,
    reads=on_use(MEASURE, "reads"),
)
