"""Q6's points and their labels, and what is to be laid out of them.

Axes: `n` clips, `L` labellings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solvers.hw10.q06_emotion_umap import separation
from solvers.hw10.q06_emotion_umap.measurements import COLOURS, Point, in_order, speakers_of
from solvers.hw10.resources.emovdb import EmotionClip


@dataclass(frozen=True)
class Plan:
    """What to lay out and score: layers, emotions to tell apart in one of them, UMAP's seeds."""

    layers: tuple[int, ...]
    groups: tuple[tuple[int, tuple[str, ...]], ...]
    seeds: tuple[int, ...]


class Figure:
    """The points of the plots and their labels as arrays `[n]`.

    `whole` `[n]` are the clips of speakers who have all emotions, `labelled` `[L, whole]` labellings of those
    for silhouettes, the true one first; the others permute emotions within speaker and sentence.
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
        # As numbers: hundreds of labellings of strings take five times as long to compare.
        _, numbers = np.unique(self.emotions[self.whole], return_inverse=True)
        self.labelled = separation.labellings(numbers, readings[self.whole], seed)
