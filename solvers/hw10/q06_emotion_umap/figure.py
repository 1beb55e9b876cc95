"""Q6's points and their labels, and what is to be laid out of them.

Axes: `n` clips, `L` labellings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solvers.hw10.emotion_figure import NamedFigure, UmapCall
from solvers.hw10.q06_emotion_umap import separation
from solvers.hw10.q06_emotion_umap.measurements import COLOURS, Point, Within, in_order, speakers_of
from solvers.hw10.q06_emotion_umap.separation import Labels
from solvers.hw10.resources.emovdb import EmotionClip

MIN_SHARED = 0.5


@dataclass(frozen=True)
class Plan:
    """What to lay out and score: layers, emotions to tell apart in one of them, UMAP's seeds.

    `named` is the course's own figure, which no other is then held against.
    """

    layers: tuple[int, ...]
    groups: tuple[tuple[int, tuple[str, ...]], ...]
    seeds: tuple[int, ...]
    named: NamedFigure | None = None

    @property
    def call(self) -> UmapCall:
        """How UMAP is called."""
        return self.named.umap if self.named else UmapCall()


class Figure:
    """The points of the plots and their labels as arrays `[n]`.

    `whole` `[n]` are the clips of speakers who have all emotions, `labelled` `[L, whole]` labellings of those
    for silhouettes, the true one first; the others permute emotions within speaker and sentence, or within
    the speaker alone where most sentences are there in one emotion only and nothing could change places.
    """

    def __init__(self, clips: Sequence[EmotionClip], seed: int) -> None:
        self.points = tuple(
            Point(
                speaker=clip.speaker,
                emotion=clip.emotion,
                sentence=clip.sentence,
                file=clip.name,
                colour=COLOURS[clip.emotion],
            )
            for clip in clips
        )
        self.emotions = np.array([point.emotion for point in self.points])
        self.speakers = np.array([point.speaker for point in self.points])
        self.sentences = np.array([point.sentence for point in self.points])
        self.all_emotions = in_order({point.emotion for point in self.points})
        self.whole = np.isin(self.speakers, speakers_of(self.points, self.all_emotions))
        readings = np.char.add(np.char.add(self.speakers, " "), self.sentences.astype(str))
        self.permuted_within: Within = (
            "speaker and sentence" if _shared(readings[self.whole]) >= MIN_SHARED else "speaker"
        )
        cells = self.speakers if self.permuted_within == "speaker" else readings
        # As numbers: hundreds of labellings of strings take five times as long to compare.
        _, numbers = np.unique(self.emotions[self.whole], return_inverse=True)
        self.labelled = separation.labellings(numbers, cells[self.whole], seed)


def _shared(cells: Labels) -> float:
    """The share of points that are not alone in their cell; 0 of none."""
    counts = np.unique(cells, return_inverse=True, return_counts=True)
    return float(np.mean(counts[2][counts[1]] > 1)) if len(cells) else 0.0
