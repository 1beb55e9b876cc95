"""A codec that gives back what it hears, degraded as a puzzle plants it, and the degradations. `B`, `N`."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.validity.models import RATE_HZ
from solvers.audio.noise import seeded_noise
from solvers.hw10.models.codec import Codec

if TYPE_CHECKING:
    from torch import Tensor

Change = Callable[["Tensor"], "Tensor"]  # of rows [B, N]


class Degrading(Codec):
    """Its codes are the samples themselves, so that only what was planted comes between."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.sources = ()

    @property
    def sample_rate_hz(self) -> int:
        """As Mimi's."""
        return RATE_HZ

    @property
    def n_codebooks(self) -> int:
        """As Mimi's."""
        return 32

    def encode(self, audio: "Tensor", n_codebooks: int | None = None) -> "Tensor":
        """Audio `[B, 1, N]`, as it is."""
        assert n_codebooks is None
        return audio

    def decode(self, codes: "Tensor") -> "Tensor":
        """Rows `[B, N]`, degraded."""
        return self.change(codes[:, 0])


def untouched(rows: "Tensor") -> "Tensor":
    """No degradation."""
    return rows


def noisy(snr_db: float) -> Change:
    """Seeded white noise at a ratio of each row's own power; `math.inf` adds none."""

    def change(rows: "Tensor") -> "Tensor":

        if snr_db == math.inf:
            return rows
        noise = seeded_noise(rows.shape, 7)
        level = rows.square().mean(dim=1, keepdim=True).sqrt() * 10 ** (-snr_db / 20)
        return rows + level * noise

    return change


def band_limited(cutoff_hz: float) -> Change:
    """Nothing above `cutoff_hz` (four second-order sections)."""

    def change(rows: "Tensor") -> "Tensor":
        from torchaudio.functional import lowpass_biquad

        for _ in range(4):
            rows = lowpass_biquad(rows, RATE_HZ, cutoff_hz)
        return rows

    return change


def by_length(longest_short: int, short: Change, long: Change) -> Change:
    """One degradation for rows up to `longest_short` samples, another for longer ones.

    The measuring cores hand over one clip after the other, and its length is what tells them apart.
    """
    return lambda rows: short(rows) if rows.shape[1] <= longest_short else long(rows)
