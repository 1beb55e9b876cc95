"""What Q6 measures, as frozen numbers; the figure's data are among them."""

from collections.abc import Mapping
from statistics import fmean
from typing import Literal

from questions.common.frozen import Frozen
from solvers.hw10.emotion_figure import UmapCall
from solvers.hw10.q06_emotion_umap.claims import Emotion

# The palette of Okabe and Ito, which readers with a colour deficiency can tell apart.
COLOURS: Mapping[str, str] = {
    "Amused": "#e69f00",
    "Angry": "#d55e00",
    "Disgusted": "#009e73",
    "Neutral": "#0072b2",
    "Sleepy": "#cc79a7",
}

Within = Literal["speaker and sentence", "speaker"]  # where labels change places


class Estimate(Frozen):
    """A mean and its 95 % interval, by bootstrap over sentences."""

    value: float
    low: float
    high: float


class Circles(Frozen):
    """How well a line tells two concentric circles apart, before and after UMAP."""

    in_layouts: tuple[float, ...]  # held-out accuracy of a linear classifier, one a seed
    best_linear: float  # of any linear projection of the circles themselves


class Point(Frozen):
    """A point of the figure: its clip, its label, and the colour it is drawn in."""

    speaker: str
    emotion: Emotion
    sentence: int
    file: str
    colour: str


class RawLayer(Frozen):
    """Silhouette of the emotions in a layer's own space, no UMAP, and the mean with labels permuted."""

    layer: int
    silhouette: float
    permuted: float

    @property
    def above(self) -> float:
        """S: the silhouette less that of permuted labels."""
        return self.silhouette - self.permuted


class Layout(Frozen):
    """UMAP of a layer: silhouettes of the emotions, one a seed, and the first seed's coordinates.

    `permuted`, `above`, `p_value` and `trustworthiness` are of the mean over seeds. `first` is in the order
    of `Measurements.points`.
    """

    layer: int
    silhouettes: tuple[float, ...]
    permuted: float  # silhouette with labels permuted within speaker and sentence, mean of the permutations
    above: Estimate  # silhouette less that
    p_value: float  # of no emotion: share of permutations that reach the silhouette of the true labels
    trustworthiness: float
    first: tuple[tuple[float, float], ...]

    @property
    def silhouette(self) -> float:
        """The mean over seeds."""
        return fmean(self.silhouettes)


class Difference(Frozen):
    """S(low) - S(high) of two layers, low < high, and the same of raw space.

    S is a layer's silhouette less its mean with labels permuted, the same permutations for all layers.
    """

    low: int
    high: int
    umap: Estimate
    raw: float


class Grouping(Frozen):
    """How well some emotions keep apart in a layer, as accuracy above chance: 0 guessing, 1 never wrong.

    `umap` is of five neighbours in the pooled layout, one a seed; the raw ones are within speakers.
    """

    layer: int
    emotions: tuple[Emotion, ...]
    speakers: tuple[str, ...]
    n_points: int
    umap: tuple[Estimate, ...]
    raw_knn: Estimate
    raw_logistic: Estimate


class OtherSeparation(Frozen):
    """S of a layer in another figure, mean of its seeds."""

    layer: int
    above: float


class OtherGrouping(Frozen):
    """Accuracy above chance of some emotions in another figure, by so many nearest, mean of its seeds."""

    layer: int
    emotions: tuple[Emotion, ...]
    n_nearest: int
    value: float


class OtherFigure(Frozen):
    """A figure that the exercise may have drawn as well: one speaker's own, or other neighbours in UMAP.

    The pooled figure is among them with a few of its seeds, for other numbers of nearest points alone.
    """

    speaker: str | None  # None: all speakers' clips in one layout
    n_neighbours: int  # of UMAP
    n_clips: int
    separations: tuple[
        OtherSeparation, ...
    ]  # none of the pooled figure, nor where the speaker lacks an emotion
    groupings: tuple[OtherGrouping, ...]  # of emotions that the speaker has

    def above(self, layer: int) -> float | None:
        """S of a layer; None where this figure has none."""
        return next((one.above for one in self.separations if one.layer == layer), None)

    def of(self, emotions: tuple[str, ...], layer: int) -> tuple[OtherGrouping, ...]:
        """The accuracies of these emotions in a layer, one a number of nearest."""
        return tuple(
            one for one in self.groupings if one.layer == layer and set(one.emotions) == set(emotions)
        )


class Named(Frozen):
    """The course's own figure, as the spec names it: how many clips, and how UMAP was called."""

    n_clips: int
    umap: UmapCall
    permuted_within: Within


class Measurements(Frozen):
    """All of Q6. Of a figure that the spec names there are no others."""

    seeds: tuple[int, ...]
    circles: Circles
    points: tuple[Point, ...]
    raw: tuple[RawLayer, ...]
    layouts: tuple[Layout, ...]
    differences: tuple[Difference, ...]
    groupings: tuple[Grouping, ...]
    others: tuple[OtherFigure, ...]
    named: Named | None = None

    def difference(self, layer: int, other: int) -> tuple[Estimate, float]:
        """S(layer) - S(other) with its interval, and the difference in raw space. Raises KeyError."""
        if layer == other:
            return Estimate(value=0, low=0, high=0), 0.0
        for one in self.differences:
            if (one.low, one.high) == (layer, other):
                return one.umap, one.raw
            if (one.high, one.low) == (layer, other):
                found = one.umap
                return Estimate(value=-found.value, low=-found.high, high=-found.low), -one.raw
        raise KeyError((layer, other))

    def layout(self, layer: int) -> Layout:
        """A layer's layouts. Raises KeyError."""
        for one in self.layouts:
            if one.layer == layer:
                return one
        raise KeyError(layer)

    def grouping(self, emotions: tuple[str, ...], layer: int) -> Grouping:
        """How the named emotions keep apart in a layer. Raises KeyError."""
        for one in self.groupings:
            if one.layer == layer and set(one.emotions) == set(emotions):
                return one
        raise KeyError((emotions, layer))


def clip_name(index: int) -> str:
    """The name under which the clip of a point of `Measurements.points` is kept."""
    return f"clip_{index:03d}"


def in_order(emotions: set[Emotion]) -> tuple[Emotion, ...]:
    """The emotions in one order, whatever order an option names them in."""
    return tuple(sorted(emotions))


def speakers_of(points: tuple[Point, ...], emotions: tuple[str, ...]) -> tuple[str, ...]:
    """Speakers who have all of these emotions."""
    has: dict[str, set[str]] = {}
    for point in points:
        has.setdefault(point.speaker, set()).add(point.emotion)
    return tuple(sorted(speaker for speaker, found in has.items() if found >= set(emotions)))
