"""How well labelled points keep apart: silhouettes, held-out accuracies, and intervals over sentences.

A sentence is said in every emotion, so points of one sentence are no independent draws: sentences are held
out whole, and sentences are what the bootstrap draws. Nothing is fitted again for an interval.

`n` points, `D` their dimensions, `L` labellings, `S` rows of values (one a seed), `G` sentences.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.hw10.q06_emotion_umap.measurements import Estimate

Points = NDArray[np.floating[Any]]
Labels = NDArray[Any]
HeldOut = Callable[[Points, Labels, Labels], NDArray[np.bool_]]

N_NEIGHBOURS = 5
N_FOLDS = 5
N_RESAMPLES = 2_000  # of the bootstrap; an end of the interval then moves by under 0.005 from seed to seed
CONFIDENCE = 0.95
N_PERMUTATIONS = 499  # the least p-value is then 0.002, a fifth of what is asked for


def labellings(labels: Labels, cells: Labels, seed: int) -> Labels:
    """The labels `[n]` themselves and `N_PERMUTATIONS` permutations of them, `[L, n]`.

    Labels change places within a cell alone, so that what the cells do to the points stays as it is.
    """
    cell = np.unique(cells, return_inverse=True)[1]
    # Whole numbers tell the cells apart, fractions put each cell's points in a random order.
    fractions = np.random.default_rng(seed).random((N_PERMUTATIONS, len(labels)))
    permuted = np.empty_like(labels, shape=fractions.shape)
    permuted[:, np.argsort(cell, kind="stable")] = labels[np.argsort(cell + fractions, axis=1)]
    return np.concatenate((labels[None], permuted))


def silhouettes(points: Points, labelled: Labels) -> Points:
    """Silhouette `[L, n]` of every point of `[n, D]` under each labelling `[L, n]`, Euclidean, -1 … 1.

    As scikit-learn has it, a point alone with its label has 0. Distances are taken once and all labellings
    go through one matrix product, which is what makes hundreds of them cheap.
    """
    from sklearn.metrics import pairwise_distances

    names = np.unique(labelled)
    named = (labelled[:, :, None] == names).transpose(1, 0, 2)  # [n, L, names]
    to_all = pairwise_distances(points) @ named.reshape(len(points), -1).astype(float)
    totals, counts = to_all.reshape(named.shape), named.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = (totals * named).sum(axis=2) / ((named * counts).sum(axis=2) - 1)
        other = np.where(named | (counts == 0), np.inf, totals / counts).min(axis=2)
        found: Points = np.nan_to_num((other - own) / np.maximum(own, other)).T
    return found


def p_value(values: Points) -> float:
    """Of a value and what permutations give in its place, `[1 + P]`: (1 + how many reach it) / (1 + P).

    Of labels that say nothing it is at most p in no more than a share p of cases (Phipson and Smyth, 2010).
    """
    return float(np.mean(values >= values[0]))


def held_out_knn(points: Points, labels: Labels, sentences: Labels) -> NDArray[np.bool_]:
    """Whether the five nearest of the other folds' points name each point's label, `[n]`."""
    right: NDArray[np.bool_] = held_out_nearest(points, labels, sentences, (N_NEIGHBOURS,))[0]
    return right


def held_out_nearest(
    points: Points, labels: Labels, sentences: Labels, counts: Sequence[int]
) -> NDArray[np.bool_]:
    """Whether so many nearest of the other folds' points name each point's label, `[counts, n]`.

    As with scikit-learn's classifier most votes win, of as many votes the first label; all numbers of nearest
    go through one sorting.
    """
    from sklearn.metrics import pairwise_distances

    names, label = np.unique(labels, return_inverse=True)
    distances = pairwise_distances(points, metric="sqeuclidean")
    for _, tested in folds(sentences):
        distances[np.ix_(tested, tested)] = np.inf
    nearest = np.argsort(distances, axis=1, kind="stable")[:, : max(counts, default=0)]
    votes = np.cumsum(label[nearest][:, :, None] == np.arange(len(names)), axis=1)  # [n, most, names]
    named = votes[:, np.array(counts, dtype=int) - 1].argmax(axis=2).T  # [counts, n]
    right: NDArray[np.bool_] = named == label
    return right


def held_out_logistic(points: Points, labels: Labels, sentences: Labels) -> NDArray[np.bool_]:
    """Whether a logistic regression fitted on the other folds names each point's label, `[n]`."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))
    return _held_out(model, points, labels, sentences)


def _held_out(model: Any, points: Points, labels: Labels, sentences: Labels) -> NDArray[np.bool_]:
    right = np.zeros(len(labels), dtype=bool)
    for fitted, tested in folds(sentences):
        model.fit(points[fitted], labels[fitted])
        right[tested] = model.predict(points[tested]) == labels[tested]
    return right


def folds(sentences: Labels) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Points to fit on and points to test on, `N_FOLDS` times, no sentence on both sides."""
    from sklearn.model_selection import GroupKFold

    n_folds = min(N_FOLDS, len(np.unique(sentences)))
    return list(GroupKFold(n_folds).split(sentences, groups=sentences))


def estimates(values: Points, sentences: Labels, seed: int) -> tuple[Estimate, ...]:
    """Mean over the points of each row of `[S, n]`, with the bootstrap's interval over sentences.

    All rows see the same draws. Raises ValueError for values that are not finite.
    """
    if not np.isfinite(values).all():
        raise ValueError("a value of a point is not a finite number")
    names, group = np.unique(sentences, return_inverse=True)
    member = (group[:, None] == np.arange(len(names))).astype(float)  # [n, G]
    sums, counts = np.asarray(values, dtype=float) @ member, member.sum(axis=0)
    draws = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=N_RESAMPLES
    )
    means = (draws @ sums.T) / (draws @ counts)[:, None]  # [N_RESAMPLES, S]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, (tail, 1 - tail), axis=0)
    return tuple(
        Estimate(value=float(value), low=float(from_), high=float(to))
        for value, from_, to in zip(values.mean(axis=1), low, high, strict=True)
    )


def above_chance(accuracy: Estimate, chance: float) -> Estimate:
    """An accuracy and its interval, corrected for chance."""
    return Estimate(
        value=corrected_for_chance(accuracy.value, chance),
        low=corrected_for_chance(accuracy.low, chance),
        high=corrected_for_chance(accuracy.high, chance),
    )


def corrected_for_chance(accuracy: float, chance: float) -> float:
    """An accuracy a as (a - c) / (1 - c): 0 is guessing, 1 is never wrong."""
    return (accuracy - chance) / (1 - chance)


def best_half_plane(points: Points, labels: NDArray[np.bool_]) -> float:
    """The highest accuracy that a straight line reaches on points `[n, 2]`, exactly.

    A linear projection with a threshold is such a line, so none does better. The order of the projected
    points changes only where two of them meet: one direction between each two such angles sees them all.
    """
    first, second = np.triu_indices(len(points), 1)
    gap = points[second] - points[first]
    meeting = np.unique(np.mod(np.arctan2(gap[:, 1], gap[:, 0]) + np.pi / 2, np.pi))
    between = (meeting + np.append(meeting[1:], meeting[0] + np.pi)) / 2
    sign = np.where(labels, 1, -1)
    best = 0
    for angles in np.array_split(between, max(1, len(between) // 2_048)):
        projected = np.column_stack((np.cos(angles), np.sin(angles))) @ points.T
        gained = np.cumsum(sign[np.argsort(projected, axis=1)], axis=1)
        # Of the points on one side those of one label are right, on the other side those of the other.
        right = np.count_nonzero(~labels) + gained
        best = max(best, int(right.max()), len(labels) - int(right.min()))
    return best / len(labels)
