"""Q6's points scored: silhouettes and held-out accuracies, in UMAP's layouts and in raw space.

Axes: `K` layers, `n` clips, `D` dimensions of a codeword, `S` seeds, `L` labellings.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations, islice
from typing import Any

import numpy as np

from solvers.evidence.progress import OnStep
from solvers.hw10.q06_emotion_umap import layout as umap_layout
from solvers.hw10.q06_emotion_umap import separation
from solvers.hw10.q06_emotion_umap.drawing import Laid, lay_out
from solvers.hw10.q06_emotion_umap.figure import Figure, Plan
from solvers.hw10.q06_emotion_umap.measurements import (
    Circles,
    Difference,
    Estimate,
    Grouping,
    Layout,
    Measurements,
    Named,
    OtherFigure,
    RawLayer,
    speakers_of,
)
from solvers.hw10.q06_emotion_umap.other_figures import score_other, score_pooled
from solvers.hw10.q06_emotion_umap.separation import HeldOut, Labels, Points
from solvers.hw10.resources.emovdb import EmotionClip
from solvers.models.threads import one_thread
from solvers.models.workers import HERE, Workers

Task = Callable[[], Any]


def explore(
    points: Points, clips: Sequence[EmotionClip], plan: Plan, on_step: OnStep, workers: Workers = HERE
) -> Measurements:
    """Score points `[K, n, D]` of clips: all layers in raw space, the plan's in UMAP's layouts as well.

    Raw space is measured by the metric of the plan's figure.
    """
    laid = lay_out(points, clips, plan, on_step, workers)
    seen = np.stack([umap_layout.as_seen(layer, plan.call.metric) for layer in points])
    return score(seen, laid, clips, plan, on_step, workers)


@one_thread()
def score(
    points: Points,
    laid: Laid,
    clips: Sequence[EmotionClip],
    plan: Plan,
    on_step: OnStep,
    workers: Workers = HERE,
) -> Measurements:
    """Score points `[K, n, D]` and their layouts by the clips' labels; two circles show what UMAP is."""
    on_step("two circles, scores and intervals", 0.8)
    figure, seed = Figure(clips, plan.seeds[0]), plan.seeds[0]
    asked = tuple(dict.fromkeys((*plan.groups, *((layer, figure.all_emotions) for layer in plan.layers))))
    beside: tuple[Task, ...] = tuple(partial(score_other, one, figure, plan) for one in laid.others)
    if not plan.named:
        beside = (partial(score_pooled, laid.pooled, figure, plan), *beside)
    tasks: tuple[Task, ...] = (
        partial(umap_layout.circles_test, seed),
        *(
            partial(layer_of, layer, points[layer], placed, figure, seed)
            for layer, placed in laid.pooled.items()
        ),
        *(
            partial(group, points[layer], laid.pooled[layer], figure, layer, named, seed)
            for layer, named in asked
        ),
        *beside,
        *(partial(raw_layer, layer, own, figure) for layer, own in enumerate(points)),
    )
    scored = workers.map(_alone, tasks)
    circles: Circles = next(scored)
    layers: list[tuple[Layout, Points]] = list(islice(scored, len(laid.pooled)))
    groupings: tuple[Grouping, ...] = tuple(islice(scored, len(asked)))
    others: tuple[OtherFigure, ...] = tuple(islice(scored, len(beside)))
    raw: tuple[RawLayer, ...] = tuple(scored)
    return Measurements(
        seeds=plan.seeds,
        circles=circles,
        points=figure.points,
        raw=raw,
        layouts=tuple(layout for layout, _ in layers),
        differences=_differences({layout.layer: above for layout, above in layers}, raw, figure, seed),
        groupings=groupings,
        others=others,
        named=Named(n_clips=len(clips), umap=plan.call, permuted_within=figure.permuted_within)
        if plan.named
        else None,
    )


@one_thread()
def _alone(task: Task) -> Any:
    return task()


def raw_layer(layer: int, points: Points, figure: Figure) -> RawLayer:
    """Silhouettes of all emotions in a layer's own space `[n, D]`, of those speakers who have them all."""
    found = separation.silhouettes(points[figure.whole], figure.labelled).mean(axis=1)  # [L]
    return RawLayer(layer=layer, silhouette=float(found[0]), permuted=float(found[1:].mean()))


def layer_of(
    layer: int, points: Points, of_seeds: Points, figure: Figure, seed: int
) -> tuple[Layout, Points]:
    """The same in its layouts `[S, n, 2]`; and by how much it is above permuted labels' at each `[whole]`."""
    scores = np.stack([separation.silhouettes(one[figure.whole], figure.labelled) for one in of_seeds])
    by_labelling = scores.mean(axis=0)  # [S, L, whole] to [L, whole]
    above = by_labelling[0] - by_labelling[1:].mean(axis=0)
    layout = Layout(
        layer=layer,
        silhouettes=tuple(scores[:, 0].mean(axis=1).tolist()),
        permuted=float(by_labelling[1:].mean()),
        above=separation.estimates(above[None], figure.sentences[figure.whole], seed)[0],
        p_value=separation.p_value(by_labelling.mean(axis=1)),
        trustworthiness=float(np.mean([umap_layout.trustworthiness(points, one) for one in of_seeds])),
        first=tuple((round(x, 4), round(y, 4)) for x, y in of_seeds[0].tolist()),
    )
    return layout, above


def _differences(
    above: Mapping[int, Points], raw: Sequence[RawLayer], figure: Figure, seed: int
) -> tuple[Difference, ...]:
    """Of every two layers that were laid out, at each point `[whole]` and so in all."""
    sentences = figure.sentences[figure.whole]
    return tuple(
        Difference(
            low=low,
            high=high,
            umap=separation.estimates((above[low] - above[high])[None], sentences, seed)[0],
            raw=raw[low].above - raw[high].above,
        )
        for low, high in combinations(sorted(above), 2)
    )


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
