"""Q8's distances: comparable between sounds of different kinds, and none of them made for speech alone.

Both are relative to the original itself, so that laughter and music compare without a further yardstick; why
these and their weights: docs/decisions/q08-which-is-worst.md. Axes: `N` samples, `F` bands, `H` frames.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

    from solvers.audio.quality import Measure

Deciding = Literal["loudness", "stft"]
# Loudness alone orders planted degradations best, the STFT distance second; together they do as well and
# neither decides against the other by a little.
WEIGHTS: Mapping[Deciding, float] = {"loudness": 0.6, "stft": 0.4}
N_BANDS = 32
EXPONENT = 0.25  # of the power in a band: specific loudness grows with about its fourth root (Zwicker)
# Distances under it are not heard (noise 50 dB under a sound gives 0.005 to 0.025), and are as good as none.
INAUDIBLE = 0.01


def loudness_distance(reference: "Tensor", rate_hz: int) -> "Measure":
    """Mean absolute difference of the specific loudness of two sounds `[N]`, over the reference's mean.

    Specific loudness is the fourth root of the power in `N_BANDS` mel bands, after Zwicker and Fastl,
    "Psychoacoustics", chapter 8. 0 is alike; a silent decode has 1. Returns the function that measures to
    this reference, which must not be silent.
    """
    import torch
    import torchaudio

    from solvers.audio.quality import MEL_FFT, MEL_HOP

    filters = torchaudio.functional.melscale_fbanks(
        MEL_FFT // 2 + 1, 0.0, rate_hz / 2, N_BANDS, rate_hz, norm=None, mel_scale="htk"
    )
    window = torch.hann_window(MEL_FFT)

    def loudness(sound: "Tensor") -> "Tensor":
        spectrum = torch.stft(
            sound, MEL_FFT, MEL_HOP, window=window, pad_mode="constant", return_complex=True
        )
        bands: Tensor = (spectrum.abs().square().T @ filters).pow(EXPONENT)
        return bands

    clean = loudness(reference)
    mean = float(clean.mean())
    return lambda degraded: float((clean - loudness(degraded)).abs().mean()) / mean


def log_ratio(one: Mapping[Deciding, float], other: Mapping[Deciding, float]) -> float:
    """By how much the first distances are greater: weighted mean of the ratios' natural logarithms."""
    return math.fsum(
        weight * math.log((one[name] + INAUDIBLE) / (other[name] + INAUDIBLE))
        for name, weight in WEIGHTS.items()
    )
