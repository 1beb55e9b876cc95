"""The real codecs give back what they were given: as long, in its place, less what they are known to take."""

import pytest
import torch
from torch import Tensor

from benchmarks.validity import models
from benchmarks.validity.degrading import Change
from benchmarks.validity.models import RATE_HZ
from benchmarks.validity.real_codecs import MAX_DELAY, adpcm, aligned, clipped, gsm, mp3, opus


@pytest.fixture(scope="module")
def rows() -> Tensor:
    """Two different seconds of speech."""
    clip = models.clips()[0].load()
    return clip[: 2 * RATE_HZ].reshape(2, RATE_HZ)


def share_above(sound: Tensor, hz: int) -> float:
    power = torch.fft.rfft(sound).abs().square()
    return float(power[hz * len(sound) // RATE_HZ :].sum() / power.sum())


@pytest.mark.parametrize(
    ("change", "least"), [(opus(64), 0.95), (opus(16), 0.9), (mp3(0.5), 0.98), (gsm(), 0.6), (adpcm(), 0.6)]
)
def test_a_decode_is_where_the_original_is(rows: Tensor, change: Change, least: float) -> None:
    decoded = change(rows)
    assert decoded.shape == rows.shape
    for row, coded in zip(rows, decoded, strict=True):
        assert float(torch.corrcoef(torch.stack([row, coded]))[0, 1]) > least


def test_telephone_codecs_have_nothing_above_4_khz(rows: Tensor) -> None:
    assert share_above(rows[0], 4_200) > 1e-4
    assert share_above(gsm()(rows)[0], 4_200) < 1e-4


def test_a_delay_is_taken_back() -> None:
    original = torch.randn(5_000, generator=torch.Generator().manual_seed(1))
    late = torch.cat([torch.zeros(700), original, torch.zeros(MAX_DELAY - 700)])
    assert torch.equal(aligned(late, original), original)


def test_clipping_by_hand() -> None:
    row = torch.tensor([[1.0, -0.8, 0.4, 0.0]])
    assert torch.allclose(clipped(6.0206)(row), torch.tensor([[0.5, -0.5, 0.4, 0.0]]), atol=1e-5)
