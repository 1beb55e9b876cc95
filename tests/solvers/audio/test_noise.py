"""Seeded noise: the same for a seed, as loud as it is asked for."""

import pytest
import torch

from solvers.audio.noise import seeded_noise


def test_a_seed_gives_the_same_noise_whatever_was_drawn_before() -> None:
    first = seeded_noise((2, 1, 8000), 3)
    torch.randn(5)
    assert torch.equal(seeded_noise((2, 1, 8000), 3), first)
    assert not torch.equal(seeded_noise((2, 1, 8000), 4), first)
    assert first.shape == (2, 1, 8000)
    assert first.dtype == torch.float32


def test_its_level_is_the_standard_deviation() -> None:
    assert float(seeded_noise((100_000,), 0).std()) == pytest.approx(1.0, abs=0.01)
    assert torch.equal(seeded_noise((100,), 0, level=0.1), seeded_noise((100,), 0) * 0.1)
