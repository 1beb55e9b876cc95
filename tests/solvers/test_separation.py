"""Silhouettes, held-out accuracies and intervals on points whose truth is known."""

import numpy as np
import pytest

from solvers import separation, umap_layout
from solvers.q06_measurements import Estimate
from solvers.separation import Labels, Points


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


def test_silhouettes_of_clouds() -> None:
    apart, alike = clouds(30.0), clouds(0.0, n_sentences=200)
    assert separation.silhouettes(*apart[:2]).mean() > 0.8
    assert abs(separation.silhouettes(*alike[:2]).mean()) < 0.02


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
    first, again, other = (umap_layout.layout(points, seed) for seed in (3, 3, 4))
    assert first.shape == (72, 2)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert separation.silhouettes(first, labels).mean() > 0.5
    assert umap_layout.trustworthiness(points, first) > 0.8
    tiny = points[::8]  # nine points: fewer than UMAP's neighbours
    assert umap_layout.layouts(tiny, (0,)).shape == (1, 9, 2)
    assert 0 <= umap_layout.trustworthiness(tiny, umap_layout.layout(tiny, 0)) <= 1
