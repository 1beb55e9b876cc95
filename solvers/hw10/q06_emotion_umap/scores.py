"""Q6's points scored: silhouettes and held-out accuracies, in UMAP's layouts and in raw space.

Axes: `K` layers, `n` clips, `D` dimensions of a codeword, `S` seeds, `L` labellings.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from solvers.evidence.progress import OnStep
from solvers.hw10.q06_emotion_umap import layout as umap_layout
from solvers.hw10.q06_emotion_umap import separation
from solvers.hw10.q06_emotion_umap.figure import Figure, Plan
from solvers.hw10.q06_emotion_umap.layout import Cloud
from solvers.hw10.q06_emotion_umap.measurements import (
    Difference,
    Estimate,
    Grouping,
    Layout,
    Measurements,
    Named,
    RawLayer,
    speakers_of,
)
from solvers.hw10.q06_emotion_umap.other_figures import Drawn, lay_out_others, score_other, score_pooled
from solvers.hw10.q06_emotion_umap.separation import HeldOut, Labels, Points
from solvers.hw10.resources.emovdb import EmotionClip
from solvers.models.threads import one_thread
from solvers.models.workers import HERE, Workers


def explore(
    points: Points, clips: Sequence[EmotionClip], plan: Plan, on_step: OnStep, workers: Workers = HERE
) -> Measurements:
    """Score points `[K, n, D]` of clips: all layers in raw space, the plan's in UMAP's layouts as well.

    Raw space is measured by the metric of the plan's figure.
    """
    placed = lay_out(points, plan, on_step, workers)
    others = () if plan.named else lay_out_others(points, clips, plan, on_step, workers)
    seen = np.stack([umap_layout.as_seen(layer, plan.call.metric) for layer in points])
    return score(seen, placed, others, clips, plan, on_step)


def lay_out(points: Points, plan: Plan, on_step: OnStep, workers: Workers = HERE) -> dict[int, Points]:
    """UMAP's layouts `[S, n, 2]` of the plan's layers. Labels have no part in them."""

    def done(n_layers: int) -> None:
        if n_layers < len(plan.layers):
            layer, fraction = plan.layers[n_layers], 0.3 + 0.4 * n_layers / len(plan.layers)
            on_step(f"UMAP of layer {layer}, {len(plan.seeds)} seeds", fraction)

    done(0)
    clouds = [Cloud(points[layer], plan.call) for layer in plan.layers]
    placed = umap_layout.layouts(clouds, plan.seeds, workers, lambda index: done(index + 1))
    return dict(zip(plan.layers, placed, strict=True))


@one_thread()
def score(
    points: Points,
    placed: dict[int, Points],
    others: Sequence[Drawn],
    clips: Sequence[EmotionClip],
    plan: Plan,
    on_step: OnStep,
) -> Measurements:
    """Score points `[K, n, D]`, layouts of them and other figures by the clips' labels."""
    on_step("two circles", 0.8)
    circles = umap_layout.circles_test(plan.seeds[0])
    figure = Figure(clips, plan.seeds[0])
    on_step("scores and intervals", 0.9)
    asked = dict.fromkeys((*plan.groups, *((layer, figure.all_emotions) for layer in plan.layers)))
    return Measurements(
        seeds=plan.seeds,
        circles=circles,
        points=figure.points,
        groupings=tuple(
            group(points[layer], placed[layer], figure, layer, named, plan.seeds[0]) for layer, named in asked
        ),
        others=()
        if plan.named
        else (score_pooled(placed, figure, plan), *(score_other(one, figure, plan) for one in others)),
        named=Named(n_clips=len(clips), umap=plan.call, permuted_within=figure.permuted_within)
        if plan.named
        else None,
        **_separations(points, placed, figure, plan.seeds[0]),
    )


def _separations(points: Points, placed: dict[int, Points], figure: Figure, seed: int) -> dict[str, Any]:
    """Silhouettes of all emotions, of those speakers who have them all, beside those of permuted labels."""
    whole, labelled, sentences = figure.whole, figure.labelled, figure.sentences[figure.whole]
    raw = [separation.silhouettes(layer[whole], labelled).mean(axis=1) for layer in points]  # [L] a layer
    above = {}
    layouts = []
    for layer, of_seeds in placed.items():
        scores = np.stack([separation.silhouettes(one[whole], labelled) for one in of_seeds])  # [S, L, n]
        by_labelling = scores.mean(axis=0)
        above[layer] = by_labelling[0] - by_labelling[1:].mean(axis=0)
        layouts.append(
            Layout(
                layer=layer,
                silhouettes=tuple(scores[:, 0].mean(axis=1).tolist()),
                permuted=float(by_labelling[1:].mean()),
                above=separation.estimates(above[layer][None], sentences, seed)[0],
                p_value=separation.p_value(by_labelling.mean(axis=1)),
                trustworthiness=float(
                    np.mean([umap_layout.trustworthiness(points[layer], one) for one in of_seeds])
                ),
                first=tuple((round(x, 4), round(y, 4)) for x, y in of_seeds[0].tolist()),
            )
        )
    raw_layers = tuple(
        RawLayer(layer=layer, silhouette=float(score[0]), permuted=float(score[1:].mean()))
        for layer, score in enumerate(raw)
    )
    return {
        "raw": raw_layers,
        "layouts": tuple(layouts),
        "differences": tuple(
            Difference(
                low=low,
                high=high,
                umap=separation.estimates((above[low] - above[high])[None], sentences, seed)[0],
                raw=raw_layers[low].above - raw_layers[high].above,
            )
            for low, high in combinations(sorted(placed), 2)
        ),
    }


def group(
    points: Points, placed: Points, figure: Figure, layer: int, named: tuple[str, ...], seed: int
) -> Grouping:
    """How well the named emotions alone keep apart in layouts `[S, n, 2]` and in raw space `[n, D]`.

    Speakers who lack one of them are left out: who speaks would give the emotion away.
    """
    speakers = speakers_of(figure.points, named)
    scored = np.isin(figure.emotions, named) & np.isin(figure.speakers, speakers)
    emotions, sentences = figure.emotions[scored], figure.sentences[scored]

    def above_chance(right: Labels) -> tuple[Estimate, ...]:
        found = separation.estimates(right, sentences, seed)
        return tuple(separation.above_chance(one, 1 / len(named)) for one in found)

    def within_speakers(held_out: HeldOut) -> Estimate:
        right = np.zeros(len(figure.points), dtype=bool)
        for speaker in speakers:
            own = scored & (figure.speakers == speaker)
            right[own] = held_out(points[own], figure.emotions[own], figure.sentences[own])
        return above_chance(right[None, scored])[0]

    in_layouts = [separation.held_out_knn(one[scored], emotions, sentences) for one in placed]
    return Grouping(
        layer=layer,
        emotions=named,
        speakers=speakers,
        n_points=int(scored.sum()),
        umap=above_chance(np.stack(in_layouts)),
        raw_knn=within_speakers(separation.held_out_knn),
        raw_logistic=within_speakers(separation.held_out_logistic),
    )
