"""Every figure of Q6 laid out by UMAP, all of them at once. Labels have no part in it.

Axes: `K` layers, `n` clips, `D` dimensions of a codeword, `S` seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from solvers.evidence.progress import OnStep
from solvers.hw10.q06_emotion_umap import layout as umap_layout
from solvers.hw10.q06_emotion_umap.figure import Plan
from solvers.hw10.q06_emotion_umap.layout import Cloud
from solvers.hw10.q06_emotion_umap.other_figures import Drawn, other_drawings
from solvers.hw10.q06_emotion_umap.separation import Points
from solvers.hw10.resources.emovdb import EmotionClip
from solvers.models.workers import HERE, Workers


@dataclass(frozen=True)
class Laid:
    """The layouts: `[S, n, 2]` of the pooled figure by layer, and the other figures."""

    pooled: dict[int, Points]
    others: tuple[Drawn, ...]


def lay_out(
    points: Points, clips: Sequence[EmotionClip], plan: Plan, on_step: OnStep, workers: Workers = HERE
) -> Laid:
    """UMAP's layouts of the plan's layers in every figure. Labels have no part in them."""
    drawings = () if plan.named else other_drawings(clips)
    n_layers = len(plan.layers)
    clouds = [Cloud(points[layer], plan.seeds, plan.call) for layer in plan.layers]
    clouds += chain.from_iterable(drawing.clouds(points, plan) for drawing in drawings)
    titles = [f"layer {layer}, {len(plan.seeds)} seeds" for layer in plan.layers]
    titles += [drawing.title for drawing in drawings for _ in range(n_layers)]

    def done(n_clouds: int) -> None:
        if n_clouds < len(clouds):
            on_step(f"UMAP of {titles[n_clouds]}", 0.3 + 0.5 * n_clouds / len(clouds))

    done(0)
    placed = umap_layout.layouts(clouds, workers, done)
    pooled, *others = (placed[start : start + n_layers] for start in range(0, len(placed), n_layers))
    return Laid(
        dict(zip(plan.layers, pooled, strict=True)),
        tuple(drawing.drawn(some, plan) for drawing, some in zip(drawings, others, strict=True)),
    )
