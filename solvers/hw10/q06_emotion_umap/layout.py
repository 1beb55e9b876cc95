"""UMAP's layouts, one a seed, and the test that shows what kind of reduction it is.

A seed keeps UMAP to one thread. The first layout on a machine also compiles, for some ten seconds; what is
compiled is kept beside UMAP, or where numba keeps it for the user, for the processes and runs after it.
"""

import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.hw10.emotion_figure import UmapCall
from solvers.hw10.q06_emotion_umap.measurements import Circles
from solvers.hw10.q06_emotion_umap.separation import Points, best_half_plane
from solvers.models.threads import one_thread
from solvers.models.workers import HERE, Workers

DEFAULT = UmapCall()
N_NEIGHBOURS = DEFAULT.n_neighbors
# Two circles around one centre. A line that touches the inner one has arccos(0.65) / π = 27 % of the
# outer one beyond it, so that the best line is right for 64 % of the points.
INNER_RADIUS = 0.65
POINTS_A_CIRCLE = 150
CIRCLE_NOISE = 0.01
N_CIRCLE_SEEDS = 5
SEEDS_AT_ONCE = 4  # of a cloud in one process: they share its graph, and sixteen cores still have work

OnCloud = Callable[[int], None]


def ignored(_n_clouds: int) -> None:
    """Nobody asks how far it is."""


@dataclass(frozen=True)
class Cloud:
    """Points `[n, D]` to be laid out, once a seed, and how; the call's own `random_state` is not read."""

    points: Points
    seeds: tuple[int, ...]
    call: UmapCall = DEFAULT

    @property
    def shares(self) -> list["Cloud"]:
        """The same cloud for a few seeds at a time."""
        n_shares = -(-len(self.seeds) // SEEDS_AT_ONCE)
        return [replace(self, seeds=tuple(some)) for some in np.array_split(self.seeds, n_shares)]


def layouts(
    clouds: Sequence[Cloud], workers: Workers = HERE, on_cloud: OnCloud = ignored
) -> list[NDArray[np.float64]]:
    """UMAP's layouts `[S, n, 2]` of each cloud, one a seed. The same seed gives the same layout anywhere.

    `on_cloud` hears of how many clouds the layouts are there.
    """
    shares = [cloud.shares for cloud in clouds]
    placed = workers.map(_lay_out, list(chain.from_iterable(shares)))
    found = []
    for some in shares:
        found.append(np.concatenate([next(placed) for _ in some]))
        on_cloud(len(found))
    return found


@one_thread()
def _lay_out(cloud: Cloud) -> NDArray[np.float64]:
    """Layouts `[S, n, 2]` of one cloud. Its graph of neighbours is the same for all seeds, and made once."""
    with warnings.catch_warnings():
        # Clusters that touch nowhere are no fault: UMAP lays them out one by one.
        warnings.filterwarnings("ignore", "Graph is not fully connected", UserWarning)
        model = _umap_of_seeds()(
            n_components=2,
            n_neighbors=min(cloud.call.n_neighbors, len(cloud.points) - 1),
            min_dist=cloud.call.min_dist,
            spread=cloud.call.spread,
            metric=cloud.call.metric,
            random_state=int(cloud.seeds[0]),
            n_jobs=1,
        )
        model.seeds = cloud.seeds
        model.fit(cloud.points)
    placed: NDArray[np.float64] = np.stack(model.placed).astype(np.float64)
    return placed


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
    (placed,) = layouts([Cloud(points, tuple(range(seed, seed + N_CIRCLE_SEEDS)))])
    return Circles(
        in_layouts=tuple(
            float(cross_val_score(LogisticRegression(), one, inner, cv=shuffled).mean()) for one in placed
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


@cache
def _umap_of_seeds() -> Any:
    """UMAP that lays its graph out once for each of `seeds`, into `placed`; compiled code is kept on disk."""
    with warnings.catch_warnings():
        # Of a variant that trains a network; ours does not.
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        import umap
    from numba.core.dispatcher import Dispatcher
    from sklearn.utils import check_random_state

    for module in (umap.umap_, umap.utils, umap.distances, umap.layouts):
        for function in vars(module).values():
            if isinstance(function, Dispatcher):
                with suppress(RuntimeError):  # where no folder can be written to
                    function.enable_caching()

    class UmapOfSeeds(umap.UMAP):  # type: ignore[misc]  # umap ships no types
        def _fit_embed_data(
            self, points: Points, n_epochs: int | None, init: Any, _random_state: Any, **more: Any
        ) -> Any:
            """UMAP's own place for another embedding of its graph."""
            embed = super()._fit_embed_data
            every = [embed(points, n_epochs, init, check_random_state(seed), **more) for seed in self.seeds]
            self.placed = [placed for placed, _ in every]
            return every[0]

    return UmapOfSeeds
