"""UMAP's layouts, one a seed, and the test that shows what kind of reduction it is.

A seed keeps UMAP to one thread; the first layout of a process also compiles, for some ten seconds.
"""

import warnings
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.hw10.emotion_figure import UmapCall
from solvers.hw10.q06_emotion_umap.measurements import Circles
from solvers.hw10.q06_emotion_umap.separation import Points, best_half_plane

DEFAULT = UmapCall()
N_NEIGHBOURS = DEFAULT.n_neighbors
# Two circles around one centre. A line that touches the inner one has arccos(0.65) / π = 27 % of the
# outer one beyond it, so that the best line is right for 64 % of the points.
INNER_RADIUS = 0.65
POINTS_A_CIRCLE = 150
CIRCLE_NOISE = 0.01
N_CIRCLE_SEEDS = 5


def layout(points: Points, seed: int, call: UmapCall = DEFAULT) -> NDArray[np.float64]:
    """UMAP's layout `[n, 2]` of `[n, D]`. The same seed gives the same layout; `random_state` is not read."""
    umap = _import_umap()
    with warnings.catch_warnings():
        # Clusters that touch nowhere are no fault: UMAP lays them out one by one.
        warnings.filterwarnings("ignore", "Graph is not fully connected", UserWarning)
        model = umap.UMAP(
            n_components=2,
            n_neighbors=min(call.n_neighbors, len(points) - 1),
            min_dist=call.min_dist,
            spread=call.spread,
            metric=call.metric,
            random_state=seed,
            n_jobs=1,
        )
        placed: NDArray[np.float64] = model.fit_transform(points).astype(np.float64)
    return placed


def layouts(points: Points, seeds: tuple[int, ...], call: UmapCall = DEFAULT) -> NDArray[np.float64]:
    """Layouts `[S, n, 2]`, one a seed."""
    return np.stack([layout(points, seed, call) for seed in seeds])


def as_seen(points: Points, metric: str) -> Points:
    """Points `[n, D]` whose Euclidean distances rank as UMAP's metric ranks those of the points."""
    if metric == "euclidean":
        return points
    if metric == "correlation":
        points = points - points.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    scaled: Points = points / np.maximum(lengths, np.finfo(float).tiny)
    return scaled


def trustworthiness(points: Points, placed: Points) -> float:
    """Share of a layout's neighbourhoods that are neighbourhoods of the points, 0 … 1."""
    from sklearn.manifold import trustworthiness as of_layout

    # It is defined for fewer neighbours than half the points.
    n_neighbours = min(N_NEIGHBOURS, (len(points) - 1) // 2)
    return float(of_layout(points, placed, n_neighbors=n_neighbours))


@cache
def circles_test(seed: int) -> Circles:
    """Lay out two concentric circles and ask a linear classifier which point is of which."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    points, inner = circles(seed)
    shuffled = StratifiedKFold(5, shuffle=True, random_state=seed)
    return Circles(
        in_layouts=tuple(
            float(cross_val_score(LogisticRegression(), layout(points, seed + i), inner, cv=shuffled).mean())
            for i in range(N_CIRCLE_SEEDS)
        ),
        best_linear=best_half_plane(points, inner),
    )


def circles(seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Points `[n, 2]` on two circles around the origin, and which are on the inner one."""
    angles = np.linspace(0, 2 * np.pi, POINTS_A_CIRCLE, endpoint=False)
    outer = np.column_stack((np.cos(angles), np.sin(angles)))
    points = np.concatenate((outer, INNER_RADIUS * outer))
    noise = np.random.default_rng(seed).normal(0, CIRCLE_NOISE, points.shape)
    return points + noise, np.arange(2 * POINTS_A_CIRCLE) >= POINTS_A_CIRCLE


def _import_umap() -> Any:
    with warnings.catch_warnings():
        # Of a variant that trains a network; ours does not.
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        import umap
    return umap
