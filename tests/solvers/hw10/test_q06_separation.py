"""Silhouettes, held-out accuracies and intervals on points whose truth is known."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples
from sklearn.neighbors import KNeighborsClassifier

from solvers.hw10.emotion_figure import UmapCall
from solvers.hw10.q06_emotion_umap import layout as umap_layout
from solvers.hw10.q06_emotion_umap import separation
from solvers.hw10.q06_emotion_umap.measurements import Estimate
from solvers.hw10.q06_emotion_umap.separation import Labels, Points


def clouds(distance: float, n_sentences: int = 24, seed: int = 0) -> tuple[Points, Labels, Labels]:
    """Three Gaussian clouds so many standard deviations apart, a point a sentence in each."""
    random = np.random.default_rng(seed)
    labels = np.repeat(["a", "b", "c"], n_sentences)
    centres = distance * np.repeat(np.eye(3, 8), n_sentences, axis=0)
    points = centres + random.normal(0, 1, (len(labels), 8))
    return points, labels, np.tile(np.arange(n_sentences), 3)


@pytest.mark.parametrize("held_out", [separation.held_out_knn, separation.held_out_logistic])
def test_clouds_far_apart_are_told_apart_and_equal_ones_are_not(held_out: separation.HeldOut) -> None:
    assert held_out(*clouds(20.0)).all()
    points, labels, sentences = clouds(0.0, n_sentences=200)
    assert held_out(points, labels, sentences).mean() == pytest.approx(1 / 3, abs=0.06)


@pytest.mark.parametrize("n_dimensions", [2, 64])
def test_the_nearest_are_scikit_learns(n_dimensions: int) -> None:
    random = np.random.default_rng(0)
    labels, sentences = np.repeat(["a", "b", "c"], 20), np.tile(np.arange(20), 3)
    points = random.normal(0, 1, (60, n_dimensions)) + (labels == "b")[:, None]
    found = separation.held_out_nearest(points, labels, sentences, (3, 5, 9))
    for count, right in zip((3, 5, 9), found, strict=True):
        for fitted, tested in separation.folds(sentences):
            model = KNeighborsClassifier(count).fit(points[fitted], labels[fitted])
            assert np.array_equal(model.predict(points[tested]) == labels[tested], right[tested])
    assert np.array_equal(found[1], separation.held_out_knn(points, labels, sentences))
    assert len(np.unique(found, axis=0)) == 3


def test_a_sentence_that_gives_itself_away_helps_no_one() -> None:
    # Points of one sentence lie together, and labels alternate by sentence: only held in would it be known.
    sentences = np.repeat(np.arange(30), 6)
    points = np.random.default_rng(0).normal(0, 100, (30, 4))[sentences]
    labels = np.where(sentences % 2, "odd", "even")
    right = separation.held_out_knn(points, labels, sentences)
    assert right.mean() < 0.7


def test_no_sentence_is_on_both_sides() -> None:
    sentences = np.repeat(np.arange(13), 7)
    pairs = separation.folds(sentences)
    assert len(pairs) == separation.N_FOLDS
    for fitted, tested in pairs:
        assert not set(sentences[fitted]) & set(sentences[tested])
    assert sorted(np.concatenate([tested for _, tested in pairs])) == list(range(len(sentences)))


def silhouette(points: Points, labels: Labels) -> float:
    return float(separation.silhouettes(points, labels[None]).mean())


def test_silhouettes_of_clouds() -> None:
    apart, alike = clouds(30.0), clouds(0.0, n_sentences=200)
    assert silhouette(*apart[:2]) > 0.8
    assert abs(silhouette(*alike[:2])) < 0.02


def test_silhouettes_by_hand() -> None:
    # On a line at 0, 1 and 4: 1 to their own, 4 and 3 to the other label. A point alone with its label has 0.
    found = separation.silhouettes(np.array([[0.0], [1.0], [4.0]]), np.array([["a", "a", "b"]]))
    assert found == pytest.approx(np.array([[1 - 1 / 4, 1 - 1 / 3, 0.0]]))


@given(st.integers(0, 2**32 - 1), st.integers(4, 30), st.integers(2, 4))
def test_silhouettes_are_scikit_learns(seed: int, n: int, n_labels: int) -> None:
    random = np.random.default_rng(seed)
    points = random.normal(0, 1, (n, 2))
    # Every label at least once, and in every labelling another number of points.
    labelled = np.stack(
        [np.append(np.arange(n_labels), random.integers(0, n_labels, n))[:n] for _ in range(3)]
    )
    assume(all(2 <= len(np.unique(labels)) < n for labels in labelled))
    found = separation.silhouettes(points, labelled)
    assert found == pytest.approx(np.stack([silhouette_samples(points, labels) for labels in labelled]))


def test_labels_change_places_within_their_cell_alone() -> None:
    labels, cells = np.array([*"abcabcaab", "d"]), np.array([*"xxxyyyxyy", "z"])
    found = separation.labellings(labels, cells, seed=0)
    assert found.shape == (1 + separation.N_PERMUTATIONS, 10)
    assert found[0].tolist() == labels.tolist()
    for row in found:
        assert {cell: "".join(sorted(row[cells == cell])) for cell in "xyz"} == {
            "x": "aabc",
            "y": "aabbc",
            "z": "d",
        }
    # Each of x's four places holds its b in a quarter of the permutations.
    share = (found[1:, cells == "x"] == "b").mean(axis=0)
    assert share == pytest.approx([0.25] * 4, abs=0.08)
    assert np.array_equal(found, separation.labellings(labels, cells, seed=0))
    assert not np.array_equal(found, separation.labellings(labels, cells, seed=1))


def test_a_p_value_counts_the_labels_own_value() -> None:
    assert separation.p_value(np.array([3.0, 1.0, 3.0, 5.0])) == 0.75
    assert separation.p_value(np.array([9.0, 1.0, 3.0, 5.0])) == 0.25


def test_labels_that_say_nothing_get_a_low_p_value_as_often_as_it_says() -> None:
    random, cells = np.random.default_rng(0), np.repeat(np.arange(8), 3)
    points = random.normal(0, 1, (8, 2)).repeat(3, axis=0) + random.normal(0, 0.3, (24, 2))
    found = []
    for seed in range(200):
        labels = np.concatenate([random.permutation(["a", "b", "c"]) for _ in range(8)])
        labelled = separation.labellings(labels, cells, seed)
        found.append(separation.p_value(separation.silhouettes(points, labelled).mean(axis=1)))
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=0.04)
    assert np.mean(np.array(found) <= 0.5) == pytest.approx(0.5, abs=0.1)


def test_an_interval_is_over_sentences_and_not_over_points() -> None:
    # 8 sentences, of which half are always right: 100 points each add nothing to what is known.
    sentences = np.repeat(np.arange(8), 100)
    right = (sentences % 2 == 0).astype(float)
    (found,) = separation.estimates(right[None], sentences, seed=0)
    assert found.value == 0.5
    assert found.low == pytest.approx(0.125, abs=0.13)  # binomial over 8, not over 800
    assert found.high == pytest.approx(0.875, abs=0.13)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    values, sentences = random.normal(0.3, 1, (400, 60)), np.repeat(np.arange(30), 2)
    found = separation.estimates(values, sentences, seed=1)
    assert 0.89 <= np.mean([one.low <= 0.3 <= one.high for one in found]) <= 0.98


def test_unequal_sentences_weigh_as_their_points_do() -> None:
    values, sentences = np.array([[1.0, 1.0, 1.0, 0.0]]), np.array([0, 0, 0, 1])
    (found,) = separation.estimates(values, sentences, seed=0)
    assert (found.value, found.low, found.high) == (0.75, 0.0, 1.0)


def test_what_is_no_number_is_no_estimate() -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        separation.estimates(np.array([[0.0, np.nan]]), np.array([0, 1]), seed=0)


def test_accuracy_above_chance() -> None:
    found = separation.above_chance(Estimate(value=0.8, low=0.6, high=1.0), 0.2)
    assert found.model_dump() == pytest.approx({"value": 0.75, "low": 0.5, "high": 1.0})
    assert separation.above_chance(Estimate(value=0.5, low=0.5, high=0.5), 0.5).value == 0.0


def square(scale: float = 1.0) -> tuple[Points, Labels]:
    """Exclusive or: no line is right for more than three of four corners."""
    return scale * np.array([[0, 0], [1, 1], [0, 1], [1, 0]]), np.array([True, True, False, False])


def test_the_best_line_is_exact() -> None:
    assert separation.best_half_plane(*square()) == 0.75
    random = np.random.default_rng(0)
    points = random.normal(0, 1, (60, 2))
    assert separation.best_half_plane(points, points @ [0.6, -0.8] > 0.1) == 1.0
    noise = random.random(60) < 0.5
    best = separation.best_half_plane(points, noise)
    angles = np.linspace(0, np.pi, 2_000)
    projected = np.column_stack((np.cos(angles), np.sin(angles))) @ points.T
    gained = np.cumsum(np.where(noise, 1, -1)[np.argsort(projected)], axis=1)
    right = np.count_nonzero(~noise) + gained
    tried = max(right.max(), 60 - right.min()) / 60
    assert tried <= best <= tried + 1 / 60


def test_no_line_tells_the_circles_apart_and_umap_does() -> None:
    found = umap_layout.circles_test(0)
    assert found.best_linear <= 0.65
    assert len(found.in_layouts) == 5
    assert min(found.in_layouts) >= 0.95
    # Apart by more than their size a line does it, and the test is then no test of UMAP.
    points, inner = umap_layout.circles(0)
    assert separation.best_half_plane(points + 3 * inner[:, None], inner) == 1.0


def test_a_layout_is_its_seeds() -> None:
    points, labels, _ = clouds(12.0)
    tiny = points[::8]  # nine points: fewer than UMAP's neighbours
    (first, again, other), (few, *_) = umap_layout.layouts(
        [umap_layout.Cloud(points, (3, 3, 4)), umap_layout.Cloud(tiny, (3,))]
    )
    assert first.shape == (72, 2)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert silhouette(first, labels) > 0.5
    assert umap_layout.trustworthiness(points, first) > 0.8
    assert few.shape == (9, 2)
    assert 0 <= umap_layout.trustworthiness(tiny, few) <= 1


def test_one_graph_for_all_seeds_gives_umaps_own_layouts() -> None:
    points, _, _ = clouds(12.0)  # three clouds apart, which UMAP lays out one by one
    (placed,) = umap_layout.layouts([umap_layout.Cloud(points, tuple(range(6)), UmapCall(n_neighbors=5))])
    assert placed.shape == (6, 72, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import umap

        for seed in (0, 5):
            alone = umap.UMAP(n_neighbors=5, random_state=seed, n_jobs=1).fit_transform(points)
            assert np.array_equal(placed[seed], alone.astype(np.float64))
