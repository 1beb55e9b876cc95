"""How near a codec's sound is to the original: PESQ, STOI and two spectral distances.

The course compares by ear; these are the published measures nearest to that. Every metric takes the clean
sound first. Axes: `B` clips, `N` samples, `F` frequency bins, `H` STFT frames.
"""

import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from questions.common.absent import Absent
from solvers.audio import pesq_child
from solvers.audio.pesq_process import MAX_CALL_S, PesqRefusedError, pesq_score
from solvers.audio.sound_files import HEARING_RATE_HZ

if TYPE_CHECKING:
    from torch import Tensor

    Measure = Callable[[Tensor], float]

MIN_PEAK = 1e-4  # -80 dB of full scale: what 16 bits still tell from silence

# Spectra are read down to this far under the clip's loudest point: what is softer is not heard beside it.
DYNAMIC_RANGE_DB = 60.0
MEL_FFT, MEL_HOP, N_MELS = 1024, 256, 80  # 43 ms, 11 ms at 24 kHz: the usual log-mel of speech synthesis
# FFT size, hop and window of Parallel WaveGAN's three resolutions, chosen there for 24 kHz.
STFT_RESOLUTIONS = ((512, 50, 240), (1024, 120, 600), (2048, 240, 1200))


class UndefinedMetricError(ValueError):
    """A metric says nothing of these two sounds; the message says why."""


def score(metric: Callable[[], float]) -> float | Absent:
    """What the metric gives, or its word on why it gives nothing."""
    try:
        return metric()
    except UndefinedMetricError as error:
        return Absent(because=str(error))


def pesq_wb(reference: "Tensor", degraded: "Tensor") -> float:
    """Wide-band PESQ (MOS-LQO, 1.0 to 4.64) of two sounds `[N]` at 16 kHz, cropped alike.

    ITU-T P.862.2 by the package `pesq`, in a process of its own. It was made for speech and says little of
    other sounds. Over 30 s it is the mean of equal parts, less those in which the reference says nothing.
    Raises UndefinedMetricError where the package has no score: under 0.25 s, a sound that is silent or
    not finite, or nothing in the reference that it takes for an utterance. SourceError: the package died.
    """
    import torch

    reference, degraded = _cropped(reference, degraded)  # the package takes two lengths without a word
    _check_sounds("PESQ", reference, degraded)
    n_parts = math.ceil(len(reference) / (MAX_CALL_S * HEARING_RATE_HZ))
    pairs = zip(torch.tensor_split(reference, n_parts), torch.tensor_split(degraded, n_parts), strict=True)
    scores = [one for part in pairs if (one := _pesq_of_part(*part)) is not None]
    if not scores:
        raise UndefinedMetricError("PESQ finds no utterance in the original")
    return math.fsum(scores) / len(scores)


def _pesq_of_part(reference: "Tensor", degraded: "Tensor") -> float | None:
    """None: the package finds no utterance in the reference."""
    try:
        return pesq_score(reference.numpy(), degraded.numpy(), HEARING_RATE_HZ)
    except PesqRefusedError as error:
        match error.status:
            case pesq_child.NO_UTTERANCE:
                return None
            case pesq_child.TOO_SHORT:
                raise UndefinedMetricError(
                    f"PESQ needs 0.25 s, 4000 samples, and the sound has {len(reference)}"
                ) from None
            case _:
                raise UndefinedMetricError(f"PESQ has no score ({error})") from None


def stoi(reference: "Tensor", degraded: "Tensor") -> float:
    """Short-time objective intelligibility (about 0 to 1) of two sounds `[N]` at 16 kHz, cropped alike.

    Taal et al. (2011), the classic measure and not the extended one, by the package `pystoi`.
    Raises UndefinedMetricError: silent, not finite, or under 30 frames of 12.8 ms that are not silent.
    """
    import pystoi

    reference, degraded = _cropped(reference, degraded)
    _check_sounds("STOI", reference, degraded)
    with warnings.catch_warnings():  # the package warns and returns 1e-5
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return float(pystoi.stoi(reference.numpy(), degraded.numpy(), HEARING_RATE_HZ))
        except (RuntimeWarning, IndexError):  # the latter under one frame
            raise UndefinedMetricError("STOI needs 0.4 s of sound that is not silent") from None


def log_mel_distance(reference: "Tensor", rate_hz: int) -> "Measure":
    """Mean absolute difference (dB) of the log-mel power spectra of two sounds `[N]`.

    The mel distance of Kumar et al., "High-Fidelity Audio Compression with Improved RVQGAN" (2023), in dB;
    both are floored at `DYNAMIC_RANGE_DB` under the reference's loudest point, so the level of the file
    does not count. As the other distances, it returns the function that measures to this reference.
    """
    import torch
    import torchaudio

    filters = torchaudio.functional.melscale_fbanks(
        MEL_FFT // 2 + 1, 0.0, rate_hz / 2, N_MELS, rate_hz, norm=None, mel_scale="htk"
    )

    def power(sound: "Tensor") -> "Tensor":
        mel: Tensor = _magnitudes(sound, MEL_FFT, MEL_HOP, MEL_FFT).square().T @ filters
        return mel

    clean = power(reference)
    floor = float(clean.max()) * 10 ** (-DYNAMIC_RANGE_DB / 10)
    clean_db = 10 * clean.clamp_min(floor).log10()

    def measure(degraded: "Tensor") -> float:
        return float((clean_db - 10 * torch.log10(power(degraded).clamp_min(floor))).abs().mean())

    return measure


def stft_distance(reference: "Tensor", rate_hz: int) -> "Measure":  # noqa: ARG001  the sizes are for 24 kHz
    """Multi-resolution STFT distance of two sounds `[N]` at 24 kHz: no unit.

    Yamamoto et al., "Parallel WaveGAN" (2020), equations 4 to 6: spectral convergence plus the mean absolute
    difference of the natural log-magnitudes, averaged over three resolutions; floored as `log_mel_distance`.
    """
    import torch

    spectra = [_magnitudes(reference, *sizes) for sizes in STFT_RESOLUTIONS]

    def measure(degraded: "Tensor") -> float:
        total = 0.0
        for sizes, clean in zip(STFT_RESOLUTIONS, spectra, strict=True):
            coded = _magnitudes(degraded, *sizes)
            convergence = torch.linalg.norm(clean - coded) / torch.linalg.norm(clean)
            floor = float(clean.max()) * 10 ** (-DYNAMIC_RANGE_DB / 20)
            logs = (clean.clamp_min(floor) / coded.clamp_min(floor)).log().abs().mean()
            total += float(convergence + logs)
        return total / len(STFT_RESOLUTIONS)

    return measure


def _magnitudes(sound: "Tensor", n_fft: int, hop: int, window: int) -> "Tensor":
    """STFT magnitudes `[F, H]` of `[N]`, Hann window."""
    import torch

    spectrum = torch.stft(
        sound, n_fft, hop, window, window=torch.hann_window(window), pad_mode="constant", return_complex=True
    )
    return spectrum.abs()


def _cropped(reference: "Tensor", degraded: "Tensor") -> "tuple[Tensor, Tensor]":
    n = min(len(reference), len(degraded))
    return reference[:n], degraded[:n]


def _check_sounds(metric: str, reference: "Tensor", degraded: "Tensor") -> None:
    import torch

    for name, sound in (("original", reference), ("decoded sound", degraded)):
        if not torch.isfinite(sound).all():
            raise UndefinedMetricError(f"{metric}: the {name} has samples that are not finite numbers")
        if len(sound) == 0 or float(sound.abs().max()) < MIN_PEAK:
            raise UndefinedMetricError(f"{metric}: the {name} is silent")
