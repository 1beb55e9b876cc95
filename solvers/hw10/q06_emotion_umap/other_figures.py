"""Figures that the exercise may have drawn in the pooled one's place, laid out and scored with a few seeds.

Q6's options speak of one figure, and nobody has said whose clips it shows or how UMAP was called. So every
speaker is laid out alone as well, and all of them with fewer and with more of UMAP's neighbours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.hw10.emotion_figure import UmapCall
from solvers.hw10.q06_emotion_umap import layout as umap_layout
from solvers.hw10.q06_emotion_umap import separation
from solvers.hw10.q06_emotion_umap.figure import Figure, Plan
from solvers.hw10.q06_emotion_umap.layout import Cloud
from solvers.hw10.q06_emotion_umap.measurements import (
    OtherFigure,
    OtherGrouping,
    OtherSeparation,
    speakers_of,
)
from solvers.hw10.q06_emotion_umap.separation import Labels, Points
from solvers.hw10.resources.emovdb import EmotionClip

N_SEEDS = 4  # the first of the pooled figure's
OTHER_NEIGHBOURS = (5, 30)  # of UMAP, a third and twice its default
NEAREST = (3, 5, 9)  # points that name a point's emotion
N_LABELLINGS = 100  # the mean of so many permutations is known to a tenth of their own scatter


@dataclass(frozen=True)
class OtherDrawing:
    """Another figure to be drawn, of those of the `n` clips that `shown` `[n]` names."""

    speaker: str | None
    n_neighbours: int
    shown: NDArray[np.bool_]

    @property
    def title(self) -> str:
        """In a few words, for those who wait."""
        return f"{self.speaker or 'all'}, {self.n_neighbours} neighbours"

    def clouds(self, points: Points, plan: Plan) -> list[Cloud]:
        """Of points `[K, n, D]` what UMAP is to lay out, a layer each."""
        call, seeds = UmapCall(n_neighbors=self.n_neighbours), plan.seeds[:N_SEEDS]
        return [Cloud(points[layer][self.shown], seeds, call) for layer in plan.layers]

    def drawn(self, placed: Sequence[Points], plan: Plan) -> "Drawn":
        """It, with the layouts of those clouds."""
        return Drawn(self.speaker, self.n_neighbours, self.shown, dict(zip(plan.layers, placed, strict=True)))


@dataclass(frozen=True)
class Drawn(OtherDrawing):
    """A figure with its layouts `[S, m, 2]` by layer, of the `m` clips that it shows."""

    placed: dict[int, Points]


def other_drawings(clips: Sequence[EmotionClip]) -> tuple[OtherDrawing, ...]:
    """All speakers with other neighbours, and every speaker alone. Emotions have no part in them."""
    speakers = np.array([clip.speaker for clip in clips])
    every = np.full(len(clips), True)
    return (
        *(OtherDrawing(None, n_neighbours, every) for n_neighbours in OTHER_NEIGHBOURS),
        *(
            OtherDrawing(speaker, umap_layout.N_NEIGHBOURS, speakers == speaker)
            for speaker in sorted(set(speakers.tolist()))
        ),
    )


def score_other(drawn: Drawn, figure: Figure, plan: Plan) -> OtherFigure:
    """One figure scored by the clips' labels, as the pooled one is but without intervals."""
    return _scored(drawn, tuple(_separations(drawn, figure)), figure, plan, NEAREST)


def score_pooled(placed: dict[int, Points], figure: Figure, plan: Plan) -> OtherFigure:
    """The pooled figure of layouts `[S, n, 2]` by layer, scored by other numbers of nearest points."""
    few = {layer: of_seeds[:N_SEEDS] for layer, of_seeds in placed.items()}
    drawn = Drawn(None, umap_layout.N_NEIGHBOURS, np.full(len(figure.points), True), few)
    others = tuple(count for count in NEAREST if count != separation.N_NEIGHBOURS)
    return _scored(drawn, (), figure, plan, others)


def _scored(
    drawn: Drawn,
    separations: tuple[OtherSeparation, ...],
    figure: Figure,
    plan: Plan,
    nearest: tuple[int, ...],
) -> OtherFigure:
    return OtherFigure(
        speaker=drawn.speaker,
        n_neighbours=drawn.n_neighbours,
        n_clips=int(drawn.shown.sum()),
        separations=separations,
        groupings=tuple(
            one for layer, named in plan.groups for one in _groupings(drawn, figure, layer, named, nearest)
        ),
    )


def _separations(drawn: Drawn, figure: Figure) -> Iterator[OtherSeparation]:
    compared = drawn.shown & figure.whole
    if compared.any():
        labellings = figure.labelled[:N_LABELLINGS, compared[figure.whole]]
        for layer, of_seeds in drawn.placed.items():
            scores = np.mean(
                [separation.silhouettes(one[compared[drawn.shown]], labellings) for one in of_seeds],
                axis=(0, 2),
            )
            yield OtherSeparation(layer=layer, above=float(scores[0] - scores[1:].mean()))


def _groupings(
    drawn: Drawn, figure: Figure, layer: int, named: tuple[str, ...], nearest: tuple[int, ...]
) -> Iterator[OtherGrouping]:
    scored = drawn.shown & np.isin(figure.emotions, named)
    scored &= np.isin(figure.speakers, speakers_of(figure.points, named))
    if scored.any():
        emotions, sentences = figure.emotions[scored], figure.sentences[scored]
        counts = enough_for(nearest, sentences)
        right = [
            separation.held_out_nearest(one[scored[drawn.shown]], emotions, sentences, counts)
            for one in drawn.placed[layer]
        ]
        for n_nearest, accuracy in zip(counts, np.mean(right, axis=(0, 2)).tolist(), strict=True):
            value = separation.corrected_for_chance(accuracy, 1 / len(named))
            yield OtherGrouping(layer=layer, emotions=named, n_nearest=n_nearest, value=value)


def enough_for(nearest: tuple[int, ...], sentences: Labels) -> tuple[int, ...]:
    """Of these numbers of nearest points those that a speaker has of an emotion outside a held-out fold."""
    fitted = min(len(np.unique(sentences[fitted])) for fitted, _ in separation.folds(sentences))
    return tuple(count for count in nearest if count <= fitted)
