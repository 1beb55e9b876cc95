"""Clips of different lengths in one tensor, checked before a model hears them. `B` clips, `N` samples."""

from collections.abc import Sequence

import torch
from torch import Tensor

from solvers.audio.sound_files import HEARING_RATE_HZ


def checked_lengths(
    waveforms: Tensor, lengths: Sequence[int] | None, min_samples: int = 1
) -> tuple[int, ...]:
    """The samples of each clip at 16 kHz, those of the tensor unless `lengths` says other ones.

    ValueError: not float32 `[B, N]`, other lengths than clips, a clip under `min_samples` or longer than
    the tensor, or samples within a clip that are not finite.
    """
    if waveforms.ndim != 2 or waveforms.dtype != torch.float32:
        raise ValueError(
            f"waveforms is {waveforms.dtype} of shape {tuple(waveforms.shape)}, and must be "
            "float32 [B, N] at 16 kHz."
        )
    n_clips, n_samples = waveforms.shape
    lengths = (n_samples,) * n_clips if lengths is None else tuple(lengths)
    if len(lengths) != n_clips:
        raise ValueError(f"There are {len(lengths)} lengths for {n_clips} clips.")
    least = "one" if min_samples == 1 else f"{min_samples} ({min_samples / HEARING_RATE_HZ:g} s)"
    for clip, length in enumerate(lengths):
        if not min_samples <= length <= n_samples:
            raise ValueError(
                f"Clip {clip} is said to have {length} samples of {n_samples}: it needs {least} at least "
                "and cannot have more than are there."
            )
        if not torch.isfinite(waveforms[clip, :length]).all():
            raise ValueError(f"Clip {clip} has samples that are not finite numbers.")
    return lengths
